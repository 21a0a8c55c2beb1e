//! Reads query parameters one by one, from a URL or a JSON body. Invariant: an accepted query has each parameter at
//! most once, with only valid values, and costs at most [`QUERY_COST_MAX`].

use super::{
    EventLimit, EventQuery, IdentifierMatch, family,
    names::Names,
    parameter::{MATCHES, PARAMETERS, check_words, each},
};
use crate::{
    limit::{
        FILTER_BYTES_PER_COST, FILTER_VALUE_COST, PATTERN_COST, QUERY_BYTES_MAX, QUERY_COST_MAX, QUERY_PARAMETERS_MAX,
        QUERY_VALUE_BYTES_MAX, QUERY_VALUES_MAX,
    },
    pattern::Pattern,
    problem::{Path, Problem, Problems, code},
};

/// Parses percent-decoded URL query parameters. `|` separates alternative values.
///
/// # Errors
/// All problems found, each with the pointer `/{name}` of its parameter.
pub fn parse_parameters<'p>(
    parameters: impl IntoIterator<Item = (&'p str, &'p str)>,
) -> Result<EventQuery, Vec<Problem>> {
    parse_parameters_with(&[], None, parameters)
}

/// As [`parse_parameters`], for a URL whose path gives one parameter a value: `/bizSteps/{bizStep}/events`. The value
/// is one, whatever its characters, and the parameter is refused among the others.
///
/// # Errors
/// As [`parse_parameters`].
pub fn parse_parameters_within<'p>(
    (name, value): (&str, &str),
    parameters: impl IntoIterator<Item = (&'p str, &'p str)>,
) -> Result<EventQuery, Vec<Problem>> {
    parse_parameters_with(&[], Some((name, value)), parameters)
}

/// As [`parse_parameters`], with prefixes and their namespaces for the names of users' fields and for values. `given`
/// is a parameter of the path, see [`parse_parameters_within`].
///
/// # Errors
/// As [`parse_parameters`].
pub fn parse_parameters_with<'p>(
    namespaces: &[(&str, &str)],
    given: Option<(&str, &str)>,
    parameters: impl IntoIterator<Item = (&'p str, &'p str)>,
) -> Result<EventQuery, Vec<Problem>> {
    let mut reader = Reader::new(Names { given: namespaces, scope: None });
    if let Some((name, value)) = given {
        reader.read_given(name, value);
    }
    read_all(reader, parameters)
}

fn read_all<'p>(
    mut reader: Reader<'_>,
    parameters: impl IntoIterator<Item = (&'p str, &'p str)>,
) -> Result<EventQuery, Vec<Problem>> {
    let mut bytes = 0_usize;
    for (name, value) in parameters {
        bytes += name.len() + value.len();
        if bytes > QUERY_BYTES_MAX {
            let detail = format!("the parameters have more than {QUERY_BYTES_MAX} bytes");
            reader.problems.push(&Path::Root.name(name), code::QUERY_TOO_COMPLEX, detail);
        }
        if reader.is_full() {
            break;
        }
        reader.read(name, &value.split('|').collect::<Vec<_>>());
    }
    reader.finish()
}

/// Collects parameters to a query.
pub(super) struct Reader<'n> {
    names: Names<'n>,
    query: EventQuery,
    seen: Vec<String>,
    cost: usize,
    pub(super) problems: Problems,
}

/// The code and the detail of a problem.
pub(super) type Fault = (&'static str, String);

impl<'n> Reader<'n> {
    pub(super) fn new(names: Names<'n>) -> Self {
        let (query, problems) = (EventQuery::default(), Problems::default());
        Self { names, query, seen: Vec::new(), cost: 0, problems }
    }

    pub(super) fn read(&mut self, name: &str, values: &[&str]) {
        let checked = check_words(name, values).map_err(|detail| (code::INVALID_QUERY_VALUE, detail));
        let applied = self.apply(name, values);
        // A fault of the parameter itself comes first.
        if let Err((code, detail)) = applied.and(checked) {
            self.problems.push(&Path::Root.name(name), code, detail);
        }
    }

    /// Reads the parameter that a path gives. Its value need not be a word or a URI, because a recorded event can name
    /// any text.
    fn read_given(&mut self, name: &str, value: &str) {
        if let Err((code, detail)) = self.apply(name, &[value]) {
            self.problems.push(&Path::Root.name(name), code, detail);
        }
    }

    /// Whether nothing more is to be read: the query is refused, and further problems would not be reported.
    pub(super) fn is_full(&self) -> bool {
        self.problems.is_full() || self.problems.contains(code::QUERY_TOO_COMPLEX)
    }

    pub(super) fn finish(mut self) -> Result<EventQuery, Vec<Problem>> {
        let is_ordered = self.seen.iter().any(|seen| seen == "orderBy");
        if matches!(self.query.limit, EventLimit::First(_)) && !is_ordered {
            let detail = "eventCountLimit needs orderBy, which decides the events that are the first";
            self.problems.push(&Path::Root.name("eventCountLimit"), code::INVALID_QUERY_VALUE, detail);
        }
        self.problems.into_result(self.query)
    }

    fn apply(&mut self, name: &str, values: &[&str]) -> Result<(), Fault> {
        let known = PARAMETERS.iter().find(|(known, _)| *known == name);
        let matched = MATCHES.iter().find(|(known, _, _)| *known == name);
        let invalid = |detail: String| (code::INVALID_QUERY_VALUE, detail);
        if self.seen.len() == QUERY_PARAMETERS_MAX {
            let detail = format!("a query has at most {QUERY_PARAMETERS_MAX} parameters");
            return Err((code::QUERY_TOO_COMPLEX, detail));
        }
        let is_repeated = self.seen.iter().any(|seen| seen == name);
        self.seen.push(name.to_owned());
        let is_indexed = known.is_some() || matched.is_some();
        let family = if is_indexed { None } else { family::recognise(name, self.names)? };
        if !is_indexed && family.is_none() {
            return Err((code::UNKNOWN_QUERY_PARAMETER, "this repository has no such query parameter".to_owned()));
        }
        if is_repeated {
            return Err(invalid("given twice; list alternatives in one value, between \"|\"".to_owned()));
        }
        check_values(values)?;
        self.spend(values.len())?;
        if let Some((_, apply)) = known {
            return apply(&mut self.query, values).map_err(invalid);
        }
        if let Some(family) = family {
            let bytes: usize = values.iter().map(|value| value.len()).sum();
            self.spend(values.len() * (FILTER_VALUE_COST - 1) + bytes / FILTER_BYTES_PER_COST)?;
            self.query.filters.extend(family.filter(values, self.names).map_err(invalid)?);
            return Ok(());
        }
        if let Some((_, level, roles)) = matched {
            let read = |text: &str| Pattern::parse(text, *level);
            let patterns = each(values, "an identifier or EPC pattern", read).map_err(invalid)?;
            let open = patterns.iter().filter(|pattern| matches!(pattern, Pattern::Keys(_))).count();
            self.spend(open * (PATTERN_COST - 1))?;
            self.query.matches.push(IdentifierMatch { roles, patterns });
        }
        Ok(())
    }

    /// Adds to the cost of the query.
    fn spend(&mut self, cost: usize) -> Result<(), Fault> {
        self.cost += cost;
        if self.cost <= QUERY_COST_MAX {
            return Ok(());
        }
        let detail = format!(
            "the query costs more than {QUERY_COST_MAX}: each value costs 1, each EPC pattern {PATTERN_COST}, and each \
             value of a field without an index {FILTER_VALUE_COST}; send it in parts"
        );
        Err((code::QUERY_TOO_COMPLEX, detail))
    }
}

fn check_values(values: &[&str]) -> Result<(), Fault> {
    let invalid = |detail: String| Err((code::INVALID_QUERY_VALUE, detail));
    if values.len() > QUERY_VALUES_MAX {
        let detail = format!("lists {} values; at most {QUERY_VALUES_MAX}", values.len());
        return Err((code::QUERY_TOO_COMPLEX, detail));
    }
    if values.iter().any(|value| value.len() > QUERY_VALUE_BYTES_MAX) {
        return invalid(format!("a value has at most {QUERY_VALUE_BYTES_MAX} bytes"));
    }
    if values.iter().any(|value| value.contains(char::is_control)) {
        return invalid("a value contains a control character".to_owned());
    }
    if values.is_empty() || values.iter().any(|value| value.is_empty()) {
        return invalid("a value is empty".to_owned());
    }
    Ok(())
}
