//! Tests the public resolver (GS1-Conformant Resolver 1.2): redirections, linksets, levels, wishes of the request, and
//! what a stranger can and cannot learn.

use crate::stack::{Answer, Stack, data, segment};
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use standards_gs1::linkset::{Linkset, Profile};

const DEFAULT: &str = "https://ref.gs1.org/voc/defaultLink";
const GTIN: &str = "/01/09506000134352";

/// Stores links of the stack's tenant.
async fn put(stack: &Stack, object: &str, links: Value) {
    let mut context = json!({ "anchor": format!("https://brand.example{object}"), "itemDescription": object });
    context.as_object_mut().expect("an object").extend(links.as_object().expect("links").clone());
    let body = json!({ "linkset": [context] }).to_string();
    let headers = [("content-type", "application/linkset+json")];
    let address = format!("/v1/provenance/links/{}", segment(object));
    let answer = stack.send(Method::PUT, &address, &headers, body.as_bytes()).await;
    assert!(answer.status.is_success(), "{object}: {}", answer.text());
}

fn link(name: &str, more: &Value) -> Value {
    let mut link = json!({ "href": format!("https://brand.example/{name}"), "title": name });
    link.as_object_mut().expect("an object").extend(more.as_object().expect("members").clone());
    link
}

fn voc(name: &str) -> String {
    format!("https://ref.gs1.org/voc/{name}")
}

/// Links of a product, of a lot, and of a serial number.
async fn with_links() -> Stack {
    let stack = Stack::start().await;
    let product = json!({
        DEFAULT: [link("home", &json!({}))],
        voc("pip"): [
            link("home", &json!({})),
            link("pip-en", &json!({ "hreflang": ["en"], "type": "text/html" })),
            link("pip-de", &json!({ "hreflang": ["de"], "type": "text/html" })),
            link("pip-json", &json!({ "hreflang": ["en"], "type": "application/json" })),
        ],
        voc("certificationInfo"): [
            link("cert?v=1#top", &json!({ "context": ["DE"] })),
            link("cert-fr", &json!({ "context": ["FR"] })),
        ],
        voc("masterData"): [link("internal", &json!({ "public": false }))],
    });
    put(&stack, GTIN, product).await;
    put(&stack, &format!("{GTIN}/10/L1"), json!({ voc("recallStatus"): [link("recall-lot", &json!({}))] })).await;
    let serial = json!({ DEFAULT: [link("unit", &json!({}))], voc("traceability"): [link("unit", &json!({}))] });
    put(&stack, &format!("{GTIN}/21/S1"), serial).await;
    stack
}

async fn ask(stack: &Stack, target: &str, headers: &[(&str, &str)]) -> Answer {
    let uri = format!("/id/{}{target}", stack.tenant.tenant);
    stack.send_as(None, Method::GET, &uri, headers, b"").await
}

/// A target, the headers of the request, and the link that is chosen.
type Case<'c> = (&'c str, &'c [(&'c str, &'c str)], &'c str);

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_redirected_to_the_link_that_suits_it() {
    let stack = with_links().await;
    let (accept, language) = (|value| ("accept", value), |value| ("accept-language", value));
    let cases: &[Case<'_>] = &[
        (GTIN, &[], "home"),
        (GTIN, &[accept("text/html,*/*;q=0.8"), language("fr")], "home"),
        ("/01/09506000134352/", &[], "home"),
        ("/01/9506000134352", &[], "home"),
        ("/gtin/9506000134352", &[], "home"),
        // The query is passed on as it was sent (section 2.12).
        ("/01/09506000134352?17=261231&utm=%20a", &[], "home?17=261231&utm=%20a"),
        (
            "/01/09506000134352?linkType=gs1:certificationInfo&context=DE",
            &[],
            "cert?v=1&linkType=gs1:certificationInfo&context=DE#top",
        ),
        ("/01/09506000134352?linkType=pip", &[accept("text/html"), language("de-AT,en;q=0.5")], "pip-de?linkType=pip"),
        ("/01/09506000134352?linkType=gs1:pip", &[accept("application/json")], "pip-json?linkType=gs1:pip"),
        (
            "/01/09506000134352?linkType=https://gs1.org/voc/pip",
            &[accept("text/html"), language("en")],
            "pip-en?linkType=https://gs1.org/voc/pip",
        ),
        // From the serial number to the lot to the product (section 2.5.9).
        ("/01/09506000134352/21/S1", &[], "unit"),
        ("/01/09506000134352/10/L1/21/S1", &[], "unit"),
        ("/01/09506000134352/10/L1/21/S1?linkType=gs1:recallStatus", &[], "recall-lot?linkType=gs1:recallStatus"),
        ("/01/09506000134352/10/L1", &[], "home"),
        ("/01/09506000134352/22/V/10/other/21/other", &[], "home"),
    ];
    for (target, headers, expected) in cases {
        let answer = ask(&stack, target, headers).await;
        assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT, "{target} {headers:?}: {}", answer.text());
        assert_eq!(answer.header("location"), format!("https://brand.example/{expected}"), "{target} {headers:?}");
        assert_eq!((answer.text(), answer.header("vary")), (String::new(), "Accept, Accept-Language"));
        let linkset = answer.header("link");
        assert!(linkset.starts_with(&format!("<https://gateway.test/id/{}/01/", stack.tenant.tenant)), "{linkset}");
        assert!(
            linkset.ends_with("?linkType=linkset>; rel=\"linkset\"; type=\"application/linkset+json\""),
            "{linkset}"
        );
    }
    // A stem of the request would stand between the root and the anchor.
    let several = ask(&stack, "/01/09506000134352?linkType=gs1:certificationInfo", &[]).await;
    assert_eq!(several.status, StatusCode::MULTIPLE_CHOICES, "{}", several.text());
    let found = &several.json()["linkset"][0];
    assert_eq!(found[&voc("certificationInfo")].as_array().map(Vec::len), Some(2));
    assert_eq!(found.as_object().map(Map::len), Some(3), "nothing else: {found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_linkset_has_the_public_links_of_every_level() {
    let stack = with_links().await;
    let target = "/01/09506000134352/10/L1/21/S1";
    let by_type = ask(&stack, &format!("{target}?linkType=linkset"), &[]).await;
    assert_eq!((by_type.status, by_type.header("content-type")), (StatusCode::OK, "application/linkset+json"));
    let linkset = Linkset::parse(&by_type.body, Profile::Gs1).expect("the published schema accepts it");
    let root = format!("https://gateway.test/id/{}", stack.tenant.tenant);
    let anchors: Vec<&str> =
        linkset.contexts.iter().map(|it| it.anchor.strip_prefix(&*root).expect("the root")).collect();
    assert_eq!(anchors, ["/01/09506000134352/21/S1", "/01/09506000134352/10/L1", GTIN]);
    assert_eq!(standards_gs1::linkset::default_link::check(&linkset), []);
    assert!(!by_type.text().contains("internal"), "a link that is not public is not shown");
    let contexts =
        by_type.headers.get_all("link").iter().filter(|it| it.to_str().is_ok_and(|it| it.contains("json-ld#context")));
    assert_eq!(contexts.count(), 1);
    for (suffix, accept, media_type) in [
        ("", "application/linkset+json", "application/linkset+json"),
        ("?linkType=all", "*/*", "application/linkset+json"),
        ("?linkType=linkset", "application/json", "application/json"),
        ("?linkType=gs1:pip", "application/linkset+json,text/html;q=0.5", "application/linkset+json"),
    ] {
        let answer = ask(&stack, &format!("{target}{suffix}"), &[("accept", accept)]).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, media_type), "{suffix} {accept}");
        assert_eq!(answer.text(), by_type.text());
    }
    let json_ld = ask(&stack, &format!("{target}?linkType=linkset"), &[("accept", "application/ld+json")]).await;
    assert_eq!(json_ld.header("content-type"), "application/ld+json");
    let mut document = json_ld.json();
    let context = document.as_object_mut().expect("an object").remove("@context");
    assert_eq!(context, Some(json!("https://ref.gs1.org/standards/resolver/linkset-context")));
    assert_eq!(document, by_type.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_valid_or_not_there_is_a_problem() {
    let stack = with_links().await;
    for (target, code) in [
        ("/01/09506000134353", "gs1.wrong_check_digit"),
        ("/01/0950600013435X", "gs1.invalid_character"),
        ("/01/09506000134352/21/S1/10/L1", "gs1.invalid_qualifier"),
        ("/01/09506000134352/10", "gs1.no_key"),
        ("/some/stem/01/09506000134352", "gs1.no_key"),
        ("/ARFKk4XB0CDKWcnpq", "gs1.no_key"),
        ("/01/09506000134352?10=A", "gs1.qualifier_in_query"),
        ("/01/09506000134352?17=991331", "gs1.invalid_date"),
        ("/01/09506000134352?a=%7B|", "gs1.invalid_uri"),
    ] {
        let problem = ask(&stack, target, &[]).await.problem(400, "provenance.invalid_digital_link");
        assert_eq!(problem["errors"][0]["code"], code, "{target}");
    }
    for target in [
        "/01/09506000134376",
        "/00/395060001343512341",
        "/01/09506000134352?linkType=gs1:epcis",
        "/01/09506000134352?linkType=gs1:masterData",
        "/01/09506000134352?linkType=",
    ] {
        ask(&stack, target, &[]).await.problem(404, "provenance.unknown_link");
    }
    for name in ["accept", "accept-language"] {
        let problem = ask(&stack, GTIN, &[(name, &"a,".repeat(33))]).await.problem(400, "request.invalid_header");
        assert_eq!(problem["errors"][0]["pointer"], format!("/{name}"));
    }
    // A tenant without links, one that does not exist and a text that is no id are answered alike.
    let other = stack.another_tenant().await.tenant.to_string();
    let mut answers = Vec::new();
    for tenant in [&other, "0190b0c8-d7e8-7c3f-8a4b-5c6d7e8f9a0b", "farm"] {
        let answer = stack.send_as(None, Method::GET, &format!("/id/{tenant}{GTIN}"), &[], b"").await;
        let mut problem = answer.problem(404, "provenance.unknown_link");
        problem["trace_id"] = Value::Null;
        answers.push(problem);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");

    let mut owner = stack.database.owner().await;
    let suspend = sqlx::query("UPDATE app.tenant SET suspended_at = now() WHERE tenant_id = $1");
    suspend.bind(stack.tenant.tenant).execute(&mut owner).await.expect("an update");
    ask(&stack, GTIN, &[]).await.problem(404, "provenance.unknown_link");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_every_origin_may_ask_and_each_resolver_describes_itself() {
    let stack = with_links().await;
    let uri = format!("/id/{}{GTIN}", stack.tenant.tenant);
    let origin = [("origin", "https://shop.example"), ("access-control-request-method", "GET")];
    let options = stack.send_as(None, Method::OPTIONS, &uri, &origin, b"").await;
    assert_eq!((options.status, options.header("allow")), (StatusCode::NO_CONTENT, "GET, HEAD, OPTIONS"));
    assert_eq!(options.header("access-control-allow-methods"), "GET, HEAD, OPTIONS");
    for (method, target) in [(Method::GET, &*uri), (Method::HEAD, &uri), (Method::GET, "/id/x/01/1")] {
        let answer = stack.send_as(None, method, target, &origin, b"").await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{target}");
        assert!(answer.header("access-control-expose-headers").contains("Link"), "{target}");
    }
    let head = stack.send_as(None, Method::HEAD, &format!("{uri}?linkType=linkset"), &[], b"").await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.header("content-type"), "application/linkset+json");
    let posted = stack.send_as(None, Method::POST, &uri, &[], b"").await;
    posted.problem(405, "request.method_not_allowed");
    let private = stack.send(Method::GET, "/v1/provenance/links", &origin, b"").await;
    assert_eq!(private.header("access-control-allow-origin"), "", "only what is public");

    let root = format!("https://gateway.test/id/{}", stack.tenant.tenant);
    for (path, root) in [
        ("/.well-known/gs1resolver".to_owned(), "https://gateway.test/id"),
        (format!("/id/{}/.well-known/gs1resolver", stack.tenant.tenant), &*root),
    ] {
        let answer = stack.send_as(None, Method::GET, &path, &[], b"").await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (StatusCode::OK, "*"), "{path}");
        let description = answer.json();
        assert_eq!(description["resolverRoot"], root);
        assert_eq!(description["supportedPrimaryKeys"], json!(["all"]));
        assert_eq!(description["supportedLinkType"][0]["namespace"], "https://ref.gs1.org/voc/");
        assert_eq!(description["linkTypeDefaultCanBeLinkset"], false);
    }
}

/// The links of the community resolver's tests are stored, and each of them is found by its type, media type and
/// language.
#[tokio::test(flavor = "multi_thread")]
async fn each_published_link_is_found() {
    let stack = Stack::start().await;
    let mut found = 0;
    for name in ["test_01_09506000134352", "test_01_09506000134376"] {
        let file = data(&format!("epcis/gs1-GS1_DigitalLink_Resolver_CE/tests/{name}.json"));
        let file: Value = serde_json::from_slice(&std::fs::read(&file).expect("a file")).expect("JSON");
        let entries = if file.is_array() { file } else { json!([file]) };
        let is_plain = |entry: &&Value| entry.get("qualifiers").is_none();
        for entry in entries.as_array().expect("entries").iter().filter(is_plain) {
            let object = entry["anchor"].as_str().expect("an anchor");
            let mut links = Map::new();
            for link in entry["links"].as_array().expect("links") {
                let link_type = voc(link["linktype"].as_str().and_then(|it| it.split_once(':')).expect("a type").1);
                let mut target = link.clone();
                target.as_object_mut().expect("an object").remove("linktype");
                // The schema of linksets does not know this language; a link without one is the same.
                if target["hreflang"] == json!(["und"]) {
                    target.as_object_mut().expect("an object").remove("hreflang");
                }
                links.entry(link_type).or_insert_with(|| json!([])).as_array_mut().expect("a list").push(target);
            }
            let default = entry["defaultLinktype"].as_str().and_then(|it| it.split_once(':')).expect("a type").1;
            let default = links[&voc(default)][0].clone();
            links.insert(DEFAULT.to_owned(), json!([{ "href": default["href"], "title": default["title"] }]));
            put(&stack, object, Value::Object(links.clone())).await;
            for (link_type, targets) in links.iter().filter(|(link_type, _)| *link_type != DEFAULT) {
                for target in targets.as_array().expect("a list") {
                    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                    let language = target["hreflang"][0].as_str().unwrap_or("nl");
                    let media_type = text(&target["type"]);
                    let headers = [("accept", &*media_type), ("accept-language", language)];
                    let context = text(&target["context"][0]);
                    let query = format!("linkType={link_type}&context={context}");
                    let answer = ask(&stack, &format!("{object}?{query}"), &headers).await;
                    let href = text(&target["href"]);
                    let joint = if href.contains('?') { '&' } else { '?' };
                    let (base, fragment) = href.split_at(href.find('#').unwrap_or(href.len()));
                    let expected = format!("{base}{joint}{query}{fragment}");
                    assert_eq!((answer.status.as_u16(), answer.header("location")), (307, &*expected), "{headers:?}");
                    found += 1;
                }
            }
        }
    }
    assert!(found > 10, "{found}");
}
