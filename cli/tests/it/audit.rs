//! An auditor adds up the chain of a running instance, and again after it was stopped. The supply is whole at the
//! newest and at an earlier height.

use crate::{
    command::{Outcome, run},
    folder::Folder,
    instance::Instance,
};
use std::{ffi::OsStr, path::Path};

fn audit(data: &Path, more: &[&str]) -> Outcome {
    let arguments = ["audit", "--json", "--data"].map(OsStr::new).into_iter().chain([data.as_os_str()]);
    run(arguments.chain(more.iter().map(OsStr::new)))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_supply_is_whole_on_a_running_and_on_a_stopped_chain() {
    let folder = Folder::new();
    let instance = Instance::start(&folder.data()).await;
    let running = audit(&folder.data(), &[]);
    assert_eq!(running.code, 0, "{running:?}");
    assert_eq!(running.json()["conserved"], true);
    instance.stop().await;

    let rested = audit(&folder.data(), &[]);
    assert_eq!((rested.code, rested.stdout.as_str()), (0, running.stdout.as_str()), "{rested:?}");
    let totals = rested.json();
    assert_eq!(totals["sum"], totals["supply"]);
    let blocks: u64 = totals["heights"].as_array().expect("a list").iter().filter_map(serde_json::Value::as_u64).sum();
    assert!(blocks > 0, "the sandbox tenant is on the chain: {totals}");

    let earlier = audit(&folder.data(), &["--at", "0,0"]);
    assert_eq!((earlier.code, &earlier.json()["sum"]), (0, &totals["supply"]), "{earlier:?}");
    for (at, why) in [("0", "2 heights"), ("0,1000000", "not 1000000")] {
        let refused = audit(&folder.data(), &["--at", at]);
        assert!(refused.code == 1 && refused.stderr.contains(why), "{refused:?}");
    }
}
