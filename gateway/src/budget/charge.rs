//! Bytes in memory that count against the budget of bodies and answers. Invariant: charged bytes are given back when
//! the last reference to them is dropped: for an answer, when it is sent.

use super::{Permit, current};
use crate::error::{ApiError, code};
use bytes::Bytes;

/// Marks a response whose body is part of the binary and so takes no memory: insert it into the extensions.
#[derive(Clone, Copy, Debug)]
pub struct Uncharged;

/// Bytes that the current request holds in memory, or is about to hold.
#[derive(Debug)]
pub struct Charge {
    permit: Option<Permit>,
}

impl Charge {
    /// Reserves `bytes` for the current request, after a wait if needed. Reserve the whole size before the bytes are
    /// allocated: requests that each held a part and waited for more would keep each other waiting. Outside of a
    /// request nothing is counted.
    ///
    /// # Errors
    /// `limit.share` when the tenant uses its share, `limit.overloaded` when there is no memory in time. `limit.share`
    /// at once when it could come only from what this request keeps for its answer, which it holds until its end.
    pub async fn reserve(bytes: usize) -> Result<Self, ApiError> {
        let amount = kib(bytes);
        let permit = match current(|budget| (budget.all().bytes.clone(), budget.sharer(), budget.kept_kib())) {
            Some((budget, sharer, kept)) if bytes > 0 => {
                let member_max = budget.limits().share(sharer.group.kind()).member_max;
                if kept > 0 && kept.saturating_add(amount) > member_max {
                    return Err(answer_above_share());
                }
                Some(budget.acquire(sharer, amount).await?)
            }
            _ => None,
        };
        Ok(Self { permit })
    }

    /// Checks that the current request may reserve `bytes` at all, however much is free.
    ///
    /// # Errors
    /// `limit.share`.
    pub fn check(bytes: usize) -> Result<(), ApiError> {
        let share = current(|budget| budget.all().bytes.limits().share(budget.sharer().group.kind()));
        match share {
            Some(share) if kib(bytes) > share.member_max.min(share.group_max) => {
                Err(ApiError::new(&code::SHARE_USED, "This needs more memory than one caller may use."))
            }
            _ => Ok(()),
        }
    }

    /// Gives back what exceeds `bytes`.
    pub fn shrink_to(&mut self, bytes: usize) {
        if let Some(permit) = &mut self.permit {
            permit.shrink_to(kib(bytes));
        }
    }

    /// Attaches the charge to a body that was received: the bytes are given back when its last clone is dropped.
    pub fn attach(self, bytes: impl Into<Bytes>) -> Bytes {
        let bytes = bytes.into();
        match self.permit {
            Some(permit) => Bytes::from_owner(Charged { bytes, _permit: permit }),
            None => bytes,
        }
    }

    /// Keeps the charge for the answer of the current request, which is about to be made. Once the answer is made, the
    /// charge shrinks to its size.
    pub fn keep_for_answer(self) {
        if let Some(permit) = self.permit {
            current(|budget| budget.keep_answer(permit));
        }
    }

    /// Keeps at most `bytes` of the charge for the answer of the current request: what was read takes them, not all
    /// that might have been. So one request can read several pages.
    pub fn keep_part_for_answer(mut self, bytes: usize) {
        self.shrink_to(bytes);
        self.keep_for_answer();
    }

    /// Attaches the charge to the bytes of an answer, or a part of it: they are given back once they are sent. The
    /// answer is then not charged a second time.
    pub fn attach_answer(self, bytes: impl Into<Bytes>) -> Bytes {
        let bytes = bytes.into();
        current(|budget| budget.note_answer_kib(kib(bytes.len())));
        self.attach(bytes)
    }
}

fn answer_above_share() -> ApiError {
    let detail = "The parts of this answer need more memory together than one caller may use. Ask for fewer or smaller \
        pages in one request.";
    ApiError::new(&code::SHARE_USED, detail)
}

/// Bytes with what they hold of budgets.
pub(super) struct Charged<P> {
    pub(super) bytes: Bytes,
    pub(super) _permit: P,
}

impl<P> AsRef<[u8]> for Charged<P> {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// A size in KiB, rounded up.
pub(super) fn kib(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1_024)).unwrap_or(u32::MAX)
}
