//! Compares `docs/epcis-conformance.md` with the published OpenAPI document of the binding and with what the gateway
//! answers. Invariant: no path, method, header, exception or parameter of the binding lacks a row, and each path and
//! parameter is in the state of its row.

use crate::stack::{Stack, bare_event, data};
use http::{Method, StatusCode};
use serde_json::Value;
use standards_epcis::{problem::code, query::parse_parameters};
use std::{collections::BTreeSet, fs, path::Path};

/// The names in the first cell of a row, and whether its state is `yes`.
struct Row {
    names: Vec<String>,
    is_supported: bool,
    /// Whether it is for WebSockets, so that an event query does not have it.
    is_of_socket: bool,
}

/// The rows of a section.
fn rows(section: &str) -> Vec<Row> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/epcis-conformance.md");
    let page = fs::read_to_string(page).expect("the page");
    let (_, text) = page.split_once(&format!("\n## {section}\n")).expect("the section");
    let text = text.split("\n## ").next().unwrap_or_default();
    let cells = text.lines().filter(|line| line.starts_with("| ")).map(|line| line.split(" | ").collect::<Vec<_>>());
    let rows = cells.skip(2).map(|cells| Row {
        names: cells[0].split('`').skip(1).step_by(2).flat_map(spread).collect(),
        is_supported: cells[1].starts_with("yes"),
        is_of_socket: cells[1] == "yes, with a WebSocket",
    });
    rows.collect()
}

/// The names of a family: `{A,B}_x` is `A_x` and `B_x`.
fn spread(name: &str) -> Vec<String> {
    let list = name.split_once('{').and_then(|(head, rest)| Some((head, rest.split_once('}')?)));
    match list {
        Some((head, (list, tail))) if list.contains(',') => {
            list.split(',').flat_map(|part| spread(&format!("{head}{part}{tail}"))).collect()
        }
        _ => vec![name.to_owned()],
    }
}

fn names(section: &str) -> BTreeSet<String> {
    rows(section).into_iter().flat_map(|row| row.names).collect()
}

fn binding() -> Value {
    let text = fs::read(data("epcis/gs1-openapi/openapi.json")).expect("the published document");
    serde_json::from_slice(&text).expect("JSON")
}

/// The methods of the binding with their paths, such as `GET /events`.
fn methods(binding: &Value) -> BTreeSet<String> {
    let of_path = |(path, item): (&String, &Value)| {
        let methods = ["get", "post", "delete", "options"].into_iter().filter(|method| item.get(*method).is_some());
        methods.map(|method| format!("{} {path}", method.to_uppercase())).collect::<Vec<_>>()
    };
    binding["paths"].as_object().expect("paths").iter().flat_map(of_path).collect()
}

fn parameters(binding: &Value, place: &str) -> BTreeSet<String> {
    let all = binding["components"]["parameters"].as_object().expect("parameters").values();
    let name = |parameter: &Value| parameter["name"].as_str().expect("a name").to_owned();
    all.filter(|parameter| parameter["in"] == place).map(name).collect()
}

fn exceptions(binding: &Value) -> BTreeSet<String> {
    let text = binding.to_string();
    let found = text
        .split("epcisException:")
        .skip(1)
        .map(|rest| rest.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default());
    // A slip of the document.
    found.map(|name| format!("epcisException:{}", name.replace("IUnsupported", "Unsupported"))).collect()
}

#[test]
fn every_requirement_of_the_binding_has_a_row() {
    let binding = binding();
    let mut headers = parameters(&binding, "header");
    headers.extend(binding["components"]["headers"].as_object().expect("headers").keys().cloned());
    for (section, published, count) in [
        ("Paths and methods", methods(&binding), 63),
        ("Query parameters", parameters(&binding, "query"), 64),
        ("Headers", headers, 19),
        ("Problem types", exceptions(&binding), 15),
    ] {
        let rows = names(section);
        assert_eq!((published.len(), published.difference(&rows).collect::<Vec<_>>()), (count, vec![]), "{section}");
    }
}

#[test]
fn every_parameter_is_as_the_matrix_says() {
    let mut seen = 0;
    for row in rows("Query parameters").into_iter().chain(rows("Families of query parameters")) {
        for name in row.names.iter().filter(|name| name.contains('_') || name.chars().all(char::is_alphanumeric)) {
            let mut asked = name.clone();
            let kind = if name.starts_with("EQ_bizTransaction") { "po" } else { "location" };
            for (place, example) in
                [("{field}", "cbvmda:lot"), ("{type}", kind), ("{uom}", "KGM"), ("{attribute}", "a")]
            {
                asked = asked.replace(place, example);
            }
            let is_known = match parse_parameters([(&*asked, "1")]) {
                Ok(_) => true,
                Err(problems) => problems.iter().all(|problem| problem.code != code::UNKNOWN_QUERY_PARAMETER),
            };
            assert_eq!(is_known, row.is_supported && !row.is_of_socket, "{asked}");
            seen += 1;
        }
    }
    assert!(seen > 150, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_is_as_the_matrix_says() {
    let stack = Stack::start().await;
    let json = [("content-type", "application/json")];
    for row in rows("Paths and methods") {
        let Some((method, path)) = row.names[0].split_once(' ') else { continue };
        let segments = path.split('/').map(|segment| if segment.starts_with('{') { "x" } else { segment });
        let uri = format!("/epcis{}", segments.collect::<Vec<_>>().join("/"));
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let answer = stack.send(method.clone(), &uri, &json, b"{}").await;
        let is_absent = [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED].contains(&answer.status)
            && answer.text().contains("\"request.");
        let is_there = !is_absent && answer.status != StatusCode::NOT_IMPLEMENTED;
        assert_eq!(is_there, row.is_supported, "{method} {uri}: {} {}", answer.status, answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_supported_is_not_announced() {
    let stack = Stack::start().await;
    let created = stack.send(
        Method::POST,
        "/epcis/queries",
        &[("content-type", "application/json")],
        br#"{"name":"all","query":{}}"#,
    );
    assert_eq!(created.await.status, StatusCode::CREATED);
    for id in ["urn:uuid:1", "urn:uuid:2"] {
        let headers = [("content-type", "application/json")];
        let answer = stack.send(Method::POST, "/epcis/events", &headers, bare_event(id, "").as_bytes()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    }
    let page = stack.get("/epcis/queries/all/events?perPage=1").await;
    assert_eq!((page.status, page.events().len()), (StatusCode::OK, 1));
    assert!(!page.header("link").is_empty(), "there is another page");
    let options = stack.send(Method::OPTIONS, "/epcis/capture", &[], b"").await;
    for name in ["gs1-query-min-record-time", "gs1-next-page-token-expires", "gs1-signature", "upgrade"] {
        assert!(page.header(name).is_empty() && options.header(name).is_empty(), "{name}");
    }
    // These are parameters of a WebSocket.
    for parameter in ["stream=true", "second=0"] {
        let answer = stack.get(&format!("/epcis/queries/all/events?{parameter}")).await;
        answer.problem(400, "request.invalid_parameter");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_of_a_file_is_announced() {
    let stack = Stack::start().await;
    let options = stack.send(Method::OPTIONS, "/epcis/capture", &[], b"").await;
    let limit: usize = options.header("gs1-epcis-capture-file-size-limit").parse().expect("a number");
    let capture = async |bytes: usize| {
        let headers = [("content-type", "application/json")];
        stack.send(Method::POST, "/epcis/capture", &headers, &vec![b' '; bytes]).await
    };
    capture(limit).await.problem(400, "request.malformed_json");
    capture(limit + 1).await.problem(413, "request.body_too_large");
}
