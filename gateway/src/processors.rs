//! Runs CPU-bound work outside the async runtime. Invariant: the number of tasks at a time is bounded, and tenants take
//! turns. Waiting work costs only the memory of its input.

use crate::{
    budget::{self, Fair},
    error::ApiError,
    trace,
};

/// Runs work on the threads for blocking work.
#[derive(Debug)]
pub struct Processors(Fair);

impl Processors {
    /// Divides the processors by `budget`.
    pub fn new(budget: Fair) -> Self {
        Self(budget)
    }

    /// Runs `work` once it is the turn of the current request's tenant.
    ///
    /// # Errors
    /// `limit.share` or `limit.overloaded` when too much work waits, an internal failure when the work panicked.
    pub async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
        let permit = self.0.acquire(budget::current_sharer(), 1).await?;
        let context = trace::current();
        let task = tokio::task::spawn_blocking(move || {
            let done = match context {
                Some(context) => trace::enter(context, work),
                None => work(),
            };
            drop(permit);
            done
        });
        task.await.map_err(|error| ApiError::internal(&error))
    }
}
