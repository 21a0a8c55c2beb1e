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
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(is_coloured).init();
}

/// Prints an error and its causes, one line each.
pub fn print_error(error: &anyhow::Error) {
    print_line(&format!("waymark: {error}"));
    for cause in error.chain().skip(1) {
        print_line(&format!("  because {cause}"));
    }
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
