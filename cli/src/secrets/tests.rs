//! Creates, completes, imports and changes the secrets of a deployment in a folder.

use super::*;
use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::Path,
};

fn run_in(folder: &Path, action: Option<Action>) -> Result<(), String> {
    let own = fs::metadata(folder).expect("the folder");
    let owner = |service: &str| format!("{service}={}:{}", own.uid(), own.gid()).parse().expect("an owner");
    let owner = ["postgres", "migrate", "gateway", "indexer"].map(owner).to_vec();
    let arguments = SecretsArguments { folder: folder.to_owned(), owner, action };
    run(&arguments).map(drop).map_err(|error| format!("{error:#}"))
}

fn text(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).expect(file)
}

#[test]
fn every_service_gets_what_it_needs_and_nobody_else_reads_it() {
    let folder = tempfile::tempdir().expect("a folder");
    run_in(folder.path(), None).expect("made");
    let mut found: Vec<String> = Vec::new();
    for service in fs::read_dir(folder.path()).expect("services") {
        let service = service.expect("a service").path();
        assert_eq!(fs::metadata(&service).expect("it").permissions().mode() & 0o777, 0o700);
        for file in fs::read_dir(&service).expect("files") {
            let file = file.expect("a file").path();
            assert_eq!(fs::metadata(&file).expect("it").permissions().mode() & 0o777, 0o400, "{}", file.display());
            assert_eq!(fs::read_to_string(&file).expect("it").trim().len(), 64);
            found.push(file.strip_prefix(folder.path()).expect("below").display().to_string());
        }
    }
    found.sort();
    let expected = [
        "gateway/database-password",
        "gateway/follow-token",
        "gateway/kek",
        "indexer/database-password",
        "indexer/follow-token",
        "indexer/kek",
        "migrate/database-password",
        "postgres/gateway-password",
        "postgres/indexer-password",
        "postgres/migrator-password",
        "postgres/superuser-password",
    ];
    assert_eq!(found, expected);
    assert_eq!(text(folder.path(), "gateway/kek"), text(folder.path(), "indexer/kek"));
    assert_eq!(text(folder.path(), "postgres/gateway-password"), text(folder.path(), "gateway/database-password"));
    assert_ne!(text(folder.path(), "gateway/database-password"), text(folder.path(), "indexer/database-password"));

    let before = expected.map(|file| text(folder.path(), file));
    fs::remove_file(folder.path().join("indexer/kek")).expect("ours");
    run_in(folder.path(), None).expect("made again");
    assert_eq!(expected.map(|file| text(folder.path(), file)), before, "an existing secret stays, a copy comes back");
}

#[test]
fn copies_that_differ_are_reported_and_not_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    run_in(folder.path(), None).expect("made");
    let path = folder.path().join("indexer/kek");
    fs::remove_file(&path).expect("ours");
    fs::write(&path, "1".repeat(64)).expect("a file");
    let error = run_in(folder.path(), None).expect_err("they differ");
    assert!(error.contains("gateway/kek") && error.contains("indexer/kek") && error.contains("differ"), "{error}");
    assert_eq!(text(folder.path(), "indexer/kek"), "1".repeat(64));
}

#[test]
fn a_key_is_added_before_the_others_and_the_others_are_retired() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(run_in(folder.path(), Some(Action::AddKek)).expect_err("nothing").contains("no key-encryption keys yet"));
    run_in(folder.path(), None).expect("made");
    let first = text(folder.path(), "gateway/kek").trim().to_owned();
    run_in(folder.path(), Some(Action::AddKek)).expect("added");
    for service in ["gateway", "indexer"] {
        let keys = text(folder.path(), &format!("{service}/kek"));
        let lines: Vec<_> = keys.lines().collect();
        assert!(lines.len() == 2 && lines[1] == first && lines[0] != first, "{lines:?}");
    }
    run_in(folder.path(), Some(Action::RetireKeks)).expect("retired");
    let keys = text(folder.path(), "indexer/kek");
    assert!(keys.lines().count() == 1 && keys.trim() != first);
    run_in(folder.path(), None).expect("nothing is missing");
    assert_eq!(text(folder.path(), "indexer/kek"), keys);
}

#[test]
fn keys_are_restored_before_the_first_start_only() {
    let (folder, backup) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let file = backup.path().join("kek");
    let import = || Some(Action::ImportKek { file: file.clone() });
    fs::write(&file, "not a key\n").expect("a file");
    assert!(run_in(folder.path(), import()).expect_err("no key").contains("hexadecimal"));
    let keys = format!("{}\n{}\n", "a".repeat(64), "b".repeat(64));
    fs::write(&file, &keys).expect("a file");
    run_in(folder.path(), import()).expect("imported");
    run_in(folder.path(), None).expect("the rest is made");
    assert_eq!(text(folder.path(), "gateway/kek"), keys);
    run_in(folder.path(), import()).expect("the same again");
    fs::write(&file, "c".repeat(64)).expect("a file");
    assert!(run_in(folder.path(), import()).expect_err("other keys").contains("other key-encryption keys"));
}

#[test]
fn an_owner_names_a_service_of_the_deployment() {
    let folder = tempfile::tempdir().expect("a folder");
    let owner = "postgre=1:1".parse().expect("an owner");
    let arguments = SecretsArguments { folder: folder.path().to_owned(), owner: vec![owner], action: None };
    assert!(run(&arguments).expect_err("no such service").to_string().contains("`postgre`"));
    for wrong in ["gateway", "gateway=1", "gateway=a:b"] {
        assert!(wrong.parse::<Owner>().is_err(), "{wrong}");
    }
}
