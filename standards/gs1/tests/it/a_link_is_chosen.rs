//! The link for a request: default links, link types, media types, languages, context, levels, private links.

use serde_json::{Value, json};
use standards_gs1::{
    digital_link::{DigitalLink, Reading},
    linkset::{
        ContextValue, LinkContext, Linkset, Profile, Relation, Target,
        choose::{Choice, Request, choose},
        default_link,
        preference::Preferences,
    },
};

use super::shared_data::json;

/// A request in words: link type, `Accept`, `Accept-Language`, context. An empty text is none.
fn request<'r>([link_type, media_types, languages, context]: [&'r str; 4]) -> Request<'r> {
    let some = |text: &'r str| Some(text).filter(|text| !text.is_empty());
    Request {
        link_type: some(link_type),
        media_types: Preferences::parse(media_types).expect("a header"),
        languages: Preferences::parse(languages).expect("a header"),
        context: some(context),
        sees_private: false,
    }
}

/// The addresses that are chosen. `linkset` stands for the document.
fn chosen<'l>(levels: &'l [LinkContext], request: &Request<'_>) -> Vec<&'l str> {
    match choose(levels, request) {
        Choice::Linkset => vec!["linkset"],
        Choice::One(found) => vec![&found.target.href],
        Choice::Several(found) => found.iter().map(|found| &*found.target.href).collect(),
        Choice::Nothing => Vec::new(),
    }
}

fn parse(document: &Value) -> Linkset {
    Linkset::parse(document.to_string().as_bytes(), Profile::Gs1).expect("a linkset")
}

/// A lot with links of its own, and its product.
fn levels() -> Linkset {
    let link = |href: &str, more: Value| {
        let mut link = json!({"href": format!("https://e.x/{href}"), "title": "t"});
        link.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        link
    };
    parse(&json!({"linkset": [
        {
            "anchor": "https://e.x/01/09506000134352/10/A",
            "itemDescription": "lot",
            "https://ref.gs1.org/voc/recallStatus": [link("recall", json!({}))],
            "https://ref.gs1.org/voc/masterData": [link("internal", json!({"public": false}))],
        },
        {
            "anchor": "https://e.x/01/09506000134352",
            "itemDescription": "product",
            "https://gs1.org/voc/defaultLink": [link("home", json!({}))],
            "https://gs1.org/voc/defaultLinkMulti": [
                link("home-de", json!({"hreflang": ["de"]})),
                link("home-fr", json!({"hreflang": ["fr"]})),
                link("home-json", json!({"type": "application/json"})),
            ],
            "https://gs1.org/voc/pip": [
                link("pip", json!({"hreflang": ["en"], "type": "text/html"})),
                link("pip-gb", json!({"hreflang": ["en-GB"], "type": "text/html"})),
                link("pip-de", json!({"hreflang": ["de"], "type": "text/html", "context": ["DE", 1]})),
                link("pip-json", json!({"hreflang": ["en"], "type": "application/json"})),
            ],
            "https://gs1.org/voc/certificationInfo": [
                link("cert", json!({"type": "application/pdf"})),
                link("cert-en", json!({"type": "application/pdf", "hreflang": ["en"]})),
                link("cert-lk", json!({"type": "application/pdf", "hreflang": ["en"], "context": ["LK"]})),
                link("cert-a", json!({"type": "text/html"})),
                link("cert-b", json!({"type": "text/html"})),
            ],
            "https://gs1.org/voc/masterData": [link("data", json!({})), link("more", json!({"public": false}))],
        },
    ]}))
}

#[test]
fn by_the_request() {
    let linkset = levels();
    assert_eq!(default_link::check(&linkset).len(), 1, "no plain link type leads to the default address");
    let cases: [([&str; 4], &[&str]); 31] = [
        (["linkset", "", "", ""], &["linkset"]),
        (["all", "", "", ""], &["linkset"]),
        (["", "application/linkset+json", "", ""], &["linkset"]),
        (["gs1:pip", "text/html,application/linkset+json;q=0.5", "en", ""], &["linkset"]),
        (["gs1:pip", "", "en", ""], &["pip", "pip-json"]),
        (["", "", "", ""], &["home"]),
        (["", "*/*", "*", ""], &["home"]),
        (["", "", "de-AT,de;q=0.9", ""], &["home-de"]),
        (["", "", "nl", ""], &["home"]),
        (["", "", "de,fr", ""], &["home"]),
        (["", "", "fr,de;q=0.5", ""], &["home-fr"]),
        (["", "application/json", "", ""], &["home-json"]),
        (["", "image/png", "de", ""], &["home-de"]),
        (["", "image/png", "nl", ""], &["home"]),
        (["gs1:defaultLink", "", "de", ""], &["home-de"]),
        (["gs1:recallStatus", "", "", ""], &["recall"]),
        (["https://ref.gs1.org/voc/recallStatus", "", "xx", ""], &["recall"]),
        (["pip", "text/html", "en", ""], &["pip"]),
        (["pip", "text/html", "en-GB,en;q=0.9", ""], &["pip-gb"]),
        (["pip", "text/html", "en-US,en;q=0.9", ""], &["pip"]),
        (["pip", "application/json", "de", ""], &["pip-json"]),
        (["pip", "", "de", ""], &["pip-de"]),
        (["pip", "text/html", "nl", ""], &["pip", "pip-gb"]),
        (["pip", "text/html", "nl", "de"], &["pip-de"]),
        (["certificationInfo", "application/pdf", "", ""], &["cert"]),
        (["certificationInfo", "application/pdf", "en", ""], &["cert-en"]),
        (["certificationInfo", "application/pdf", "en", "lk"], &["cert-lk"]),
        (["certificationInfo", "text/html", "", ""], &["cert-a", "cert-b"]),
        (["masterData", "", "", ""], &["data"]),
        (["gs1:epcis", "", "", ""], &[]),
        (["unheardOf", "", "", ""], &[]),
    ];
    for (wishes, expected) in cases {
        let found = chosen(&linkset.contexts, &request(wishes));
        let found: Vec<&str> = found.iter().map(|href| href.trim_start_matches("https://e.x/")).collect();
        assert_eq!(found, expected, "{wishes:?}");
    }
    let private = Request { sees_private: true, ..request(["masterData", "", "", ""]) };
    assert_eq!(chosen(&linkset.contexts, &private), ["https://e.x/internal"]);
    assert_eq!(chosen(&linkset.contexts[..1], &request([""; 4])), [""; 0]);
}

#[test]
fn each_published_link_can_be_requested() {
    for name in ["test_01_09506000134352", "test_01_09506000134376", "test_8004_0950600013430000001"] {
        let file = json(&format!("gs1-GS1_DigitalLink_Resolver_CE/tests/{name}.json"));
        let entries = if file.is_array() { file } else { json!([file]) };
        for entry in entries.as_array().expect("entries").iter().filter(|entry| entry.get("qualifiers").is_none()) {
            let anchor = entry["anchor"].as_str().expect("an anchor");
            assert!(DigitalLink::parse_target(anchor, Reading::RESOLVER).is_ok(), "{anchor}");
            let context = context_of(entry);
            for relation in &context.relations {
                for target in &relation.targets {
                    let languages = target.languages.join(",");
                    let wishes =
                        [&*relation.link_type, target.media_type.as_deref().unwrap_or(""), &languages, "sales"];
                    let found = chosen(std::slice::from_ref(&context), &request(wishes));
                    assert_eq!(found, [target.href.as_str()], "{wishes:?}");
                }
            }
        }
    }
}

/// The links of an entry of the community resolver.
fn context_of(entry: &Value) -> LinkContext {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let texts = |value: &Value| value.as_array().into_iter().flatten().filter_map(text).collect::<Vec<_>>();
    let mut context = LinkContext { anchor: text(&entry["anchor"]).expect("an anchor"), ..LinkContext::default() };
    for link in entry["links"].as_array().expect("links") {
        let link_type = text(&link["linktype"]).expect("a link type");
        let target = Target {
            href: text(&link["href"]).expect("an address"),
            title: text(&link["title"]),
            languages: texts(&link["hreflang"]),
            media_type: text(&link["type"]),
            context: texts(&link["context"]).into_iter().map(ContextValue::Text).collect(),
            ..Target::default()
        };
        match context.relations.iter_mut().find(|relation| relation.link_type == link_type) {
            Some(relation) => relation.targets.push(target),
            None => context.relations.push(Relation { link_type, targets: vec![target] }),
        }
    }
    context
}

#[test]
fn default_links_have_rules() {
    let with_default = |default: Value, plain: Value| {
        let document = json!({"linkset": [{
            "anchor": "https://e.x/01/09506000134352", "itemDescription": "d",
            "https://gs1.org/voc/defaultLink": default, "https://gs1.org/voc/pip": plain,
        }]});
        let problems = default_link::check(&parse(&document));
        problems.into_iter().map(|problem| problem.pointer).collect::<Vec<_>>()
    };
    let link = |href: &str| json!({"href": format!("https://e.x/{href}"), "title": "t"});
    let at = |index: usize| format!("/linkset/0/https:~1~1gs1.org~1voc~1defaultLink/{index}");
    assert_eq!(with_default(json!([link("a")]), json!([link("a")])), [""; 0]);
    assert_eq!(with_default(json!([link("a")]), json!([link("b")])), [at(0)]);
    assert_eq!(with_default(json!([link("a"), link("b")]), json!([link("a"), link("b")])), [at(1)]);
    assert_eq!(with_default(json!([]), json!([link("a")])), ["/linkset/0"]);
    let mut attributed = link("a");
    attributed["type"] = json!("text/html");
    assert_eq!(with_default(json!([attributed]), json!([link("a")])), [at(0)]);
    assert_eq!(default_link::check(&Linkset::default()).len(), 1);
}
