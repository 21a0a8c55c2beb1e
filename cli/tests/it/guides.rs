//! The sessions of the README and of the guides run as they are shown.

use crate::session::Session;
use std::{fs, path::Path};

fn first_steps() -> Session {
    Session::of_section("README.md", "The first five minutes")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_five_minutes_run_as_shown() {
    first_steps().run().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_guide_runs_as_shown() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guides");
    let mut names: Vec<_> = fs::read_dir(folder).expect("guides").map(|entry| entry.expect("a guide")).collect();
    names.sort_by_key(fs::DirEntry::file_name);
    for guide in &names {
        let guide = || Session::of_document(&format!("docs/guides/{}", guide.file_name().to_string_lossy()));
        guide().run().await;
        // A newcomer comes from the README, and what was captured there is still on record.
        first_steps().followed_by(guide()).run().await;
    }
    assert!(!names.is_empty());
}
