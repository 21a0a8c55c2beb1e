//! What the current request holds of the budgets. Invariant: a request counts for the client's address until its
//! credentials are checked, and for the tenant afterwards.

use super::{Budgets, Permit, Refused, Sharer};
use crate::{client_address::ClientAddress, error::ApiError};
use std::sync::{
    Arc, Mutex, OnceLock, PoisonError,
    atomic::{AtomicU32, Ordering},
};

/// The budgets of a request and what it holds of them.
#[derive(Debug)]
pub struct RequestBudget {
    budgets: Arc<Budgets>,
    address: ClientAddress,
    sharer: OnceLock<Sharer>,
    room: Mutex<Option<Permit>>,
    answer_kib: AtomicU32,
    answer: Mutex<Option<Permit>>,
}

impl RequestBudget {
    /// The budget of a new request.
    pub fn new(budgets: Arc<Budgets>, address: ClientAddress) -> Self {
        Self {
            budgets,
            address,
            sharer: OnceLock::new(),
            room: Mutex::default(),
            answer_kib: AtomicU32::new(0),
            answer: Mutex::default(),
        }
    }

    /// The budget of a part of this request: it counts for the same caller, and holds nothing yet.
    pub(crate) fn part(&self) -> Self {
        let budget = Self::new(Arc::clone(&self.budgets), self.address);
        Self { sharer: self.sharer.clone(), ..budget }
    }

    /// All budgets.
    pub fn all(&self) -> &Budgets {
        &self.budgets
    }

    /// Who the request counts for.
    pub fn sharer(&self) -> Sharer {
        self.sharer.get().copied().unwrap_or(Sharer::public(self.address))
    }

    /// Takes room for the request of a caller with credentials; only the first call has an effect.
    ///
    /// # Errors
    /// [`Refused`] when there is none for this caller.
    pub(crate) async fn enter(&self, sharer: Sharer) -> Result<(), Refused> {
        if self.sharer.set(sharer).is_ok() {
            self.keep(self.budgets.room.acquire(sharer, 1).await?);
        }
        Ok(())
    }

    /// Says who the request counts for, unless that is known; it takes no room.
    pub(crate) fn count_for(&self, sharer: Sharer) {
        let _ = self.sharer.set(sharer);
    }

    /// Takes room for a request without credentials, if it has none yet.
    ///
    /// # Errors
    /// [`Refused`] when there is none for this caller's address.
    pub(crate) async fn enter_public(&self) -> Result<(), Refused> {
        if self.has_room() {
            return Ok(());
        }
        self.keep(self.budgets.public_room.acquire(self.sharer(), 1).await?);
        Ok(())
    }

    /// The room of the request; it is held until the answer is sent.
    pub(super) fn take_room(&self) -> Option<Permit> {
        self.lock().take()
    }

    /// Keeps memory that was reserved for the answer, beside what is kept already.
    pub(super) fn keep_answer(&self, permit: Permit) {
        let mut kept = self.answer.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *kept {
            Some(kept) => kept.join(permit),
            None => *kept = Some(permit),
        }
    }

    /// The memory that is kept for the answer, in KiB.
    pub(super) fn kept_kib(&self) -> u32 {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map_or(0, Permit::amount)
    }

    /// The memory that was reserved for the answer.
    pub(super) fn take_answer(&self) -> Option<Permit> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(super) fn note_answer_kib(&self, kib: u32) {
        self.answer_kib.fetch_add(kib, Ordering::Relaxed);
    }

    /// The part of the answer that is charged already, in KiB.
    pub(super) fn answer_kib(&self) -> u32 {
        self.answer_kib.load(Ordering::Relaxed)
    }

    fn keep(&self, permit: Permit) {
        *self.lock() = Some(permit);
    }

    fn has_room(&self) -> bool {
        self.lock().is_some()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Permit>> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs `read` on the budget of the current request; `None` outside of a request.
pub(crate) fn current<T>(read: impl FnOnce(&RequestBudget) -> T) -> Option<T> {
    crate::trace::current().and_then(|context| context.budget().map(read))
}

/// Who the current request counts for; the service outside of a request.
pub(crate) fn current_sharer() -> Sharer {
    current(RequestBudget::sharer).unwrap_or(Sharer::SERVICE)
}

/// Takes room for the current request, whose caller is now known; it counts for `sharer` from now on.
///
/// # Errors
/// `limit.share`, `limit.overloaded`.
pub(crate) async fn enter(sharer: Sharer) -> Result<(), ApiError> {
    let context = crate::trace::current();
    match context.as_ref().and_then(|context| context.budget()) {
        Some(budget) => Ok(budget.enter(sharer).await?),
        None => Ok(()),
    }
}

/// Says who the current request counts for, as [`enter`] does, but takes no room.
pub(crate) fn count_for(sharer: Sharer) {
    current(|budget| budget.count_for(sharer));
}

/// Takes room for the current request, whose caller sent no credentials, unless it has room.
///
/// # Errors
/// `limit.share`, `limit.overloaded`.
pub(crate) async fn enter_public() -> Result<(), ApiError> {
    let context = crate::trace::current();
    match context.as_ref().and_then(|context| context.budget()) {
        Some(budget) => Ok(budget.enter_public().await?),
        None => Ok(()),
    }
}
