//! Each limit is crossed by one.

use standards_gs1::{
    digital_link::{DigitalLink, Reading, Root},
    element_string::{Notation, parse},
    limit::{ELEMENT_STRING_BYTES_MAX, ELEMENTS_MAX, QUERY_PAIRS_MAX, ROOT_BYTES_MAX, URI_BYTES_MAX},
    problem::code,
};

const GTIN: &str = "/01/09506000134352";

/// The text filled up with `filling` to this number of bytes.
fn filled(text: &str, filling: &str, bytes: usize) -> String {
    text.to_owned() + &filling.repeat(bytes - text.len())
}

#[test]
fn of_links() {
    let link = |bytes| DigitalLink::parse_target(&filled(&format!("{GTIN}?a="), "b", bytes), Reading::STRICT);
    assert!(link(URI_BYTES_MAX).is_ok());
    let problem = link(URI_BYTES_MAX + 1).expect_err("too long");
    assert_eq!((problem.code, problem.at), (code::URI_TOO_LONG, URI_BYTES_MAX));

    let link = |pairs| DigitalLink::parse_target(&format!("{GTIN}?{}", "a=b&".repeat(pairs)), Reading::STRICT);
    assert!(link(QUERY_PAIRS_MAX).is_ok());
    let problem = link(QUERY_PAIRS_MAX + 1).expect_err("too many");
    assert_eq!((problem.code, problem.at), (code::TOO_MANY_PAIRS, GTIN.len() + 1 + 4 * QUERY_PAIRS_MAX));

    let root = |bytes| Root::parse(&filled("https://example.com/", "a", bytes));
    assert!(root(ROOT_BYTES_MAX).is_ok());
    assert_eq!(root(ROOT_BYTES_MAX + 1).map_err(|problem| problem.code), Err(code::URI_TOO_LONG));
}

#[test]
fn of_canonical_links() {
    // An exclamation mark has three bytes when it is encoded.
    let attribute = |ai: u16, length: usize| format!("&{ai}={}", "!".repeat(length));
    let most: String = (91..=99).map(|ai| attribute(ai, 90)).collect();
    let more: String = (7230..=7239).chain([240]).map(|ai| attribute(ai, 30)).collect();
    let link = |length: usize| {
        let target =
            format!("{GTIN}?{most}{more}{}{}{}", attribute(4302, 70), attribute(4303, 70), attribute(8009, length));
        DigitalLink::parse_target(&target, Reading::STRICT)
    };
    let (length, fits) = (1..50).rev().find_map(|length| Some((length, link(length).ok()?))).expect("a length");
    assert!((URI_BYTES_MAX - 2..=URI_BYTES_MAX).contains(&fits.canonical().len()));
    assert_eq!(link(length + 1).map_err(|problem| problem.code), Err(code::URI_TOO_LONG));
    let elements: Vec<_> = link(length).expect("it fits").elements().cloned().collect();
    assert!(DigitalLink::from_elements(&elements).is_ok());
}

#[test]
fn of_element_strings() {
    let text = |count: usize| "(30)1".repeat(count);
    let elements = parse(&text(ELEMENTS_MAX), Notation::Bracketed).expect("as many as allowed");
    let problem = parse(&text(ELEMENTS_MAX + 1), Notation::Bracketed).expect_err("one more");
    assert_eq!((problem.code, problem.at), (code::TOO_MANY_ELEMENTS, 5 * ELEMENTS_MAX));

    let mut more = elements;
    more.push(more[0].clone());
    let problem = DigitalLink::from_elements(&more).expect_err("one more");
    assert_eq!((problem.code, problem.at), (code::TOO_MANY_ELEMENTS, ELEMENTS_MAX));

    let text = |bytes| filled("(01)09506000134352(10)", "x", bytes);
    let code = |bytes| parse(&text(bytes), Notation::Bracketed).expect_err("the lot is too long").code;
    assert_eq!(code(ELEMENT_STRING_BYTES_MAX), code::VALUE_TOO_LONG);
    assert_eq!(code(ELEMENT_STRING_BYTES_MAX + 1), code::ELEMENT_STRING_TOO_LONG);
}
