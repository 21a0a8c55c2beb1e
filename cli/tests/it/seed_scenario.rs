//! The demonstration scenario: a second run adds nothing. The doctor reports the state of the machine.

use crate::{
    command::{Outcome, run},
    folder::Folder,
    instance::Instance,
};
use serde_json::{Value, json};
use std::{
    fs::{Permissions, set_permissions},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

/// The query for the salad lot that the scenario suggests.
const QUESTION: &str = "/epcis/events?MATCH_anyEPCClass=https://id.gs1.org/01/09521141900307/10/SALAD-0612";

fn seed(data: &Path) -> Outcome {
    run(["seed".as_ref(), "--json".as_ref(), "--data".as_ref(), data.as_os_str()])
}

fn doctor(data: &Path) -> (i32, Value) {
    let outcome = run(["doctor".as_ref(), "--json".as_ref(), "--data".as_ref(), data.as_os_str()]);
    let report = outcome.json();
    assert_eq!(report["well"], outcome.code == 0, "the exit code is the verdict: {report}");
    (outcome.code, report)
}

/// The names of the negative findings.
fn negative(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("findings");
    let negative = findings.iter().filter(|finding| finding["well"] == false);
    negative.map(|finding| finding["name"].as_str().expect("a name")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn seeding_twice_adds_nothing() {
    let folder = Folder::new();
    let nobody = seed(&folder.data());
    assert_eq!(nobody.code, 1, "{nobody:?}");
    assert!(nobody.stderr.contains("waymark up"), "it says what to do: {}", nobody.stderr);
    let instance = Instance::start(&folder.data()).await;
    let first = seed(&folder.data());
    assert_eq!(first.code, 0, "{first:?}");
    let api = instance.sign_in().await;
    let events = api.every_event().await;
    assert_eq!(first.json(), json!({ "events": events.len(), "url": instance.ready.url }));
    assert!(!api.get(QUESTION).await.events().is_empty(), "the question it suggests has an answer");
    let second = seed(&folder.data());
    assert_eq!((second.code, second.json()), (0, first.json()));
    assert_eq!(api.every_event().await, events, "the same bytes again are no second event");
    instance.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_faults_and_only_faults() {
    let folder = Folder::new();
    assert_eq!(negative(&doctor(&folder.data()).1), [""; 0], "a missing data directory is no fault");
    let instance = Instance::start(&folder.data()).await;
    let (_, report) = doctor(&folder.data());
    assert_eq!(negative(&report), [""; 0], "{report}");
    assert!(report["findings"].as_array().expect("findings").iter().any(|finding| finding["name"] == "running"));
    let key = folder.data().join("keys/kek");
    set_permissions(&key, Permissions::from_mode(0o644)).expect("ours");
    let (code, report) = doctor(&folder.data());
    assert_eq!((code, negative(&report)), (1, vec!["data"]), "{report}");
    assert!(report.to_string().contains("chmod 600"), "it says what to do: {report}");
    set_permissions(&key, Permissions::from_mode(0o600)).expect("ours");
    instance.stop().await;
    std::fs::remove_dir_all(folder.data().join("keys")).expect("ours");
    assert_eq!(negative(&doctor(&folder.data()).1), ["data"], "a chain without its keys");
}
