//! Reads what names an object. Invariant: the spellings of one object give one identifier.

use crate::{
    error::{ApiError, FieldProblem},
    provenance::code,
};
use standards_gs1::{
    ai::Ai,
    digital_link::{DigitalLink, Identifier, Reading},
    element_string::{self, Notation},
    problem::Problem,
};

const VARIANT: Ai = Ai::of("22");
const LOT: Ai = Ai::of("10");
const SERIAL: Ai = Ai::of("21");

/// Reads a Digital Link of any host, the path of one, or an element string in brackets.
///
/// # Errors
/// `provenance.invalid_digital_link` at `pointer`.
pub(in crate::slice::provenance) fn parse_link(text: &str, pointer: &str) -> Result<DigitalLink, ApiError> {
    if text.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("urn:")) {
        let detail = "a URN has no form here: send a GS1 Digital Link, its path, or an element string in brackets, such \
                      as (01)09506000134352(21)1";
        return Err(refusal(pointer, code::INVALID_DIGITAL_LINK.name, detail));
    }
    let link = if text.starts_with('(') {
        element_string::parse(text, Notation::Bracketed).and_then(|elements| DigitalLink::from_elements(&elements))
    } else if text.contains("://") {
        DigitalLink::parse(text, Reading::RESOLVER)
    } else {
        let slash = if text.starts_with('/') { "" } else { "/" };
        DigitalLink::parse_target(&format!("{slash}{text}"), Reading::RESOLVER)
    };
    link.map_err(|problem| invalid_link(&problem, pointer))
}

/// Reads what names an object for which links can be stored: a primary key with its qualifiers.
///
/// # Errors
/// `provenance.invalid_digital_link` at `pointer`.
pub(in crate::slice::provenance) fn parse(text: &str, pointer: &str) -> Result<Identifier, ApiError> {
    let link = parse_link(text, pointer)?;
    let refuse = |detail: &str| Err(refusal(pointer, code::INVALID_DIGITAL_LINK.name, detail));
    if !link.attributes().is_empty() || link.other_pairs().next().is_some() {
        return refuse("an object is a primary key with its qualifiers, without attributes or a query");
    }
    let has = |ai: Ai| link.identifier().qualifiers().iter().any(|element| element.ai() == ai);
    if has(SERIAL) && (has(LOT) || has(VARIANT)) {
        // GS1-Conformant Resolver 1.2, section 2.5.9, rule 2.
        return refuse(
            "the links of a serial number are stored without (10) and (22); requests with them find these, too",
        );
    }
    Ok(link.identifier().clone())
}

/// The response to a Digital Link that is not valid.
pub(super) fn invalid_link(problem: &Problem, pointer: &str) -> ApiError {
    refusal(pointer, problem.code, &problem.detail)
}

fn refusal(pointer: &str, code: &'static str, detail: &str) -> ApiError {
    let field = FieldProblem { pointer: pointer.to_owned(), code: code.to_owned(), detail: detail.to_owned() };
    ApiError::new(&code::INVALID_DIGITAL_LINK, "Correct the GS1 Digital Link.").with_fields([field])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_object() {
        for text in [
            "(01)09506000134352(10)A/B",
            "/01/09506000134352/10/A%2FB",
            "01/09506000134352/10/A%2FB",
            "https://id.gs1.org/01/09506000134352/10/A%2FB",
            "http://e.x/some/stem/01/9506000134352/10/A%2FB/",
        ] {
            let identifier = parse(text, "/identifier").expect(text);
            assert_eq!(identifier.path(), "/01/09506000134352/10/A%2FB", "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused_with_their_fault() {
        for (text, fault) in [
            ("", "gs1.no_key"),
            ("(01)09506000134353", "gs1.wrong_check_digit"),
            ("(10)A", "gs1.no_key"),
            ("urn:epc:id:sgtin:9506000.013435.1", "provenance.invalid_digital_link"),
            ("URN:x", "provenance.invalid_digital_link"),
            ("/01/09506000134352/21/A/10/B", "gs1.invalid_qualifier"),
            ("/01/09506000134352?17=261231", "provenance.invalid_digital_link"),
            ("/01/09506000134352?a=b", "provenance.invalid_digital_link"),
            ("/01/09506000134352/10/A/21/B", "provenance.invalid_digital_link"),
            ("/01/09506000134352/22/A/21/B", "provenance.invalid_digital_link"),
        ] {
            let error = parse(text, "/identifier").expect_err(text);
            let problem = error.problem();
            assert_eq!((error.code(), &*problem.errors[0].pointer), (&code::INVALID_DIGITAL_LINK, "/identifier"));
            assert_eq!(problem.errors[0].code, fault, "{text}");
        }
    }
}
