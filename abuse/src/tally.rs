//! The outcome of one attack: how many answers of which status, and every expectation that failed. Invariant: each
//! answer is checked against the promise for all answers: no 5xx but a typed 503.

use crate::http::Answer;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The maximum number of faults that are kept in words; further faults are counted.
const FAULTS_KEPT_MAX: usize = 8;

/// Counts of answers, and faults.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// Answers by status; 0 stands for connections that ended without an answer.
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// The first faults, in words.
    pub(crate) faults: Vec<String>,
    pub(crate) fault_count: u64,
}

impl Tally {
    /// Counts an answer, and a fault when it breaks the promise for all answers.
    pub(crate) fn count(&mut self, label: &str, answer: &anyhow::Result<Answer>) {
        let status = answer.as_ref().map_or(0, |answer| answer.status);
        *self.statuses.entry(status).or_default() += 1;
        if let Ok(answer) = answer
            && answer.status >= 500
            && !(answer.status == 503 && answer.is_problem())
        {
            let body: String = String::from_utf8_lossy(&answer.body).chars().take(160).collect();
            self.fault(format!("{label}: {} {body}", answer.status));
        }
    }

    /// Counts an answer that must be as expected.
    pub(crate) fn expect(&mut self, label: &str, answer: &anyhow::Result<Answer>, expected: &Expected) {
        self.count(label, answer);
        match answer {
            Ok(answer) => {
                if let Some(fault) = expected.fault_of(answer) {
                    self.fault(format!("{label}: {fault}"));
                }
            }
            Err(_) if matches!(expected, Expected::RefusedOrClosed | Expected::DoneOrClosed) => {}
            Err(error) => self.fault(format!("{label}: {error:#}")),
        }
    }

    pub(crate) fn fault(&mut self, text: String) {
        self.fault_count += 1;
        if self.faults.len() < FAULTS_KEPT_MAX {
            self.faults.push(text);
        }
    }

    /// A fault unless the condition holds.
    pub(crate) fn check(&mut self, holds: bool, text: impl FnOnce() -> String) {
        if !holds {
            self.fault(text());
        }
    }

    #[must_use]
    pub(crate) fn merge(mut self, other: Self) -> Self {
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        self.fault_count += other.fault_count;
        let room = FAULTS_KEPT_MAX.saturating_sub(self.faults.len());
        self.faults.extend(other.faults.into_iter().take(room));
        self
    }
}

/// What an answer must be.
#[derive(Clone, Debug)]
pub(crate) enum Expected {
    /// Any answer that keeps the promise for all answers.
    Any,
    /// One of these statuses.
    Status(&'static [u16]),
    /// A client error (4xx) or a typed 503.
    Refused,
    /// The same, or a closed connection: for bytes that are no HTTP.
    RefusedOrClosed,
    /// A success, also within a flood: the client keeps its limits, so 429 is a fault.
    Served,
    /// A success, or a closed connection.
    DoneOrClosed,
    /// A client error with this code, as a problem or as a GraphQL error.
    Code(&'static str),
    /// Anything but a server error; an error must be a problem document with a code (RFC 9457).
    Typed,
    /// A GraphQL answer with errors, or a client error.
    Errors,
}

impl Expected {
    /// Why an answer is not as expected; `None` when it is.
    fn fault_of(&self, answer: &Answer) -> Option<String> {
        let is_refused = (400..500).contains(&answer.status) || (answer.status == 503 && answer.is_problem());
        let (holds, wanted) = match self {
            Self::Any => (true, String::new()),
            Self::Status(statuses) => (statuses.contains(&answer.status), format!("one of {statuses:?}")),
            Self::Served | Self::DoneOrClosed => (answer.status < 300, "a success".to_owned()),
            Self::Refused | Self::RefusedOrClosed => (is_refused, "a refusal".to_owned()),
            Self::Code(code) => (answer.status < 500 && answer.code() == *code, format!("the code {code}")),
            Self::Typed => (answer.status < 400 || answer.is_problem(), "a problem document".to_owned()),
            Self::Errors => {
                let has_errors = answer.json().pointer("/errors/0").is_some();
                (is_refused || (answer.status == 200 && has_errors), "errors".to_owned())
            }
        };
        (!holds).then(|| format!("{wanted} expected, got {} {}", answer.status, answer.code()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(status: u16) -> Answer {
        let headers = vec![("content-type".to_owned(), "application/problem+json".to_owned())];
        Answer { status, headers, body: br#"{"code":"limit.overloaded"}"#.to_vec(), ..Answer::default() }
    }

    #[test]
    fn only_a_typed_503_is_a_promised_server_error() {
        for (answer, faults) in [
            (problem(503), 0),
            (Answer { status: 503, ..Answer::default() }, 1),
            (problem(500), 1),
            (Answer { status: 200, ..Answer::default() }, 0),
        ] {
            let mut tally = Tally::default();
            tally.count("a", &Ok(answer.clone()));
            assert_eq!(tally.fault_count, faults, "{answer:?}");
        }
    }

    #[test]
    fn an_expectation_names_what_came_instead() {
        let mut tally = Tally::default();
        tally.expect("a", &Ok(problem(400)), &Expected::Code("request.malformed_json"));
        assert_eq!(tally.faults, ["a: the code request.malformed_json expected, got 400 limit.overloaded"]);
        tally.expect("b", &Err(anyhow::anyhow!("closed")), &Expected::RefusedOrClosed);
        tally.expect("c", &Err(anyhow::anyhow!("closed")), &Expected::Refused);
        assert_eq!(tally.fault_count, 2);
    }
}
