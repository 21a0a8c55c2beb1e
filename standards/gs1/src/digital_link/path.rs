//! The path of a Digital Link: stem, primary key, qualifiers (URI Syntax 1.7, sections 4.7 to 4.9 and 4.11). Invariant:
//! the last primary key of the path counts. Whatever comes before it is the stem.

use super::{
    Reading,
    identifier::{Identifier, follow},
    percent::{self, Part},
    short_name,
};
use crate::{
    ai::{Ai, Definition},
    element::Element,
    problem::{Problem, code},
};

/// A piece of the path between two slashes, and its place.
type Segment<'p> = (usize, &'p str);

/// Reads a path. Returns the stem and the identifier.
pub(super) fn parse(path: &str, reading: Reading) -> Result<(&str, Identifier), Problem> {
    let path = path.strip_suffix('/').filter(|_| reading.trailing_slash).unwrap_or(path);
    let mut at = 0;
    let segments: Vec<Segment<'_>> = path
        .split('/')
        .map(|segment| {
            let place = at;
            at += segment.len() + 1;
            (place, segment)
        })
        .collect();
    let (start, ais) = find_key(&segments, reading)
        .ok_or_else(|| Problem::new(0, code::NO_KEY, "the path does not end with a primary key and its qualifiers"))?;
    let (key, qualifiers) = ais.split_first().expect("the primary key is one of them");
    if let Err(index) = follow(*key, qualifiers) {
        let (place, _) = segments[start + 2 * (index + 1)];
        let detail = format!("({}) must not stand here after the primary key ({key})", qualifiers[index]);
        return Err(Problem::new(place, code::INVALID_QUALIFIER, detail));
    }
    let mut elements = Vec::with_capacity(ais.len());
    for (index, ai) in ais.iter().enumerate() {
        let (place, text) = segments[start + 2 * index + 1];
        elements.push(read_value(*ai, text, Part::Path, reading).map_err(|problem| problem.moved_by(place))?);
    }
    // The segment before the key ends the stem; the path begins with a slash.
    let stem = &path[..segments[start].0.saturating_sub(1)];
    Ok((stem, Identifier::from_checked(elements)))
}

/// The segment of the last primary key, and the AIs from there on. Reads pairs of AI and value from the end.
fn find_key(segments: &[Segment<'_>], reading: Reading) -> Option<(usize, Vec<Ai>)> {
    let mut ais = Vec::new();
    // A path begins with a slash, so the first segment is empty and belongs to no pair.
    let mut start = segments.len().checked_sub(2).filter(|start| *start > 0)?;
    loop {
        let (_, name) = segments[start];
        let ai = Ai::parse(name).ok().or_else(|| short_name::find(name).filter(|_| reading.short_names))?;
        ais.push(ai);
        if ai.definition().is_some_and(Definition::is_key) {
            ais.reverse();
            return Some((start, ais));
        }
        start = start.checked_sub(2).filter(|start| *start > 0)?;
    }
}

/// Reads a value of the path or the query.
pub(super) fn read_value(ai: Ai, text: &str, part: Part, reading: Reading) -> Result<Element, Problem> {
    if text.is_empty() {
        return Err(Problem::new(0, code::EMPTY_VALUE, format!("({ai}) has no value")));
    }
    let mut value = percent::decode(text, part)?;
    if reading.short_gtins && ai == Ai::of("01") && matches!(value.len(), 8 | 12 | 13) {
        value.insert_str(0, &"000000"[..14 - value.len()]);
    }
    let element = match ai.definition() {
        Some(_) => Element::new(ai, value),
        None => Element::of_unknown_ai(ai, value),
    };
    element.map_err(|problem| Problem { at: percent::place(text, problem.at), ..problem })
}
