//! Reads the text files of the repository that git tracks or would track. Invariant: build output, dependencies and
//! binary files are never checked.

use std::{path::Path, process::Command};

use anyhow::{Context, ensure};

/// A text file.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    /// The path relative to the repository's root, with `/` separators.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl SourceFile {
    /// The file name without folders.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The part of the name after the last dot, or the empty string.
    pub(crate) fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Whether it is source code in one of the languages of this repository.
    pub(crate) fn is_code(&self) -> bool {
        let written = matches!(self.extension(), "rs" | "sql" | "ts" | "tsx" | "mjs" | "css" | "sh");
        let script = self.path.starts_with("script/") || self.path.starts_with(".ci/");
        (written || script) && !self.is_generated()
    }

    /// Whether a tool writes it: generated clients and ambient type declarations.
    pub(crate) fn is_generated(&self) -> bool {
        self.path.ends_with(".gen.ts") || self.path.ends_with(".d.ts") || self.path.starts_with("openapi/")
    }

    /// Whether the whole file contains tests.
    pub(crate) fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests")
            || self.name() == "tests.rs"
            || self.path.ends_with(".test.ts")
            || self.path.ends_with(".test.tsx")
    }

    /// The lines with their numbers, counted from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// Reads every text file that git tracks or would track. Skips binary files.
///
/// # Errors
/// When git cannot be run in `root` or a file cannot be read.
pub(crate) fn read_tracked(root: &Path) -> anyhow::Result<Vec<SourceFile>> {
    let listing = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("listing the files with git")?;
    ensure!(listing.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listing.stderr));
    let mut files = Vec::new();
    for path in String::from_utf8(listing.stdout)?.split('\0').filter(|path| !path.is_empty()) {
        let full = root.join(path);
        // A tracked file may be deleted in the working tree.
        if !full.is_file() {
            continue;
        }
        let bytes = std::fs::read(&full).with_context(|| format!("reading {path}"))?;
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(SourceFile { path: path.to_owned(), text });
        }
    }
    Ok(files)
}
