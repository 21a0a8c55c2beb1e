//! Writes progress, errors and logs to the terminal. Invariant: this file writes only to standard error. Logs have no
//! colour when `NO_COLOR` is set or standard error is no terminal.

use std::{
    io::{IsTerminal as _, Write as _},
    time::Instant,
};

/// Starts logging to standard error.
pub fn start_logging(directives: &str) {
    let filter = tracing_subscriber::EnvFilter::new(directives);
    let is_coloured = std::env::var_os("NO_COLOR").is_none() && std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(is_coloured);
    // A line that cannot be written, as on a full disk, is lost. Reporting that would write to standard error as well,
    // and end the thread when it fails.
    log.log_internal_errors(false).init();
}

/// Prints an error and its causes, one line each.
pub fn print_error(error: &anyhow::Error) {
    for line in error_lines(error) {
        print_line(&line);
    }
}

/// The lines of an error. A cause without text of its own, or that repeats what stands before it, has no line.
fn error_lines(error: &anyhow::Error) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for text in error.chain().map(ToString::to_string) {
        let says_more = !text.trim().is_empty() && !texts.iter().any(|earlier| earlier.contains(&text));
        if says_more {
            texts.push(text);
        }
    }
    if texts.is_empty() {
        texts.push(format!("{error:?}"));
    }
    let line = |(place, text): (usize, String)| {
        if place == 0 { format!("waymark: {text}") } else { format!("  because {text}") }
    };
    texts.into_iter().enumerate().map(line).collect()
}

/// Prints a line to standard error.
pub fn print_line(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// The progress of a start: one line per completed step, with its duration.
pub struct Steps {
    is_quiet: bool,
    last: Instant,
}

impl Steps {
    /// Starts timing the first step.
    pub fn new(is_quiet: bool) -> Self {
        Self { is_quiet, last: Instant::now() }
    }

    /// Reports a completed step.
    pub fn done(&mut self, what: &str) {
        if !self.is_quiet {
            print_line(&format!("  {what} ({} ms)", self.last.elapsed().as_millis()));
        }
        self.last = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn an_error_is_printed_with_every_cause_that_says_more() {
        let error = anyhow::Error::new(io::Error::other("the disk is full"));
        let error = error.context("the disk is full").context("").context("writing a").context("starting");
        assert_eq!(
            error_lines(&error),
            ["waymark: starting", "  because writing a", "  because the disk is full"],
            "no empty line, and nothing twice"
        );
    }

    #[test]
    fn an_error_without_any_text_is_still_printed() {
        let lines = error_lines(&anyhow::Error::new(io::Error::other("")));
        assert!(lines.len() == 1 && lines[0].len() > "waymark: ".len(), "{lines:?}");
    }
}
