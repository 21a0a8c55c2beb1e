//! A new user captures the supply chain of a salad, queries it, and verifies its evidence offline. Changes to the
//! evidence are detected.

use crate::{
    api::{Answer, segment},
    command::{Outcome, run},
    folder::Folder,
    instance::Instance,
    shared_data::{epcis, read},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, ffi::OsStr, fs, path::Path};

/// The files of the traceability rule's events, in the order in which they happen.
const FSMA: [&str; 7] =
    ["harvest", "cooling", "initial-packing", "first-land-based-receiver", "shipping", "receiving", "transformation"];
const SALAD: &str = "https://id.gs1.org/01/10860009998039/10/SALAD-20260420-A";
/// The last line of a verification without an anchor.
const ON_ITS_OWN_WORD: &str = "verified, on the word of the chain that the bundle names; pin it with --anchor FILE";
/// The minimum number of changes that the test tries on one bundle.
const CHANGES_MIN: usize = 60;

fn verify(bundle: &Path, more: &[&OsStr]) -> Outcome {
    run(["verify".as_ref(), bundle.as_os_str()].iter().chain(more))
}

fn captured(answer: &Answer, name: &str) {
    assert!(answer.is_captured(), "{name}: {} {}", answer.status, answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supply_chain_is_captured_queried_and_verified() {
    let folder = Folder::new();
    let instance = Instance::start(&folder.data()).await;
    let api = instance.sign_in().await;
    for name in FSMA {
        let file = epcis(&format!("openepcis-dpp-ready/extensions/us/fsma204/epcis/{name}-cte.jsonld"));
        captured(&api.capture(read(&file)).await, name);
    }
    let found = api.get(&format!("/epcis/events?MATCH_anyEPCClass={}", segment(SALAD))).await.events();
    assert!(!found.is_empty(), "the salad lot has events");
    assert!(found.iter().all(|event| event.to_string().contains("SALAD-20260420-A")), "{found:?}");
    let anchor = folder.write("anchor.json", &api.anchor().await);
    let stranger = folder.write("stranger.json", another_chain().to_string().as_bytes());
    for event in api.every_event().await {
        let id = event["eventID"].as_str().expect("every event has an id");
        let bundle = folder.write("bundle.json", &api.evidence(id).await);
        let plain = verify(&bundle, &[]);
        assert_eq!(plain.code, 0, "{id}: {plain:?}");
        assert_eq!(plain.stdout.lines().last(), Some(ON_ITS_OWN_WORD), "{id}");
        let required = verify(&bundle, &["--require-anchor".as_ref()]);
        assert_eq!(required.code, 3, "{id}: {required:?}");
        let anchored = verify(&bundle, &["--require-anchor".as_ref(), "--anchor".as_ref(), anchor.as_os_str()]);
        assert_eq!((anchored.code, anchored.stdout.lines().last()), (0, Some("verified")), "{id}: {anchored:?}");
        let mistrusted = verify(&bundle, &["--anchor".as_ref(), stranger.as_os_str()]);
        assert_eq!(mistrusted.code, 3, "{id}: {mistrusted:?}");
    }
    let id = found[0]["eventID"].as_str().expect("an id");
    let bundle: Value = serde_json::from_slice(&api.evidence(id).await).expect("JSON");
    instance.stop().await;
    every_change_is_detected(&folder, &bundle);
    unreadable_files_are_reported(&folder);
}

/// Changes single characters all over the record, in its values and member names, and verifies each changed bundle.
fn every_change_is_detected(folder: &Folder, bundle: &Value) {
    let mut pointers = Vec::new();
    leaves(&bundle["record"], "/record".to_owned(), &mut pointers);
    let mut steps = BTreeSet::new();
    let mut changes = 0;
    for pointer in pointers {
        let value = bundle.pointer(&pointer).expect("the member exists");
        for changed in changed(value) {
            let mut broken = bundle.clone();
            *broken.pointer_mut(&pointer).expect("the member exists") = changed.clone();
            let file = folder.write("broken.json", broken.to_string().as_bytes());
            let outcome = verify(&file, &["--json".as_ref(), "--require-anchor".as_ref()]);
            let report = outcome.json();
            // The first byte of a key or signature names its scheme; an unknown scheme gives another verdict.
            let is_of_no_scheme =
                report["detail"].as_str().is_some_and(|detail| detail.starts_with("ledger.unknown_scheme"));
            let (code, verdict) = if is_of_no_scheme { (2, "unreadable") } else { (1, "tampered") };
            assert_eq!(outcome.code, code, "{pointer}: {value} became {changed}: {report}");
            assert_eq!(report["verdict"], verdict, "{pointer}");
            if is_of_no_scheme {
                continue;
            }
            let step = report["step"].as_str().unwrap_or_else(|| panic!("{pointer}: no step in {report}"));
            steps.insert(step.to_owned());
            changes += 1;
            if changes % 10 == 0 {
                let output = verify(&file, &[]).stdout;
                let last = output.lines().last().unwrap_or_default();
                assert!(last.starts_with(&format!("tampered at step {step}: ")), "{pointer}: {output}");
            }
        }
    }
    assert!(changes >= CHANGES_MIN, "{changes} changes");
    assert!(steps.len() > 2, "changes in different places fail at different steps: {steps:?}");
}

/// Collects the pointers of all strings and numbers below a value.
fn leaves(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                leaves(member, format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                leaves(element, format!("{at}/{index}"), found);
            }
        }
        Value::String(_) | Value::Number(_) => found.push(at),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Returns the value with one character changed: the first, a middle one, and the last that is not padding.
fn changed(value: &Value) -> Vec<Value> {
    let Some(text) = value.as_str() else {
        return vec![json!(value.as_u64().expect("records hold whole numbers") + 1)];
    };
    let mut characters: Vec<char> = text.chars().collect();
    let length = text.trim_end_matches('=').chars().count();
    let positions: BTreeSet<usize> = [0, length / 2, length.saturating_sub(1)].into();
    let positions = positions.into_iter().filter(|position| *position < length);
    positions
        .map(|position| {
            let before = characters[position];
            characters[position] = if before == 'A' { 'B' } else { 'A' };
            let changed = characters.iter().collect::<String>();
            characters[position] = before;
            json!(changed)
        })
        .collect()
}

fn unreadable_files_are_reported(folder: &Folder) {
    let no_json = folder.write("text.json", b"not a bundle");
    let problem = json!({ "type": "/problems/auth.invalid_token", "title": "The token is not valid", "status": 401 });
    let no_bundle = folder.write("problem.json", problem.to_string().as_bytes());
    for file in [folder.path("missing.json"), folder.data(), no_json, no_bundle] {
        let outcome = verify(&file, &[]);
        assert_eq!(outcome.code, 2, "{}: {outcome:?}", file.display());
    }
    assert_eq!(run(["verify"]).code, 2, "a file is asked for");
}

/// The anchor of the chain of the published vectors.
fn another_chain() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../chain/proof/vectors/event.json");
    let vector: Value = serde_json::from_slice(&fs::read(file).expect("the vector is there")).expect("JSON");
    let bundle = &vector["bundle"];
    json!({ "version": 2, "chain_id": bundle["chain_id"], "genesis": bundle["genesis"] })
}
