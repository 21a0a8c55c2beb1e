//! The files of the repository, as text. Git decides what belongs: tracked files and new ones that
//! are not ignored, so build output and dependencies are never judged.

use std::{path::Path, process::Command};

use anyhow::{Context, ensure};

/// One text file.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    /// Path relative to the repository's root, with `/` separators.
    pub(crate) path: String,
    /// The whole content.
    pub(crate) text: String,
}

impl SourceFile {
    /// The file name without folders.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// What follows the last dot of the name, or the empty string.
    pub(crate) fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// True for code that people write and read: the languages of this repository.
    pub(crate) fn is_code(&self) -> bool {
        let written = matches!(self.extension(), "rs" | "sql" | "ts" | "tsx" | "mjs" | "css" | "sh");
        let script = self.path.starts_with("script/") || self.path.starts_with(".ci/");
        (written || script) && !self.is_generated()
    }

    /// True for files a tool writes: generated clients and ambient type declarations.
    pub(crate) fn is_generated(&self) -> bool {
        self.path.ends_with(".gen.ts") || self.path.ends_with(".d.ts") || self.path.starts_with("openapi/")
    }

    /// True when the whole file exists for tests.
    pub(crate) fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests")
            || self.name() == "tests.rs"
            || self.path.ends_with(".test.ts")
            || self.path.ends_with(".test.tsx")
    }

    /// Lines with their numbers, counted from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// Reads every text file that git tracks or would track. Binary files are left out.
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
        // A tracked file may be deleted in the working tree; it is then nobody's business.
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
