//! The fields of documents, and the values that their salts depend on.

use super::*;
use chain_types::body::fields_commitment;

fn key() -> RecordKey {
    RecordKey::from_bytes([7; 32])
}

fn pairs(document: &str) -> Vec<(String, String)> {
    let fields = fields(document.as_bytes(), &key()).expect("the document is valid");
    fields.into_iter().map(|field| (field.pointer, field.value)).collect()
}

fn commitment(document: &str) -> Option<chain_types::Digest> {
    let leaves: Vec<_> =
        fields(document.as_bytes(), &key()).expect("the document is valid").iter().map(Field::leaf).collect();
    fields_commitment(&leaves)
}

#[test]
fn each_scalar_and_empty_container_is_a_field_in_the_order_of_pointer_bytes() {
    let document = r#"{"b":{"x":[1,"two",{}],"a/~":true},"a":[],"":null,"B":1.50}"#;
    let expected = [
        ("/", "null"),
        ("/B", "1.5"),
        ("/a", "[]"),
        ("/b/a~1~0", "true"),
        ("/b/x/0", "1"),
        ("/b/x/1", "\"two\""),
        ("/b/x/2", "{}"),
    ];
    assert_eq!(pairs(document), expected.map(|(pointer, value)| (pointer.to_owned(), value.to_owned())));
    assert_eq!(pairs("5"), [(String::new(), "5".to_owned())]);
}

#[test]
fn an_object_with_array_like_names_is_marked_as_an_object() {
    assert_eq!(pairs(r#"{"0":1}"#), [(String::new(), "{}".to_owned()), ("/0".to_owned(), "1".to_owned())]);
    assert_eq!(pairs("[1]"), [("/0".to_owned(), "1".to_owned())]);
    assert_eq!(pairs(r#"{"01":1,"-1":2,"1x":3}"#).len(), 3);
    assert_ne!(commitment(r#"{"a":{"0":1}}"#), commitment(r#"{"a":[1]}"#));
}

#[test]
fn spelling_does_not_change_the_commitment_but_content_does() {
    assert_eq!(commitment(r#"{"a":1.0,"b":"\u0041"}"#), commitment(r#"{ "b":"A", "a":1 }"#));
    assert_ne!(commitment(r#"{"a":1}"#), commitment(r#"{"a":"1"}"#));
    assert_ne!(commitment("[1,2]"), commitment("[2,1]"));
}

#[test]
fn a_number_is_committed_to_with_all_its_digits() {
    let pallet = |number: &str| format!(r#"{{"shop:pallet":{number}}}"#);
    let expected = [("/shop:pallet".to_owned(), "395212340000000017".to_owned())];
    assert_eq!(pairs(&pallet("395212340000000017")), expected);
    assert_ne!(commitment(&pallet("395212340000000017")), commitment(&pallet("395212340000000024")));
    assert_eq!(commitment(&pallet("395212340000000017")), commitment(&pallet("3952123400000000.170e+2")));
    assert_ne!(commitment(&pallet("1e400")), commitment(&pallet("1e401")));
}

#[test]
fn salts_differ_by_pointer_and_by_record() {
    let document = br#"{"a":1,"b":1}"#;
    let mine = fields(document, &key()).expect("the document is valid");
    let other = fields(document, &RecordKey::from_bytes([8; 32])).expect("the document is valid");
    assert_ne!(mine[0].salt, mine[1].salt);
    assert_ne!(mine[0].salt, other[0].salt);
}

#[test]
fn fields_that_mark_objects_count_towards_the_limit() {
    let members = |count: usize| {
        let members: Vec<_> = (0..count).map(|name| format!("\"{name}\":0")).collect();
        format!("{{{}}}", members.join(","))
    };
    let fits = members(limit::FIELDS_PER_DOCUMENT_MAX - 1);
    assert_eq!(fields(fits.as_bytes(), &key()).map(|fields| fields.len()), Ok(limit::FIELDS_PER_DOCUMENT_MAX));
    let over = members(limit::FIELDS_PER_DOCUMENT_MAX);
    assert_eq!(fields(over.as_bytes(), &key()), Err(SealError::Fields));
}

#[test]
fn the_pointers_of_all_fields_are_limited_together() {
    // 1,024 fields, each with a pointer of `/`, the name and `/m0000`.
    let document = |name: usize| {
        let members: Vec<_> = (0..1_024).map(|member| format!("\"m{member:04}\":0")).collect();
        format!("{{\"{}\":{{{}}}}}", "n".repeat(name), members.join(","))
    };
    let most = crate::POINTER_BYTES_PER_DOCUMENT_MAX / 1_024 - "//m0000".len();
    assert_eq!(fields(document(most).as_bytes(), &key()).map(|fields| fields.len()), Ok(1_024));
    assert_eq!(fields(document(most + 1).as_bytes(), &key()), Err(SealError::Pointers));
}
