//! Tests that the size of a document is that of its expansion, and that it is found in linear time.

use super::*;
use crate::graphql::{ApiSchema, limit::SELECTIONS_MAX, schema};
use async_graphql::parser::{parse_query, types::ExecutableDocument};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use std::{fmt::Write as _, sync::LazyLock, time::Instant};

static SCHEMA: LazyLock<ApiSchema> = LazyLock::new(schema);

fn size_of(text: &str) -> Size {
    let document = parse_query(text).expect(text);
    let order = fragment::order(&document).expect(text);
    let (_, operation) = document.operations.iter().next().expect("an operation");
    measure(&document, &order, operation, &SCHEMA.shape, &Variables::default())
}

/// Selections, depth, complexity and reads of a set, by writing out each spread.
fn naive(set: &SelectionSet, parent: &str, document: &ExecutableDocument, shape: &Shape) -> [u64; 4] {
    let mut total = [0, 0, 0, 0];
    for selection in &set.items {
        let [selections, depth, complexity, reads] = match &selection.node {
            Selection::FragmentSpread(spread) => {
                let fragment = &document.fragments[&spread.node.fragment_name.node].node;
                let on = fragment.type_condition.node.on.node.as_str();
                naive(&fragment.selection_set.node, on, document, shape)
            }
            Selection::InlineFragment(fragment) => {
                let on = fragment.node.type_condition.as_ref().map_or(parent, |on| on.node.on.node.as_str());
                naive(&fragment.node.selection_set.node, on, document, shape)
            }
            Selection::Field(field) if field.node.name.node == "__typename" => [0, 1, 1, 0],
            Selection::Field(field) => {
                let known = shape.field(parent, &field.node.name.node).expect("a known field");
                let set = &field.node.selection_set.node;
                let [selections, depth, complexity, reads] = naive(set, named(&known.ty), document, shape);
                let (items, own) = match (known.price.items, field.node.get_argument("first")) {
                    (Items::One, _) => (1, complexity),
                    (Items::AtMost(items), _) => (items, complexity),
                    (Items::Page { .. }, Some(first)) => {
                        (first.node.to_string().parse().expect("a number"), complexity.max(1))
                    }
                    (Items::Page { default, .. }, None) => (default, complexity.max(1)),
                };
                [selections, depth + 1, known.price.own + own * items, known.price.reads + reads * items]
            }
        };
        total = [total[0] + 1 + selections, total[1].max(depth), total[2] + complexity, total[3] + reads];
    }
    total
}

/// Writes a random selection set of a type. It spreads only fragments with a number from `next` on.
fn write_set(text: &mut String, of: &str, depth: u32, next: usize, last: usize, shape: &Shape, random: &mut StdRng) {
    let mut names: Vec<&str> = shape.names(of).collect();
    names.sort_unstable();
    text.push_str("{ __typename ");
    for _ in 0..random.random_range(0..4) {
        match random.random_range(0..6) {
            0 if next < last => {
                let _ = write!(text, "...F{} ", random.random_range(next..last));
            }
            1 if depth > 0 => {
                let _ = write!(text, "... on {of} ");
                write_set(text, of, depth - 1, next, last, shape, random);
            }
            _ if !names.is_empty() => {
                let name = names[random.random_range(0..names.len())];
                let inner = named(&shape.field(of, name).expect("it is listed").ty);
                text.push_str(name);
                if name == "events" && random.random_bool(0.5) {
                    let _ = write!(text, "(first: {})", random.random_range(1..50));
                }
                text.push(' ');
                if shape.names(inner).next().is_some() && depth > 0 {
                    write_set(text, inner, depth - 1, next, last, shape, random);
                }
            }
            _ => {}
        }
    }
    text.push_str("} ");
}

#[test]
fn the_size_is_that_of_the_expansion() {
    let mut random = StdRng::seed_from_u64(7);
    let mut largest = 0;
    for round in 0..2_000 {
        let count = random.random_range(0..6);
        // Every fragment must be used.
        let mut text = String::from("{ __typename ");
        for index in 0..count {
            let _ = write!(text, "...F{index} ");
        }
        text.push_str("... on Query ");
        write_set(&mut text, "Query", 3, 0, count, &SCHEMA.shape, &mut random);
        text.push_str("} ");
        for index in 0..count {
            let of = ["Query", "Event", "EventConnection", "Operation"][random.random_range(0..4)];
            let _ = write!(text, "fragment F{index} on {of} ");
            write_set(&mut text, of, 2, index + 1, count, &SCHEMA.shape, &mut random);
        }
        let document = parse_query(&text).expect(&text);
        let (_, operation) = document.operations.iter().next().expect("an operation");
        let expanded = naive(&operation.node.selection_set.node, "Query", &document, &SCHEMA.shape);
        let size = size_of(&text);
        let measured = [size.selections, size.depth, size.complexity, size.reads];
        assert_eq!(measured, expanded, "round {round}: {text}");
        largest = largest.max(size.selections);
    }
    assert!(largest > 100, "the documents are too small to show anything: {largest}");
}

#[test]
fn a_subscription_is_measured_as_the_page_that_it_reads_at_once() {
    let size = size_of("subscription { cloudEvents { id ...F } } fragment F on CloudEvent { data }");
    assert_eq!((size.complexity, size.reads, size.depth), (50 + 2 * 50, 1, 2));
}

#[test]
fn spreads_that_multiply_are_measured_at_once() {
    let doubling = |levels: usize| {
        let mut text = String::from("{...F0}");
        for level in 0..levels {
            let _ = write!(text, " fragment F{level} on Query{{...F{0} ...F{0}}}", level + 1);
        }
        text + &format!(" fragment F{levels} on Query{{__typename}}")
    };
    assert_eq!(size_of(&doubling(2)).complexity, 4);
    let begun = Instant::now();
    assert_eq!(size_of(&doubling(40)).complexity, 1 << 40);
    assert_eq!(size_of(&doubling(70)).complexity, u64::MAX, "arithmetic saturates");
    assert!(begun.elapsed().as_millis() < 200, "{:?}", begun.elapsed());
    assert!(size_of(&doubling(40)).above().expect("above all limits").1 > SELECTIONS_MAX);
}

#[test]
fn pages_count_by_their_variables_and_reads_by_their_pages() {
    let shape = &SCHEMA.shape;
    let size = |text: &str, variables: serde_json::Value| {
        let document = parse_query(text).expect(text);
        let order = fragment::order(&document).expect(text);
        let (_, operation) = document.operations.iter().next().expect("an operation");
        let variables = Variables::from_json(variables);
        let Size { complexity, reads, .. } = measure(&document, &order, operation, shape, &variables);
        (complexity, reads)
    };
    let json = serde_json::json!({});
    let page = "query($n: Int = 5) { ...F } fragment F on Query { events(first: $n) { nodes { eventId } } }";
    assert_eq!(size(page, json.clone()), (10, 1));
    assert_eq!(size(page, serde_json::json!({ "n": 100 })), (200, 1));
    assert_eq!(size(page, serde_json::json!({ "n": null })), (60, 1), "null is the default of the field");
    for odd in [serde_json::json!(-1), serde_json::json!(1e9), serde_json::json!("x"), serde_json::json!([1])] {
        assert_eq!(size(page, serde_json::json!({ "n": odd })), (2_000, 1), "{odd}");
    }
    assert_eq!(size("{ events(first: 0) { __typename } }", json.clone()), (1, 1));
    assert_eq!(size("{ events(first: 7) { nodes { evidence } } }", json.clone()), (7 * 201, 8));
    assert_eq!(size("{ tenant { id } a: tenant { id } tenant { id } }", json.clone()), (6, 3));
    assert_eq!(size("{ nothing { else { __typename } } }", json), (3, 0), "an unknown field costs 1");
}

#[test]
fn an_introspection_is_measured_by_itself() {
    let size = size_of("{ tenant { id } __schema { types { fields { type { ofType { name } } } } } }");
    assert_eq!((size.depth, size.complexity), (2, 3));
    assert_eq!((size.introspection.depth, size.introspection.lists), (6, 1));
    assert!(size.introspection.complexity > 100, "{size:?}");
    let nested = |lists: usize| {
        let inner = "fields { type { ".repeat(lists);
        size_of(&format!("{{ __type(name: \"Event\") {{ {inner} name {} }} }}", "} }".repeat(lists)))
    };
    assert!(nested(2).above().is_none());
    assert_eq!(nested(3).above().expect("one list too many").0, "nesting of lists of types");
}
