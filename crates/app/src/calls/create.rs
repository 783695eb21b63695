//! Making torrents.

use shoal_api::{
    ApiError, ApiResult, CreateJobRequest, CreateRequest, CreateSaved, CreateStarted, CreateStatus,
    Nothing,
};

use crate::{Caller, Inner};

macro_rules! not_ready {
    ($( $name:ident($req:ty) -> $ans:ty; )*) => {
        impl Inner { $(
            pub(super) async fn $name(&self, _: Caller, _: $req) -> ApiResult<$ans> {
                Err(ApiError::new("not_ready"))
            }
        )* }
    };
}

not_ready! {
    create_start(CreateRequest) -> CreateStarted;
    create_status(CreateJobRequest) -> CreateStatus;
    create_cancel(CreateJobRequest) -> Nothing;
    create_save(CreateJobRequest) -> CreateSaved;
}
