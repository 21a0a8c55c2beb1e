//! Tells a tenant's other endpoints that one was disabled. Invariant: the transaction that disables an endpoint stores
//! the notice for each of the others, and it is sent with the same id until it is delivered or given up.
//!
//! A notice has no number, as it is no event of the ledger, and neither waits for events nor delays them: an endpoint
//! has one call for notices at once, besides those for events.

use super::{Shared, call::now_ms, endpoint::Key, store::ms_of};
use crate::webhook::{model::DisabledReason, notice::About, store::notice::NoticeRow};
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};

/// Why an endpoint is disabled, and what the others are told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Disabling {
    pub(super) reason: DisabledReason,
    /// The header `webhook-id`.
    pub(super) id: String,
    /// The JSON of CloudEvents.
    pub(super) body: String,
}

impl Disabling {
    pub(super) fn new(shared: &Shared, (tenant, webhook): Key, reason: DisabledReason) -> Self {
        let now_ms = now_ms();
        let id = format!("{webhook}_disabled_{now_ms}");
        let at_us = i64::try_from(now_ms.saturating_mul(1_000)).unwrap_or(i64::MAX);
        let about = About { chain: shared.gateway.node.chain_id(), tenant, webhook, at_us };
        let body = about.disabled(id.clone(), reason);
        Self { reason, id, body }
    }
}

/// A notice to send.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Notice {
    pub(super) id: String,
    pub(super) body: Bytes,
    /// The failed attempts.
    pub(super) attempts: u32,
}

/// What became of an attempt. Times are in milliseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// It was delivered or given up.
    Settled,
    /// Another attempt is due at a time.
    Retry { at_ms: u64 },
    /// There was no call: it is due at a time, as if it had not been tried.
    NotSent { at_ms: u64 },
}

/// What must be stored of notices.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct NoticeChanges {
    /// The ids of those that were delivered or given up.
    pub(super) settled: Vec<String>,
    /// The ids of those that failed, with the failed attempts and the time of the next one in milliseconds since 1970.
    pub(super) tried: Vec<(String, u32, u64)>,
}

impl NoticeChanges {
    pub(super) fn is_empty(&self) -> bool {
        self.settled.is_empty() && self.tried.is_empty()
    }
}

/// The notices of an endpoint.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Notices {
    waiting: BTreeMap<String, Waiting>,
    /// The ids of those whose attempts are not stored yet.
    tried: BTreeSet<String>,
    /// The ids of those whose rows are not deleted yet.
    settled: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Waiting {
    notice: Notice,
    due_ms: u64,
    is_sent: bool,
}

impl Notices {
    /// Takes in all stored rows, after all changes were stored. One that is being sent is left as it is, and one whose
    /// row is gone is forgotten.
    pub(super) fn restore(&mut self, rows: Vec<NoticeRow>) {
        let ids: BTreeSet<&String> = rows.iter().map(|row| &row.id).collect();
        self.waiting.retain(|id, waiting| waiting.is_sent || ids.contains(id));
        for NoticeRow { id, body, attempts, next_at } in rows {
            let notice = Notice { id: id.clone(), body: body.into(), attempts };
            self.waiting.entry(id).or_insert(Waiting { notice, due_ms: ms_of(next_at), is_sent: false });
        }
    }

    /// Whether one is being sent.
    pub(super) fn is_sending(&self) -> bool {
        self.waiting.values().any(|waiting| waiting.is_sent)
    }

    /// When the next one is due; `None` while one is being sent.
    pub(super) fn due_ms(&self) -> Option<u64> {
        let due_ms = self.waiting.values().map(|waiting| waiting.due_ms).min();
        due_ms.filter(|_| !self.is_sending())
    }

    /// Takes one that is due, to send it. It stays here until [`settle`](Self::settle).
    pub(super) fn take(&mut self, now_ms: u64) -> Option<Notice> {
        self.due_ms()?;
        let due = self.waiting.values_mut().find(|waiting| waiting.due_ms <= now_ms)?;
        due.is_sent = true;
        Some(due.notice.clone())
    }

    /// Notes what became of one that was taken.
    pub(super) fn settle(&mut self, id: &str, verdict: Verdict) {
        let Some(waiting) = self.waiting.get_mut(id) else { return };
        waiting.is_sent = false;
        match verdict {
            Verdict::Settled => {
                self.waiting.remove(id);
                self.tried.remove(id);
                self.settled.push(id.to_owned());
            }
            Verdict::Retry { at_ms } => {
                waiting.notice.attempts = waiting.notice.attempts.saturating_add(1);
                waiting.due_ms = at_ms;
                self.tried.insert(id.to_owned());
            }
            Verdict::NotSent { at_ms } => waiting.due_ms = at_ms,
        }
    }

    /// Whether there is something to store.
    pub(super) fn is_changed(&self) -> bool {
        !self.tried.is_empty() || !self.settled.is_empty()
    }

    /// Takes what must be stored.
    pub(super) fn changes(&mut self) -> NoticeChanges {
        let tried = std::mem::take(&mut self.tried).into_iter();
        let tried = tried.filter_map(|id| {
            let waiting = self.waiting.get(&id)?;
            Some((id, waiting.notice.attempts, waiting.due_ms))
        });
        NoticeChanges { tried: tried.collect(), settled: std::mem::take(&mut self.settled) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::OffsetDateTime;

    fn row(id: &str, attempts: u32) -> NoticeRow {
        NoticeRow { id: id.to_owned(), body: String::new(), attempts, next_at: OffsetDateTime::UNIX_EPOCH }
    }

    #[test]
    fn a_notice_is_sent_when_it_is_due_and_what_failed_is_stored() {
        let mut notices = Notices::default();
        notices.restore(vec![row("a", 3), row("b", 0)]);
        assert_eq!(notices.take(0).map(|notice| (notice.id, notice.attempts)), Some(("a".to_owned(), 3)));
        assert_eq!((notices.take(0), notices.due_ms()), (None, None), "one at a time");
        notices.settle("a", Verdict::NotSent { at_ms: 5 });
        assert!(!notices.is_changed());
        assert_eq!(notices.take(4).map(|notice| notice.id).as_deref(), Some("b"));
        notices.settle("b", Verdict::Settled);
        assert_eq!(notices.changes().settled, ["b"]);
        assert_eq!((notices.take(4), notices.due_ms()), (None, Some(5)));
        assert!(notices.take(5).is_some());
        notices.settle("a", Verdict::Retry { at_ms: 9 });
        assert_eq!(notices.changes(), NoticeChanges { settled: Vec::new(), tried: vec![("a".to_owned(), 4, 9)] });
        assert!(notices.changes().is_empty());
        assert!(notices.take(9).is_some());
        notices.settle("a", Verdict::Settled);
        assert_eq!(notices.changes(), NoticeChanges { settled: vec!["a".to_owned()], tried: Vec::new() });
        assert_eq!(notices.due_ms(), None);
    }

    #[test]
    fn a_notice_whose_row_is_gone_is_forgotten_unless_it_is_being_sent() {
        let mut notices = Notices::default();
        notices.restore(vec![row("a", 0), row("b", 0)]);
        let sent = notices.take(0).expect("it is due").id;
        notices.restore(vec![row("c", 0)]);
        assert_eq!(notices.waiting.keys().collect::<Vec<_>>(), [&sent, "c"]);
    }
}
