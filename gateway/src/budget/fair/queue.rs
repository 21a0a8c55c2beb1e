//! The state of a fair semaphore: who holds how much, and who waits. Invariant: groups take turns, and so do the
//! members of a group. A request in front that lacks only free amount keeps the others back until it is served.

use super::{Limits, Share};
use crate::budget::sharer::Kind;
use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    hash::Hash,
};

/// A group, which has limits by its kind.
pub(crate) trait Grouped: Copy + Eq + Hash {
    fn kind(self) -> Kind;
}

/// Holders and waiters. `W` wakes a waiter.
#[derive(Debug)]
pub(crate) struct Queue<G, M, W> {
    limits: Limits,
    free: u32,
    waiting: usize,
    tickets: u64,
    groups: HashMap<G, GroupState<M, W>>,
    /// The groups with a waiting member, the next one first.
    turns: VecDeque<G>,
}

#[derive(Debug)]
struct GroupState<M, W> {
    share: Share,
    held: u32,
    waiting: usize,
    members: HashMap<M, MemberState<W>>,
    /// The members with a waiting request, the next one first.
    turns: VecDeque<M>,
}

#[derive(Debug)]
struct MemberState<W> {
    held: u32,
    waiting: VecDeque<Waiter<W>>,
}

#[derive(Debug)]
struct Waiter<W> {
    ticket: u64,
    amount: u32,
    wake: W,
}

/// An amount that was just granted.
#[derive(Debug)]
pub(crate) struct Granted<G, M, W> {
    pub(crate) group: G,
    pub(crate) member: M,
    pub(crate) amount: u32,
    pub(crate) wake: W,
}

/// The result of one turn of a group.
enum Turn<M, W> {
    Granted(M, Waiter<W>),
    /// Everything that waits is above the limit of its member or of the group.
    AtShare,
    /// The next in turn waits for the amount that others hold.
    NotFree,
}

impl<G: Grouped, M: Copy + Eq + Hash, W> Queue<G, M, W> {
    pub(crate) fn new(limits: Limits) -> Self {
        let (groups, turns) = (HashMap::new(), VecDeque::new());
        Self { limits, free: limits.total, waiting: 0, tickets: 0, groups, turns }
    }

    pub(crate) fn free(&self) -> u32 {
        self.free
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Adds a request at the end of its member's queue and returns its ticket.
    ///
    /// # Errors
    /// Whether the member's own limit refuses it, or else the limit over all.
    pub(crate) fn push(&mut self, group: G, member: M, amount: u32, wake: W) -> Result<u64, bool> {
        let share = self.limits.share(group.kind());
        if amount > share.member_max.min(share.group_max) {
            return Err(true);
        }
        let waiting = self.groups.get(&group).map_or(0, |state| state.waiting);
        if self.waiting >= self.limits.waiting_max || waiting >= self.limits.waiting_of_kind_max(group.kind()) {
            return Err(false);
        }
        let own_waiting = self.member(group, member).map_or(0, |state| state.waiting.len());
        if own_waiting >= self.limits.waiting_per_member_max {
            return Err(true);
        }
        self.tickets += 1;
        self.waiting += 1;
        let state = self.groups.entry(group).or_insert_with(|| GroupState::new(share));
        if state.turns.is_empty() {
            self.turns.push_back(group);
        }
        state.push(member, Waiter { ticket: self.tickets, amount, wake });
        Ok(self.tickets)
    }

    /// Grants the next request that can be granted.
    pub(crate) fn next(&mut self) -> Option<Granted<G, M, W>> {
        for _ in 0..self.turns.len() {
            let group = self.turns.pop_front()?;
            let Some(state) = self.groups.get_mut(&group) else { continue };
            match state.next(self.free, &self.limits) {
                Turn::Granted(member, Waiter { amount, wake, .. }) => {
                    self.free -= amount;
                    self.waiting -= 1;
                    if !state.turns.is_empty() {
                        self.turns.push_back(group);
                    }
                    return Some(Granted { group, member, amount, wake });
                }
                Turn::AtShare => self.turns.push_back(group),
                Turn::NotFree => {
                    self.turns.push_front(group);
                    return None;
                }
            }
        }
        None
    }

    /// Gives an amount back.
    pub(crate) fn release(&mut self, group: G, member: M, amount: u32) {
        self.free += amount;
        if let Some(state) = self.groups.get_mut(&group) {
            state.held -= amount;
            if let Some(state) = state.members.get_mut(&member) {
                state.held -= amount;
            }
        }
        self.forget_idle(group, member);
    }

    /// Removes a request that waits; `false` when it was granted meanwhile.
    pub(crate) fn leave(&mut self, group: G, member: M, ticket: u64) -> bool {
        let Some(state) = self.groups.get_mut(&group) else { return false };
        let Some(waiting) = state.members.get_mut(&member).map(|state| &mut state.waiting) else { return false };
        let Some(position) = waiting.iter().position(|waiter| waiter.ticket == ticket) else { return false };
        waiting.remove(position);
        self.waiting -= 1;
        state.waiting -= 1;
        if waiting.is_empty() {
            state.turns.retain(|turn| *turn != member);
            if state.turns.is_empty() {
                self.turns.retain(|turn| *turn != group);
            }
        }
        self.forget_idle(group, member);
        true
    }

    /// Whether `amount` more is refused because of what the member itself holds.
    pub(crate) fn is_at_share(&self, group: G, member: M, amount: u32) -> bool {
        let Some(state) = self.groups.get(&group) else { return false };
        let own = state.members.get(&member).map_or(0, |state| state.held);
        own > 0 && own.saturating_add(amount) > state.share.member_max.min(state.growth_max(self.free, &self.limits))
    }

    fn member(&self, group: G, member: M) -> Option<&MemberState<W>> {
        self.groups.get(&group)?.members.get(&member)
    }

    /// Drops the state of a member, and of its group, that holds nothing and waits for nothing.
    fn forget_idle(&mut self, group: G, member: M) {
        let Entry::Occupied(mut entry) = self.groups.entry(group) else { return };
        let state = entry.get_mut();
        if state.members.get(&member).is_some_and(|state| state.held == 0 && state.waiting.is_empty()) {
            state.members.remove(&member);
        }
        if state.members.is_empty() {
            entry.remove();
        }
    }
}

impl<M: Copy + Eq + Hash, W> GroupState<M, W> {
    fn new(share: Share) -> Self {
        Self { share, held: 0, waiting: 0, members: HashMap::new(), turns: VecDeque::new() }
    }

    fn push(&mut self, member: M, waiter: Waiter<W>) {
        let empty = || MemberState { held: 0, waiting: VecDeque::new() };
        let state = self.members.entry(member).or_insert_with(empty);
        if state.waiting.is_empty() {
            self.turns.push_back(member);
        }
        state.waiting.push_back(waiter);
        self.waiting += 1;
    }

    /// How much a member that holds something may hold with its next request.
    fn growth_max(&self, free: u32, limits: &Limits) -> u32 {
        if !limits.leaves_as_much {
            return u32::MAX;
        }
        let is_shared = self.members.len() > 1;
        if is_shared { free.min(self.share.group_max.saturating_sub(self.held)) } else { free }
    }

    fn next(&mut self, free: u32, limits: &Limits) -> Turn<M, W> {
        let growth_max = self.growth_max(free, limits);
        for _ in 0..self.turns.len() {
            let Some(member) = self.turns.pop_front() else { break };
            let Some(state) = self.members.get_mut(&member) else { continue };
            let Some(amount) = state.waiting.front().map(|waiter| waiter.amount) else { continue };
            if self.held.saturating_add(amount) > self.share.group_max {
                self.turns.push_front(member);
                return Turn::AtShare;
            }
            let wanted = state.held.saturating_add(amount);
            if wanted > self.share.member_max || state.held > 0 && wanted > growth_max {
                self.turns.push_back(member);
                continue;
            }
            if amount > free {
                self.turns.push_front(member);
                return Turn::NotFree;
            }
            let Some(waiter) = state.waiting.pop_front() else { continue };
            if !state.waiting.is_empty() {
                self.turns.push_back(member);
            }
            self.waiting -= 1;
            self.held += amount;
            state.held += amount;
            return Turn::Granted(member, waiter);
        }
        Turn::AtShare
    }
}
