//! Runs CPU-bound work outside the async runtime. Invariant: at most one task per processor runs at a time. Waiting
//! work costs only the memory of its input.

use crate::error::ApiError;
use std::{num::NonZero, sync::Arc};
use tokio::sync::Semaphore;

/// A semaphore with one permit per processor.
#[derive(Debug)]
pub struct Processors(Arc<Semaphore>);

impl Default for Processors {
    fn default() -> Self {
        let count = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self(Arc::new(Semaphore::new(count)))
    }
}

impl Processors {
    /// Runs `work` once a processor is free.
    ///
    /// # Errors
    /// An internal failure, when the work panicked.
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
