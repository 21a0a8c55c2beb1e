//! The state of an accepted write when its response is due. Invariant: reading the outcome never changes the write. A
//! write is done when its decision is indexed.

use super::Accepted;
use crate::{
    auth::Principal,
    error::ApiError,
    operation::{OperationRecord, find},
    state::Gateway,
};
use std::time::Duration;

/// The state of a write.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub record: OperationRecord,
    /// Whether the write is decided and its effect is indexed.
    pub is_done: bool,
}

impl<A> Accepted<A> {
    /// Waits until the write is decided and indexed, at most for `wait`.
    ///
    /// # Errors
    /// Failures of the database.
    pub async fn outcome(&self, gateway: &Gateway, caller: &Principal, wait: Duration) -> Result<Outcome, ApiError> {
        let (record, is_done) = find::wait(gateway, caller.tenant, self.operation, wait).await?;
        Ok(Outcome { record, is_done })
    }
}
