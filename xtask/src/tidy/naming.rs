//! Refuses modules with generic names, because such modules collect unrelated code.

use crate::{finding::Finding, source::SourceFile};

const BANNED: [&str; 8] = ["util", "utils", "common", "helper", "helpers", "manager", "managers", "misc"];

pub(super) fn check(file: &SourceFile, findings: &mut Vec<Finding>) {
    if !file.is_code() {
        return;
    }
    if file.name() == "mod.rs" {
        findings.push(Finding::whole(&file.path, "naming", "write `foo.rs` next to `foo/`, never `mod.rs`"));
    }
    for part in file.path.split('/') {
        let stem = part.split('.').next().unwrap_or(part);
        let last_word = stem.rsplit(['_', '-']).next().unwrap_or(stem);
        if BANNED.contains(&last_word) {
            let message = format!("`{part}` is too generic; name the content");
            findings.push(Finding::whole(&file.path, "naming", message));
        }
    }
}
