//! Reads the bytes of a document as JSON. Invariant: only UTF-8 is read (RFC 8259 section 8.1). Any other encoding, and
//! any fault of the text, is one problem that says where.

use crate::{
    json::{self, ErrorKind, Node, ParseError},
    problem::{Problem, code, quote},
};

/// The byte order mark of UTF-8. Some systems write it; RFC 8259 section 8.1 lets a reader ignore it.
const UTF_8_MARK: &[u8] = b"\xef\xbb\xbf";

/// Parses `bytes` as JSON. The error is a list of one problem.
pub(crate) fn read_json(bytes: &[u8], depth_max: usize) -> Result<Node<'_>, Vec<Problem>> {
    let bytes = bytes.strip_prefix(UTF_8_MARK).unwrap_or(bytes);
    if let Some(encoding) = foreign_encoding(bytes) {
        return Err(vec![malformed(format!("the document is in {encoding}; JSON is sent in UTF-8"))]);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let (line, column) = line_and_column(bytes, error.valid_up_to());
        vec![malformed(format!("not UTF-8 at line {line} column {column}; JSON is sent in UTF-8"))]
    })?;
    json::parse(text, depth_max).map_err(|error| vec![json_problem(bytes, error, depth_max)])
}

/// The encoding that the first bytes show, when it is not UTF-8: by its mark, or by the zeros around the first letter,
/// which is ASCII in every JSON text.
fn foreign_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, 1..=255, ..] | [1..=255, 0, 0, 0, ..] => {
            Some("UTF-32")
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=255, ..] | [1..=255, 0, ..] => Some("UTF-16"),
        _ => None,
    }
}

fn malformed(detail: String) -> Problem {
    Problem { pointer: String::new(), code: code::MALFORMED_JSON, detail }
}

fn json_problem(bytes: &[u8], error: ParseError, depth_max: usize) -> Problem {
    let (line, column) = line_and_column(bytes, error.offset);
    let pointer = error.pointer();
    let (code, detail) = match error.kind {
        ErrorKind::Malformed(expected) => {
            (code::MALFORMED_JSON, format!("expected {expected} at line {line} column {column}"))
        }
        ErrorKind::TooDeep => (
            code::JSON_TOO_DEEP,
            format!("arrays and objects nest deeper than {depth_max} at line {line} column {column}"),
        ),
        ErrorKind::DuplicateKey(name) => {
            (code::DUPLICATE_KEY, format!("the member {} is given twice in one object", quote(&name)))
        }
        ErrorKind::Number(reason) => (code::NUMBER_OUT_OF_RANGE, reason.to_string()),
        ErrorKind::Character(letter) => (
            code::INVALID_CHARACTER,
            format!("the character U+{:04X} is not allowed here, at line {line} column {column}", u32::from(letter)),
        ),
    };
    Problem { pointer, code, detail }
}

/// The line and column of a byte offset, both from 1. The column counts bytes.
fn line_and_column(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = &bytes[..offset.min(bytes.len())];
    let lines = before.split(|byte| *byte == b'\n');
    let (line, last) = lines.enumerate().last().unwrap_or_default();
    (line + 1, last.len() + 1)
}
