//! The strict parser of the JSON tree (RFC 8259), with a given limit of depth. Invariant: for any bytes, parsing ends
//! with a tree or one error. Time is proportional to the text, times the logarithm of an object's width. A tree of
//! [`parse`] has only the characters of [`crate::text`].

use std::borrow::Cow;

use standards_number::{Grammar, Number, NumberError};

use super::{Member, Node, Value};
use crate::{
    problem::pointer_of,
    text::{is_name_char, is_text_char},
};

/// The width of an object up to which comparing all pairs of names is faster than sorting.
const WIDTH_COMPARED_PAIRWISE_MAX: usize = 16;

/// A fault in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParseError {
    pub(crate) kind: ErrorKind,
    /// The byte offset at which parsing stopped.
    pub(crate) offset: usize,
    /// The names from the innermost value at the fault to the outermost. Empty for kinds without a pointer, see
    /// [`ErrorKind::has_pointer`].
    names: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    /// Not JSON. Names the expected token.
    Malformed(&'static str),
    TooDeep,
    DuplicateKey(String),
    /// A number beyond a limit.
    Number(NumberError),
    /// A character that a string, or the name of a member, may not have.
    Character(char),
}

impl ErrorKind {
    /// Whether the text is valid JSON up to the fault, so that a pointer locates it. Other kinds are located by line
    /// and column.
    const fn has_pointer(&self) -> bool {
        matches!(self, Self::DuplicateKey(_) | Self::Number(_) | Self::Character(_))
    }
}

/// Parses exactly one value with optional white space around it. Arrays and objects may nest up to `depth_max`.
pub(crate) fn parse(text: &str, depth_max: usize) -> Result<Node<'_>, ParseError> {
    parse_with(text, depth_max, true)
}

/// As [`parse`], but with any characters: for texts that were never checked, or by older rules.
pub(crate) fn parse_unchecked(text: &str, depth_max: usize) -> Result<Node<'_>, ParseError> {
    parse_with(text, depth_max, false)
}

fn parse_with(text: &str, depth_max: usize, checks_letters: bool) -> Result<Node<'_>, ParseError> {
    let mut parser = Parser { text, bytes: text.as_bytes(), at: 0, depth_left: depth_max, checks_letters };
    parser.skip_space();
    let node = parser.node()?;
    parser.skip_space();
    if parser.at < text.len() {
        return Err(parser.malformed("the end of the text"));
    }
    Ok(node)
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth_left: usize,
    checks_letters: bool,
}

impl<'a> Parser<'a> {
    fn node(&mut self) -> Result<Node<'a>, ParseError> {
        let start = self.at;
        let value = match self.peek() {
            Some(b'"') => {
                let text = self.string()?;
                self.check(&text, is_text_char)?;
                Value::String(text)
            }
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.literal("true", Value::Bool)?,
            Some(b'f') => self.literal("false", Value::Bool)?,
            Some(b'n') => self.literal("null", Value::Null)?,
            _ => return Err(self.malformed("a value")),
        };
        Ok(Node { start, raw: &self.text[start..self.at], value })
    }

    /// Reads a container one level down.
    fn nested(&mut self, read: fn(&mut Self) -> Result<Value<'a>, ParseError>) -> Result<Value<'a>, ParseError> {
        if self.depth_left == 0 {
            return Err(self.error(ErrorKind::TooDeep));
        }
        self.depth_left -= 1;
        self.at += 1;
        self.skip_space();
        let value = read(self)?;
        self.depth_left += 1;
        Ok(value)
    }

    fn array(&mut self) -> Result<Value<'a>, ParseError> {
        let mut elements = Vec::new();
        if self.take(b']') {
            return Ok(Value::Array(elements));
        }
        loop {
            let index = elements.len();
            elements.push(self.node().map_err(|error| error.inside(&index.to_string()))?);
            self.skip_space();
            if self.take(b']') {
                return Ok(Value::Array(elements));
            }
            self.expect(b',', "',' or ']'")?;
            self.skip_space();
        }
    }

    fn object(&mut self) -> Result<Value<'a>, ParseError> {
        let mut members: Vec<Member<'a>> = Vec::new();
        if self.take(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.malformed("a member name"));
            }
            let name = self.string()?;
            self.check(&name, is_name_char).map_err(|error| error.inside(&name))?;
            if members.len() < WIDTH_COMPARED_PAIRWISE_MAX && members.iter().any(|earlier| earlier.name == name) {
                return Err(self.duplicate(&name));
            }
            self.skip_space();
            self.expect(b':', "':'")?;
            self.skip_space();
            let node = self.node().map_err(|error| error.inside(&name))?;
            members.push(Member { name, node });
            self.skip_space();
            if self.take(b'}') {
                break;
            }
            self.expect(b',', "',' or '}'")?;
            self.skip_space();
        }
        if members.len() > WIDTH_COMPARED_PAIRWISE_MAX {
            let mut names: Vec<&str> = members.iter().map(|member| &*member.name).collect();
            names.sort_unstable();
            if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(self.duplicate(pair[0]));
            }
        }
        Ok(Value::Object(members))
    }

    fn string(&mut self) -> Result<Cow<'a, str>, ParseError> {
        self.at += 1;
        let start = self.at;
        let mut decoded: Option<String> = None;
        let mut copied_to = start;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let tail = &self.text[copied_to..self.at];
                    self.at += 1;
                    return Ok(match decoded {
                        None => Cow::Borrowed(tail),
                        Some(mut text) => {
                            text.push_str(tail);
                            Cow::Owned(text)
                        }
                    });
                }
                Some(b'\\') => {
                    let text = decoded.get_or_insert_with(String::new);
                    text.push_str(&self.text[copied_to..self.at]);
                    self.at += 1;
                    let letter = self.escape()?;
                    decoded.get_or_insert_with(String::new).push(letter);
                    copied_to = self.at;
                }
                Some(0..=0x1f) => return Err(self.malformed("an escaped control character")),
                Some(_) => self.at += 1,
                None => return Err(self.malformed("'\"'")),
            }
        }
    }

    /// Refuses a string with a character that is not allowed. ASCII without control characters, the common case, is
    /// recognised by its bytes.
    fn check(&self, text: &str, is_allowed: fn(char) -> bool) -> Result<(), ParseError> {
        if !self.checks_letters || text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Ok(());
        }
        match text.chars().find(|letter| !is_allowed(*letter)) {
            Some(letter) => Err(self.error(ErrorKind::Character(letter))),
            None => Ok(()),
        }
    }

    fn escape(&mut self) -> Result<char, ParseError> {
        let letter = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.malformed("an escape letter")),
        };
        self.at += 1;
        Ok(letter)
    }

    fn unicode(&mut self) -> Result<char, ParseError> {
        let first = self.hex4()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first).ok_or_else(|| self.malformed("a high surrogate first"));
        }
        if !(self.take(b'\\') && self.take(b'u')) {
            return Err(self.malformed("a low surrogate"));
        }
        let second = self.hex4()?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(self.malformed("a low surrogate"));
        }
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        char::from_u32(code).ok_or_else(|| self.malformed("a Unicode character"))
    }

    fn hex4(&mut self) -> Result<u32, ParseError> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else {
                return Err(self.malformed("four hexadecimal digits"));
            };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }

    fn number(&mut self) -> Result<Value<'a>, ParseError> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        match Number::read(&self.text[start..self.at], Grammar::Json) {
            Ok(_) => Ok(Value::Number),
            Err(error) => Err(self.error(ErrorKind::Number(error))),
        }
    }

    fn digits(&mut self) -> Result<(), ParseError> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.malformed("a digit"));
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn literal(&mut self, word: &'static str, value: Value<'a>) -> Result<Value<'a>, ParseError> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.malformed("a value"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        if is_next {
            self.at += 1;
        }
        is_next
    }

    fn expect(&mut self, byte: u8, words: &'static str) -> Result<(), ParseError> {
        if self.take(byte) { Ok(()) } else { Err(self.malformed(words)) }
    }

    fn malformed(&self, expected: &'static str) -> ParseError {
        self.error(ErrorKind::Malformed(expected))
    }

    fn duplicate(&self, name: &str) -> ParseError {
        self.error(ErrorKind::DuplicateKey(name.to_owned())).inside(name)
    }

    fn error(&self, kind: ErrorKind) -> ParseError {
        ParseError { kind, offset: self.at, names: Vec::new() }
    }
}

impl ParseError {
    /// The same error with the name of the enclosing value.
    fn inside(mut self, name: &str) -> Self {
        if self.kind.has_pointer() {
            self.names.push(name.to_owned());
        }
        self
    }

    /// The RFC 6901 pointer of the innermost value at the fault.
    pub(crate) fn pointer(&self) -> String {
        pointer_of(self.names.iter().rev().map(String::as_str))
    }
}
