//! Access to the test data that the project's repositories share. The files are public and are read in place, not
//! copied.

use std::path::Path;

use serde_json::Value;

/// The text of a file below the shared `epcis` folder.
pub(crate) fn text(below: &str) -> String {
    let root = std::env::var_os("WAYMARK_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), Into::into);
    let path = root.join("epcis").join(below);
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error} (WAYMARK_DATA names the folder)", path.display()))
}

/// A file of JSON.
pub(crate) fn json(below: &str) -> Value {
    serde_json::from_str(&text(below)).unwrap_or_else(|error| panic!("{below}: {error}"))
}
