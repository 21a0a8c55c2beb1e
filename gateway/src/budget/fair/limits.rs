//! The limits of a budget. Invariant: all sandboxes together, however many, leave half of every budget to tenants in
//! production, and callers without credentials leave three quarters.

use crate::budget::sharer::Kind;
use std::time::Duration;

/// What a group, and one member of it, may hold of a budget.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    pub group_max: u32,
    pub member_max: u32,
}

impl Share {
    /// A member may hold three quarters of what its group may.
    fn of_group(group_max: u32) -> Self {
        Self { group_max, member_max: group_max.saturating_sub(group_max / 4) }
    }
}

/// The limits of a budget. All amounts have the budget's unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// What all sharers hold together.
    pub total: u32,
    /// What one tenant in production holds.
    pub tenant_max: u32,
    /// What all tenants in test mode hold together. Anybody can create such tenants, so their number must not matter.
    pub sandboxes: Share,
    /// What all callers without credentials hold.
    pub public: Share,
    /// Whether a member that holds something gets more only up to what is still free: of all, and of its group where
    /// that has other members. So `n` members that take all they can get leave a part of `n + 1` free (the dynamic
    /// threshold of Choudhury and Hahne, "Dynamic queue length thresholds for shared-memory packet switches", 1998).
    pub leaves_as_much: bool,
    /// The number of requests that wait, over all sharers.
    pub waiting_max: usize,
    /// The number of requests of one member that wait.
    pub waiting_per_member_max: usize,
    /// The time that a request waits; zero: a request never waits.
    pub wait_max: Duration,
}

impl Limits {
    /// A tenant may hold half of `total`, all sandboxes together half, and all callers without credentials a quarter.
    pub fn of(total: u32, wait_max: Duration) -> Self {
        Self {
            total,
            tenant_max: (total / 2).max(1),
            sandboxes: Share::of_group((total / 2).max(1)),
            public: Share::of_group((total / 4).max(1)),
            leaves_as_much: true,
            waiting_max: crate::budget::WAITING_MAX,
            waiting_per_member_max: crate::budget::WAITING_PER_MEMBER_MAX,
            wait_max,
        }
    }

    /// What a group of this kind may hold.
    pub const fn share(&self, kind: Kind) -> Share {
        match kind {
            Kind::Tenant => Share { group_max: self.tenant_max, member_max: self.tenant_max },
            Kind::Sandboxes => self.sandboxes,
            Kind::Public => self.public,
        }
    }

    /// The number of requests that wait in all groups of this kind together.
    pub(super) const fn waiting_of_kind_max(&self, kind: Kind) -> usize {
        match kind {
            Kind::Tenant => self.waiting_max,
            Kind::Sandboxes => self.waiting_max / 2,
            Kind::Public => self.waiting_max / 4,
        }
    }
}
