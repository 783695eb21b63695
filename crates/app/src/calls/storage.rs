//! Where data lies, what it is called and in which order it comes.

use shoal_api::{
    ApiError, ApiResult, HashRequest, HashesRequest, HoldCheckRequest, LocateReply, LocateRequest,
    LookAtTargetRequest, MoveDataRequest, Nothing, RenamePathRequest, RenameReply, RenameRequest,
    SetOrderRequest, SetPrioritiesRequest, TargetLook,
};
use shoal_api::{CreateJobRequest, CreateRequest, CreateSaved, CreateStarted, CreateStatus};

use crate::{Caller, Inner};

macro_rules! not_ready {
    ($( $name:ident($req:ty) -> $ans:ty; )*) => {
        impl Inner { $(
            #[expect(clippy::unused_async, reason = "as the others")]
            pub(super) async fn $name(&self, _: Caller, _: $req) -> ApiResult<$ans> {
                Err(ApiError::new("not_ready"))
            }
        )* }
    };
}

not_ready! {
    adopt(HashRequest) -> Nothing;
    move_data(MoveDataRequest) -> Nothing;
    cancel_move(HashesRequest) -> Nothing;
    rename(RenameRequest) -> RenameReply;
    rename_path(RenamePathRequest) -> RenameReply;
    locate(LocateRequest) -> LocateReply;
    set_order(SetOrderRequest) -> Nothing;
    set_priorities(SetPrioritiesRequest) -> Nothing;
    hold_check(HoldCheckRequest) -> Nothing;
    look_at_target(LookAtTargetRequest) -> TargetLook;
    create_start(CreateRequest) -> CreateStarted;
    create_status(CreateJobRequest) -> CreateStatus;
    create_cancel(CreateJobRequest) -> Nothing;
    create_save(CreateJobRequest) -> CreateSaved;
}
