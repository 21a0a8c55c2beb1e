//! GraphQL fragments that spread each other: a short document whose expansion is exponential, wide, or endless.

use super::{Attack, numbered};
use crate::{
    context::Context,
    http::Request,
    tally::{Expected, Tally},
};
use futures::FutureExt as _;
use std::{sync::Arc, time::Instant};

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "graphql-fragments-doubled-20",
        "one document: 20 fragments, each of which spreads the next one twice",
        "an error within a second",
        |context| refused(context, doubled(20, "...F@ ...F@")).boxed(),
    ),
    Attack::new("graphql-fragments-doubled-24", "the same with 24 fragments", "an error within a second", |context| {
        refused(context, doubled(24, "...F@ ...F@")).boxed()
    }),
    Attack::new(
        "graphql-fragments-doubled-28",
        "the same with 28 fragments, 1,011 bytes",
        "an error within a second, and memory below 1 GiB",
        |context| refused(context, doubled(28, "...F@ ...F@")).boxed(),
    ),
    Attack::new(
        "graphql-fragments-doubled-inline",
        "26 fragments that spread the next one twice within inline fragments",
        "an error within a second",
        |context| refused(context, doubled(26, "...on Query{...F@} ...{...F@}")).boxed(),
    ),
    Attack::new(
        "graphql-fragments-doubled-skipped",
        "26 fragments whose spreads carry @include and @skip",
        "an error within a second",
        |context| refused(context, doubled(26, "...F@@include(if:true) ...F@@skip(if:false)")).boxed(),
    ),
    Attack::new(
        "graphql-fragments-wide",
        "three levels of 60 spreads each, 975 bytes",
        "an error within a second",
        |context| refused(context, wide(3, 60)).boxed(),
    ),
    Attack::new(
        "graphql-fragments-wide-flat",
        "two levels of 600 spreads each, and 3,000 spreads of one fragment",
        "an error within a second",
        |context| refused(context, wide(2, 600)).boxed(),
    ),
    Attack::new(
        "graphql-fragments-under-a-field",
        "24 doubled fragments below `tenant`, with a field in each",
        "an error within a second",
        |context| refused(context, under_a_field(24)).boxed(),
    ),
    Attack::new(
        "graphql-fragments-unused",
        "24 doubled fragments that no operation uses",
        "an error or data within a second",
        |context| at_once(context, unused(24), Expected::Any).boxed(),
    ),
    Attack::new(
        "graphql-fragments-in-a-circle",
        "fragments that spread themselves, each other, and a ring of 30",
        "an error within a second",
        |context| circle(context).boxed(),
    ),
];

/// A document of `depth` fragments F0, F1 and so on. Each spreads the next one as `spread` says, whose `@` is replaced
/// by the next one's number.
fn doubled(depth: usize, spread: &str) -> String {
    let fragment = |number: usize| {
        let body = if number + 1 < depth { next(spread, number + 1) } else { "__typename".to_owned() };
        format!("fragment F{number} on Query{{{body}}}")
    };
    format!("{{...F0}}{}", numbered(depth, fragment))
}

/// Replaces `F@` by the fragment's name; a further `@` begins a directive.
fn next(spread: &str, number: usize) -> String {
    spread.replace("F@", &format!("F{number}"))
}

fn wide(levels: usize, spreads: usize) -> String {
    let fragment = |number: usize| {
        let body =
            if number + 1 < levels { format!("...F{}", number + 1).repeat(spreads) } else { "__typename".to_owned() };
        format!("fragment F{number} on Query{{{body}}}")
    };
    format!("{{{}}}{}", "...F0".repeat(spreads), numbered(levels, fragment))
}

fn under_a_field(depth: usize) -> String {
    let fragment = |number: usize| {
        let body = if number + 1 < depth { next("id ...F@ name ...F@", number + 1) } else { "id".to_owned() };
        format!("fragment F{number} on Tenant{{{body}}}")
    };
    format!("{{tenant{{...F0}}}}{}", numbered(depth, fragment))
}

fn unused(depth: usize) -> String {
    doubled(depth, "...F@ ...F@").replacen("{...F0}", "{tenant{id}}", 1)
}

async fn refused(context: Arc<Context>, query: String) -> anyhow::Result<Tally> {
    at_once(context, query, Expected::Errors).await
}

/// Sends one document, which must be answered within a second.
async fn at_once(context: Arc<Context>, query: String, expected: Expected) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let begun = Instant::now();
    let answer = context.send(Request::graphql(&query)).await;
    let took = begun.elapsed();
    tally.expect("the document", &answer, &expected);
    tally.check(took.as_secs_f64() < 1.0, || format!("the answer took {:.1} s", took.as_secs_f64()));
    Ok(tally)
}

async fn circle(context: Arc<Context>) -> anyhow::Result<Tally> {
    let ring = numbered(30, |number| {
        format!("fragment F{number} on Query{{...F{} ...F{}}}", (number + 1) % 30, (number + 7) % 30)
    });
    let mut tally = Tally::default();
    for query in [
        "{...F} fragment F on Query{...F}".to_owned(),
        "{...F} fragment F on Query{...G} fragment G on Query{...F}".to_owned(),
        format!("{{...F0}}{ring}"),
    ] {
        tally = tally.merge(refused(Arc::clone(&context), query).await?);
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_short_and_name_each_fragment_once() {
        for query in [doubled(28, "...F@ ...F@"), wide(3, 60), under_a_field(24)] {
            assert!(query.len() < 1_500, "{} bytes", query.len());
        }
        assert_eq!(
            doubled(2, "...F@ ...F@"),
            "{...F0}fragment F0 on Query{...F1 ...F1}fragment F1 on Query{__typename}"
        );
        assert!(next("...F@@skip(if:true)", 3).starts_with("...F3@skip"));
    }
}
