//! Reads server-sent events (WHATWG HTML, section 9.2). Invariant: the cost is linear in the bytes, and what is kept of
//! an unfinished message is bounded.

use anyhow::ensure;

/// The most bytes of one message: several times the largest event that the service sends.
const MESSAGE_BYTES_MAX: usize = 1024 * 1024;

/// A message between two empty lines.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Message {
    /// The id that a client sends as `Last-Event-ID` to receive what follows the message.
    pub id: Option<String>,
    /// The type; empty when none is named.
    pub event: String,
    /// Empty for a message that only states an id.
    pub data: String,
}

/// A reader of one stream. The lines end with a line feed, as the service writes them.
#[derive(Debug, Default)]
pub struct Reader {
    /// What follows the last whole line.
    rest: Vec<u8>,
    /// The fields of the unfinished message, and their bytes.
    message: Message,
    bytes: usize,
}

impl Reader {
    /// Reads further bytes and returns the messages that they complete.
    ///
    /// # Errors
    /// When a message is larger than 1 MiB, or is no UTF-8.
    pub fn read(&mut self, bytes: &[u8]) -> anyhow::Result<Vec<Message>> {
        let mut messages = Vec::new();
        let mut parts = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(part) = parts.next() {
            self.bytes += part.len();
            ensure!(self.bytes <= MESSAGE_BYTES_MAX, "an event is larger than {MESSAGE_BYTES_MAX} bytes");
            self.rest.extend_from_slice(part);
            if parts.peek().is_some() {
                let line = String::from_utf8(std::mem::take(&mut self.rest))?;
                messages.extend(self.line(line.strip_suffix('\r').unwrap_or(&line)));
            }
        }
        Ok(messages)
    }

    /// Reads a line; an empty one completes the message.
    fn line(&mut self, line: &str) -> Option<Message> {
        if line.is_empty() {
            self.bytes = 0;
            let message = std::mem::take(&mut self.message);
            return (message != Message::default()).then_some(message);
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        let Message { id, event, data } = &mut self.message;
        match name {
            "id" => *id = Some(value.to_owned()),
            "event" => value.clone_into(event),
            "data" => {
                if !data.is_empty() {
                    data.push('\n');
                }
                data.push_str(value);
            }
            // Comments have an empty name, and other fields concern the connection.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: Option<&str>, event: &str, data: &str) -> Message {
        Message { id: id.map(str::to_owned), event: event.to_owned(), data: data.to_owned() }
    }

    #[test]
    fn messages_are_the_same_however_the_bytes_are_divided() {
        let text = "retry: 2000\n\nid: 7\nevent: a.b\ndata: {\"ü\":1}\n\n:\n\nid: 9\n\nevent:error\ndata:x\ndata: y\r\n\r\nid: 10";
        let expected =
            [message(Some("7"), "a.b", "{\"ü\":1}"), message(Some("9"), "", ""), message(None, "error", "x\ny")];
        for size in 1..=text.len() {
            let mut reader = Reader::default();
            let read = text.as_bytes().chunks(size).map(|bytes| reader.read(bytes).expect("messages"));
            assert_eq!(read.collect::<Vec<_>>().concat(), expected, "{size} bytes at once");
        }
    }

    #[test]
    fn a_message_without_end_is_refused() {
        let mut reader = Reader::default();
        let line = vec![b'x'; MESSAGE_BYTES_MAX - 1];
        assert_eq!(reader.read(&line).expect("at the limit"), []);
        reader.read(b"x\nx").expect_err("above it, though in two lines");
        let mut reader = Reader::default();
        for _ in 0..3 {
            assert_eq!(reader.read(&line).and_then(|_| reader.read(b"\n\n")).expect("each within the limit"), []);
        }
    }
}
