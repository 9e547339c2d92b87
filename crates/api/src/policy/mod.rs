//! The policy: keys, versions, what another one would change.

pub(crate) mod adopt;
pub(crate) mod overview;
pub(crate) mod preview;
pub(crate) mod withdraw;

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Values by key, of those that differ from the built-in policy.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Changes {
    /// `{"metric.max_wait": 900}`; a key that is not named has its built-in value.
    #[schema(value_type = std::collections::BTreeMap<String, Value>)]
    pub changes: Map<String, Value>,
}
