//! Errors as HTTP answers: always JSON of `{code, params}`.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use shoal_api::ApiError;

/// An error with the status that goes with it.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    error: ApiError,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &str) -> Self {
        Self {
            status,
            error: ApiError::new(code),
        }
    }

    pub(crate) fn detail(mut self, detail: impl ToString) -> Self {
        self.error = self.error.with("detail", detail);
        self
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorised")
    }

    pub(crate) fn foreign(what: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "foreign_request").detail(what)
    }

    pub(crate) fn bad(detail: impl ToString) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request").detail(detail)
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        let unknown = error.code == "unknown_command";
        Self {
            status: if unknown {
                StatusCode::NOT_FOUND
            } else {
                StatusCode::BAD_REQUEST
            },
            error,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.error)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let bearer = header::HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, bearer);
        }
        response
    }
}
