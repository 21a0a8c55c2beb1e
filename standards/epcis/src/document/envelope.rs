//! Checks the envelope around events: `EPCISDocument` and `EPCISQueryDocument` (EPCIS 2.0 JSON schema). Invariant: a
//! field of the schema has the type that the schema gives it. Further fields are ignored.

use crate::{
    json::{Node, Value},
    problem::{Path, Problems, code, quote_value},
    timestamp::Timestamp,
    validate::is_uri,
};

use super::DocumentKind;

/// A check of one value, and what the value is in words.
type Rule = (fn(&Node<'_>) -> bool, &'static str);

const TEXT: Rule = (|node| node.as_str().is_some(), "a string");
const URI: Rule = (|node| node.as_str().is_some_and(is_uri), "a URI");
const OBJECT: Rule = (|node| node.as_object().is_some(), "an object");
const LIST: Rule = (|node| node.as_array().is_some(), "a list");
const TIME: Rule = (|node| node.as_str().and_then(Timestamp::parse).is_some(), "a time with a zone");
const VERSION: Rule = (|node| node.as_str().is_some_and(is_version), "a 2.x version");
const ATTRIBUTE: Rule = (
    |node| matches!(node.value, Value::String(_) | Value::Number | Value::Object(_)),
    "a string, a number or an object",
);

/// The members of an envelope: name, rule, whether only `EPCISDocument` has the member.
static MEMBERS: [(&str, Rule, bool); 7] = [
    ("schemaVersion", VERSION, false),
    ("creationDate", TIME, false),
    ("id", URI, false),
    ("instanceIdentifier", TEXT, true),
    ("sender", TEXT, true),
    ("receiver", TEXT, true),
    ("epcisHeader", OBJECT, true),
];

fn is_version(text: &str) -> bool {
    text.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        && text.split('.').next() == Some("2")
}

/// Checks everything but `@context` and the events.
pub(super) fn check(root: &Node<'_>, kind: DocumentKind, problems: &mut Problems) {
    let top = Path::Root;
    let is_capture = kind == DocumentKind::Capture;
    for (name, rule, is_of_capture) in &MEMBERS {
        if is_capture || !is_of_capture {
            optional(root, name, *rule, &top, problems);
        }
    }
    let body = top.name("epcisBody");
    if is_capture {
        required(root, "schemaVersion", &top, problems);
        required(root, "creationDate", &top, problems);
        let header = top.name("epcisHeader");
        if let Some(data) = root.get("epcisHeader").and_then(|node| node.get("epcisMasterData")) {
            optional(root.get("epcisHeader").unwrap_or(root), "epcisMasterData", OBJECT, &header, problems);
            vocabularies(data, &header.name("epcisMasterData"), problems);
        }
    } else if let Some(results) = root.get("epcisBody").and_then(|node| node.get("queryResults")) {
        let path = body.name("queryResults");
        required(results, "queryName", &path, problems);
        optional(results, "queryName", TEXT, &path, problems);
        optional(results, "subscriptionID", TEXT, &path, problems);
        if let Some(body) = results.get("resultsBody") {
            vocabularies(body, &path.name("resultsBody"), problems);
        }
    }
}

/// Checks the form of the master data in `holder`.
fn vocabularies(holder: &Node<'_>, path: &Path<'_>, problems: &mut Problems) {
    each(holder, "vocabularyList", path, problems, |vocabulary, path, problems| {
        member(vocabulary, "type", URI, path, problems);
        each(vocabulary, "vocabularyElementList", path, problems, |element, path, problems| {
            member(element, "id", URI, path, problems);
            each(element, "attributes", path, problems, |attribute, path, problems| {
                member(attribute, "id", URI, path, problems);
                optional(attribute, "attribute", ATTRIBUTE, path, problems);
            });
            optional(element, "children", LIST, path, problems);
            for (index, child) in element.get_array("children").iter().enumerate() {
                rule(child, URI, &path.name("children").index(index), problems);
            }
        });
    });
}

/// Checks each object of the list `name`, if there is one.
fn each(
    holder: &Node<'_>,
    name: &str,
    path: &Path<'_>,
    problems: &mut Problems,
    check: impl Fn(&Node<'_>, &Path<'_>, &mut Problems),
) {
    optional(holder, name, LIST, path, problems);
    let path = path.name(name);
    for (index, element) in holder.get_array(name).iter().enumerate() {
        if problems.is_full() {
            return;
        }
        let path = path.index(index);
        rule(element, OBJECT, &path, problems);
        check(element, &path, problems);
    }
}

fn member(holder: &Node<'_>, name: &str, rule: Rule, path: &Path<'_>, problems: &mut Problems) {
    required(holder, name, path, problems);
    optional(holder, name, rule, path, problems);
}

fn required(holder: &Node<'_>, name: &str, path: &Path<'_>, problems: &mut Problems) {
    if holder.get(name).is_none() {
        problems.push(&path.name(name), code::MISSING_FIELD, format!("{name} is required here"));
    }
}

fn optional(holder: &Node<'_>, name: &str, of: Rule, path: &Path<'_>, problems: &mut Problems) {
    if let Some(node) = holder.get(name) {
        rule(node, of, &path.name(name), problems);
    }
}

fn rule(node: &Node<'_>, (is_valid, words): Rule, path: &Path<'_>, problems: &mut Problems) {
    if !is_valid(node) {
        problems.push(path, code::INVALID_DOCUMENT, format!("{words} is required here, not {}", quote_value(node)));
    }
}
