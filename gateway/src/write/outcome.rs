//! The state of an accepted write when its answer is due.

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
    /// Its operation.
    pub record: OperationRecord,
    /// Whether it is decided, and its effect is in the index.
    pub is_done: bool,
}

impl<A> Accepted<A> {
    /// Waits until the write is decided and indexed, at most `wait`.
    ///
    /// # Errors
    /// Failures of the database.
    pub async fn outcome(&self, gateway: &Gateway, caller: &Principal, wait: Duration) -> Result<Outcome, ApiError> {
        let (record, is_done) = find::wait(gateway, caller.tenant, self.operation, wait).await?;
        Ok(Outcome { record, is_done })
    }
}
