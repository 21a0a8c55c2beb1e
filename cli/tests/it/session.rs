//! Shell sessions in documents, as `docs/guides` and the README show them. Invariant: each command of a session is run,
//! and each output that the document shows is compared with what the command printed.
//!
//! A session is the indented blocks of a document in their order. A line that begins with `$ ` is a command; it
//! continues while it ends with `\` or has an open here-document. The lines below it are its output. In an output,
//! `...` matches any text within a line; a line of `...` alone matches any number of lines. The output of a command is
//! not compared when the document shows none. Each command must succeed.

mod compare;
mod read;
mod terminal;

pub(crate) use read::Session;

/// One command of a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Step {
    /// The name of the document, for the report of a failure.
    document: String,
    /// The line of the document, counted from 1.
    line: usize,
    command: String,
    /// The lines that the document shows; none when it shows no output.
    shown: Vec<String>,
}
