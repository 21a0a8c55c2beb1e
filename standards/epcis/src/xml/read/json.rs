//! Writes JSON, and keeps which place of the XML document each value came from. Invariant: the text is one JSON value
//! when all that was opened is closed. Marks are in the order of the text.

use std::borrow::Cow;

use standards_number::{Grammar, Number};

use crate::{json::push_string, limit::XML_PLACE_BYTES, xml::fault::Fault};

/// A JSON text in the making.
#[derive(Debug, Default)]
pub(super) struct Json {
    pub(super) text: String,
    /// The places of the values in this text.
    pub(super) marks: Vec<Mark>,
}

/// The offset of a value in a JSON text, and that of its element or attribute in the XML document. Both are below 4
/// GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) json: u32,
    pub(super) xml: u32,
}

const _: () = assert!(size_of::<Mark>() == XML_PLACE_BYTES);

impl Mark {
    pub(super) fn new(json: usize, xml: usize) -> Self {
        let offset = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { json: offset(json), xml: offset(xml) }
    }

    /// The mark of the same value in a text that begins with `bytes` more.
    pub(super) fn after(self, bytes: usize) -> Self {
        Self { json: u32::try_from(bytes).unwrap_or(u32::MAX).saturating_add(self.json), xml: self.xml }
    }
}

impl Json {
    /// Refuses a text that is too long already, so that no XML can make it much longer than itself.
    pub(super) fn check_length(&self, at: usize, bytes_max: usize) -> Result<(), Fault> {
        if self.text.len() <= bytes_max {
            return Ok(());
        }
        let detail = format!("this part of the document has at most {bytes_max} bytes in JSON");
        Err(Fault::new(at, crate::problem::code::EVENT_TOO_LARGE, detail))
    }

    /// Begins a member. Its value follows.
    pub(super) fn key(&mut self, name: &str, at: usize) {
        self.separate();
        push_string(&mut self.text, name);
        self.text.push(':');
        self.marks.push(Mark::new(self.text.len(), at));
    }

    /// Begins an element of a list. Its value follows.
    pub(super) fn item(&mut self, at: usize) {
        self.separate();
        self.marks.push(Mark::new(self.text.len(), at));
    }

    fn separate(&mut self) {
        if !self.text.ends_with(['{', '[', ':']) && !self.text.is_empty() {
            self.text.push(',');
        }
    }

    pub(super) fn open(&mut self, bracket: char) {
        self.text.push(bracket);
    }

    pub(super) fn close(&mut self, bracket: char) {
        self.text.push(bracket);
    }

    pub(super) fn string(&mut self, text: &str) {
        push_string(&mut self.text, text);
    }

    pub(super) fn literal(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A number, or a string when the text is none: validation then refuses it where a number is required.
    pub(super) fn number(&mut self, text: &str) {
        match json_number(text) {
            Some(number) => self.text.push_str(&number),
            None => self.string(text),
        }
    }
}

/// A number of XML Schema as JSON writes it: as it is, where JSON reads it too.
fn json_number(text: &str) -> Option<Cow<'_, str>> {
    if Number::read(text, Grammar::Json).is_ok() {
        return Some(Cow::Borrowed(text));
    }
    Number::read(text, Grammar::Lenient).ok().map(|number| Cow::Owned(number.to_string()))
}

/// The place in XML of an offset in JSON.
pub(super) fn place_of(marks: &[Mark], offset: usize) -> usize {
    let after = marks.partition_point(|mark| mark.json as usize <= offset);
    after.checked_sub(1).and_then(|index| marks.get(index)).map_or(0, |mark| mark.xml as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_spelling_where_json_has_it() {
        for (xml, json) in [
            ("1", "1"),
            ("200.0", "200.0"),
            ("-1.50E-3", "-1.50E-3"),
            ("+5", "5"),
            ("007", "7"),
            (".5", "0.5"),
            ("5.", "5"),
            ("INF", "\"INF\""),
            ("NaN", "\"NaN\""),
            ("1e999999", "\"1e999999\""),
            ("", "\"\""),
            ("1 2", "\"1 2\""),
            ("0x1", "\"0x1\""),
        ] {
            let mut out = Json::default();
            out.number(xml);
            assert_eq!(out.text, json, "{xml}");
        }
    }

    #[test]
    fn a_place_is_that_of_the_last_value_begun() {
        let marks = [Mark::new(3, 10), Mark::new(5, 20)];
        let places = [0, 3, 4, 5, 9].map(|offset| place_of(&marks, offset));
        assert_eq!(places, [0, 10, 10, 20, 20]);
    }
}
