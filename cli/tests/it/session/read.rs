//! Reads the session of a document. Invariant: a line of an indented block is part of a command or of its output.

use super::Step;
use std::{fs, path::Path};

const INDENT: &str = "    ";
const PROMPT: &str = "$ ";

/// The session of a document, of one of its sections, or of several documents one after the other.
pub(crate) struct Session {
    pub(super) steps: Vec<Step>,
}

impl Session {
    /// Reads a document of the repository.
    pub(crate) fn of_document(name: &str) -> Self {
        Self::read(name, &text(name), 1)
    }

    /// Reads the section of a document below one of its headings of the second level.
    pub(crate) fn of_section(name: &str, heading: &str) -> Self {
        let text = text(name);
        let (before, section) = text.split_once(&format!("\n## {heading}\n")).expect("the heading");
        let section = section.split("\n## ").next().unwrap_or_default();
        Self::read(name, section, before.lines().count() + 2)
    }

    /// This session, and then another one on the same instance.
    pub(crate) fn followed_by(mut self, other: Self) -> Self {
        self.steps.extend(other.steps);
        self
    }

    fn read(document: &str, text: &str, first_line: usize) -> Self {
        let mut steps: Vec<Step> = Vec::new();
        let (mut is_inside, mut is_open, mut blank) = (false, false, 0);
        for (line, text) in (first_line..).zip(text.lines()) {
            let Some(text) = text.strip_prefix(INDENT) else {
                blank += usize::from(text.is_empty());
                is_inside &= text.is_empty();
                continue;
            };
            if let Some(command) = text.strip_prefix(PROMPT).filter(|_| !is_open) {
                let (document, command) = (document.to_owned(), command.to_owned());
                steps.push(Step { document, line, command, shown: Vec::new() });
                is_inside = true;
            } else {
                assert!(is_inside, "{document}:{line}: a block begins with a command");
                let step = steps.last_mut().expect("the command of the block");
                // Empty lines inside a block belong to it.
                let empty = std::iter::repeat_n(String::new(), blank);
                if is_open {
                    step.command.extend(empty.map(|_| "\n".to_owned()));
                    step.command.push('\n');
                    step.command.push_str(text);
                } else {
                    step.shown.extend(empty.chain([text.to_owned()]));
                }
            }
            blank = 0;
            is_open = is_incomplete(&steps.last().expect("a step").command);
        }
        assert!(!is_open && !steps.is_empty(), "{document}: the last command is complete");
        Self { steps }
    }
}

fn text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whether a command continues in the next line.
fn is_incomplete(command: &str) -> bool {
    if command.ends_with('\\') {
        return true;
    }
    let word =
        |rest: &str| rest.trim_start_matches('\'').split(['\'', ' ', '\n']).next().unwrap_or_default().to_owned();
    let end = command.split_once("<<").map(|(_, rest)| word(rest));
    end.is_some_and(|end| !command.lines().skip(1).any(|line| line == end))
}

#[test]
fn a_session_has_the_commands_of_all_blocks() {
    let text = "# Title\n\nProse.\n\n    $ one \\\n        -a\n    $ cat > f <<'E'\n    $ x\n\n    E\n    $ two\n    a\n\n    b\n\n\
                More.\n\n    $ three\n";
    let found = Session::read("x.md", text, 1).steps;
    let found: Vec<_> = found.iter().map(|step| (step.line, &*step.command, step.shown.join("\n"))).collect();
    let expected = [
        (5, "one \\\n    -a", String::new()),
        (7, "cat > f <<'E'\n$ x\n\nE", String::new()),
        (11, "two", "a\n\nb".to_owned()),
        (18, "three", String::new()),
    ];
    assert_eq!(found, expected);
}

#[test]
#[should_panic(expected = "x.md:3: a block begins with a command")]
fn a_block_without_a_command_is_reported() {
    Session::read("x.md", "Prose.\n\n    output\n", 1);
}
