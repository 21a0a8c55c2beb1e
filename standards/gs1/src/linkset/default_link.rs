//! The rules for default links, which the schema does not check (GS1-Conformant Resolver 1.2, sections 2.5.8 and
//! 2.5.9). Invariant: a linkset without problems has a default link for every request.

use super::{
    LinkContext, Linkset, Problem, Target,
    link_type::{DEFAULT_LINK, DEFAULT_LINK_MULTI, canonical},
};
use crate::{limit::PROBLEMS_MAX, problem::code};

/// Checks the default links: each anchor has at most one, with a title and nothing else, to an address that another
/// link type describes. At least the last anchor, which is the level of the primary key, has one.
pub fn check(linkset: &Linkset) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, context) in linkset.contexts.iter().enumerate() {
        check_context(context, index, &mut problems);
    }
    let has_default = linkset.contexts.last().is_some_and(|context| of_type(context, DEFAULT_LINK).next().is_some());
    if !has_default {
        let pointer = match linkset.contexts.len() {
            0 => "/linkset".to_owned(),
            length => format!("/linkset/{}", length - 1),
        };
        problems.push(problem(pointer, "the level of the primary key must have a default link"));
    }
    problems.truncate(PROBLEMS_MAX);
    problems
}

fn check_context(context: &LinkContext, index: usize, problems: &mut Vec<Problem>) {
    for (place, (link_type, target_index, target)) in of_type(context, DEFAULT_LINK).enumerate() {
        let name = link_type.replace('~', "~0").replace('/', "~1");
        let pointer = || format!("/linkset/{index}/{name}/{target_index}");
        if place > 0 {
            problems.push(problem(pointer(), "an anchor has one default link"));
            // The first one too many stands for all of them.
            return;
        }
        if target.title.is_none() || !is_bare(target) {
            problems.push(problem(pointer(), "a default link has a title, and nothing else"));
        }
        if !is_described(context, target) {
            problems.push(problem(pointer(), "another link type must describe the target of the default link"));
        }
    }
}

fn of_type<'c>(context: &'c LinkContext, wanted: &str) -> impl Iterator<Item = (&'c str, usize, &'c Target)> {
    let relations = context.relations.iter().filter(move |relation| canonical(&relation.link_type) == wanted);
    relations.flat_map(|relation| {
        relation.targets.iter().enumerate().map(move |(index, target)| (&*relation.link_type, index, target))
    })
}

/// Whether a link has no optional attribute.
fn is_bare(target: &Target) -> bool {
    let bare = Target { href: target.href.clone(), title: target.title.clone(), ..Target::default() };
    bare == *target
}

fn is_described(context: &LinkContext, default: &Target) -> bool {
    let describing = context.relations.iter().filter(|relation| {
        let link_type = canonical(&relation.link_type);
        link_type != DEFAULT_LINK && link_type != DEFAULT_LINK_MULTI
    });
    describing.flat_map(|relation| &relation.targets).any(|target| target.href == default.href)
}

fn problem(pointer: String, detail: &str) -> Problem {
    Problem { pointer, code: code::INVALID_DEFAULT_LINK, detail: detail.to_owned() }
}
