//! Checks the text of a document before it is parsed. Invariant: one pass without recursion, in time linear in the
//! text. It reads strings and comments as the parser does, so no bracket escapes the count.

use super::{
    limit::{NAME_BYTES_MAX, NESTING_MAX, QUERY_BYTES_MAX, TOKENS_MAX},
    refusal::{Refusal, invalid, too_complex},
};
use async_graphql::Pos;

/// Checks size, number of tokens, nesting of brackets and length of names.
///
/// # Errors
/// `graphql.too_complex` above a limit; `graphql.invalid` for a string without an end or with U+0000.
pub(super) fn check(text: &str) -> Result<(), Refusal> {
    if text.len() > QUERY_BYTES_MAX {
        return Err(too_complex("bytes", text.len() as u64, QUERY_BYTES_MAX as u64, None).into());
    }
    let mut scan = Scan { text, at: 0, tokens: 0, nesting: 0 };
    while let Some(&byte) = scan.rest().first() {
        scan.token(byte)?;
    }
    Ok(())
}

/// The progress of the pass.
struct Scan<'t> {
    text: &'t str,
    at: usize,
    tokens: usize,
    nesting: usize,
}

impl<'t> Scan<'t> {
    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Reads one token, or the white space or comment in front of it.
    fn token(&mut self, byte: u8) -> Result<(), Refusal> {
        let len = match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {
                self.at += 1;
                return Ok(());
            }
            b'#' => {
                let end = self.rest().iter().position(|byte| matches!(byte, b'\n' | b'\r'));
                self.at += end.unwrap_or(self.rest().len());
                return Ok(());
            }
            b'"' => self.string()?,
            b'.' if self.rest().starts_with(b"...") => 3,
            _ if is_word(byte) => self.word()?,
            _ => 1,
        };
        self.nesting = match byte {
            b'{' | b'[' | b'(' => self.nesting + 1,
            b'}' | b']' | b')' => self.nesting.saturating_sub(1),
            _ => self.nesting,
        };
        if self.nesting > NESTING_MAX {
            return Err(self.above("levels of brackets", self.nesting, NESTING_MAX));
        }
        self.tokens += 1;
        if self.tokens > TOKENS_MAX {
            return Err(self.above("tokens", self.tokens, TOKENS_MAX));
        }
        self.at += len;
        Ok(())
    }

    /// The length of a name or number.
    fn word(&self) -> Result<usize, Refusal> {
        let rest = self.rest();
        let len = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
        if len > NAME_BYTES_MAX {
            return Err(self.above("bytes in a name", len, NAME_BYTES_MAX));
        }
        Ok(len)
    }

    /// The length of a string or block string with its quotes (section 2.9.4).
    fn string(&self) -> Result<usize, Refusal> {
        let rest = self.rest();
        let (quote, is_block) = if rest.starts_with(b"\"\"\"") { (&rest[..3], true) } else { (&rest[..1], false) };
        let mut at = quote.len();
        while let Some(&byte) = rest.get(at) {
            match byte {
                b'\\' if is_block && rest[at + 1..].starts_with(quote) => at += 4,
                b'\\' if !is_block && is_nul(&rest[at + 1..]) => {
                    return Err(invalid("A string holds U+0000; no text here has it.", self.position()).into());
                }
                b'\\' if !is_block => at += 2,
                b'"' if rest[at..].starts_with(quote) => return Ok(at + quote.len()),
                b'\n' | b'\r' if !is_block => break,
                _ => at += 1,
            }
        }
        Err(invalid("A string has no end.", self.position()).into())
    }

    fn above(&self, what: &str, value: usize, max: usize) -> Refusal {
        too_complex(what, value as u64, max as u64, Some(self.position())).into()
    }

    fn position(&self) -> Pos {
        let before = &self.text.as_bytes()[..self.at];
        let line = before.split(|byte| *byte == b'\n').count();
        let begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        Pos { line, column: String::from_utf8_lossy(&before[begin..]).chars().count() + 1 }
    }
}

/// Whether what follows a backslash is the escape of U+0000 (section 2.9.4).
fn is_nul(escape: &[u8]) -> bool {
    let Some(digits) = escape.strip_prefix(b"u") else { return false };
    let Some(digits) = digits.strip_prefix(b"{") else { return digits.starts_with(b"0000") };
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    zeros > 0 && digits.get(zeros) == Some(&b'}')
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests;
