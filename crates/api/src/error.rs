//! Errors as they cross the wire: a code with parameters. The words belong to the interface.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a command failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{code} {params:?}")]
#[ts(export)]
pub struct ApiError {
    /// Stable code in `snake_case`; the interface has words for each.
    pub code: String,
    /// What to fill in, by name. `field` names a setting; `detail` is technical text.
    pub params: BTreeMap<String, String>,
}

impl ApiError {
    /// An error without parameters.
    pub fn new(code: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            params: BTreeMap::new(),
        }
    }

    /// Adds a parameter.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "numbers and texts are handed over as they are"
    )]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }
}

/// The answer to any command.
pub type ApiResult<T> = Result<T, ApiError>;
