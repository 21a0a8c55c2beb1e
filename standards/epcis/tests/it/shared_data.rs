//! Access to the test data that the project's repositories share. The files are public and are read in place, not
//! copied.

use std::path::{Path, PathBuf};

/// The path of a file below the shared `epcis` folder.
pub(crate) fn path(below: &str) -> PathBuf {
    let root = std::env::var_os("WAYMARK_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    root.join("epcis").join(below)
}

/// The bytes of a file.
pub(crate) fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error} (WAYMARK_DATA names the folder)", path.display()))
}

/// The JSON files of a folder in order. Panics when there are fewer than `count_min`, so that an empty folder cannot
/// pass.
pub(crate) fn json_files(below: &str, count_min: usize) -> Vec<PathBuf> {
    let folder = path(below);
    let entries = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error} (WAYMARK_DATA names the folder)", folder.display()));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder is readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json" || extension == "jsonld"))
        .collect();
    files.sort();
    assert!(files.len() >= count_min, "{}: {} files", folder.display(), files.len());
    files
}
