//! Hands out the events of a document one by one. Invariant: as that of [`super`]. After a fault nothing follows.

use super::{
    Envelope, Options,
    envelope::{self, Body, Places},
    event::Convert,
    json::{Mark, place_of},
    prefix::Prefixes,
};
use crate::{
    document::{CaptureDocument, parse_event},
    json::{self, Node},
    limit::{EVENT_BYTES_MAX, JSON_DEPTH_MAX, XML_EVENT_BYTES_MAX, XML_NODES_PER_EVENT_MAX},
    problem::{Problem, code},
    xml::{
        fault::{Fault, XmlProblem, located},
        schema::EXTENSION,
        tag::Tag,
        token::{Token, Tokens},
        tree::{self, Budget},
    },
};

/// A document that is being read.
pub struct Document<'x> {
    xml: &'x str,
    tokens: Tokens<'x>,
    prefixes: Prefixes,
    options: Options,
    envelope: Envelope,
    places: Places,
    context: String,
    body: Body<'x>,
    events: usize,
}

/// One event of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlEvent {
    /// The event as a JSON object with its own `@context`, not validated yet.
    pub json: String,
    /// Its index in the document, from 0.
    pub index: usize,
    /// The offset of its start tag in the document, in bytes.
    pub offset: usize,
    /// The places of the values of `json` in the document.
    marks: Vec<Mark>,
}

impl<'x> Document<'x> {
    /// Reads a document up to its first event.
    ///
    /// # Errors
    /// The first fault: [`code::MALFORMED_XML`], [`code::XML_NOT_ALLOWED`], [`code::XML_TOO_DEEP`],
    /// [`code::XML_TOO_LARGE`], or a code of EPCIS.
    pub fn open(bytes: &'x [u8], options: Options) -> Result<Self, XmlProblem> {
        let xml = text(bytes, options.bytes_max)?;
        let mut tokens = Tokens::new(xml);
        let mut prefixes = Prefixes::default();
        let opened = envelope::read(&mut tokens, &mut prefixes, options)
            .and_then(|(envelope, places, body)| Ok((envelope, places, body, prefixes.take_context(0)?)));
        match opened {
            Ok((envelope, places, body, context)) => {
                Ok(Self { xml, tokens, prefixes, options, envelope, places, context, body, events: 0 })
            }
            Err(fault) => Err(problem(xml, fault)),
        }
    }

    /// The parts of the document around its events.
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    pub(super) fn places(&self) -> &Places {
        &self.places
    }

    /// The `@context` of the names in the envelope, a JSON list.
    pub fn context(&self) -> &str {
        &self.context
    }

    /// The next event. `None` at the end of the document, which is then known to be well formed.
    ///
    /// # Errors
    /// As [`Document::open`]. Nothing follows an error.
    pub fn next_event(&mut self) -> Option<Result<XmlEvent, XmlProblem>> {
        match self.next_or_fault() {
            Ok(event) => event.map(|event| {
                event.map_err(|fault| {
                    self.body = Body::Nothing;
                    problem(self.xml, fault)
                })
            }),
            Err(problem) => Some(Err(problem)),
        }
    }

    /// The next event, or the fault of an element that is well formed but no event. Other events can follow that.
    ///
    /// # Errors
    /// The fault of a document that cannot be read further.
    pub(super) fn next_or_fault(&mut self) -> Result<Option<Result<XmlEvent, Fault>>, XmlProblem> {
        self.advance().map_err(|fault| {
            self.body = Body::Nothing;
            problem(self.xml, fault)
        })
    }

    pub(super) fn options(&self) -> Options {
        self.options
    }

    pub(super) fn xml(&self) -> &'x str {
        self.xml
    }

    /// The problems of an event's JSON as problems of the XML document.
    pub fn problems(&self, event: &XmlEvent, problems: &[Problem]) -> Vec<XmlProblem> {
        located(self.xml, event.faults(problems))
    }

    fn advance(&mut self) -> Result<Option<Result<XmlEvent, Fault>>, Fault> {
        match std::mem::replace(&mut self.body, Body::Nothing) {
            Body::Nothing => Ok(None),
            Body::Bare(tag) => {
                let event = self.event(tag)?;
                self.finish()?;
                Ok(Some(event))
            }
            Body::Events(depth) => {
                let Some(tag) = self.next_tag(depth)? else {
                    self.finish()?;
                    return Ok(None);
                };
                let event = self.event(tag)?;
                self.body = Body::Events(depth);
                Ok(Some(event))
            }
        }
    }

    /// The tag of the next event in the list at `depth`. `None` at the end of the list.
    fn next_tag(&mut self, depth: usize) -> Result<Option<Tag<'x>>, Fault> {
        loop {
            match self.tokens.next()? {
                // Version 1.2 wraps events that came after 1.0, and newer ones twice.
                Token::Start(tag) if tag.name.is(EXTENSION) => {}
                Token::Start(tag) => return Ok(Some(tag)),
                Token::Text(text) if text.chars().all(crate::xml::character::is_space) => {}
                Token::Text(_) => {
                    let detail = "no text stands between events";
                    return Err(Fault::new(self.tokens.at(), code::INVALID_DOCUMENT, detail));
                }
                Token::End if self.tokens.depth() < depth => return Ok(None),
                Token::End => {}
                Token::Eof => return Ok(None),
            }
        }
    }

    fn event(&mut self, tag: Tag<'x>) -> Result<Result<XmlEvent, Fault>, Fault> {
        let offset = tag.at;
        if self.events == self.options.events_max {
            let detail = format!("a document has at most {} events", self.options.events_max);
            return Err(Fault::new(offset, code::TOO_MANY_EVENTS, detail));
        }
        let mut budget = Budget {
            nodes: XML_NODES_PER_EVENT_MAX,
            end: offset.saturating_add(XML_EVENT_BYTES_MAX),
            words: "the event has too many bytes, elements or attributes",
        };
        let element = tree::read(&mut self.tokens, tag, &mut budget)?;
        let index = self.events;
        self.events += 1;
        let bytes_max = EVENT_BYTES_MAX.min(self.options.json_bytes_max);
        match Convert::new(&mut self.prefixes, self.options.order, bytes_max).event(&element) {
            Ok(json) => Ok(Ok(XmlEvent { json: json.text, index, offset, marks: json.marks })),
            Err(fault) => {
                // The prefixes that the event used so far are none of the next one's.
                let _ = self.prefixes.take_context(offset);
                Ok(Err(fault))
            }
        }
    }

    /// Reads the document to its end.
    fn finish(&mut self) -> Result<(), Fault> {
        loop {
            match self.tokens.next()? {
                Token::Start(tag) if tag.name.is("EventList") => {
                    let detail = "a document has one list of events";
                    return Err(Fault::new(tag.at, code::INVALID_DOCUMENT, detail));
                }
                Token::Start(_) | Token::Text(_) | Token::End => {}
                Token::Eof => return Ok(()),
            }
        }
    }
}

impl XmlEvent {
    /// Validates the event.
    ///
    /// # Errors
    /// The problems of the JSON: [`Document::problems`] finds their places in the XML.
    pub fn validated(&self) -> Result<CaptureDocument<'_>, Vec<Problem>> {
        parse_event(self.json.as_bytes())
    }

    /// The problems as faults at offsets of the document.
    pub(super) fn faults(&self, problems: &[Problem]) -> Vec<Fault> {
        let root = json::parse_unchecked(&self.json, JSON_DEPTH_MAX).ok();
        let place = |pointer: &str| {
            let node = root.as_ref().map_or(0, |root| innermost(root, pointer).start);
            place_of(&self.marks, node)
        };
        problems
            .iter()
            .map(|problem| Fault::new(place(&problem.pointer), problem.code, problem.detail.clone()))
            .collect()
    }

    pub(super) fn into_marks(self) -> Vec<Mark> {
        self.marks
    }
}

/// The value that an RFC 6901 pointer names, or the innermost one around a missing value.
pub(super) fn innermost<'n, 'a>(root: &'n Node<'a>, pointer: &str) -> &'n Node<'a> {
    let mut node = root;
    for step in pointer.split('/').skip(1) {
        let name = step.replace("~1", "/").replace("~0", "~");
        let next = match node.as_array() {
            Some(elements) => name.parse().ok().and_then(|index: usize| elements.get(index)),
            None => node.get(&name),
        };
        match next {
            Some(next) => node = next,
            None => break,
        }
    }
    node
}

/// The text of a document in UTF-8, without a byte order mark.
fn text(bytes: &[u8], bytes_max: usize) -> Result<&str, XmlProblem> {
    let refused = |code, line, column, detail| XmlProblem { code, line, column, path: String::new(), detail };
    if bytes.len() > bytes_max {
        let detail = format!("{} bytes; a document has at most {bytes_max}", bytes.len());
        return Err(refused(code::XML_TOO_LARGE, 1, 1, detail));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.split(|byte| *byte == b'\n').count();
        let column = before.rsplit(|byte| *byte == b'\n').next().map_or(1, |last| last.len() + 1);
        refused(code::MALFORMED_XML, line, column, "the document is not in UTF-8".to_owned())
    })
}

pub(super) fn problem(xml: &str, fault: Fault) -> XmlProblem {
    let (code, detail) = (fault.code, fault.detail.clone());
    let found = located(xml, vec![fault]).pop();
    found.unwrap_or(XmlProblem { code, line: 1, column: 1, path: String::new(), detail })
}
