//! Reads the parts of a document before its events. Invariant: after the envelope was read, the next token is that of
//! the first event, or the document has none.

use super::{
    Envelope, Options,
    event::Convert,
    header,
    json::{Json, Mark},
    prefix::Prefixes,
};
use crate::{
    document::DocumentKind,
    limit::{XML_HEADER_BYTES_MAX, XML_NODES_PER_HEADER_MAX},
    problem::{code, quote},
    xml::{
        character::trimmed,
        fault::Fault,
        namespace::Space,
        tag::Tag,
        token::{Token, Tokens},
        tree::{self, Budget, Element},
    },
};

/// Where the tokens stand after the envelope.
pub(super) enum Body<'x> {
    /// Inside the list of events, which is at this depth.
    Events(usize),
    /// At one event, which is the document element.
    Bare(Tag<'x>),
    /// Behind everything.
    Nothing,
}

/// The places of the values of an envelope in the document.
#[derive(Default)]
pub(super) struct Places {
    /// Those of [`Envelope::header_json`].
    pub(super) header: Vec<Mark>,
    /// Those of [`Envelope::vocabularies_json`].
    pub(super) vocabularies: Vec<Mark>,
}

/// The elements around a list of events.
const AROUND: [&str; 3] = ["EPCISBody", "QueryResults", "resultsBody"];
const EVENT_LIST: &str = "EventList";
const MASTER_DATA_DOCUMENT: &str = "EPCISMasterDataDocument";
const VERSION_WORDS: &str = "a 1.x or 2.x version";

/// The state of reading an envelope.
struct Reader<'t, 'x, 'p> {
    tokens: &'t mut Tokens<'x>,
    prefixes: &'p mut Prefixes,
    options: Options,
    envelope: Envelope,
    places: Places,
}

/// Reads up to the first event.
pub(super) fn read<'x>(
    tokens: &mut Tokens<'x>,
    prefixes: &mut Prefixes,
    options: Options,
) -> Result<(Envelope, Places, Body<'x>), Fault> {
    let root = loop {
        match tokens.next()? {
            Token::Start(tag) => break tag,
            // The tokens refuse a document without an element.
            Token::Text(_) | Token::End | Token::Eof => {}
        }
    };
    let kind = match (&root.name.space, root.name.local) {
        (Space::Epcis, "EPCISDocument") | (Space::MasterData, MASTER_DATA_DOCUMENT) => DocumentKind::Capture,
        (Space::Query, "EPCISQueryDocument") => DocumentKind::Query,
        (_, "EPCISDocument" | "EPCISQueryDocument" | MASTER_DATA_DOCUMENT) => {
            let detail = "the namespace of an EPCIS document is urn:epcglobal:epcis:xsd:2, of a query document \
                          urn:epcglobal:epcis-query:xsd:2, of a document of master data \
                          urn:epcglobal:epcis-masterdata:xsd:2, or the same of version 1";
            return Err(Fault::new(root.at, code::INVALID_DOCUMENT, detail));
        }
        _ => {
            let envelope = Envelope::of(DocumentKind::BareEvent);
            return Ok((envelope, Places::default(), Body::Bare(root)));
        }
    };
    let mut reader = Reader { tokens, prefixes, options, envelope: Envelope::of(kind), places: Places::default() };
    reader.attributes(&root)?;
    let body = reader.body(&root)?;
    Ok((reader.envelope, reader.places, body))
}

impl Envelope {
    fn of(kind: DocumentKind) -> Self {
        Self {
            kind,
            schema_version: None,
            creation_date: None,
            query_name: String::new(),
            subscription_id: None,
            business_header: Vec::new(),
            header_json: None,
            vocabularies_json: None,
            ignored_fields: Vec::new(),
        }
    }
}

impl<'x> Reader<'_, 'x, '_> {
    fn attributes(&mut self, root: &Tag<'x>) -> Result<(), Fault> {
        let attribute = |name: &str| {
            root.attributes.iter().find(|attribute| attribute.name.space == Space::None && attribute.name.local == name)
        };
        for (name, is_version) in [("schemaVersion", true), ("creationDate", false)] {
            let Some(found) = attribute(name) else {
                // As in JSON, only a capture needs both.
                if self.envelope.kind == DocumentKind::Query {
                    continue;
                }
                return Err(Fault::new(root.at, code::MISSING_FIELD, format!("{name} is required here")));
            };
            let value = trimmed(&found.value);
            if is_version && !is_known_version(value) {
                let detail = format!("{VERSION_WORDS} is required here, not {}", quote(value));
                return Err(Fault::new(found.at, code::INVALID_DOCUMENT, detail));
            }
            let slot = if is_version { &mut self.envelope.schema_version } else { &mut self.envelope.creation_date };
            *slot = Some(value.to_owned());
        }
        Ok(())
    }

    /// Reads what stands before the events.
    fn body(&mut self, root: &Tag<'x>) -> Result<Body<'x>, Fault> {
        // The next of the elements around the events that may be opened.
        let mut around = 0;
        let mut has_vocabularies = false;
        loop {
            match self.tokens.next()? {
                Token::Start(tag) => {
                    let space = &tag.name.space;
                    let is_standard = space.is_standard() || matches!(space, Space::Query | Space::MasterData);
                    let local = if is_standard { tag.name.local } else { "" };
                    if let Some(index) = AROUND.iter().skip(around).position(|name| *name == local) {
                        around += index + 1;
                    } else if local == EVENT_LIST {
                        return Ok(Body::Events(self.tokens.depth()));
                    } else {
                        has_vocabularies |= self.part(tag, local)?;
                    }
                }
                Token::Text(text) => {
                    if !trimmed(&text).is_empty() {
                        let detail = "no text stands between the parts of a document";
                        return Err(Fault::new(self.tokens.at(), code::INVALID_DOCUMENT, detail));
                    }
                }
                Token::End => {}
                // A body without a list of events has none. Query results have a list, of events or of vocabularies.
                Token::Eof if around > 0 && (self.envelope.kind == DocumentKind::Capture || has_vocabularies) => {
                    return Ok(Body::Nothing);
                }
                Token::Eof => {
                    let detail = "a list of events is required in the document";
                    return Err(Fault::new(root.at, code::INVALID_DOCUMENT, detail));
                }
            }
        }
    }

    /// Reads a part of the envelope. Returns whether it is a list of vocabularies.
    fn part(&mut self, tag: Tag<'x>, local: &str) -> Result<bool, Fault> {
        let element = self.element(tag)?;
        let options = self.options;
        match local {
            "EPCISHeader" if self.envelope.header_json.is_some() => {
                return Err(Fault::new(element.at, code::REPEATED_ELEMENT, "a document has one header"));
            }
            "EPCISHeader" => {
                self.envelope.business_header = header::business_header(&element);
                let convert = Convert::new(self.prefixes, options.order, header_bytes_max(options));
                let Json { text, marks } = convert.header(&element)?;
                self.envelope.header_json = Some(text);
                self.places.header = marks;
            }
            "VocabularyList" if self.envelope.vocabularies_json.is_some() => {
                return Err(Fault::new(element.at, code::REPEATED_ELEMENT, "a document has one list of vocabularies"));
            }
            "VocabularyList" => {
                let convert = Convert::new(self.prefixes, options.order, header_bytes_max(options));
                let Json { text, marks } = convert.vocabularies(&element)?;
                self.envelope.vocabularies_json = Some(text);
                self.places.vocabularies = marks;
                return Ok(true);
            }
            "queryName" => self.envelope.query_name = element.text.into_owned(),
            "subscriptionID" => self.envelope.subscription_id = Some(element.text.into_owned()),
            "" if element.name.local == "ignoreFields" => {
                for field in &element.children {
                    let name = self.prefixes.name(&field.name, field.at)?.into_owned();
                    self.envelope.ignored_fields.push(name);
                }
            }
            // Elements of other namespaces and versions are allowed here, and belong to no event.
            "" | "extension" => {}
            other => {
                let detail = format!("{} is no part of a document with events", quote(other));
                return Err(Fault::new(element.at, code::INVALID_DOCUMENT, detail));
            }
        }
        Ok(false)
    }

    fn element(&mut self, tag: Tag<'x>) -> Result<Element<'x>, Fault> {
        let mut budget = Budget {
            nodes: XML_NODES_PER_HEADER_MAX,
            end: usize::MAX,
            words: "the header has too many elements and attributes",
        };
        tree::read(self.tokens, tag, &mut budget)
    }
}

/// The longest header in JSON: within the limit of the whole document.
fn header_bytes_max(options: Options) -> usize {
    XML_HEADER_BYTES_MAX.min(options.json_bytes_max)
}

fn is_known_version(text: &str) -> bool {
    let mut parts = text.split('.');
    matches!(parts.next(), Some("1" | "2"))
        && parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}
