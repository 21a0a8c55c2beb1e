//! Finds the unknown version that a file names: of its format, or of the protocol in its headers [P25, versions].
//! Invariant: the shape of the rest of the file does not matter; an unknown version is found.

use crate::VERSION;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chain_types::{
    ProtocolVersion,
    version::{UnknownVersion, Versions},
};
use serde_json::Value;

/// The base64 text of the first three bytes of a value, two of which are its version.
const PREFIX_CHARS: usize = 4;

/// The reason why a file cannot be read, when that is a version that it names. `what` is the kind of file in one word.
pub(crate) fn unreadable(versions: Versions, what: &str, text: &str) -> Option<String> {
    let code = UnknownVersion::CODE;
    let file: Value = serde_json::from_str(text).ok()?;
    let format = file.get("version").and_then(Value::as_u64).and_then(|format| u32::try_from(format).ok());
    if let Some(format) = format.filter(|format| *format != VERSION) {
        return Some(if format > VERSION {
            format!(
                "{code}: the {what} has format {format}, and this verifier reads {VERSION}: it needs a newer verifier"
            )
        } else {
            format!(
                "{code}: the {what} was made by protocol 1, which cannot be read any more: use the build that made it"
            )
        });
    }
    let UnknownVersion { version, newest } =
        protocol_versions(&file).find_map(|version| versions.rules(version).err())?;
    Some(if version > newest {
        format!(
            "{code}: the {what} follows protocol {version}, and this verifier knows {newest}: it needs a newer verifier"
        )
    } else {
        format!("{code}: the {what} follows protocol {version}, which cannot be read: use the build that made it")
    })
}

/// The protocol versions in a bundle or an anchor: in its genesis document, its hand-overs and its headers.
fn protocol_versions(file: &Value) -> impl Iterator<Item = ProtocolVersion> {
    let hand_overs =
        file.get("hand_overs").and_then(Value::as_array).into_iter().flatten().chain(file.get("hand_over"));
    let of_hand_over =
        |part: &'_ Value| ["/hand_over", "/block/header"].map(|pointer| version_of(part.pointer(pointer)));
    let of_file = |pointer: &str| version_of(file.pointer(pointer));
    let of_blocks = ["/block/header", "/stream/block/header"].map(of_file);
    [of_file("/genesis")].into_iter().chain(hand_overs.flat_map(of_hand_over)).chain(of_blocks).flatten()
}

/// The version in the first two bytes of an encoded value, little-endian.
fn version_of(value: Option<&Value>) -> Option<ProtocolVersion> {
    let text = value?.as_str()?.as_bytes().get(..PREFIX_CHARS)?;
    let bytes = STANDARD.decode(text).ok()?;
    bytes.first_chunk().map(|bytes| ProtocolVersion(u16::from_le_bytes(*bytes)))
}
