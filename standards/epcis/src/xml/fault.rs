//! Problems of an XML document, and their places. Invariant: a place is that of the text the problem is about, or of
//! the element that lacks something. Finding the places of all problems of a document takes time in proportion to the
//! document.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

use quick_xml::{Reader, events::Event};

use crate::limit::POINTER_BYTES_MAX;

/// A fault of an XML document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlProblem {
    /// The stable machine-readable code, one of [`crate::problem::code`].
    pub code: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// The column in bytes, from 1.
    pub column: usize,
    /// The path of the innermost element at the place: names as written, each after a slash. A name that is not the
    /// first of its kind among its siblings has its number: `/epcis:EPCISDocument/EPCISBody/EventList/ObjectEvent[2]`.
    /// Empty before the document element. Ends early at [`POINTER_BYTES_MAX`].
    pub path: String,
    /// One sentence for people. May quote the input.
    pub detail: String,
}

impl fmt::Display for XmlProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at line {} column {} {:?}: {}", self.code, self.line, self.column, self.path, self.detail)
    }
}

/// A fault at a byte offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) code: &'static str,
    pub(super) detail: String,
}

impl Fault {
    pub(super) fn new(at: usize, code: &'static str, detail: impl Into<String>) -> Self {
        Self { at, code, detail: detail.into() }
    }
}

/// The problems of faults in `xml`, in the order of their places.
pub(super) fn located(xml: &str, mut faults: Vec<Fault>) -> Vec<XmlProblem> {
    faults.sort_by_key(|fault| fault.at);
    let mut finder = Finder { xml, counted_to: 0, line: 1, line_start: 0, path: Path::default(), found: Vec::new() };
    let mut faults = faults.into_iter().peekable();
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    (config.check_end_names, config.allow_unmatched_ends) = (false, true);
    while faults.peek().is_some() {
        let start = offset(&reader);
        let event = reader.read_event();
        let end = offset(&reader);
        let is_last = matches!(event, Err(_) | Ok(Event::Eof));
        while let Some(fault) = faults.next_if(|fault| fault.at < start) {
            finder.found(fault);
        }
        if let Ok(Event::Start(tag) | Event::Empty(tag)) = &event {
            finder.path.open(tag.name().0);
        }
        while let Some(fault) = faults.next_if(|fault| fault.at < end || is_last) {
            finder.found(fault);
        }
        if let Ok(Event::End(_) | Event::Empty(_)) = &event {
            finder.path.close();
        }
    }
    finder.found
}

/// The number of bytes that were read.
pub(super) fn offset(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

struct Finder<'x> {
    xml: &'x str,
    /// The offset up to which lines are counted.
    counted_to: usize,
    line: usize,
    line_start: usize,
    path: Path,
    found: Vec<XmlProblem>,
}

impl Finder<'_> {
    fn found(&mut self, fault: Fault) {
        let at = fault.at.min(self.xml.len());
        let between = self.xml.as_bytes().get(self.counted_to..at).unwrap_or_default();
        for (index, _) in between.iter().enumerate().filter(|(_, byte)| **byte == b'\n') {
            self.line += 1;
            self.line_start = self.counted_to + index + 1;
        }
        self.counted_to = self.counted_to.max(at);
        self.found.push(XmlProblem {
            code: fault.code,
            line: self.line,
            column: at - self.line_start.min(at) + 1,
            path: self.path.text.clone(),
            detail: fault.detail,
        });
    }
}

/// The open elements.
#[derive(Default)]
struct Path {
    text: String,
    /// The length of the text before each open element.
    lengths: Vec<usize>,
    /// How often each name was met among the children of each open element, and of the document.
    counts: Vec<BTreeMap<String, usize>>,
}

impl Path {
    fn open(&mut self, name: &str) {
        if self.counts.is_empty() {
            self.counts.push(BTreeMap::new());
        }
        let length = self.text.len();
        self.lengths.push(length);
        let count = self.counts.last_mut().map_or(1, |counts| {
            let count = counts.entry(name.to_owned()).or_insert(0);
            *count += 1;
            *count
        });
        self.counts.push(BTreeMap::new());
        if length + name.len() > POINTER_BYTES_MAX {
            return;
        }
        self.text.push('/');
        self.text.push_str(name);
        if count > 1 {
            // Writing to a String cannot fail.
            let _ = write!(self.text, "[{count}]");
        }
    }

    fn close(&mut self) {
        if let Some(length) = self.lengths.pop() {
            self.text.truncate(length);
            self.counts.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_line_column_and_path() {
        let xml = "<a>\n <b/>\n <b c=\"d\">text</b>\n</a>";
        let at = |piece: &str| xml.find(piece).expect("it is there");
        let faults = [at("text"), at("<b c"), at("d\""), at("</a>"), 0, xml.len()];
        let found = located(xml, faults.map(|at| Fault::new(at, "x", "")).to_vec());
        let places: Vec<_> =
            found.iter().map(|problem| (problem.line, problem.column, problem.path.as_str())).collect();
        let expected =
            [(1, 1, "/a"), (3, 2, "/a/b[2]"), (3, 8, "/a/b[2]"), (3, 11, "/a/b[2]"), (4, 1, "/a"), (4, 5, "")];
        assert_eq!(places, expected);
    }

    #[test]
    fn a_place_is_found_in_broken_text_too() {
        for xml in ["", "<", "<a", "</b>", "<a></b>x", "<!x", "&x"] {
            let found = located(xml, vec![Fault::new(xml.len(), "x", ""), Fault::new(0, "x", "")]);
            assert_eq!(found.len(), 2, "{xml}");
        }
    }
}
