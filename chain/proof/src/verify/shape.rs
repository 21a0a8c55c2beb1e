//! Step `shape`: the text is JSON with exactly the format's members. Invariant: what is not JSON is `unreadable`, what
//! is JSON but not a bundle is `tampered`, whichever fault comes first in the text.

use super::fault::{Fault, require};
use crate::{Bundle, FILE_BYTES_MAX, VERSION, Verdict};
use serde::de::IgnoredAny;
use serde_json::error::Category;

pub(super) fn read(bytes: &[u8]) -> Result<Bundle, Fault> {
    if bytes.len() > FILE_BYTES_MAX {
        let detail = format!("the file is larger than {FILE_BYTES_MAX} bytes");
        return Err(Fault::new(Verdict::Unreadable, detail));
    }
    let unreadable = |detail: String| Fault::new(Verdict::Unreadable, detail);
    let text = std::str::from_utf8(bytes).map_err(|error| unreadable(format!("the file is not UTF-8: {error}")))?;
    // The grammar of the whole text first: reading a bundle stops at its first wrong member.
    let IgnoredAny =
        serde_json::from_str(text).map_err(|error| unreadable(format!("the file is not JSON: {error}")))?;
    let bundle: Bundle = serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Syntax | Category::Eof | Category::Io => unreadable(format!("the file is not JSON: {error}")),
        Category::Data => Fault::tampered(format!("not the members of a bundle: {error}")),
    })?;
    require(bundle.version == VERSION, "the bundle's version is not known")?;
    Ok(bundle)
}
