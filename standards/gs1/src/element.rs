//! An element: an application identifier with a value. Invariant: the value has the components that the dictionary
//! gives its AI, and passes their checks.

use crate::{
    ai::{Ai, Definition},
    character_set::CharacterSet,
    problem::{Problem, code},
};

/// The longest value of an AI that the dictionary does not have, in characters.
const UNKNOWN_VALUE_LENGTH_MAX: usize = 90;

/// An application identifier with its value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Element {
    ai: Ai,
    value: String,
}

impl Element {
    /// Checks a value against the dictionary.
    ///
    /// # Errors
    /// The first problem of the value; its place is counted from the start of the value. [`code::UNKNOWN_AI`] when the
    /// dictionary does not have the AI.
    pub fn new(ai: Ai, value: impl Into<String>) -> Result<Self, Problem> {
        let value = value.into();
        let Some(definition) = ai.definition() else {
            return Err(Problem::new(0, code::UNKNOWN_AI, format!("({ai}) is not an application identifier")));
        };
        check_length(&value, definition.length_min(), definition.length_max())?;
        check_components(&value, definition)?;
        Ok(Self { ai, value })
    }

    /// An element of an AI that the dictionary does not have: one to 90 characters of set 82.
    pub(crate) fn of_unknown_ai(ai: Ai, value: String) -> Result<Self, Problem> {
        check_length(&value, 1, UNKNOWN_VALUE_LENGTH_MAX)?;
        check_characters(&value, CharacterSet::Set82)?;
        Ok(Self { ai, value })
    }

    pub fn ai(&self) -> Ai {
        self.ai
    }

    pub fn value(&self) -> &str {
        &self.value
    }

    /// Returns the value.
    pub fn into_value(self) -> String {
        self.value
    }
}

fn check_length(value: &str, length_min: usize, length_max: usize) -> Result<(), Problem> {
    if value.is_empty() {
        return Err(Problem::new(0, code::EMPTY_VALUE, "the value is empty"));
    }
    // Before the length: a character outside ASCII has more than one byte.
    if let Some(at) = value.bytes().position(|byte| !byte.is_ascii()) {
        return Err(Problem::new(at, code::INVALID_CHARACTER, "the value has a character that is not in GS1 values"));
    }
    if value.len() < length_min {
        let detail = format!("the value has {} characters, at least {length_min} are required", value.len());
        return Err(Problem::new(value.len(), code::VALUE_TOO_SHORT, detail));
    }
    if value.len() > length_max {
        let detail = format!("the value has {} characters, at most {length_max} are allowed", value.len());
        return Err(Problem::new(length_max, code::VALUE_TOO_LONG, detail));
    }
    Ok(())
}

fn check_characters(text: &str, characters: CharacterSet) -> Result<(), Problem> {
    match characters.first_outside(text) {
        Some(at) => {
            let detail = format!("the character is not in the set {} of this value", characters.letter());
            Err(Problem::new(at, code::INVALID_CHARACTER, detail))
        }
        None => Ok(()),
    }
}

/// Divides the value into its components: each takes as many characters as it may. The last one has a variable length.
fn check_components(value: &str, definition: &Definition) -> Result<(), Problem> {
    let mut at = 0;
    for component in definition.components {
        let rest = &value[at..];
        if rest.is_empty() && component.is_optional {
            break;
        }
        let text = &rest[..rest.len().min(component.length_max)];
        if text.len() < component.length_min {
            return Err(Problem::new(value.len(), code::VALUE_TOO_SHORT, "the last component of the value is cut"));
        }
        check_characters(text, component.characters).map_err(|problem| problem.moved_by(at))?;
        for check in component.checks {
            check.run(text).map_err(|problem| problem.moved_by(at))?;
        }
        at += text.len();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(ai: &str, value: &str) -> Result<(), (&'static str, usize)> {
        Element::new(Ai::of(ai), value).map(drop).map_err(|problem| (problem.code, problem.at))
    }

    #[test]
    fn values_are_divided_into_components() {
        let cases = [
            ("01", "09506000134352", Ok(())),
            ("01", "09506000134353", Err((code::WRONG_CHECK_DIGIT, 13))),
            ("01", "0950600013435", Err((code::VALUE_TOO_SHORT, 13))),
            ("01", "095060001343520", Err((code::VALUE_TOO_LONG, 14))),
            ("01", "0950600013435X", Err((code::INVALID_CHARACTER, 13))),
            ("10", "", Err((code::EMPTY_VALUE, 0))),
            ("10", "a b", Err((code::INVALID_CHARACTER, 1))),
            ("10", "aé", Err((code::INVALID_CHARACTER, 1))),
            ("253", "9506000134352", Ok(())),
            ("253", "9506000134352a/b", Ok(())),
            ("253", "9506000134352a^", Err((code::INVALID_CHARACTER, 14))),
            ("423", "004", Ok(())),
            ("423", "004008010012016", Ok(())),
            ("423", "00400", Err((code::VALUE_TOO_SHORT, 5))),
            ("423", "004005", Err((code::UNKNOWN_WORD, 3))),
            ("3932", "9780", Ok(())),
            ("3932", "978", Err((code::VALUE_TOO_SHORT, 3))),
            ("7007", "240101", Ok(())),
            ("7007", "240101240230", Err((code::INVALID_DATE, 10))),
            ("8008", "24010109", Ok(())),
            ("8008", "24010109301", Err((code::VALUE_TOO_SHORT, 11))),
            ("8008", "2401010930", Ok(())),
            ("8008", "240101093060", Err((code::INVALID_TIME, 10))),
            ("4331", "000123-", Ok(())),
            ("4331", "000123+", Err((code::INVALID_VALUE, 6))),
            ("8010", "4012abc", Err((code::INVALID_CHARACTER, 4))),
            ("8030", "YQ==", Ok(())),
        ];
        for (ai, value, expected) in cases {
            assert_eq!(verdict(ai, value), expected, "({ai}){value}");
        }
        assert_eq!(verdict("89", "1"), Err((code::UNKNOWN_AI, 0)));
    }
}
