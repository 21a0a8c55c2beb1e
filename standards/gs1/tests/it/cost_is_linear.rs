//! The work of a reader is in proportion to the bytes it reads. Each text here is as costly as its limits allow.

use std::time::Instant;

use standards_gs1::{
    digital_link::{DigitalLink, Reading},
    element_string::{Notation, parse},
    limit::{ELEMENT_STRING_BYTES_MAX, LINKSET_BYTES_MAX, URI_BYTES_MAX},
    linkset::{
        Linkset, Profile,
        choose::{Request, choose},
        default_link,
        preference::Preferences,
    },
    pairing,
};

/// The most processor time, in nanoseconds a byte. Work that grows with the square of a text exceeds it many times.
const NS_PER_BYTE_MAX: u128 = 1_000;

/// The processor time of this thread, in nanoseconds; other programs on the machine do not count. Where the system does
/// not tell it, the time on the clock.
fn now_ns(start: Instant) -> u128 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .unwrap_or_else(|| start.elapsed().as_nanos())
}

/// Measures the fastest of a few runs, because a short text takes less time than the first use of its code.
fn timed(what: &str, bytes: usize, work: impl Fn()) {
    let start = Instant::now();
    let run = || {
        let before = now_ns(start);
        work();
        now_ns(start) - before
    };
    let fastest = (0..5).map(|_| run()).min().expect("some runs");
    let ns_per_byte = fastest / bytes as u128;
    assert!(ns_per_byte < NS_PER_BYTE_MAX, "{what}: {ns_per_byte} ns/byte");
}

/// As many pieces as fit.
fn filled(head: &str, piece: impl Fn(usize) -> String, tail: &str, bytes: usize) -> String {
    let mut text = head.to_owned();
    for index in 0.. {
        let piece = piece(index);
        if text.len() + piece.len() + tail.len() > bytes {
            break;
        }
        text.push_str(&piece);
    }
    text + tail
}

#[test]
fn of_links_and_element_strings() {
    let link = |head: &str, piece: &str| filled(head, |_| piece.to_owned(), "", URI_BYTES_MAX);
    let product = "/01/09506000134352";
    let links = [
        ("segments", link("", "/a")),
        ("slashes", link("", "/")),
        ("qualifiers", link(product, "/10/A")),
        ("AIs without a key", link("", "/10/21")),
        ("octets", link("/01/", "%30")),
        ("pairs", link(&format!("{product}?"), "a&")),
        ("attributes", filled(&format!("{product}?"), |index| format!("{}=A&", 7230 + index), "", URI_BYTES_MAX)),
        ("a long value", link("/8004/", "1")),
    ];
    for (what, text) in &links {
        for reading in [Reading::STRICT, Reading { unknown_attributes: true, ..Reading::RESOLVER }] {
            timed(what, text.len(), || drop(DigitalLink::parse_target(text, reading)));
        }
    }
    let string = |head: &str, piece: &str| filled(head, |_| piece.to_owned(), "", ELEMENT_STRING_BYTES_MAX);
    let strings = [
        ("elements", string("", "(30)1"), Notation::Bracketed),
        ("escaped brackets", string("(99)", "\\("), Notation::Bracketed),
        ("brackets", string("", "("), Notation::Bracketed),
        ("separators", string("^01", "^"), Notation::Caret),
        ("predefined lengths", string("^", "17260101"), Notation::Caret),
    ];
    for (what, text, notation) in &strings {
        timed(what, text.len(), || drop(parse(text, *notation)));
    }
    let most = format!("^01095060001343523103000195{}", "8030A^".repeat(62));
    let elements = parse(&most, Notation::Caret).expect("as many elements as allowed");
    timed("pairs of elements", most.len(), || drop(pairing::check(&elements)));
    timed("a link of elements", most.len(), || drop(DigitalLink::from_elements(&elements)));
}

#[test]
fn of_linksets() {
    let head = r#"{"linkset":[{"anchor":"https://e.x/a","itemDescription":"d""#;
    let document = |piece: &dyn Fn(usize) -> String| filled(head, piece, "}]}", LINKSET_BYTES_MAX);
    let link =
        r#"{"href":"https://e.x/a","title":"t","hreflang":["en","de","fr"],"type":"text/html","context":["DE"]}"#;
    let links = format!(r#"{head},"next":[{}]}}]}}"#, vec![link; 1_000].join(","));
    let list = |item: &str, count: usize| vec![item; count].join(",");
    let documents = [
        ("link types", document(&|index| format!(r#","https://e.x/{index}":[]"#))),
        ("unknown members", document(&|index| format!(r#","A{index}":0"#))),
        ("equal members", document(&|_| r#","next":[]"#.to_owned())),
        ("long names", document(&|index| format!(r#","{}{index}":0"#, "N".repeat(10_000)))),
        ("escapes", document(&|index| format!(r#","\u0061{index}":"\ud83d\ude00\n""#))),
        ("links", links.clone()),
        (
            "languages",
            format!(
                r#"{head},"next":[{{"href":"https://e.x/a","title":"t","hreflang":[{}]}}]}}]}}"#,
                list("\"en\"", 200_000)
            ),
        ),
        (
            "values",
            format!(
                r#"{head},"next":[{{"href":"https://e.x/a","title":"t","context":[{}]}}]}}]}}"#,
                list("[0]", 250_000)
            ),
        ),
        ("faults", format!(r#"{head},"next":[{}]}}]}}"#, list("0", 500_000))),
        ("anchors", format!(r#"{{"linkset":[{}]}}"#, list("{}", 300_000))),
    ];
    for (what, text) in &documents {
        assert!(text.len() <= LINKSET_BYTES_MAX, "{what}");
        timed(what, text.len(), || drop(Linkset::parse(text.as_bytes(), Profile::Gs1)));
    }
    let linkset = Linkset::parse(links.as_bytes(), Profile::Gs1).expect("a linkset");
    let header = |entry: &dyn Fn(usize) -> String| (0..32).map(entry).collect::<Vec<_>>().join(",");
    let request = Request {
        link_type: Some("next"),
        media_types: Preferences::parse(&header(&|index| format!("a/b{index};q=0.5"))).expect("a header"),
        languages: Preferences::parse(&header(&|index| format!("xx-{index};q=0.5"))).expect("a header"),
        context: Some("LK"),
        sees_private: true,
    };
    timed("a choice", links.len(), || drop(choose(&linkset.contexts, &request)));
    timed("default links", links.len(), || drop(default_link::check(&linkset)));
}
