//! Each missing part of a service definition is found.

use super::check;
use crate::source::SourceFile;

const GOOD: &str = "\
services:
  postgres:
    environment: {POSTGRES_USER: a, POSTGRES_PASSWORD: b, POSTGRES_DB: c}
  gateway:
    image: waymark
    command: [gateway]
    environment:
      DATABASE_URL: a
      WAYMARK_DATA_DIR: a
      WAYMARK_LISTEN: a
      WAYMARK_KEK_FILE: a
      WAYMARK_FOLLOW_TOKEN: a
  indexer:
    image: waymark
    command: [indexer]
    environment: {DATABASE_URL: a, WAYMARK_FOLLOW_URL: a, WAYMARK_FOLLOW_TOKEN: a}
";

fn problems(text: &str) -> usize {
    check(&[SourceFile { path: "compose.yaml".to_owned(), text: text.to_owned() }]).len()
}

#[test]
fn a_complete_definition_passes() {
    assert_eq!(problems(GOOD), 0);
}

#[test]
fn every_missing_part_is_found() {
    for (from, to) in [
        ("      WAYMARK_KEK_FILE: a\n", ""),
        ("    command: [indexer]\n", "    command: [gateway]\n"),
        ("  indexer:\n    image: waymark\n", "  indexer:\n    image: another\n"),
        ("POSTGRES_DB", "POSTGRES_DATABASE"),
        ("services:", "service:"),
        ("[gateway]", "[gateway"),
    ] {
        assert!(GOOD.contains(from), "{from}");
        assert_eq!(problems(&GOOD.replace(from, to)), 1, "{from:?}");
    }
}

#[test]
fn a_missing_or_empty_file_is_found() {
    assert_eq!(check(&[]).len(), 1);
    assert_eq!(problems(""), 1);
}
