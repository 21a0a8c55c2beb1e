//! A height with very many views. The kept state stays bounded, the basis of a proposal stays known, and nothing is
//! signed in a view whose votes were removed.

use crate::fixture::{HEIGHT, Network, TIMING, sign};
use chain_consensus::{Committee, Effect, Input, Memory, Simplex, VIEWS_KEPT};
use chain_types::{Certificate, Digest, Moment, SignedVote, View, certificate::Step};
use std::sync::Arc;

/// The block that an early view notarised.
const BLOCK: Digest = Digest([9; 32]);
/// Enough views that the kept state is settled once.
const VIEWS: u64 = 2 * VIEWS_KEPT + 8;

fn certificate(committee: &Committee, view: View, step: Step, block: Digest) -> Certificate {
    let signed = [0, 1, 2].map(|signer| sign(committee, signer, view, step, block));
    Certificate {
        vote: committee.vote(HEIGHT, view, step, block),
        signatures: signed.iter().map(|one| (one.signer, one.signature)).collect(),
    }
}

/// A validator that left `views` views by nullification, except for the notarised one.
fn after_views(views: u64, notarised: Option<u64>) -> (Simplex, Arc<Committee>, Memory) {
    let committee = Arc::clone(&Network::new(&[1; 4]).members[3].committee);
    let mut simplex = Simplex::new(Arc::clone(&committee), TIMING, HEIGHT, Moment(0), Memory::default());
    let mut memory = Memory::default();
    for view in (0..views).map(View) {
        let (step, block) =
            if notarised == Some(view.0) { (Step::Notarise, BLOCK) } else { (Step::Nullify, Digest::ZERO) };
        let mut effects = Vec::new();
        simplex.step(Input::Certificate(certificate(&committee, view, step, block)), &mut effects);
        memory.votes.push(sign(&committee, 3, view, Step::Nullify, Digest::ZERO));
        memory.certificates.extend(effects.into_iter().filter_map(|effect| match effect {
            Effect::Log(certificate) => Some(certificate),
            _ => None,
        }));
    }
    (simplex, committee, memory)
}

/// The votes that it signs for the leader's proposal in its present view, after it found the block valid.
fn answer(simplex: &mut Simplex, committee: &Committee, block: Digest, born: View) -> Vec<Step> {
    let view = simplex.view();
    let leader = usize::from(committee.leader(HEIGHT, view));
    let vote = sign(committee, leader, view, Step::Propose, block);
    let mut effects = Vec::new();
    simplex.step(Input::Valid(block), &mut effects);
    simplex.step(Input::Proposal { vote, born }, &mut effects);
    let requested = effects.into_iter().filter_map(|effect| match effect {
        Effect::Sign(vote) if vote.view == view => Some(vote.step),
        _ => None,
    });
    requested.collect()
}

/// A number of views, at least [`VIEWS`], after which validator 3 does not lead.
fn views_to_play(committee: &Committee) -> u64 {
    (VIEWS..VIEWS + 4).find(|view| committee.leader(HEIGHT, View(*view)) != 3).expect("others lead")
}

#[test]
fn a_new_block_is_justified_when_every_view_was_nullified_and_not_otherwise() {
    let views = views_to_play(&after_views(0, None).1);
    for (notarised, expected) in [(None, vec![Step::Notarise]), (Some(1), Vec::new())] {
        let (mut simplex, committee, mut memory) = after_views(views, notarised);
        let present = simplex.view();
        assert_eq!(present, View(views));
        assert_eq!(answer(&mut simplex, &committee, Digest([5; 32]), present), expected);
        memory.settle(8);
        assert!(memory.certificates.len() < 10 && memory.votes.len() < 10);
        let mut again = Simplex::new(Arc::clone(&committee), TIMING, HEIGHT, Moment(0), memory);
        assert_eq!(answer(&mut again, &committee, Digest([5; 32]), present), expected, "after a restart");
    }
}

#[test]
fn a_block_that_was_notarised_long_ago_is_justified() {
    let views = views_to_play(&after_views(0, None).1);
    let (mut simplex, committee, mut memory) = after_views(views, Some(1));
    assert_eq!(answer(&mut simplex, &committee, BLOCK, View(1)), [Step::Notarise]);
    memory.settle(8);
    let mut again = Simplex::new(Arc::clone(&committee), TIMING, HEIGHT, Moment(0), memory);
    assert_eq!(answer(&mut again, &committee, BLOCK, View(1)), [Step::Notarise], "after a restart");
}

/// A late certificate shows that a settled view was notarised as well. The view is not finalised, because this
/// validator's own votes in it were removed.
#[test]
fn nothing_is_signed_in_a_settled_view() {
    let (mut simplex, committee, mut memory) = after_views(views_to_play(&after_views(0, None).1), None);
    memory.settle(8);
    let mut again = Simplex::new(Arc::clone(&committee), TIMING, HEIGHT, Moment(0), memory);
    for simplex in [&mut simplex, &mut again] {
        let mut effects = Vec::new();
        simplex.step(Input::Valid(BLOCK), &mut effects);
        simplex.step(Input::Certificate(certificate(&committee, View(1), Step::Notarise, BLOCK)), &mut effects);
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Sign(_))), "{effects:?}");
        let present = simplex.view();
        assert_eq!(
            answer(simplex, &committee, BLOCK, View(1)),
            [Step::Notarise],
            "view {present}: the block is justified"
        );
    }
}

/// The certificates of the newest views are all kept, and so is the notarisation of an older one that proposals may
/// rest on.
#[test]
fn settling_in_two_steps_equals_settling_once() {
    let (_, _, memory) = after_views(200, Some(50));
    let settled = |keeps: &[u64]| {
        let mut settled = memory.clone();
        for kept in keeps {
            settled.settle(*kept);
        }
        settled
    };
    assert_eq!(settled(&[100, 20]), settled(&[20]));
    assert_eq!(settled(&[20]).below, View(180));
    let of_settled: Vec<_> = settled(&[20]).certificates.iter().map(|one| one.vote.view.0).take(2).collect();
    assert_eq!(of_settled, [50, 180]);
    let votes: Vec<SignedVote> = settled(&[20]).votes;
    assert!(votes.iter().all(|signed| signed.vote.view >= View(180)) && votes.len() == 20);
}
