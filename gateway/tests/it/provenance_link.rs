//! Tests the links that a tenant stores for identified objects: replaced as a whole, bounded, and changed by their
//! tenant alone.

use crate::stack::{Answer, Client, Stack, segment};
use gateway::provenance::resolver::limit::{
    LINK_ADDRESS_BYTES_MAX, LINK_TEXT_CHARS_MAX, LINKED_OBJECTS_MAX, LINKS_BYTES_MAX, LINKS_OF_TENANT_BYTES_MAX,
    LINKS_PER_OBJECT_MAX,
};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::Row as _;

const LINKSET: (&str, &str) = ("content-type", "application/linkset+json");
const PIP: &str = "https://ref.gs1.org/voc/pip";
const DEFAULT: &str = "https://ref.gs1.org/voc/defaultLink";
const GTIN: &str = "/01/09506000134352";

fn address(object: &str) -> String {
    format!("/v1/provenance/links/{}", segment(object))
}

/// A linkset with these links, and an anchor on a host of its own.
fn linkset(object: &str, links: &Value) -> Value {
    let mut context = json!({ "anchor": format!("https://brand.example{object}"), "itemDescription": "Rice" });
    context.as_object_mut().expect("an object").extend(links.as_object().expect("links").clone());
    json!({ "linkset": [context] })
}

/// The links of a product: a page, which is the default.
fn product(object: &str, href: &str) -> Value {
    let link = json!([{ "href": href, "title": "Page" }]);
    linkset(object, &json!({ DEFAULT: link, PIP: link }))
}

async fn put(stack: &Stack, client: &Client, object: &str, body: &Value) -> Answer {
    stack.send_as(Some(client), Method::PUT, &address(object), &[LINKSET], body.to_string().as_bytes()).await
}

/// The totals that limits are compared with, and the sums that they stand for.
async fn totals(stack: &Stack) -> [(i64, i64); 2] {
    let mut owner = stack.database.owner().await;
    let mut read = async |statement: &'static str| {
        let row = sqlx::query(statement).bind(stack.tenant.tenant).fetch_one(&mut owner).await.expect("a row");
        (row.get::<i64, _>(0), row.get::<i64, _>(1))
    };
    [
        read("SELECT identifiers, bytes FROM app.link_total WHERE tenant_id = $1").await,
        read("SELECT count(*), coalesce(sum(octet_length(links)), 0)::bigint FROM app.link WHERE tenant_id = $1").await,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_stored_replaced_listed_and_deleted() {
    let stack = Stack::start().await;
    let made = put(&stack, &stack.tenant, GTIN, &product(GTIN, "https://brand.example/rice")).await;
    assert_eq!((made.status, made.text()), (StatusCode::CREATED, String::new()));
    assert_eq!(made.header("location"), "/v1/provenance/links/%2F01%2F09506000134352");
    let shown = stack.get(made.header("location")).await;
    assert_eq!(shown.header("content-type"), "application/linkset+json");
    let context = &shown.json()["linkset"][0];
    let public = format!("https://gateway.test/id/{}{GTIN}", stack.tenant.tenant);
    assert_eq!((&context["anchor"], &context["itemDescription"]), (&json!(public), &json!("Rice")));
    assert_eq!(context[PIP][0]["href"], "https://brand.example/rice");
    let [counted, summed] = totals(&stack).await;
    assert_eq!((counted, counted.0), (summed, 1));

    // What was returned can be stored again, under every spelling of the object.
    for spelling in [GTIN, "(01)09506000134352", "https://id.gs1.org/01/9506000134352", "01/09506000134352"] {
        let again = put(&stack, &stack.tenant, spelling, &shown.json()).await;
        assert_eq!(again.status, StatusCode::NO_CONTENT, "{spelling}: {}", again.text());
    }
    let replaced = put(&stack, &stack.tenant, GTIN, &product(GTIN, "https://brand.example/other/longer")).await;
    assert_eq!(replaced.status, StatusCode::NO_CONTENT);
    let lot = format!("{GTIN}/10/A%2FB");
    let recall =
        json!({ "https://ref.gs1.org/voc/recallStatus": [{ "href": "https://brand.example/r", "title": "R" }] });
    assert_eq!(put(&stack, &stack.tenant, &lot, &linkset(&lot, &recall)).await.status, StatusCode::CREATED);
    let [counted, summed] = totals(&stack).await;
    assert_eq!((counted, counted.0), (summed, 2));

    let first = stack.get("/v1/provenance/links?limit=1").await;
    let page = first.json();
    assert_eq!((&page["items"][0]["identifier"], &page["items"][0]["address"]), (&json!(GTIN), &json!(public)));
    let next = first.header("link").strip_prefix('<').and_then(|it| it.split_once('>')).expect("a next page").0;
    let second = stack.get(next).await.json();
    assert_eq!((&second["items"][0]["identifier"], &second["next_cursor"]), (&json!(lot), &Value::Null));

    // The lot uses the default link of its product.
    let used = stack.send(Method::DELETE, &address(GTIN), &[], b"").await;
    used.problem(409, "provenance.default_link_in_use");
    for object in [&*lot, GTIN] {
        assert_eq!(stack.send(Method::DELETE, &address(object), &[], b"").await.status, StatusCode::NO_CONTENT);
        for method in [Method::GET, Method::DELETE] {
            stack.send(method, &address(object), &[], b"").await.problem(404, "provenance.unknown_link");
        }
    }
    assert_eq!(totals(&stack).await, [(0, 0); 2]);
    put(&stack, &stack.tenant, &lot, &linkset(&lot, &recall)).await.problem(409, "provenance.no_default_link");
    assert_eq!(put(&stack, &stack.tenant, &lot, &product(&lot, "https://e.x/lot")).await.status, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_sees_its_own_links_alone_and_a_retry_has_one_effect() {
    let stack = Stack::start().await;
    let other = stack.another_tenant().await;
    let ours = product(GTIN, "https://brand.example/rice");
    assert_eq!(put(&stack, &stack.tenant, GTIN, &ours).await.status, StatusCode::CREATED);
    for method in [Method::GET, Method::DELETE] {
        let foreign = stack.send_as(Some(&other), method, &address(GTIN), &[], b"").await;
        foreign.problem(404, "provenance.unknown_link");
    }
    let list = stack.send_as(Some(&other), Method::GET, "/v1/provenance/links", &[], b"").await.json();
    assert_eq!(list["items"], json!([]));
    let theirs = product(GTIN, "https://other.example/rice");
    assert_eq!(put(&stack, &other, GTIN, &theirs).await.status, StatusCode::CREATED);
    assert_eq!(stack.get(&address(GTIN)).await.json()["linkset"][0][PIP][0]["href"], "https://brand.example/rice");

    let object = "/00/395060001343512341";
    let retry = [LINKSET, ("idempotency-key", "k-1")];
    let send = async |body: Value| stack.send(Method::PUT, &address(object), &retry, body.to_string().as_bytes()).await;
    let (first, second) = (send(product(object, "https://e.x/a")).await, send(product(object, "https://e.x/a")).await);
    assert_eq!((first.status, second.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!((first.header("location"), second.header("idempotency-replayed")), (second.header("location"), "true"));
    send(product(object, "https://e.x/b")).await.problem(422, "idempotency.mismatch");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_with_a_fault_are_refused_with_its_place() {
    let stack = Stack::start().await;
    let at = |link_type: &str, rest: &str| format!("/linkset/0/{}/0/{rest}", link_type.replace('/', "~1"));
    let with = |more: Value| {
        let mut link = json!({ "href": "https://e.x/a", "title": "A" });
        link.as_object_mut().expect("an object").extend(more.as_object().expect("members").clone());
        linkset(GTIN, &json!({ DEFAULT: [{ "href": "https://e.x/a", "title": "A" }], PIP: [link] }))
    };
    let default = json!([{ "href": "https://e.x/a", "title": "A", "type": "text/html" }]);
    let plain = json!([{ "href": "https://e.x/a", "title": "A" }]);
    let cases = [
        (with(json!({ "href": "javascript:alert(1)" })), "gs1.invalid_text", at(PIP, "href")),
        (with(json!({ "href": "https://e.x/\u{7}" })), "request.invalid_field", at(PIP, "href")),
        (with(json!({ "href": "https://bank.example@e.x/" })), "request.invalid_field", at(PIP, "href")),
        (with(json!({ "title": "a\u{0}" })), "request.invalid_field", at(PIP, "title")),
        (with(json!({ "title": "\u{202e}a" })), "request.invalid_field", at(PIP, "title")),
        (with(json!({ "type": "text/html\u{7f}" })), "request.invalid_field", at(PIP, "type")),
        (with(json!({ "context": ["DE", "\n"] })), "request.invalid_field", at(PIP, "context/1")),
        (with(json!({ "context": [{ "a": "\u{0}" }] })), "request.invalid_field", at(PIP, "context/0")),
        (with(json!({ "hreflang": ["english"] })), "gs1.invalid_text", at(PIP, "hreflang/0")),
        (
            linkset("/01/09506000134376", &json!({ DEFAULT: plain, PIP: plain })),
            "request.invalid_field",
            "/linkset/0/anchor".to_owned(),
        ),
        (linkset(GTIN, &json!({ PIP: plain })), "gs1.invalid_default_link", "/linkset/0".to_owned()),
        (
            linkset(GTIN, &json!({ DEFAULT: default, PIP: plain })),
            "gs1.invalid_default_link",
            at(DEFAULT, "").trim_end_matches('/').to_owned(),
        ),
        (json!({ "linkset": [] }), "request.invalid_field", "/linkset".to_owned()),
        (json!({}), "gs1.missing_member", "/linkset".to_owned()),
    ];
    for (body, code, pointer) in cases {
        let problem = put(&stack, &stack.tenant, GTIN, &body).await.problem(400, "provenance.invalid_links");
        let fault = &problem["errors"][0];
        assert_eq!((fault["code"].as_str(), fault["pointer"].as_str()), (Some(code), Some(&*pointer)), "{problem}");
    }
    let raw = async |body: &'static str| stack.send(Method::PUT, &address(GTIN), &[LINKSET], body.as_bytes()).await;
    raw("{").await.problem(400, "request.malformed_json");
    raw(r#"{"linkset":[],"linkset":[]}"#).await.problem(400, "request.duplicate_key");
    let text = stack.send(Method::PUT, &address(GTIN), &[("content-type", "text/plain")], b"{}").await;
    text.problem(415, "request.unsupported_media_type");
    for (object, code) in [
        ("/01/09506000134353", "gs1.wrong_check_digit"),
        ("/01/09506000134352/10/A/21/B", "provenance.invalid_digital_link"),
        ("nothing", "gs1.no_key"),
    ] {
        let problem = put(&stack, &stack.tenant, object, &with(json!({}))).await;
        let problem = problem.problem(400, "provenance.invalid_digital_link");
        assert_eq!(
            (&problem["errors"][0]["code"], &problem["errors"][0]["pointer"]),
            (&json!(code), &json!("/identifier"))
        );
    }
    assert_eq!(stack.get("/v1/provenance/links").await.json()["items"], json!([]), "nothing was stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_have_limits_for_each_object_and_each_tenant() {
    let stack = Stack::start().await;
    let other = stack.another_tenant().await;
    let many = |count: usize| {
        let link = |n: usize| json!({ "href": format!("https://e.x/{n}"), "title": "A" });
        let links: Vec<Value> = (1..count).map(link).collect();
        linkset(GTIN, &json!({ DEFAULT: [link(1)], PIP: links }))
    };
    let sized_at = |object: &str, href: usize, title: usize| {
        let href = format!("https://e.x/{}", "a".repeat(href - "https://e.x/".len()));
        let link = json!([{ "href": href, "title": "ü".repeat(title) }]);
        linkset(object, &json!({ DEFAULT: link, PIP: link }))
    };
    let sized = |href, title| sized_at(GTIN, href, title);
    let largest = sized(LINK_ADDRESS_BYTES_MAX, LINK_TEXT_CHARS_MAX);
    for good in [many(LINKS_PER_OBJECT_MAX), largest.clone()] {
        let answer = put(&stack, &stack.tenant, GTIN, &good).await;
        assert!(answer.status.is_success(), "{}", answer.text());
    }
    for bad in
        [many(LINKS_PER_OBJECT_MAX + 1), sized(LINK_ADDRESS_BYTES_MAX + 1, 1), sized(100, LINK_TEXT_CHARS_MAX + 1)]
    {
        put(&stack, &stack.tenant, GTIN, &bad).await.problem(400, "provenance.invalid_links");
    }
    for (bytes, status) in [(LINKS_BYTES_MAX, 204), (LINKS_BYTES_MAX + 1, 413)] {
        let mut body = largest.to_string();
        body.push_str(&" ".repeat(bytes - body.len()));
        let answer = stack.send(Method::PUT, &address(GTIN), &[LINKSET], body.as_bytes()).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    }

    // The totals are set to one less than the limits: storing as much as they allow would take an hour.
    let [(_, stored), _] = totals(&stack).await;
    let mut owner = stack.database.owner().await;
    let set = "UPDATE app.link_total SET identifiers = $2, bytes = $3 WHERE tenant_id = $1";
    // A path of another length makes the links a few bytes longer.
    let room = stored + 16;
    for (objects, bytes) in
        [(i64::from(LINKED_OBJECTS_MAX) - 1, stored), (1, i64::from(LINKS_OF_TENANT_BYTES_MAX) - room)]
    {
        let totals = sqlx::query(set).bind(stack.tenant.tenant).bind(objects).bind(bytes);
        assert_eq!(totals.execute(&mut owner).await.expect("an update").rows_affected(), 1);
        let (first, second) = ("/00/395060001343512341", "/00/095060001343512340");
        let send = async |client: &Client, object: &str| {
            let body = sized_at(object, LINK_ADDRESS_BYTES_MAX, LINK_TEXT_CHARS_MAX);
            put(&stack, client, object, &body).await
        };
        let answer = send(&stack.tenant, first).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        send(&stack.tenant, second).await.problem(409, "provenance.too_many_links");
        // Each tenant has its own limits, and what is full can still be replaced by less.
        assert!(send(&other, second).await.status.is_success());
        let less = product(first, "https://e.x/a");
        assert_eq!(put(&stack, &stack.tenant, first, &less).await.status, StatusCode::NO_CONTENT);
        assert_eq!(stack.send(Method::DELETE, &address(first), &[], b"").await.status, StatusCode::NO_CONTENT);
    }
}
