//! Splits an XML document into tags and texts (XML 1.0, fifth edition). Invariant: a document that is read to its end
//! is well formed and within the limits. Nothing is fetched, no entity is defined, and memory does not grow with the
//! document, but with the open elements and one token.

use std::borrow::Cow;

use quick_xml::{
    Reader,
    errors::{Error, IllFormedError},
    events::{BytesDecl, BytesRef, Event},
};

use super::{
    character::{is_space, with_line_feeds},
    fault::{Fault, offset},
    namespace::Bindings,
    tag::{self, Tag, check_text, entity_fault},
};
use crate::{
    limit::XML_DEPTH_MAX,
    problem::{code, quote},
};

/// A part of a document.
pub(super) enum Token<'x> {
    Start(Tag<'x>),
    /// A piece of the text of an element. One text may come in several pieces.
    Text(Cow<'x, str>),
    End,
    Eof,
}

/// A position in a document.
pub(super) struct Tokens<'x> {
    xml: &'x str,
    reader: Reader<&'x [u8]>,
    bindings: Bindings<'x>,
    /// The number of open elements.
    depth: usize,
    has_root: bool,
    /// The offset of the last token.
    at: usize,
    /// Whether the last token ended an element, whose declarations still hold.
    has_ended: bool,
}

impl<'x> Tokens<'x> {
    pub(super) fn new(xml: &'x str) -> Self {
        let mut reader = Reader::from_str(xml);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_comments = true;
        Self { xml, reader, bindings: Bindings::default(), depth: 0, has_root: false, at: 0, has_ended: false }
    }

    /// The number of open elements.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The offset of the last token.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The offset behind the last token.
    pub(super) fn end(&self) -> usize {
        offset(&self.reader)
    }

    /// The declarations that hold at the last token: for an end tag, those of its element.
    pub(super) fn bindings(&self) -> &Bindings<'x> {
        &self.bindings
    }

    pub(super) fn next(&mut self) -> Result<Token<'x>, Fault> {
        if std::mem::take(&mut self.has_ended) {
            self.bindings.close(self.depth + 1);
        }
        loop {
            let at = offset(&self.reader);
            self.at = at;
            let event = self.reader.read_event().map_err(|error| self.fault(&error))?;
            let end = offset(&self.reader);
            let raw = self.xml.get(at..end).unwrap_or_default();
            match event {
                Event::Start(start) => return self.start(raw, start.name().0.len()).map(Token::Start),
                Event::End(_) => {
                    self.depth -= 1;
                    self.has_ended = true;
                    return Ok(Token::End);
                }
                Event::Empty(_) => return Err(self.malformed("an element is empty")),
                Event::Text(_) => {
                    if let Some(at) = raw.find("]]>") {
                        return Err(Fault::new(self.at + at, code::MALFORMED_XML, "a text has no \"]]>\""));
                    }
                    if let Some(text) = self.text(with_line_feeds(raw))? {
                        return Ok(Token::Text(text));
                    }
                }
                Event::CData(_) => {
                    let inner = raw.strip_prefix("<![CDATA[").and_then(|raw| raw.strip_suffix("]]>"));
                    if self.depth == 0 {
                        return Err(self.malformed("a text stands inside the document element"));
                    }
                    if let Some(text) = self.text(with_line_feeds(inner.unwrap_or_default()))? {
                        return Ok(Token::Text(text));
                    }
                }
                Event::GeneralRef(reference) => {
                    let text = self.reference(&reference)?;
                    if let Some(text) = self.text(text)? {
                        return Ok(Token::Text(text));
                    }
                }
                Event::Comment(_) => check_text(raw, at)?,
                Event::Decl(declaration) => self.declaration(&declaration)?,
                Event::PI(_) if self.depth == 0 => check_text(raw, at)?,
                Event::PI(_) => return Err(self.refused("a processing instruction stands inside the document element")),
                Event::DocType(_) => return Err(self.refused("a document type is declared")),
                Event::Eof if self.depth > 0 => return Err(self.malformed("an element is not closed")),
                Event::Eof if !self.has_root => return Err(self.malformed("a document has an element")),
                Event::Eof => return Ok(Token::Eof),
            }
        }
    }

    fn start(&mut self, raw: &'x str, name_bytes: usize) -> Result<Tag<'x>, Fault> {
        if self.depth == 0 && std::mem::replace(&mut self.has_root, true) {
            return Err(self.malformed("a document has one element"));
        }
        if self.depth == XML_DEPTH_MAX {
            let detail = format!("elements nest deeper than {XML_DEPTH_MAX}");
            return Err(Fault::new(self.at, code::XML_TOO_DEEP, detail));
        }
        self.depth += 1;
        let content = raw.strip_prefix('<').and_then(|raw| raw.strip_suffix('>')).unwrap_or_default();
        let content = content.strip_suffix('/').unwrap_or(content);
        let name_bytes = name_bytes.min(content.len());
        tag::read(content, name_bytes, self.at, self.depth, &mut self.bindings)
    }

    /// A text, unless it is the white space around the document element.
    fn text(&self, text: Cow<'x, str>) -> Result<Option<Cow<'x, str>>, Fault> {
        check_text(&text, self.at)?;
        if self.depth > 0 {
            return Ok(Some(text));
        }
        if text.chars().all(is_space) {
            Ok(None)
        } else {
            Err(self.malformed("a text stands inside the document element"))
        }
    }

    fn reference(&self, reference: &BytesRef<'_>) -> Result<Cow<'x, str>, Fault> {
        match reference.resolve_char_ref() {
            Ok(Some(letter)) => Ok(Cow::Owned(letter.to_string())),
            Ok(None) => match quick_xml::escape::resolve_predefined_entity(reference) {
                Some(text) => Ok(Cow::Borrowed(text)),
                None => Err(entity_fault(self.at, reference)),
            },
            Err(error) => Err(self.malformed(&error.to_string())),
        }
    }

    fn declaration(&self, declaration: &BytesDecl<'_>) -> Result<(), Fault> {
        if self.at > 0 {
            return Err(self.malformed("the XML declaration begins the document"));
        }
        let version = declaration.version().map_err(|error| self.malformed(&error.to_string()))?;
        if version != "1.0" {
            return Err(self.malformed(&format!("the version of XML is 1.0, not {}", quote(&version))));
        }
        match declaration.encoding() {
            None => Ok(()),
            Some(Ok(encoding)) if ["utf-8", "us-ascii"].iter().any(|known| encoding.eq_ignore_ascii_case(known)) => {
                Ok(())
            }
            Some(Ok(encoding)) => {
                Err(self.malformed(&format!("the document is sent in UTF-8, but declares {}", quote(&encoding))))
            }
            Some(Err(error)) => Err(self.malformed(&error.to_string())),
        }
    }

    fn fault(&self, error: &Error) -> Fault {
        let at = usize::try_from(self.reader.error_position()).unwrap_or(self.at);
        let detail = match error {
            Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
                format!("the element {} ends here, not {}", quote(expected), quote(found))
            }
            Error::IllFormed(IllFormedError::UnmatchedEndTag(found)) => {
                format!("no element {} is open", quote(found))
            }
            other => other.to_string(),
        };
        Fault::new(at.max(self.at), code::MALFORMED_XML, detail)
    }

    fn malformed(&self, detail: &str) -> Fault {
        Fault::new(self.at, code::MALFORMED_XML, detail)
    }

    fn refused(&self, detail: &str) -> Fault {
        Fault::new(self.at, code::XML_NOT_ALLOWED, detail)
    }
}
