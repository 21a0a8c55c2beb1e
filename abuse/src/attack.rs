//! The table of attacks. Invariant: names are unique, and each attack states what it sends and what must come back.

mod bulk;
mod capture;
mod context_map;
mod control_character;
mod credential;
mod epcis_subscription;
mod evidence;
mod filter;
mod fragment;
mod framing;
mod graphql;
mod graphql_subscription;
mod head;
mod idempotency;
mod json;
mod operator_page;
mod page;
mod path;
mod query;
mod sandbox;
mod slow;
mod slow_reader;
mod socket;
mod stream;
mod tenancy;
mod tenancy_event;
mod tenancy_time;
mod token;
mod unread;
mod wait;
mod webhook;
mod webhook_url;

use crate::{context::Context, tally::Tally};
use futures::future::BoxFuture;
use std::sync::Arc;

/// The load of an attack: it sends requests and tallies the answers.
pub(crate) type Run = fn(Arc<Context>) -> BoxFuture<'static, anyhow::Result<Tally>>;

/// One attack.
#[derive(Clone, Copy)]
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    /// What it sends, with its rate.
    pub(crate) kind: &'static str,
    /// What must come back, beyond the promises that hold during every attack.
    pub(crate) expect: &'static str,
    /// Whether only the full form runs it: it needs more than half a second, or it is a variation of another attack.
    pub(crate) is_long: bool,
    /// Records that the attack needs; stored before anything is measured.
    pub(crate) prepare: Option<Run>,
    pub(crate) run: Run,
    /// The same kind of load from an equal tenant within its limits, where the ordinary load is of another kind: the
    /// neighbour's latency is compared with that beside it.
    pub(crate) equal: Option<Run>,
}

impl Attack {
    const fn new(name: &'static str, kind: &'static str, expect: &'static str, run: Run) -> Self {
        Self { name, kind, expect, is_long: false, prepare: None, run, equal: None }
    }

    const fn long(self) -> Self {
        Self { is_long: true, ..self }
    }

    const fn beside(self, equal: Run) -> Self {
        Self { equal: Some(equal), ..self }
    }

    const fn after(self, prepare: Run) -> Self {
        Self { prepare: Some(prepare), ..self }
    }
}

/// The texts for 0 to `count - 1`, one after the other.
fn numbered(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect::<Vec<_>>().concat()
}

/// All attacks, in the order in which they run.
pub(crate) fn all() -> Vec<Attack> {
    let families: [&[Attack]; 32] = [
        control_character::ATTACKS,
        json::ATTACKS,
        framing::ATTACKS,
        head::ATTACKS,
        path::ATTACKS,
        token::ATTACKS,
        credential::ATTACKS,
        idempotency::ATTACKS,
        tenancy::ATTACKS,
        tenancy_time::ATTACKS,
        graphql::ATTACKS,
        fragment::ATTACKS,
        capture::ATTACKS,
        context_map::ATTACKS,
        query::ATTACKS,
        filter::ATTACKS,
        page::ATTACKS,
        evidence::ATTACKS,
        wait::ATTACKS,
        operator_page::ATTACKS,
        slow::ATTACKS,
        slow_reader::ATTACKS,
        unread::ATTACKS,
        bulk::ATTACKS,
        tenancy_event::ATTACKS,
        socket::ATTACKS,
        graphql_subscription::ATTACKS,
        webhook_url::ATTACKS,
        webhook::ATTACKS,
        epcis_subscription::ATTACKS,
        stream::ATTACKS,
        sandbox::ATTACKS,
    ];
    families.concat()
}

/// The attack with this name.
pub(crate) fn find(name: &str) -> Option<Attack> {
    all().into_iter().find(|attack| attack.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_every_attack_states_what_it_does() {
        let names: BTreeSet<_> = all().iter().map(|attack| attack.name).collect();
        assert_eq!(names.len(), all().len());
        for Attack { name, kind, expect, .. } in all() {
            assert!(name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'));
            assert!(!kind.is_empty() && !expect.is_empty(), "{name}");
        }
    }
}
