//! Estimates the length of an event's hash text without writing it. Invariant: the text is never longer than the
//! estimate, so a limit on the estimate bounds the work of hashing. It takes time in proportion to the event.

use crate::{
    context::Scope,
    event::Event,
    identifier::normal_head,
    json::{Member, Node, Value},
};

/// More bytes than the web URI of a standard word adds to the word, and a canonical link to an identifier, beside the
/// encoding of characters.
const ADDED_BYTES_MAX: usize = 40;

/// More zeros than writing out an exponent adds to a number.
const ADDED_ZEROS_MAX: usize = 402;

/// The longest name of a list's element.
const ELEMENT_NAME_BYTES_MAX: usize = "quantityElement=".len();

/// An upper bound of the bytes of [`super::prehash`].
pub(crate) fn text_bytes(event: &Event<'_>, scope: Scope<'_, '_>) -> usize {
    let members = event.root.as_object().unwrap_or_default().iter().filter(|member| member.name != "@context");
    let own_type = event.own_type().map_or(ADDED_BYTES_MAX, str::len);
    members.fold(own_type, |bytes, member| bytes.saturating_add(of_member(member, true, scope)))
}

/// An upper bound of the bytes of a value with its prefixes written out.
pub(crate) fn value_bytes(node: &Node<'_>, scope: Scope<'_, '_>) -> usize {
    of_node(node, 0, false, scope)
}

/// The bytes of a member. A member of a standard object is standard itself unless it is an extension.
fn of_member(member: &Member<'_>, is_in_standard: bool, scope: Scope<'_, '_>) -> usize {
    let name_bytes = scope.expand_name(&member.name).len() + "{}=".len();
    of_node(&member.node, name_bytes, is_in_standard && !member.name.contains(':'), scope)
}

/// The bytes of a value under a name of `name_bytes`.
fn of_node(node: &Node<'_>, name_bytes: usize, is_standard: bool, scope: Scope<'_, '_>) -> usize {
    match &node.value {
        // Each element is written under a name, and a standard list's own name before them.
        Value::Array(elements) => {
            let (list_bytes, element_bytes) =
                if is_standard { (name_bytes, name_bytes.max(ELEMENT_NAME_BYTES_MAX)) } else { (0, name_bytes) };
            elements.iter().fold(list_bytes, |bytes, element| {
                bytes.saturating_add(of_node(element, element_bytes, is_standard, scope))
            })
        }
        Value::Object(members) => {
            members.iter().fold(name_bytes, |bytes, member| bytes.saturating_add(of_member(member, is_standard, scope)))
        }
        Value::String(text) => name_bytes + of_text(text, is_standard, scope),
        Value::Number if node.raw.contains(['e', 'E']) => name_bytes + node.raw.len() + ADDED_ZEROS_MAX,
        Value::Number | Value::Bool | Value::Null => name_bytes + node.raw.len(),
    }
}

fn of_text(text: &str, is_standard: bool, scope: Scope<'_, '_>) -> usize {
    let expanded = scope.expand(text);
    let trimmed = expanded.trim_start();
    let is_number = trimmed.starts_with(|letter: char| letter.is_ascii_digit() || "+-.".contains(letter));
    let head = normal_head(trimmed);
    let added = if head.starts_with("urn:") || head.starts_with("http") {
        // A letter of an identifier may be encoded in three.
        ADDED_BYTES_MAX + 2 * trimmed.bytes().filter(|byte| !byte.is_ascii_alphanumeric()).count()
    } else if is_number && trimmed.contains(['e', 'E']) {
        ADDED_ZEROS_MAX
    } else if is_standard {
        ADDED_BYTES_MAX
    } else {
        0
    };
    expanded.len() + added
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{document, hash::prehash};

    #[test]
    fn a_text_is_never_longer_than_the_estimate() {
        for members in [
            r#""bizStep":"creating_class_instance","disposition":"in_transit""#,
            r#""epcList":["urn:epc:id:sgtin:4012345.011111.!!!!","URN:EPC:id:sgtin:4012345.011111.!!!!","urn:epc:id:sgln:4012345.00005.0","https://a.example/gtin/12345670/ser/(((("]"#,
            r#""ex:a":["1e400","1e-400",1e400,1e-390," 1E400 ","x"],"ex:b":{"ex:c":[[[0,0]],true,null,"ex:d"]}"#,
            r#""quantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.012345.1","quantity":1e30,"uom":"KGM"}]"#,
            r#""bizTransactionList":[{"type":"po","bizTransaction":"ex:1"}],"sourceList":[{"type":"location","source":"ex:1"}]"#,
            r#""sensorElementList":[{"sensorMetadata":{"time":"2026-01-01T00:00:00+01:00"},"sensorReport":[{"type":"AmountOfSubstancePerUnitVolume","exception":"ALARM_CONDITION","component":"x","value":0.10}]}]"#,
            r#""persistentDisposition":{"set":["active"],"unset":["unknown"]},"readPoint":{"id":"ex:1","ex:x":"y"}"#,
            r#""ilmd":{"cbvmda:lotNumber":"1","https://a.example/b#c":["d"]},"certificationInfo":["urn:x:1"]"#,
        ] {
            let text = format!(
                r#"{{"@context":{{"ex":"https://ex.example/long/namespace/"}},"type":"ObjectEvent","action":"ADD","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00",{}{members}}}"#,
                if members.contains("epcList") { "" } else { "\"epcList\":[]," }
            );
            let document = document::parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
            let event = &document.events[0];
            let scope = Scope::new(&document.context, event.context.as_ref());
            let (written, estimate) = (prehash(event, &document.context).len(), text_bytes(event, scope));
            assert!(written <= estimate, "{members}: {written} > {estimate}");
        }
    }
}
