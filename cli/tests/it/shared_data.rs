//! The public test documents, read in place: from `WAYMARK_DATA`, or the folder next to the repository.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A path in the shared `epcis` folder.
pub(crate) fn epcis(below: &str) -> PathBuf {
    let root = std::env::var_os("WAYMARK_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from);
    root.join("epcis").join(below)
}

pub(crate) fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error} (WAYMARK_DATA names the folder)", path.display()))
}

/// The JSON files of one folder, sorted. Asserts at least `count_min`, so that an empty folder fails.
pub(crate) fn json_files(below: &str, count_min: usize) -> Vec<PathBuf> {
    let folder = epcis(below);
    let entries = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error} (WAYMARK_DATA names the folder)", folder.display()));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json" || extension == "jsonld"))
        .collect();
    files.sort();
    assert!(files.len() >= count_min, "{}: {} files", folder.display(), files.len());
    files
}
