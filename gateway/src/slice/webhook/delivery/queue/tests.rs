//! The order of events that share subjects, retries, dead letters, replays, what is stored, and the limits.

use super::*;

fn key(sequence: u64) -> EventKey {
    EventKey { replay: 0, sequence }
}

/// A queue with these events, numbered from 1, that came at time 0.
fn queue(events: &[&[u64]]) -> Queue {
    let mut queue = Queue::new(0);
    for (sequence, subjects) in (1..).zip(events) {
        queue.admit(key(sequence), subjects.to_vec(), 0);
        queue.read(sequence);
    }
    queue
}

/// The numbers of the events that can be taken at a time.
fn taken(queue: &mut Queue, now_ms: u64) -> Vec<u64> {
    std::iter::from_fn(|| queue.take(now_ms)).map(|(key, _)| key.sequence).collect()
}

fn settle(queue: &mut Queue, sequence: u64, verdict: Verdict) {
    queue.settle(key(sequence), verdict, None, 0);
}

fn row(sequence: u64, subjects: &[u64], attempts: u32, next_at_ms: Option<u64>) -> Row {
    Row { key: key(sequence), subjects: subjects.to_vec(), attempts, next_at_ms, is_dead: false, error: None }
}

#[test]
fn events_that_share_a_subject_are_sent_one_after_another() {
    let mut queue = queue(&[&[1], &[1, 2], &[2], &[3], &[1]]);
    assert_eq!(taken(&mut queue, 0), [1, 4]);
    settle(&mut queue, 4, Verdict::Delivered);
    assert!(taken(&mut queue, 0).is_empty(), "nobody waits for subject 3");
    settle(&mut queue, 1, Verdict::Delivered);
    assert_eq!(taken(&mut queue, 0), [2]);
    settle(&mut queue, 2, Verdict::Delivered);
    assert_eq!(taken(&mut queue, 0), [3, 5]);
}

#[test]
fn a_subject_that_is_named_twice_counts_once() {
    let mut queue = queue(&[&[1, 1], &[1]]);
    assert_eq!(taken(&mut queue, 0), [1]);
    settle(&mut queue, 1, Verdict::Delivered);
    assert_eq!(taken(&mut queue, 0), [2]);
}

#[test]
fn a_retry_keeps_its_place_and_a_dead_letter_frees_its_subjects() {
    let mut queue = queue(&[&[1], &[1], &[2]]);
    assert_eq!(taken(&mut queue, 0), [1, 3]);
    settle(&mut queue, 1, Verdict::Retry { at_ms: 500 });
    assert_eq!((queue.due_ms(), taken(&mut queue, 499)), (Some(500), vec![]));
    assert_eq!(queue.take(500), Some((key(1), 1)));
    settle(&mut queue, 1, Verdict::Dead);
    assert_eq!(taken(&mut queue, 500), [2]);
}

#[test]
fn a_call_that_was_not_made_is_no_attempt() {
    let mut queue = queue(&[&[1]]);
    assert_eq!(queue.take(0), Some((key(1), 0)));
    settle(&mut queue, 1, Verdict::NotSent { at_ms: 20 });
    assert_eq!(queue.take(19), None);
    assert_eq!(queue.take(20), Some((key(1), 0)));
}

#[test]
fn what_was_not_taken_cannot_be_settled() {
    let mut queue = queue(&[&[1]]);
    settle(&mut queue, 1, Verdict::Delivered);
    settle(&mut queue, 9, Verdict::Delivered);
    assert_eq!(queue.len(), 1);
}

#[test]
fn the_position_stops_before_the_first_event_without_a_row() {
    let mut queue = queue(&[&[1], &[2], &[3]]);
    assert_eq!(queue.changes(0, false), Changes::default());
    assert_eq!(taken(&mut queue, 0), [1, 2, 3]);
    settle(&mut queue, 1, Verdict::Delivered);
    settle(&mut queue, 3, Verdict::Delivered);
    assert!(queue.is_changed(0));
    assert_eq!(queue.changes(0, false), Changes { read_to: Some(1), ..Changes::default() });
    settle(&mut queue, 2, Verdict::Retry { at_ms: 70 });
    let rows = vec![row(2, &[2], 1, Some(70))];
    assert_eq!(queue.changes(0, false), Changes { read_to: Some(3), rows, ..Changes::default() });
    assert!(!queue.is_changed(0));
    assert_eq!(taken(&mut queue, 70), [2]);
    settle(&mut queue, 2, Verdict::Delivered);
    assert_eq!(queue.changes(0, false), Changes { settled: vec![key(2)], ..Changes::default() });
}

#[test]
fn an_event_that_holds_back_the_position_for_long_gets_a_row() {
    let mut queue = queue(&[&[1], &[1]]);
    queue.admit(key(3), vec![3], 1);
    queue.read(3);
    assert_eq!(queue.held_ms(), Some(UNSAVED_MS_MAX));
    assert!(queue.changes(UNSAVED_MS_MAX - 1, false).is_empty());
    let rows = vec![row(1, &[1], 0, None), row(2, &[1], 0, None)];
    assert_eq!(queue.changes(UNSAVED_MS_MAX, false), Changes { read_to: Some(2), rows, ..Changes::default() });
    let rows = vec![row(3, &[3], 0, None)];
    assert_eq!(queue.changes(0, true), Changes { read_to: Some(3), rows, ..Changes::default() }, "at the end");
}

#[test]
fn a_dead_letter_is_a_row_and_restored_rows_keep_their_order() {
    let mut queue = queue(&[&[1]]);
    taken(&mut queue, 0);
    queue.settle(key(1), Verdict::Dead, Some("webhook.timeout"), 0);
    let dead = Row { is_dead: true, error: Some("webhook.timeout"), ..row(1, &[1], 1, None) };
    assert_eq!(queue.changes(0, false), Changes { read_to: Some(1), rows: vec![dead], ..Changes::default() });

    let mut queue = Queue::new(4);
    queue.restore(row(2, &[1], 3, Some(90)), 0);
    queue.restore(row(4, &[1], 0, None), 0);
    queue.restore(row(4, &[1], 0, None), 0);
    queue.admit(key(5), vec![1], 0);
    assert_eq!((taken(&mut queue, 89), queue.len()), (vec![], 3));
    assert_eq!(queue.take(90), Some((key(2), 3)));
    settle(&mut queue, 2, Verdict::Delivered);
    assert_eq!(taken(&mut queue, 90), [4]);
    settle(&mut queue, 4, Verdict::Delivered);
    assert_eq!(queue.changes(0, false), Changes { settled: vec![key(2), key(4)], ..Changes::default() });
}

#[test]
fn a_replay_comes_after_what_is_there_and_has_a_position_of_its_own() {
    let mut queue = queue(&[&[1]]);
    queue.begin_replay(Replay { id: 7, next: 1, until: 2 });
    let again = |sequence| EventKey { replay: 7, sequence };
    for sequence in 1..=2 {
        queue.admit(again(sequence), vec![1], 0);
        queue.read_replay(sequence + 1);
    }
    assert_eq!(queue.take(0), Some((key(1), 0)));
    assert_eq!(queue.take(0), None, "the replay waits for the first time");
    settle(&mut queue, 1, Verdict::Delivered);
    assert_eq!(queue.changes(0, false), Changes { read_to: Some(1), ..Changes::default() });
    for sequence in 1..=2 {
        assert_eq!(queue.take(0), Some((again(sequence), 0)));
        queue.settle(again(sequence), Verdict::Delivered, None, 0);
        let replay = Some(Replay { id: 7, next: sequence + 1, until: 2 });
        assert_eq!(queue.changes(0, false), Changes { replay, ..Changes::default() });
    }
    assert_eq!(queue.replay(), None, "it is over");
}

#[test]
fn an_endpoint_that_is_behind_reads_no_further() {
    let mut queue = Queue::new(0);
    for sequence in 1..=READY_MAX as u64 {
        assert_eq!(queue.room(0), READY_MAX + 1 - usize::try_from(sequence).expect("small"));
        queue.admit(key(sequence), vec![sequence], 0);
    }
    assert_eq!(queue.room(0), 0);
    queue.take(0);
    assert_eq!(queue.room(0), 1);
    settle(&mut queue, 1, Verdict::Retry { at_ms: 1 });
    assert_eq!((queue.room(0), queue.room(1)), (1, 0), "one that is not due waits for more than its turn");
}

#[test]
fn the_events_of_an_endpoint_are_limited_in_number() {
    let mut queue = Queue::new(0);
    for sequence in 1..PENDING_MAX as u64 {
        queue.admit(key(sequence), vec![1], 0);
    }
    assert_eq!(queue.room(0), 1);
    queue.admit(key(PENDING_MAX as u64), vec![1], 0);
    assert_eq!(queue.room(0), 0);
}

#[test]
fn the_subjects_of_an_endpoint_are_limited_in_number() {
    let mut queue = Queue::new(0);
    queue.admit(key(1), (0..PENDING_SUBJECTS_MAX as u64 - 1).collect(), 0);
    assert!(queue.room(0) > 0);
    queue.admit(key(2), vec![0], 0);
    assert_eq!(queue.room(0), 0);
    queue.take(0);
    settle(&mut queue, 1, Verdict::Delivered);
    assert!(queue.room(0) > 0, "settled events give their subjects back");
}

/// The number of subjects of an event is known only once it was read, so a page may have more than there is room for.
#[test]
fn a_page_of_events_with_many_subjects_is_taken_in_part() {
    const SUBJECTS: u64 = 1_000;
    let mut queue = Queue::new(0);
    let page = |after: u64| {
        let event = |number: u64| (number, (number * SUBJECTS..(number + 1) * SUBJECTS).collect());
        (after + 1..=after + READY_MAX as u64).map(event).collect::<Vec<_>>()
    };
    assert_eq!(queue.room(0), READY_MAX);
    let taken_to = queue.admit_page(0, page(0), READY_MAX as u64, 0);
    queue.read(taken_to);
    assert_eq!((taken_to, queue.read_to(), queue.room(0)), (PENDING_SUBJECTS_MAX as u64 / SUBJECTS, taken_to, 0));
    assert_eq!(queue.subjects, PENDING_SUBJECTS_MAX);
    // All endpoints of a tenant together hold a small part of the memory that one tenant may have.
    let line_bytes = size_of::<u64>() + size_of::<VecDeque<Arrival>>() + 4 * size_of::<Arrival>();
    let bytes = queue.lines.capacity() * line_bytes * super::super::super::bounds::WEBHOOKS_MAX as usize;
    assert!(bytes < 64 * 1_024 * 1_024, "{bytes} bytes");
    // The rest follows when events are settled, and nothing is left out.
    queue.take(0);
    settle(&mut queue, 1, Verdict::Delivered);
    assert!(queue.room(0) > 0);
    assert_eq!(queue.admit_page(0, page(taken_to), taken_to + READY_MAX as u64, 0), taken_to + 1);
    assert_eq!(queue.len() as u64, taken_to);
}
