//! Finds marks of unfinished work in code. Such work is completed or becomes an issue.

use crate::{finding::Finding, source::SourceFile};

/// Split so that this file does not violate the rule.
const MARKS: [&str; 4] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];

pub(super) fn check(file: &SourceFile, findings: &mut Vec<Finding>) {
    let is_prose = file.extension() == "md";
    if is_prose || !(file.is_code() || matches!(file.extension(), "toml" | "yaml" | "yml" | "html")) {
        return;
    }
    for (number, line) in file.lines() {
        if let Some(mark) = MARKS.iter().find(|mark| has_word(line, mark)) {
            findings.push(Finding::at(&file.path, number, "unfinished", format!("`{mark}`: do it now, or drop it")));
        }
    }
}

/// Whether `word` occurs in `line` with no letter, digit or underscore on either side.
fn has_word(line: &str, word: &str) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}
