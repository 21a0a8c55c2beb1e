//! A byte budget shared by the holders of permits. Invariant: the permits together never exceed the budget. An item
//! costs its bytes plus a fixed overhead, so the number of items is bounded too.

use crate::limit::MESSAGE_OVERHEAD_BYTES;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A share of a [`Budget`]. Dropping it returns the share.
#[derive(Debug)]
pub(crate) struct Permit(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

/// A budget of bytes, shared by its clones.
#[derive(Clone, Debug)]
pub(crate) struct Budget(Arc<Semaphore>);

impl Budget {
    /// Creates a budget of `bytes`, all of it free.
    pub(crate) fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes)))
    }

    /// The cost of an item of `bytes`, in bytes.
    pub(crate) const fn cost(bytes: usize) -> usize {
        bytes.saturating_add(MESSAGE_OVERHEAD_BYTES)
    }

    /// Waits until an item of `bytes` fits. Waiters are served in order.
    pub(crate) async fn acquire(&self, bytes: usize) -> Permit {
        let cost = u32::try_from(Self::cost(bytes)).expect("no item is longer than MESSAGE_BYTES_MAX");
        let permit = Arc::clone(&self.0).acquire_many_owned(cost).await;
        Permit(permit.expect("the semaphore is never closed"))
    }

    /// Takes a permit for an item of `bytes`; `None` when it does not fit now.
    pub(crate) fn try_acquire(&self, bytes: usize) -> Option<Permit> {
        let cost = u32::try_from(Self::cost(bytes)).ok()?;
        Arc::clone(&self.0).try_acquire_many_owned(cost).ok().map(Permit)
    }
}
