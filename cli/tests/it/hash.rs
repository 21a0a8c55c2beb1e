//! Two companies compute the hash id of one event independently: `waymark epcis hash` prints the published ids.

use crate::{
    command::run,
    folder::Folder,
    shared_data::{epcis, json_files},
};
use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

const EXAMPLES: &str = "RalphTro-epcis-event-hash-generator/tests/examples";

fn examples() -> Vec<PathBuf> {
    let files = json_files(EXAMPLES, 14);
    files.into_iter().filter(|file| file.with_extension("hashes").exists()).collect()
}

fn published(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file.with_extension("hashes")).expect("readable");
    text.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn every_published_hash_of_a_json_example_is_printed() {
    let files = examples();
    let expected: Vec<String> = files.iter().flat_map(|file| published(file)).collect();
    assert!(expected.len() >= 20, "{}", expected.len());
    let arguments = ["epcis", "hash"].map(OsStr::new).into_iter().chain(files.iter().map(|file| file.as_os_str()));
    let outcome = run(arguments);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(outcome.stdout.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_file_that_is_no_document_is_named() {
    let folder = Folder::new();
    let broken = folder.write("broken.json", b"{\"type\":");
    let outcome = run(["epcis", "hash"].map(OsStr::new).into_iter().chain([broken.as_os_str()]));
    assert_eq!((outcome.code, &*outcome.stdout), (2, ""), "{outcome:?}");
    assert!(outcome.stderr.contains("broken.json"), "{outcome:?}");
}

#[test]
fn an_event_in_xml_has_the_hash_that_it_has_in_json() {
    let folder = epcis(EXAMPLES);
    let pair = ["xml", "jsonld"].map(|end| folder.join("ReferenceEventHashAlgorithm").with_extension(end));
    let [xml, json] = pair.map(|file| run(["epcis".as_ref(), "hash".as_ref(), file.as_os_str()] as [&OsStr; 3]));
    assert_eq!((xml.code, &xml.stdout), (0, &json.stdout), "{xml:?}");
    let folder = Folder::new();
    let broken = folder.write("broken.xml", b"<a>\n&b;</a>");
    let outcome = run(["epcis", "hash"].map(OsStr::new).into_iter().chain([broken.as_os_str()]));
    assert_eq!((outcome.code, &*outcome.stdout), (2, ""), "{outcome:?}");
    assert!(outcome.stderr.contains("line 2 column 1: request.xml_not_allowed"), "{outcome:?}");
}
