//! Compares CONTRIBUTING's checklist with the table of places. Invariant: only `WAYMARK_BLESS=1 cargo xtask domains`
//! writes the document, and only the text between the two marks.

use super::table::{COLUMN, COMMAND_FILES_MAX, Place, SHARED, SHARED_FILES_MAX, WRITTEN};
use crate::{finding::Finding, source::SourceFile};
use std::path::Path;

const DOCUMENT: &str = "CONTRIBUTING.md";
const BEGIN: &str = "<!-- made by `WAYMARK_BLESS=1 cargo xtask domains` from xtask/src/domains/table.rs -->\n";
const END: &str = "<!-- end -->\n";

/// The width of prose, in columns.
const WIDTH: usize = 120;

/// The places that a new command adds to, in the order of the layers.
pub(super) fn command_places() -> impl Iterator<Item = &'static Place> {
    COLUMN.iter().chain(SHARED).filter(|place| place.per_command)
}

/// The checklist with its marks, as the document must contain it.
pub(super) fn render() -> String {
    let mut text = String::from(BEGIN);
    let mut section = |title: &str, places: Vec<&Place>| {
        text.push('\n');
        fill(&mut text, "", title);
        text.push('\n');
        for place in places {
            fill(&mut text, "  ", &format!("- [ ] `{}`: {}", place.paths.join("` or `"), place.what));
        }
    };
    let title =
        format!("**A new command of a domain** touches {} files, from the inside out:", command_places().count());
    section(&title, command_places().collect());
    let title = format!("**A new domain** has {} places of its own, where `{{}}` is its name:", COLUMN.len());
    section(&title, COLUMN.iter().collect());
    section(&format!("and is entered in {} shared files:", SHARED.len()), SHARED.iter().collect());
    text.push_str("\nThen commands write what follows from it:\n\n");
    for (command, what) in WRITTEN {
        fill(&mut text, "  ", &format!("- `{command}`: {what}"));
    }
    text.push('\n');
    text.push_str(END);
    text
}

/// Adds a paragraph in lines of at most [`WIDTH`] columns; those after the first begin with `indent`.
fn fill(text: &mut String, indent: &str, paragraph: &str) {
    let mut width = 0;
    for (at, word) in paragraph.split(' ').enumerate() {
        if at > 0 && width + 1 + word.len() > WIDTH {
            text.push('\n');
            text.push_str(indent);
            width = indent.len();
        } else if at > 0 {
            text.push(' ');
            width += 1;
        }
        text.push_str(word);
        width += word.len();
    }
    text.push('\n');
}

/// Compares the document, or writes it.
pub(super) fn check(root: &Path, files: &[SourceFile], is_writing: bool) -> std::io::Result<Vec<Finding>> {
    let finding = |message| vec![Finding::whole(DOCUMENT, "checklist", message)];
    if command_places().count() > COMMAND_FILES_MAX || SHARED.len() > SHARED_FILES_MAX {
        return Ok(finding("a new command or a new domain has too many places: compose them in fewer files"));
    }
    let Some(file) = files.iter().find(|file| file.path == DOCUMENT) else {
        return Ok(finding("is missing"));
    };
    let Some((before, (_, after))) =
        file.text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?)))
    else {
        return Ok(finding("has no place for the checklist"));
    };
    let expected = [before, &render(), after].concat();
    if file.text == expected {
        return Ok(Vec::new());
    }
    if is_writing {
        std::fs::write(root.join(DOCUMENT), expected)?;
        return Ok(Vec::new());
    }
    Ok(finding("the checklist is not that of the table: WAYMARK_BLESS=1 cargo xtask domains"))
}
