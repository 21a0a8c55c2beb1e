//! Selects the fields of a record's document that a bundle discloses. Invariant: a pointer that matches no field of the
//! document is an error.

use super::code;
use crate::error::{ApiError, FieldProblem};
use chain_types::body::Field;

/// The maximum number of pointers in one choice.
pub(super) const POINTERS_MAX: usize = 256;

/// All fields, or the fields at and below some pointers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum FieldChoice {
    /// Discloses everything.
    #[default]
    All,
    /// Discloses the fields at and below these JSON pointers (RFC 6901) into the record's document.
    Below(Vec<String>),
}

impl FieldChoice {
    /// Parses comma-separated pointers. A comma within a pointer is written `%2C` (escaped once more). An empty list
    /// discloses nothing.
    ///
    /// # Errors
    /// As [`FieldChoice::below`].
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let pointers = text.split(',').filter(|pointer| !pointer.is_empty());
        Self::below(pointers.map(|pointer| pointer.replace("%2C", ",").replace("%2c", ",")).collect())
    }

    /// Chooses the fields at and below `pointers`.
    ///
    /// # Errors
    /// `evidence.unknown_disclosure` when there are more than [`POINTERS_MAX`].
    pub fn below(pointers: Vec<String>) -> Result<Self, ApiError> {
        if pointers.len() > POINTERS_MAX {
            let detail = format!("At most {POINTERS_MAX} pointers; name a container to open all below it.");
            return Err(ApiError::new(&code::UNKNOWN_DISCLOSURE, detail));
        }
        Ok(Self::Below(pointers))
    }

    /// Whether the field at `pointer` is disclosed.
    pub fn opens(&self, pointer: &str) -> bool {
        match self {
            Self::All => true,
            Self::Below(chosen) => chosen.iter().any(|chosen| covers(chosen, pointer)),
        }
    }

    /// Checks that every pointer of the choice matches a field.
    ///
    /// # Errors
    /// `evidence.unknown_disclosure` with the pointers that do not.
    pub fn check(&self, fields: &[Field]) -> Result<(), ApiError> {
        let Self::Below(chosen) = self else { return Ok(()) };
        let unknown: Vec<_> = chosen
            .iter()
            .filter(|chosen| !fields.iter().any(|field| covers(chosen, &field.pointer)))
            .map(|chosen| FieldProblem {
                pointer: "/fields".to_owned(),
                code: code::UNKNOWN_DISCLOSURE.name.to_owned(),
                detail: format!("the document has nothing at {chosen:?}"),
            })
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let detail = "Name JSON pointers into the record's document, such as /event/bizStep.";
        Err(ApiError::new(&code::UNKNOWN_DISCLOSURE, detail).with_fields(unknown))
    }
}

/// Whether the field at `pointer` is at or below the pointer `chosen`.
fn covers(chosen: &str, pointer: &str) -> bool {
    pointer.strip_prefix(chosen).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_opens_fields_at_and_below_its_pointers() {
        let choice = FieldChoice::parse("/event/bizStep,/event/epcList").expect("a choice");
        for (pointer, opens) in [
            ("/event/bizStep", true),
            ("/event/epcList/0", true),
            ("/event/epcListing", false),
            ("/event/disposition", false),
        ] {
            assert_eq!(choice.opens(pointer), opens, "{pointer}");
        }
        assert!(FieldChoice::All.opens("/anything"));
        assert!(!FieldChoice::parse("").expect("nothing").opens("/event"));
        assert!(FieldChoice::parse("/event/a%2Cb").expect("a comma").opens("/event/a,b"));
    }

    #[test]
    fn a_choice_of_nothing_there_is_refused_and_pointers_are_bounded() {
        let field = Field { salt: [0; 16], pointer: "/event/action".to_owned(), value: "\"ADD\"".to_owned() };
        let check = |text: &str| FieldChoice::parse(text).and_then(|choice| choice.check(std::slice::from_ref(&field)));
        assert!(check("/event/action").is_ok() && check("/event").is_ok());
        assert_eq!(check("/event/action,/event/nothing").expect_err("unknown").problem().errors.len(), 1);
        assert!(check(&vec!["/event"; POINTERS_MAX].join(",")).is_ok());
        assert!(check(&vec!["/event"; POINTERS_MAX + 1].join(",")).is_err());
    }
}
