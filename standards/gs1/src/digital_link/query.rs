//! The query of a Digital Link: attributes and other pairs (URI Syntax 1.7, sections 4.10 and 4.11). Invariant: names
//! of digits are AIs; other names are passed through.

use super::{
    Reading,
    identifier::{Identifier, is_missing_qualifier},
    path::read_value,
    percent::Part,
};
use crate::{
    ai::Ai,
    element::Element,
    limit::QUERY_PAIRS_MAX,
    problem::{Problem, code},
};

/// The pairs of a query that are not empty, with their places. `&` or `;` separates them.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let placed = query.split(['&', ';']).map(move |pair| {
        let place = at;
        at += pair.len() + 1;
        (place, pair)
    });
    placed.filter(|(_, pair)| !pair.is_empty())
}

/// Whether a pair is an element: a name of digits, an equals sign and a value.
pub(super) fn is_element(pair: &str) -> bool {
    pair.split_once('=').is_some_and(|(name, _)| is_number(name))
}

fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads the attributes that accompany an identifier.
pub(super) fn parse(query: &str, identifier: &Identifier, reading: Reading) -> Result<Vec<Element>, Problem> {
    let mut attributes: Vec<Element> = Vec::new();
    for (index, (at, pair)) in pairs(query).enumerate() {
        if index == QUERY_PAIRS_MAX {
            return Err(Problem::new(at, code::TOO_MANY_PAIRS, format!("a query has at most {QUERY_PAIRS_MAX} pairs")));
        }
        let Some((name, value)) = pair.split_once('=').filter(|(name, _)| is_number(name)) else { continue };
        let ai = attribute(name, identifier, reading).map_err(|problem| problem.moved_by(at))?;
        if identifier.elements().iter().chain(&attributes).any(|element| element.ai() == ai) {
            return Err(Problem::new(at, code::DUPLICATE_AI, format!("({ai}) occurs twice")));
        }
        let element = read_value(ai, value, Part::Query, reading);
        attributes.push(element.map_err(|problem| problem.moved_by(at + name.len() + 1))?);
    }
    Ok(attributes)
}

/// The AI of an attribute.
fn attribute(name: &str, identifier: &Identifier, reading: Reading) -> Result<Ai, Problem> {
    let unknown = || Problem::new(0, code::UNKNOWN_AI, "a name of digits must be an application identifier");
    let ai = Ai::from_any_digits(name).ok_or_else(unknown)?;
    let Some(definition) = ai.definition() else {
        return if reading.unknown_attributes { Ok(ai) } else { Err(unknown()) };
    };
    if is_missing_qualifier(ai, identifier) {
        let detail = format!("({ai}) is a qualifier of ({}) and belongs into the path", identifier.key().ai());
        return Err(Problem::new(0, code::QUALIFIER_IN_QUERY, detail));
    }
    if !definition.is_attribute {
        return Err(Problem::new(0, code::NOT_AN_ATTRIBUTE, format!("({ai}) must not be an attribute")));
    }
    Ok(ai)
}
