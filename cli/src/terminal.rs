//! Terminal output. Invariant: progress and errors go to standard error, results to standard output. Colour is off when
//! `NO_COLOR` is set or standard error is no terminal.

use std::{
    io::{IsTerminal as _, Write as _},
    time::Instant,
};

/// Starts logging to standard error.
pub fn start_logging(directives: &str) {
    let filter = tracing_subscriber::EnvFilter::new(directives);
    let is_coloured = std::env::var_os("NO_COLOR").is_none() && std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(is_coloured).init();
}

/// Writes an error and its causes, one line each.
pub fn failure(error: &anyhow::Error) {
    say(&format!("waymark: {error}"));
    for cause in error.chain().skip(1) {
        say(&format!("  because {cause}"));
    }
}

/// Writes a line to standard error.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Progress of a start: one line per finished step, with the time it took.
pub struct Steps {
    is_quiet: bool,
    last: Instant,
}

impl Steps {
    /// Starts to measure the first step.
    pub fn new(is_quiet: bool) -> Self {
        Self { is_quiet, last: Instant::now() }
    }

    /// Reports a finished step.
    pub fn done(&mut self, what: &str) {
        if !self.is_quiet {
            say(&format!("  {what} ({} ms)", self.last.elapsed().as_millis()));
        }
        self.last = Instant::now();
    }
}
