//! Checks the style of imports: a file names each crate in one `use`, with braces for several items.

use crate::{finding::Finding, source::SourceFile};

pub(super) fn check(file: &SourceFile, findings: &mut Vec<Finding>) {
    if file.extension() != "rs" {
        return;
    }
    let mut seen: Vec<&str> = Vec::new();
    let mut previous = "";
    for (number, line) in file.lines() {
        let root = line.strip_prefix("use ").and_then(|path| path.split([':', ';', ' ']).next());
        // An attribute may apply to a single import, such as one for tests.
        if let Some(root) = root.filter(|_| !previous.trim_end().ends_with(']') || !previous.starts_with("#[")) {
            if seen.contains(&root) {
                let message = format!("`{root}` is imported from twice: write one `use {root}::{{..}}`");
                findings.push(Finding::at(&file.path, number, "import", message));
            }
            seen.push(root);
        }
        previous = line;
    }
}
