//! A semaphore that is divided fairly. Invariant: a sharer that is within its own limits waits for at most one grant of
//! each other sharer that is in front of it. Sandboxes hold at most half of it, however many they are.

mod limits;
mod queue;

#[cfg(test)]
mod tests;

use super::sharer::{Group, Kind, Member, Sharer};
use crate::error::{ApiError, code};
pub use limits::{Limits, Share};
use queue::{Grouped, Queue};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Why an amount was not granted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refused {
    /// The sharer itself uses its whole share.
    #[error("the caller uses its share of {0}")]
    Share(&'static str),
    /// All sharers together use the budget.
    #[error("the gateway is at its limit of {0}")]
    Full(&'static str),
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Share(what) => {
                metrics::counter!("waymark_budget_refused_total", "budget" => what, "reason" => "share").increment(1);
                let detail = format!("You use your share of {what}. Wait until your running requests end.");
                Self::new(&code::SHARE_USED, detail).retry_after_s(1)
            }
            Refused::Full(what) => {
                metrics::counter!("waymark_budget_refused_total", "budget" => what, "reason" => "full").increment(1);
                Self::new(&code::OVERLOADED, format!("The gateway is at its limit of {what}.")).retry_after_s(1)
            }
        }
    }
}

impl Grouped for Group {
    fn kind(self) -> Kind {
        self.kind()
    }
}

/// A budget that sharers divide. Clones share it.
#[derive(Clone, Debug)]
pub struct Fair(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    what: &'static str,
    limits: Limits,
    queue: Mutex<Queue<Group, Member, oneshot::Sender<Permit>>>,
}

impl Fair {
    /// Creates a budget; `what` names it in error messages.
    pub fn new(what: &'static str, limits: Limits) -> Self {
        Self(Arc::new(Inner { what, limits, queue: Mutex::new(Queue::new(limits)) }))
    }

    /// The limits of this budget.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Takes `amount`, after a wait if needed.
    ///
    /// # Errors
    /// [`Refused`] when the amount is above the share of a member, when too many wait, or after the longest wait.
    pub async fn acquire(&self, sharer: Sharer, amount: u32) -> Result<Permit, Refused> {
        let (sender, receiver) = oneshot::channel();
        let place = self.lock().push(sharer.group, sharer.member, amount, sender);
        let ticket = place.map_err(|is_share| self.refused(is_share))?;
        let waiting = Waiting { fair: self, sharer, ticket };
        self.grant();
        match tokio::time::timeout(self.0.limits.wait_max, receiver).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(waiting.reason(amount)),
        }
    }

    /// Takes `amount` if it is free now and nobody waits in front.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn try_acquire(&self, sharer: Sharer, amount: u32) -> Result<Permit, Refused> {
        let (sender, mut receiver) = oneshot::channel();
        let place = self.lock().push(sharer.group, sharer.member, amount, sender);
        let ticket = place.map_err(|is_share| self.refused(is_share))?;
        let waiting = Waiting { fair: self, sharer, ticket };
        self.grant();
        receiver.try_recv().map_err(|_| waiting.reason(amount))
    }

    /// What is not granted now.
    pub fn free(&self) -> u32 {
        self.lock().free()
    }

    /// The number of requests that wait.
    pub fn waiting(&self) -> usize {
        self.lock().waiting()
    }

    /// Grants to those who wait, in turn, as long as something is free for them.
    fn grant(&self) {
        let mut unclaimed = Vec::new();
        // The lock is held until the permits are sent, so a caller that takes the lock next has received
        // what was granted to it.
        let mut queue = self.lock();
        while let Some(granted) = queue.next() {
            let sharer = Sharer { group: granted.group, member: granted.member };
            let permit = Permit { fair: self.clone(), sharer, amount: granted.amount };
            unclaimed.extend(granted.wake.send(permit).err());
        }
        drop(queue);
        // A permit that nobody waits for gives its amount back, which needs the lock.
        drop(unclaimed);
    }

    fn refused(&self, is_share: bool) -> Refused {
        if is_share { Refused::Share(self.0.what) } else { Refused::Full(self.0.what) }
    }

    fn lock(&self) -> MutexGuard<'_, Queue<Group, Member, oneshot::Sender<Permit>>> {
        // Every method of the queue leaves it consistent, so a panic elsewhere while the lock is held does no harm.
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the queue, which is left when the caller stops to wait.
struct Waiting<'f> {
    fair: &'f Fair,
    sharer: Sharer,
    ticket: u64,
}

impl Waiting<'_> {
    fn reason(&self, amount: u32) -> Refused {
        let is_share = self.fair.lock().is_at_share(self.sharer.group, self.sharer.member, amount);
        self.fair.refused(is_share)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let left = self.fair.lock().leave(self.sharer.group, self.sharer.member, self.ticket);
        // A large amount in front may have kept smaller ones back.
        if left {
            self.fair.grant();
        }
    }
}

/// An amount of a budget; given back when dropped.
#[derive(Debug)]
pub struct Permit {
    fair: Fair,
    sharer: Sharer,
    amount: u32,
}

impl Permit {
    /// The amount that is held.
    pub fn amount(&self) -> u32 {
        self.amount
    }

    /// Gives back what exceeds `amount`.
    pub fn shrink_to(&mut self, amount: u32) {
        let surplus = self.amount.saturating_sub(amount);
        self.amount -= surplus;
        self.give_back(surplus);
    }

    /// Adds the amount of another permit of the same sharer and budget.
    pub fn join(&mut self, mut other: Self) {
        self.amount = self.amount.saturating_add(std::mem::take(&mut other.amount));
    }

    fn give_back(&self, amount: u32) {
        if amount > 0 {
            self.fair.lock().release(self.sharer.group, self.sharer.member, amount);
            self.fair.grant();
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.give_back(self.amount);
    }
}
