//! A budget of bytes shared by the holders of permits. Invariant: the permits together never exceed the budget. An item
//! costs its bytes plus an overhead, so that a budget of bytes bounds the number of items as well.

use crate::limit::MESSAGE_OVERHEAD_BYTES;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A share of a [`Budget`], given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

/// Bytes taken from a [`Budget`].
#[derive(Clone, Debug)]
pub(crate) struct Budget(Arc<Semaphore>);

impl Budget {
    /// A budget of `bytes`, all of it free.
    pub(crate) fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes)))
    }

    /// The price of an item of `bytes`.
    pub(crate) const fn cost(bytes: usize) -> usize {
        bytes.saturating_add(MESSAGE_OVERHEAD_BYTES)
    }

    /// Waits until an item of `bytes` fits. First come, first served.
    pub(crate) async fn acquire(&self, bytes: usize) -> Permit {
        let cost = u32::try_from(Self::cost(bytes)).expect("no item is longer than MESSAGE_BYTES_MAX");
        let permit = Arc::clone(&self.0).acquire_many_owned(cost).await;
        Permit(permit.expect("a budget is never closed"))
    }

    /// A permit for an item of `bytes`, if it fits now.
    pub(crate) fn try_acquire(&self, bytes: usize) -> Option<Permit> {
        let cost = u32::try_from(Self::cost(bytes)).ok()?;
        Arc::clone(&self.0).try_acquire_many_owned(cost).ok().map(Permit)
    }
}
