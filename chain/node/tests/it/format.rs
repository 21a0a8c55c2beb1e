//! A folder in another format, written by protocol 1 or by a later build, is refused with instructions and is not
//! changed.

use crate::fixture::{World, start};
use chain_node::NodeError;
use std::{fs, path::Path};

async fn refusal(folder: &Path) -> NodeError {
    start(folder, 1).await.err().expect("the folder is refused")
}

#[tokio::test]
async fn a_folder_of_protocol_1_is_refused_with_instructions() {
    let folder = World::new(1).await.end();
    // Protocol 1 wrote no mark.
    fs::remove_file(folder.path().join("format")).expect("the mark is there");
    let error = refusal(folder.path()).await;
    assert!(matches!(&error, NodeError::OlderFormat { folder: named } if named == folder.path()));
    let sentence = error.to_string();
    assert!(
        sentence.contains("was written by protocol 1") && sentence.contains("`waymark up --data DIR`"),
        "{sentence}"
    );
    assert!(!folder.path().join("format").exists(), "nothing was touched");
}

#[tokio::test]
async fn a_folder_of_a_later_build_is_refused() {
    let folder = World::new(1).await.end();
    fs::write(folder.path().join("format"), "3\n").expect("the folder can be written");
    let error = refusal(folder.path()).await;
    assert!(matches!(error, NodeError::NewerFormat { format: 3, known: 2, .. }));
    fs::write(folder.path().join("format"), "2\n").expect("the folder can be written");
    start(folder.path(), 1).await.expect("the folder is this build's").stop().expect("stops without an error");
}
