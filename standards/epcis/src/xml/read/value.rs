//! Writes the values of standard fields as JSON: texts, numbers, URIs and words of the CBV. Invariant: a word of the
//! CBV is a bare word, whichever of its spellings the XML has.

use std::borrow::Cow;

use super::event::Convert;
use crate::{
    context::{curie, expand_gs1},
    vocabulary::Vocabulary,
    xml::{character::trimmed, fault::Fault, namespace::Space, schema::Form, tag::Attribute, tree::Element},
};

/// A namespace that published documents use for that of the GS1 web vocabulary, and the latter.
const VOCABULARY_ALIAS: [&str; 2] = ["https://ref.gs1.org/voc/", "https://gs1.org/voc/"];

/// The bare word of a value in any spelling. `space` is that of the value's prefix, if declared.
fn bare_word(value: &str, vocabulary: &Vocabulary, space: Option<&Space>) -> Option<&'static str> {
    if let Some(word) = vocabulary.bare_word(value) {
        return Some(word);
    }
    let expanded = match (curie(value), space) {
        (Some((_, local)), Some(Space::Other(uri))) => Cow::Owned(format!("{uri}{local}")),
        _ => expand_gs1(value),
    };
    let [alias, namespace] = VOCABULARY_ALIAS;
    match expanded.strip_prefix(alias) {
        Some(local) => vocabulary.bare_word(&format!("{namespace}{local}")),
        None => vocabulary.bare_word(&expanded),
    }
}

impl Convert<'_> {
    /// Writes the value of an attribute.
    pub(super) fn attribute_value(&mut self, attribute: &Attribute<'_>, form: Form) -> Result<(), Fault> {
        self.scalar(&attribute.value, attribute.value_space.as_ref(), attribute.at, form)
    }

    /// Writes the text of an element that has no children.
    pub(super) fn leaf(&mut self, element: &Element<'_>, form: Form) -> Result<(), Fault> {
        element.check_leaf()?;
        element.check_attributes(&[])?;
        self.scalar(&element.text, element.text_space.as_ref(), element.at, form)
    }

    pub(super) fn scalar(&mut self, text: &str, space: Option<&Space>, at: usize, form: Form) -> Result<(), Fault> {
        let value = trimmed(text);
        match form {
            Form::Number => self.json.number(value),
            Form::Boolean => match value {
                "true" | "1" => self.json.literal("true"),
                "false" | "0" => self.json.literal("false"),
                other => self.json.string(other),
            },
            Form::Text => self.json.string(value),
            Form::Word(vocabulary) => match bare_word(value, vocabulary, space) {
                Some(word) => self.json.string(word),
                None => self.uri(value, space, at)?,
            },
            _ => self.uri(value, space, at)?,
        }
        Ok(())
    }

    fn uri(&mut self, value: &str, space: Option<&Space>, at: usize) -> Result<(), Fault> {
        let value = self.prefixes.value(value, space, at)?;
        self.json.string(&value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{BIZ_STEP, MEASUREMENT, SENSOR_COMPONENT};

    #[test]
    fn words_have_many_spellings() {
        let declared = Space::of("https://ref.gs1.org/cbv/");
        let other = Space::of("https://other.example/");
        let alias = Space::of("https://ref.gs1.org/voc/");
        for (value, vocabulary, space, word) in [
            ("urn:epcglobal:cbv:bizstep:shipping", &BIZ_STEP, None, Some("shipping")),
            ("https://ref.gs1.org/cbv/BizStep-shipping", &BIZ_STEP, None, Some("shipping")),
            ("cbv:BizStep-shipping", &BIZ_STEP, None, Some("shipping")),
            ("x:BizStep-shipping", &BIZ_STEP, Some(&declared), Some("shipping")),
            ("cbv:BizStep-shipping", &BIZ_STEP, Some(&other), None),
            ("shipping", &BIZ_STEP, None, Some("shipping")),
            ("urn:epcglobal:cbv:bizstep:own", &BIZ_STEP, None, None),
            ("gs1:Temperature", &MEASUREMENT, None, Some("Temperature")),
            ("gs1:Temperature", &MEASUREMENT, Some(&alias), Some("Temperature")),
            ("https://ref.gs1.org/voc/Speed", &MEASUREMENT, None, Some("Speed")),
            ("cbv:Comp-x", &SENSOR_COMPONENT, None, Some("x")),
            ("example:x", &SENSOR_COMPONENT, None, None),
        ] {
            assert_eq!(bare_word(value, vocabulary, space), word, "{value}");
        }
    }
}
