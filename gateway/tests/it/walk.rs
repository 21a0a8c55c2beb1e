//! Calls every documented operation without credentials (401) and with too few scopes (403). Invariant: an operation
//! without credentials must be listed in [`PUBLIC`].

use crate::harness::{World, request};
use http::Method;
use serde_json::{Value, json};

/// Operations that need no credentials.
const PUBLIC: [&str; 16] = [
    "createConsoleSession",
    "createSandbox",
    "getLedgerAnchor",
    "getLedgerNetwork",
    "getLedgerStatus",
    "issueToken",
    "resolveLink",
    "showAuthorizationServer",
    "showKeySet",
    "showLiveness",
    "showMetrics",
    "showOpenapi",
    "showOpenidConfiguration",
    "showReadiness",
    "showResolver",
    "showResolvers",
];

struct Operation {
    id: String,
    method: Method,
    path: String,
    /// The security scheme and its scopes; `None` when the operation is public.
    security: Option<(String, Vec<String>)>,
}

fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(gateway::openapi::json()).expect("the document is JSON");
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("an item") {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            let requirement =
                operation["security"].get(0).and_then(Value::as_object).and_then(|object| object.iter().next());
            let security = requirement.map(|(scheme, scopes)| {
                let scopes = scopes.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
                (scheme.clone(), scopes.collect())
            });
            let id = operation["operationId"].as_str().expect("an operation id").to_owned();
            operations.push(Operation { id, method, path: concrete(path), security });
        }
    }
    operations
}

/// The path with `0` in place of its parameters.
fn concrete(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "0" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_operation_checks_credentials_and_scopes() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let (reader, lister) = (world.key(&account, &["tenant:read"]).await, world.key(&account, &["member:read"]).await);
    let mut public = Vec::new();
    let operations = operations();
    assert!(operations.len() > 20, "the test covers the whole API");
    for operation in operations {
        let Some((scheme, scopes)) = &operation.security else {
            public.push(operation.id);
            continue;
        };
        let name = format!("{} {}", operation.method, operation.path);
        let body = (operation.method != Method::GET).then(|| json!({}));
        let call = |bearer: Option<&str>| {
            world.send(request(operation.method.clone(), &operation.path, bearer, body.as_ref()))
        };
        let answer = call(None).await;
        assert_eq!(answer.status, 401, "{name}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json", "{name}");
        assert!(answer.headers.contains_key("www-authenticate"), "{name}");
        if scheme != "bearer" || scopes.is_empty() {
            continue;
        }
        let narrow = if scopes.contains(&"tenant:read".to_owned()) { &lister } else { &reader };
        let answer = call(Some(&narrow.secret)).await;
        assert_eq!(answer.status, 403, "{name}: {}", answer.text());
        answer.assert_problem(403, "auth.insufficient_scope");
        // If the scope depends on the body, the document lists the scopes of all cases.
        let challenge = answer.header("www-authenticate");
        assert!(scopes.iter().any(|scope| challenge.contains(scope.as_str())), "{name}: {challenge}");
    }
    public.sort();
    assert_eq!(public, PUBLIC);
}
