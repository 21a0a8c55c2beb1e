//! Tests of the journal on real files: recovery after reopening, torn writes, and heights that last long.

use super::*;
use chain_types::{ChainId, Epoch, ShardId};

fn vote(height: u64, view: u64, step: Step, block: u8) -> Vote {
    Vote {
        chain_id: ChainId(Digest([7; 32])),
        shard: ShardId(0),
        epoch: Epoch(0),
        height: Height(height),
        view: View(view),
        step,
        block: Digest([block; 32]),
    }
}

fn key() -> SecretKey {
    SecretKey::from_seed(&[1; 32])
}

fn certificate(height: u64, view: u64) -> Certificate {
    Certificate { vote: vote(height, view, Step::Nullify, 0), signatures: Vec::new() }
}

/// The votes of a height survive reopening, and certificates that were followed by a vote too. The height before is
/// forgotten.
#[test]
fn the_votes_of_a_height_survive_reopening() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("journal");
    let mut journal = Journal::open(&path).expect("opens");
    let first = journal.record(vote(1, 0, Step::Finalise, 1), 0, &key()).expect("records").expect("signs");
    journal.record(vote(2, 0, Step::Notarise, 1), 0, &key()).expect("records").expect("signs");
    journal.log(certificate(2, 0));
    journal.record(vote(2, 1, Step::Notarise, 2), 0, &key()).expect("records").expect("signs");
    journal.log(certificate(2, 1));
    drop(journal);
    let journal = Journal::open(&path).expect("opens");
    let memory = journal.memory();
    assert_eq!(
        (memory.votes.len(), memory.certificates),
        (2, vec![certificate(2, 0)]),
        "the last certificate had no vote after it"
    );
    assert_eq!(journal.height(), Height(2), "the height before is not needed");
    assert!(first.signature == key().sign(Namespace::VOTE, &first.vote.digest()));
}

/// A write that failed, as on a full disk, is repeated before the vote is returned.
#[test]
fn a_vote_is_returned_only_once_it_is_written() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("journal");
    let mut journal = Journal::open(&path).expect("opens");
    let writable = std::mem::replace(&mut journal.file, File::open(&path).expect("for reading only"));
    let ours = vote(1, 0, Step::Notarise, 1);
    for _ in 0..2 {
        journal.record(ours.clone(), 0, &key()).expect_err("it is not on disk");
    }
    journal.file = writable;
    let signed = journal.record(ours, 0, &key()).expect("records").expect("signs");
    drop(journal);
    assert_eq!(Journal::open(&path).expect("opens").memory().votes, [signed]);
}

/// A torn write loses the newest entry and nothing before it.
#[test]
fn a_torn_entry_leaves_those_before_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("journal");
    let mut journal = Journal::open(&path).expect("opens");
    journal.record(vote(3, 0, Step::Notarise, 1), 0, &key()).expect("records").expect("signs");
    let end = journal.region.end;
    journal.record(vote(3, 0, Step::Finalise, 1), 0, &key()).expect("records").expect("signs");
    let file = OpenOptions::new().write(true).open(&path).expect("opens");
    file.write_all_at(&[0xff; 60], offset(1, REGION_BYTES) + end + 30).expect("tears the second entry");
    let memory = Journal::open(&path).expect("opens").memory();
    assert_eq!(memory.votes.iter().map(|vote| vote.vote.step).collect::<Vec<_>>(), [Step::Notarise]);
}

/// Entries of an older height after those of a newer one in the same region are ignored.
#[test]
fn a_reused_region_ignores_its_old_entries() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("journal");
    let mut journal = Journal::open(&path).expect("opens");
    for step in [Step::Propose, Step::Notarise, Step::Finalise] {
        journal.record(vote(1, 0, step, 1), 0, &key()).expect("records").expect("signs");
    }
    journal.record(vote(2, 0, Step::Notarise, 1), 0, &key()).expect("records").expect("signs");
    journal.record(vote(3, 0, Step::Notarise, 1), 0, &key()).expect("records").expect("signs");
    let journal = Journal::open(&path).expect("opens");
    assert_eq!((journal.height(), journal.memory().votes.len()), (Height(3), 1));
}

/// A damaged mark reads as height 0, never as another height.
#[test]
fn the_mark_survives_reopening_and_a_torn_one_counts_as_none() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("journal");
    let mut journal = Journal::open(&path).expect("opens");
    assert_eq!(journal.persisted(), Height(0));
    journal.mark_persisted(Height(7)).expect("marks");
    drop(journal);
    for at in 0..ENTRY_HEAD as u64 {
        assert_eq!(Journal::open(&path).expect("opens").persisted(), Height(7));
        let file = OpenOptions::new().read(true).write(true).open(&path).expect("opens");
        let mut byte = [0];
        file.read_exact_at(&mut byte, at).expect("reads");
        file.write_all_at(&[byte[0] ^ 1], at).expect("tears the mark");
        assert_eq!(Journal::open(&path).expect("opens").persisted(), Height(0), "byte {at}");
        file.write_all_at(&byte, at).expect("restores the mark");
    }
}

#[test]
fn the_same_step_returns_the_stored_signature() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut journal = Journal::open(&folder.path().join("journal")).expect("opens");
    let first = journal.record(vote(1, 0, Step::Notarise, 1), 0, &key()).expect("records").expect("signs");
    let end = journal.region.end;
    assert_eq!(journal.record(vote(1, 0, Step::Notarise, 1), 0, &key()).expect("records").expect("signs"), first);
    assert_eq!(journal.region.end, end);
}

#[test]
#[should_panic(expected = "never contradicts")]
fn a_second_block_for_one_step_panics() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut journal = Journal::open(&folder.path().join("journal")).expect("opens");
    journal.record(vote(1, 0, Step::Notarise, 1), 0, &key()).expect("records").expect("signs");
    let _ = journal.record(vote(1, 0, Step::Notarise, 2), 0, &key());
}

#[test]
#[should_panic(expected = "never contradicts")]
fn a_view_both_nullified_and_finalised_panics() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut journal = Journal::open(&folder.path().join("journal")).expect("opens");
    journal.record(vote(1, 0, Step::Nullify, 0), 0, &key()).expect("records").expect("signs");
    let _ = journal.record(vote(1, 0, Step::Finalise, 1), 0, &key());
}

/// Of the views that it leaves, the validator signs in every twentieth: each signature waits for the disk.
const SIGNS_EVERY: u64 = 20;

/// Leaves these views of height 1.
fn long_height(journal: &mut Journal, views: std::ops::Range<u64>) {
    for view in views {
        if view % SIGNS_EVERY == 0 {
            journal.record(vote(1, view, Step::Nullify, 0), 0, &key()).expect("records").expect("signs");
        }
        journal.log(certificate(1, view));
    }
}

/// A height with far more views than a region holds does not grow the file, and what is needed is kept.
#[test]
fn a_height_never_fills_the_journal() {
    const VIEWS: u64 = 200_000;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("journal");
    let mut journal = Journal::open(&path).expect("opens");
    let length = std::fs::metadata(&path).expect("the file exists").len();
    let notarised = Certificate { vote: vote(1, 0, Step::Notarise, 9), signatures: Vec::new() };
    journal.log(notarised.clone());
    long_height(&mut journal, 0..VIEWS);
    let last = journal.record(vote(1, VIEWS, Step::Notarise, 9), 0, &key()).expect("records").expect("signs");
    assert_eq!(std::fs::metadata(&path).expect("the file exists").len(), length);
    let old = journal.record(vote(1, 0, Step::Finalise, 9), 0, &key()).expect("reads");
    assert_eq!(old, None, "the votes of view 0 are forgotten, so nothing more is signed there");
    let before = journal.region.clone();
    let journal = Journal::open(&path).expect("opens");
    assert_eq!(journal.region, before);
    let memory = journal.memory();
    assert!(memory.below.1 > View(0) && memory.below.1 <= View(VIEWS - VIEWS_KEPT), "{:?}", memory.below);
    let kept_views: Vec<_> = memory.votes.iter().map(|signed| signed.vote.view).collect();
    let signed = (memory.below.1.0..=VIEWS).filter(|view| view % SIGNS_EVERY == 0);
    assert!(signed.map(View).eq(kept_views), "every vote in a view that is not settled is kept");
    assert_eq!(memory.certificates.first(), Some(&notarised), "a later proposal may need it");
    assert_eq!(journal.last_block(), Some(last.vote.block));
}

/// The write that begins the next region of a height is cut at any point: the state before it is recovered.
#[test]
fn a_torn_carry_over_leaves_the_region_before_it() {
    const SMALL: u64 = 16 * 1024;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("journal");
    let mut journal = Journal::open_with(&path, SMALL).expect("opens");
    let (mut views, mut before) = (0, Vec::new());
    while journal.region.number < 4 {
        before = std::fs::read(&path).expect("reads");
        long_height(&mut journal, views..views + 1);
        views += 1;
    }
    let after = std::fs::read(&path).expect("reads");
    let open = |bytes: &[u8]| {
        std::fs::write(&path, bytes).expect("writes");
        Journal::open_with(&path, SMALL).expect("opens").region
    };
    let (old, new) = (open(&before), open(&after));
    assert_eq!((old.number, new.number), (3, 4));
    assert_eq!(new.last.map(|signed| signed.vote.view), Some(View(views - 1)), "the vote that began the region");
    let changed: Vec<_> = (0..after.len()).filter(|at| before[*at] != after[*at]).collect();
    let (first, end) = (changed[0], changed[changed.len() - 1] + 1);
    // Every 37th byte, a prime, so that cuts fall into different fields of the entries.
    for cut in (first..end).step_by(37) {
        let torn = [&after[..cut], &before[cut..]].concat();
        assert_eq!(open(&torn), old, "cut at {cut}");
    }
}
