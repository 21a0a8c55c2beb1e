//! Rules for elements together: which one requires or excludes another (GS1 General Specifications, section 4.13; the
//! dictionary's `req` and `ex`). Invariant: the order of the elements does not matter.
//!
//! The rules hold for all data carriers of an item together. So a reader of one carrier does not apply them by itself:
//! a serial number in one barcode is valid when the GTIN is in another one.

use crate::{
    ai::{Ai, Pattern},
    element::Element,
    problem::{Problem, code},
};

/// Checks elements of one item. The cost grows with the square of their number, which the readers limit.
///
/// # Errors
/// The first problem; its place is the index of the element.
pub fn check(elements: &[Element]) -> Result<(), Problem> {
    let has = |wanted: &dyn Fn(Ai) -> bool| elements.iter().map(Element::ai).find(|ai| wanted(*ai));
    for (index, element) in elements.iter().enumerate() {
        let ai = element.ai();
        if elements[..index].iter().any(|other| other.ai() == ai && other.value() != element.value()) {
            return Err(Problem::new(index, code::CONFLICTING_ELEMENTS, format!("({ai}) has two values")));
        }
        let Some(definition) = ai.definition() else { continue };
        for mut group in definition.excluded().groups() {
            if let Some(other) = group.find_map(|pattern| has(&|other| other != ai && pattern.covers(other))) {
                let detail = format!("({ai}) and ({other}) exclude each other");
                return Err(Problem::new(index, code::EXCLUDED_ELEMENT, detail));
            }
        }
        let required = definition.required();
        let holds = |pattern: Pattern| has(&|other| pattern.covers(other)).is_some();
        if !required.is_empty() && !required.groups().any(|mut group| group.all(holds)) {
            let detail = format!("({ai}) requires one of these: {required}");
            return Err(Problem::new(index, code::MISSING_ELEMENT, detail));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element_string::{Notation, parse};

    #[test]
    fn elements_require_and_exclude_others() {
        let cases = [
            ("(01)09506000134352", Ok(())),
            ("(10)A", Err((code::MISSING_ELEMENT, 0))),
            ("(10)A(01)09506000134352", Ok(())),
            ("(01)09506000134352(37)5", Err((code::EXCLUDED_ELEMENT, 0))),
            ("(00)395060001343512341(02)09506000134352(37)5", Ok(())),
            ("(01)09506000134352(250)A", Err((code::MISSING_ELEMENT, 1))),
            ("(01)09506000134352(250)A(21)1", Ok(())),
            ("(01)09506000134352(3103)000195", Ok(())),
            ("(01)09506000134352(3103)000195(3102)001950", Err((code::EXCLUDED_ELEMENT, 1))),
            ("(01)09506000134352(3922)0299", Err((code::MISSING_ELEMENT, 1))),
            ("(01)09506000134352(3922)0299(3103)000195", Ok(())),
            ("(01)09506000134352(10)A(10)A", Ok(())),
            ("(01)09506000134352(10)A(10)B", Err((code::CONFLICTING_ELEMENTS, 2))),
            ("(8006)095060001343520102(22)A", Err((code::MISSING_ELEMENT, 1))),
        ];
        for (text, expected) in cases {
            let elements = parse(text, Notation::Bracketed).expect(text);
            assert_eq!(check(&elements).map_err(|problem| (problem.code, problem.at)), expected, "{text}");
        }
    }
}
