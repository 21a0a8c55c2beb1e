//! Step `shape`: parses the text to a bundle with exactly the format's members. Invariant: text that is not JSON is
//! `unreadable`, and so are JSON without the member `version` and an unknown version or signature scheme. Other JSON
//! that is not a bundle is `tampered`.

use super::{fault::Fault, foreign};
use crate::{Bundle, FILE_BYTES_MAX, VERSION, Verdict, object, version};
use chain_types::{signature::UnknownScheme, version::Versions};
use serde::de::IgnoredAny;
use serde_json::error::Category;

pub(super) fn read(versions: Versions, bytes: &[u8]) -> Result<Bundle, Fault> {
    if bytes.len() > FILE_BYTES_MAX {
        let detail = format!("the file is larger than {FILE_BYTES_MAX} bytes");
        return Err(Fault::new(Verdict::Unreadable, detail));
    }
    let unreadable = |detail: String| Fault::new(Verdict::Unreadable, detail);
    let text = std::str::from_utf8(bytes).map_err(|error| unreadable(format!("the file is not UTF-8: {error}")))?;
    // First the grammar of the whole text: reading a bundle would stop at the first wrong member.
    let IgnoredAny =
        serde_json::from_str(text).map_err(|error| unreadable(format!("the file is not JSON: {error}")))?;
    let read: Result<Bundle, _> = object::read(text);
    let is_known = |bundle: &Bundle| {
        bundle.version == VERSION && bundle.protocol_versions().all(|version| versions.rules(version).is_ok())
    };
    // A bundle of an unknown version may have any shape, so the version is checked before the shape is judged.
    if !read.as_ref().is_ok_and(is_known)
        && let Some(detail) = version::unreadable(versions, "bundle", text)
    {
        return Err(unreadable(detail));
    }
    if read.is_err()
        && let Some(detail) = foreign::refusal(text)
    {
        return Err(unreadable(detail));
    }
    read.map_err(|error| match error.classify() {
        Category::Syntax | Category::Eof | Category::Io => unreadable(format!("the file is not JSON: {error}")),
        // A later verifier may know the scheme. Only errors of our own decoder begin with this code; serde's messages
        // begin with serde's words.
        Category::Data if error.to_string().starts_with(UnknownScheme::CODE) => unreadable(error.to_string()),
        Category::Data => Fault::tampered(format!("not the members of a bundle: {error}")),
    })
}
