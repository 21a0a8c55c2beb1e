//! XML that is made to cost more than its bytes is refused, and reading it takes time in proportion to it.

use std::fmt::Write as _;

use standards_epcis::{
    problem::code,
    xml::read::{Options, json_document},
};

use super::cost_is_linear::timed;

const HEAD: &str = "<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" schemaVersion=\"2.0\" \
                    creationDate=\"2026-01-01T00:00:00Z\"><EPCISBody><EventList><ObjectEvent>\
                    <eventTime>2026-01-01T00:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>\
                    <epcList/><action>ADD</action>";
const TAIL: &str = "</ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>";

/// The code of a document's first fault, or `"accepted"`.
fn outcome(what: &str, xml: &str) -> &'static str {
    timed(what, xml.len(), || {
        json_document(xml.as_bytes(), Options::default()).err().map_or("accepted", |problem| problem.code)
    })
}

fn inside(inner: &str) -> String {
    format!("{HEAD}{inner}{TAIL}")
}

/// The texts of many pieces.
pub(crate) fn many(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, index| {
        text.push_str(&piece(index));
        text
    })
}

#[test]
fn entities_and_document_types() {
    let bomb = many(10, |index| format!("<!ENTITY a{} \"{}\">", index + 1, format!("&a{index};").repeat(10)));
    for (what, xml) in [
        ("nested entities", format!("<!DOCTYPE a [<!ENTITY a0 \"ha\">{bomb}]><a>&a10;</a>")),
        ("an external entity", "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>".to_owned()),
        ("an external type", format!("<!DOCTYPE a SYSTEM \"https://a.example/\">{HEAD}{TAIL}")),
        ("an entity in a text", inside("<a>&b;</a>")),
        ("an entity in an attribute", inside("<a b=\"&c;\"/>")),
        ("a processing instruction", inside("<?a b?>")),
    ] {
        assert_eq!(outcome(what, &xml), code::XML_NOT_ALLOWED, "{what}");
    }
    assert_eq!(outcome("around", &format!("<?xml version=\"1.0\"?><?a b?><!-- c -->{HEAD}{TAIL}<?d?>")), "accepted");
}

#[test]
fn wide_and_deep_elements() {
    let attributes = many(800_000, |index| format!(" a{index}=\"\""));
    let declarations = many(400_000, |index| format!(" xmlns:a{index}=\"urn:{index}\""));
    let open = "<x:a>".repeat(1_000_000);
    for (what, xml, code) in [
        ("attributes", inside(&format!("<x:a xmlns:x=\"urn:x\"{attributes}/>")), code::XML_TOO_LARGE),
        ("attributes of a document", format!("<a{attributes}/>"), code::XML_TOO_LARGE),
        ("declarations", inside(&format!("<x:a{declarations}/>")), code::XML_TOO_LARGE),
        ("equal attributes", inside(&format!("<a{}/>", " b=\"\"".repeat(800_000))), code::MALFORMED_XML),
        ("nesting", inside(&format!("<x:b xmlns:x=\"urn:x\">{open}")), code::XML_TOO_DEEP),
        ("nesting of a document", "<a>".repeat(1_000_000), code::XML_TOO_DEEP),
        ("siblings", inside(&"<x:a xmlns:x=\"urn:x\"/>".repeat(200_000)), code::XML_TOO_LARGE),
        ("a long name", inside(&format!("<{}/>", "a".repeat(2_000_000))), code::XML_TOO_LARGE),
        (
            "a long text",
            inside(&format!("<x:a xmlns:x=\"urn:x\">{}</x:a>", "a".repeat(2_000_000))),
            code::XML_TOO_LARGE,
        ),
        ("a text of pieces", inside(&format!("<x:a xmlns:x=\"urn:x\">{}</x:a>", "&amp;".repeat(200_000))), "accepted"),
        ("sections", inside(&format!("<x:a xmlns:x=\"urn:x\">{}</x:a>", "<![CDATA[a]]>".repeat(70_000))), "accepted"),
        ("comments", inside(&"<!--a-->".repeat(120_000)), "accepted"),
        ("a long comment", format!("<!--{}-->{HEAD}{TAIL}", "a".repeat(4_000_000)), "accepted"),
        ("white space", format!("{HEAD}{TAIL}{}", " \n".repeat(2_000_000)), "accepted"),
        ("open brackets", "<".repeat(2_000_000), code::MALFORMED_XML),
        ("open sections", format!("<a>{}", "<![CDATA[".repeat(200_000)), code::MALFORMED_XML),
        ("open comments", format!("<a>{}", "<!--".repeat(500_000)), code::MALFORMED_XML),
        ("open quotes", format!("<a b=\"{}", "x".repeat(2_000_000)), code::MALFORMED_XML),
        ("lone references", format!("<a>{}", "&".repeat(2_000_000)), code::MALFORMED_XML),
    ] {
        assert_eq!(outcome(what, &xml), code, "{what}");
    }
}

/// The longest namespaces and prefixes at the limit of what may be declared, used as often as possible.
#[test]
fn games_with_namespaces() {
    let long = "x".repeat(250);
    let declared = many(127, |index| format!(" xmlns:{long}{index:03}=\"urn:{long}{index}\""));
    let uses = many(3_000, |index| format!("<{long}000:a{index}/>"));
    assert_eq!(
        outcome("long prefixes", &inside(&format!("<{long}001:a{declared}>{uses}</{long}001:a>"))),
        code::EVENT_TOO_LARGE
    );
    let short = many(127, |index| format!(" xmlns:a{index}=\"urn:{index}\""));
    let uses = many(12_000, |_| "<a0:b/>".to_owned());
    assert_eq!(outcome("many prefixes", &inside(&format!("<a1:a{short}>{uses}</a1:a>"))), "accepted");
    let redeclared = many(8_000, |_| "<a xmlns=\"urn:a\"><b xmlns=\"\"/></a>".to_owned());
    assert_eq!(outcome("declared again", &inside(&format!("<x:a xmlns:x=\"urn:x\">{redeclared}</x:a>"))), "accepted");
    let different = many(8_000, |index| format!("<a xmlns=\"urn:{index}\"/>"));
    assert_eq!(outcome("many namespaces", &inside(&different)), code::XML_TOO_LARGE);
    // A value whose prefix is bound in several ways is written out in full.
    let long = "y".repeat(900);
    let mut values = format!("<x:a xmlns:x=\"urn:x\" xmlns:z=\"urn:1\"><x:v>z:1</x:v><x:b xmlns:z=\"urn:{long}\">");
    for _ in 0..40_000 {
        write!(values, "<x:v>z:1</x:v>").expect("a String takes all text");
    }
    assert_eq!(outcome("values", &inside(&format!("{values}</x:b></x:a>"))), code::EVENT_TOO_LARGE);
}

#[test]
fn broken_text() {
    for xml in [
        "",
        " ",
        "text",
        "<a",
        "<a>",
        "</a>",
        "<a></b>",
        "<a b=c/>",
        "<a b/>",
        "<a b=\"1\"c=\"2\"/>",
        "<a b=\"<\"/>",
        "<a b=\"1\" b=\"2\"/>",
        "<a xmlns:x=\"urn:x\" xmlns:y=\"urn:x\" x:b=\"1\" y:b=\"2\"/>",
        "<a>]]></a>",
        "<a>&#xZ;</a>",
        "<a>&amp</a>",
        "<1/>",
        "<a:b:c xmlns:a=\"urn:a\"/>",
        "<xmlns:a/>",
        "<a xmlns:xml=\"urn:x\"/>",
        "<a xmlns:b=\"\"/>",
        " <?xml version=\"1.0\"?><a/>",
        "<?xml version=\"1.1\"?><a/>",
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>",
        "<a><!-- a -- b --></a>",
        "<![CDATA[a]]>",
    ] {
        assert_eq!(outcome(xml, xml), code::MALFORMED_XML, "{xml}");
    }
    for rest in ["<b/>", "text", "&amp;", "</a>", "<![CDATA[ ]]>", "<?xml version=\"1.0\"?>", "<!--"] {
        assert_eq!(outcome(rest, &format!("{HEAD}{TAIL}{rest}")), code::MALFORMED_XML, "{rest}");
    }
    for xml in [&b"\xff\xfe<\0a\0/\0>\0"[..], b"<a>\xff</a>", b"<a>\xc3</a>"] {
        let problem = json_document(xml, Options::default()).expect_err("not UTF-8");
        assert_eq!(problem.code, code::MALFORMED_XML);
    }
    for xml in ["<a>\u{1}</a>", "<a>&#1;</a>", "<a b=\"&#x7f;\"/>", "<a>\u{fffe}</a>", "<!-- \u{1} --><a/>"] {
        assert_eq!(outcome(xml, xml), code::INVALID_CHARACTER, "{xml:?}");
    }
}
