//! Checks the members of requests. Invariant: what passes is stored and sent as it is, except that types have no
//! prefix and are listed once.

use super::{bounds::DESCRIPTION_CHARS_MAX, code};
use crate::{
    error::{ApiError, FAULTS_MAX, code as common},
    event::{model::TYPE_PREFIX, page::SUBJECT_BYTES_MAX},
    outgoing::{Outgoing, Target},
    text,
};
use standards_epcis::problem::quote;
use std::collections::BTreeSet;

/// Parses the URL of a receiver. Where its name leads is judged at each call, because that can change at any time.
///
/// # Errors
/// `webhook.invalid_url`.
pub(super) fn target(outgoing: &Outgoing, url: &str) -> Result<Target, ApiError> {
    let refused = |fault: String| {
        let detail = "Webhooks are sent to HTTPS URLs at public addresses.";
        ApiError::new(&code::INVALID_URL, detail).at("/url", code::INVALID_URL.name, fault)
    };
    let target = outgoing.target(url).map_err(|problem| refused(problem.to_string()))?;
    if target.is_refused() {
        return Err(refused("its host is not a public address".to_owned()));
    }
    Ok(target)
}

/// Collects the faults of a request body, at most [`FAULTS_MAX`].
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(String, String)>);

impl Faults {
    /// Adds a fault at a JSON pointer, unless there are [`FAULTS_MAX`] already.
    pub(super) fn add(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        if self.0.len() < FAULTS_MAX {
            self.0.push((pointer.into(), detail.into()));
        }
    }

    /// Checks a description, which may be empty.
    pub(super) fn check_description(&mut self, description: &str) {
        let fault = text::fault(description, DESCRIPTION_CHARS_MAX).filter(|_| !description.is_empty());
        if let Some(fault) = fault {
            self.add("/description", format!("a description {fault}"));
        }
    }

    /// Checks a subject.
    pub(super) fn check_subject(&mut self, subject: Option<&str>) {
        match subject {
            Some("") => self.add("/subject", "is empty"),
            Some(text) if text.len() > SUBJECT_BYTES_MAX => {
                self.add("/subject", format!("has more than {SUBJECT_BYTES_MAX} bytes"));
            }
            // The database cannot store it, and nothing is named so.
            Some(text) if text.contains('\0') => self.add("/subject", "holds a control character"),
            _ => {}
        }
    }

    /// Reads the names of types; returns them without their prefix, in order and once.
    pub(super) fn check_types(&mut self, names: &[String]) -> Vec<String> {
        let mut types = BTreeSet::new();
        for (index, name) in names.iter().enumerate() {
            let known = name.strip_prefix(TYPE_PREFIX).filter(|name| indexer::event_types().any(|it| it.name == *name));
            match known {
                Some(name) => drop(types.insert(name.to_owned())),
                None => self.add(format!("/types/{index}"), format!("{} is not a type of events", quote(name))),
            }
        }
        types.into_iter().collect()
    }

    /// Returns an error if there are faults.
    ///
    /// # Errors
    /// `request.invalid_field` with every fault.
    pub(super) fn into_result(self) -> Result<(), ApiError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let error = ApiError::new(&common::INVALID_FIELD, "Some fields are not valid; nothing was stored.");
        let faults = self.0.into_iter();
        Err(faults.fold(error, |error, (pointer, detail)| error.at(pointer, common::INVALID_FIELD.name, detail)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_names_each_once() {
        let mut faults = Faults::default();
        let names = ["waymark.provenance.event_captured", "waymark.provenance.event_captured"].map(str::to_owned);
        assert_eq!(faults.check_types(&names), ["provenance.event_captured"]);
        assert!(faults.0.is_empty());
        assert_eq!(faults.check_types(&["provenance.event_captured".to_owned(), "waymark.x".to_owned()]), [""; 0]);
        let pointers: Vec<_> = faults.0.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(pointers, ["/types/0", "/types/1"]);
    }

    #[test]
    fn a_description_may_be_empty_and_a_subject_may_not() {
        let count = |check: &dyn Fn(&mut Faults)| {
            let mut faults = Faults::default();
            check(&mut faults);
            faults.0.len()
        };
        let longest = "ü".repeat(DESCRIPTION_CHARS_MAX);
        for good in ["", "Orders", &longest] {
            assert_eq!(count(&|faults| faults.check_description(good)), 0, "{good:?}");
        }
        for bad in [" ", "a\nb", &format!("{longest}n")] {
            assert_eq!(count(&|faults| faults.check_description(bad)), 1, "{bad:?}");
        }
        let longest = "s".repeat(SUBJECT_BYTES_MAX);
        for good in [None, Some("urn:x"), Some(&*longest)] {
            assert_eq!(count(&|faults| faults.check_subject(good)), 0);
        }
        for bad in ["", "a\0", &format!("{longest}s")] {
            assert_eq!(count(&|faults| faults.check_subject(Some(bad))), 1);
        }
    }
}
