//! Finds a `Content-Length` above every count of bytes in the head of a request (RFC 9110, section 8.6). hyper refuses
//! such a head without saying why. Invariant: one byte is looked at once, and nothing of the head is kept.

/// The largest length that hyper counts. The two values above it have a meaning of their own there.
const LENGTH_MAX: u64 = u64::MAX - 2;
/// The name of the field, with its colon.
const NAME: &[u8] = b"content-length:";

/// The position in the head of a request.
#[derive(Debug, Default)]
pub(super) struct Announced {
    line: Line,
    has_begun: bool,
    is_over: bool,
    is_beyond_count: bool,
}

/// What the current line is, as far as it was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Line {
    #[default]
    Empty,
    /// The first bytes of [`NAME`].
    Name(usize),
    /// The value of the field.
    Value(u64),
    Other,
}

impl Announced {
    /// Whether a field announces a body beyond every count of bytes.
    pub(super) const fn is_beyond_count(&self) -> bool {
        self.is_beyond_count
    }

    /// Goes on with bytes that were received.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.is_over {
                return;
            }
            match byte {
                b'\n' => self.end_line(),
                b'\r' => {}
                byte => {
                    self.has_begun = true;
                    self.line = self.line.next(*byte);
                }
            }
        }
    }

    fn end_line(&mut self) {
        // Empty lines before a request are skipped (RFC 9112, section 2.2).
        self.is_over = self.has_begun && self.line == Line::Empty;
        self.is_beyond_count |= matches!(self.line, Line::Value(length) if length > LENGTH_MAX);
        self.line = Line::Empty;
    }
}

impl Line {
    fn next(self, byte: u8) -> Self {
        match self {
            Self::Value(length) if byte.is_ascii_digit() => {
                Self::Value(length.saturating_mul(10).saturating_add(u64::from(byte - b'0')))
            }
            Self::Value(_) if matches!(byte, b' ' | b'\t') => self,
            Self::Empty | Self::Name(_) => {
                let at = if let Self::Name(at) = self { at } else { 0 };
                match NAME.get(at) {
                    Some(expected) if byte.eq_ignore_ascii_case(expected) && at + 1 == NAME.len() => Self::Value(0),
                    Some(expected) if byte.eq_ignore_ascii_case(expected) => Self::Name(at + 1),
                    _ => Self::Other,
                }
            }
            Self::Value(_) | Self::Other => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_above_every_count_is_found_in_the_head_only() {
        let is_found = |text: &str| {
            // In one piece, and byte by byte.
            let (mut whole, mut parts) = (Announced::default(), Announced::default());
            whole.read(text.as_bytes());
            text.as_bytes().chunks(1).for_each(|byte| parts.read(byte));
            assert_eq!(whole.is_beyond_count(), parts.is_beyond_count(), "{text:?}");
            whole.is_beyond_count()
        };
        for length in ["18446744073709551614", "18446744073709551615", "18446744073709551616", &"9".repeat(60_000)] {
            assert!(is_found(&format!("POST / HTTP/1.1\r\nHost: a\r\nCONTENT-length: \t{length} \r\n\r\n")));
            assert!(is_found(&format!("\r\n\r\nPOST / HTTP/1.1\ncontent-length:{length}\n\n")));
            assert!(!is_found(&format!("POST / HTTP/1.1\r\nX-Content-Length: {length}\r\n\r\n")), "another field");
            assert!(!is_found(&format!("POST / HTTP/1.1\r\n\r\ncontent-length: {length}\r\n")), "within a body");
            assert!(!is_found(&format!("POST / HTTP/1.1\r\nContent-Length: {length}a\r\n\r\n")), "no number");
        }
        assert!(!is_found(&format!("POST / HTTP/1.1\r\nContent-Length: {LENGTH_MAX}\r\n\r\n")));
    }
}
