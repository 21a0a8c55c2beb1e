//! Work that keeps a processor busy for a while, off the reactor. Invariant: never more at once than there are
//! processors, so that waiting work costs memory for its input only.

use crate::error::ApiError;
use std::{num::NonZero, sync::Arc};
use tokio::sync::Semaphore;

/// The processors of this machine.
#[derive(Debug)]
pub struct Processors(Arc<Semaphore>);

impl Default for Processors {
    fn default() -> Self {
        let count = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self(Arc::new(Semaphore::new(count)))
    }
}

impl Processors {
    /// Runs work once a processor is free.
    ///
    /// # Errors
    /// A failure of ours, when the work panicked.
    pub async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
        let permit = Arc::clone(&self.0).acquire_owned().await.map_err(|error| ApiError::internal(&error))?;
        let task = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        task.await.map_err(|error| ApiError::internal(&error))
    }
}
