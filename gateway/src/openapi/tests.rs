//! Tests of the document against the code that it describes.

use super::*;
use std::collections::BTreeSet;

/// Scopes that a handler asks for when the body needs them, and the schema whose description says so.
const ASKED_WITHIN: &[(Scope, &str)] = &[(Scope::MemberAdmin, "AddMember")];

#[test]
fn every_scope_guards_an_operation_and_is_described() {
    let mut document = document();
    let mut guarding = BTreeSet::new();
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        for requirement in operation.security.iter().flatten() {
            let requirement = serde_json::to_value(requirement).expect("JSON");
            let scopes = requirement["bearer"].as_array().cloned().unwrap_or_default();
            guarding.extend(scopes.iter().filter_map(|scope| scope.as_str().map(str::to_owned)));
        }
    }
    let components = serde_json::to_value(&document.components).expect("JSON");
    for (scope, schema) in ASKED_WITHIN {
        let described = components["schemas"][schema].to_string();
        assert!(described.contains(scope.as_str()), "{schema} does not tell of {scope}");
        guarding.insert(scope.as_str().to_owned());
    }
    let all: BTreeSet<_> = Scope::ALL.iter().map(|scope| scope.as_str().to_owned()).collect();
    assert_eq!(guarding, all, "a scope that guards nothing promises what it does not do");
    let jobs = document.paths.paths.get("/epcis/capture/{id}").and_then(|item| item.get.as_ref()).expect("jobs");
    let needed = serde_json::to_string(&jobs.security).expect("JSON");
    for scope in Scope::ALL.iter().filter(|scope| scope.about().contains("capture jobs")) {
        assert!(needed.contains(scope.as_str()), "{scope} says that it follows capture jobs, which need {needed}");
    }
}
