//! Tests of `waymark verify` on the shared test vectors: verdict, exit code and output.

use super::*;
use serde_json::{Value, json};

fn vectors() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../chain/proof/vectors")
}

/// Writes a vector's bundle and anchor to files and verifies them as the command does.
fn judge_vector(name: &str) -> (Report, Value) {
    let text = std::fs::read_to_string(vectors().join(format!("{name}.json"))).expect("the vector is there");
    let vector: Value = serde_json::from_str(&text).expect("a vector is JSON");
    let folder = tempfile::tempdir().expect("a folder for the test");
    let write = |file: &str, value: &Value| {
        let path = folder.path().join(file);
        std::fs::write(&path, value.to_string()).expect("the folder can be written");
        path
    };
    let bundle = write("bundle.json", &vector["bundle"]);
    let anchor = (!vector["anchor"].is_null()).then(|| write("anchor.json", &vector["anchor"]));
    let require_anchor = vector["require_anchor"] == true;
    (judge(&VerifyArgs { bundle, anchor, require_anchor, json: false }), vector)
}

#[test]
fn each_vector_has_the_exit_code_of_its_verdict() {
    for file in std::fs::read_dir(vectors()).expect("the vectors are there") {
        let path = file.expect("the folder can be read").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("names are text");
        let (report, vector) = judge_vector(name);
        // The command accepts only the protocol versions of its build.
        if !vector["versions"].is_null() {
            continue;
        }
        let expected = match vector["expect"]["verdict"].as_str().expect("a verdict") {
            "verified" => 0,
            "tampered" => 1,
            "unreadable" => 2,
            "incomplete" | "untrusted_anchor" => 3,
            other => panic!("{other}"),
        };
        assert_eq!(code(report.verdict), expected, "{name}");
        let output = text::describe(&report, false);
        let last = output.lines().last().expect("there is output");
        if report.verdict == Verdict::Verified {
            let own_word = "verified, on the word of the chain that the bundle names; pin it with --anchor FILE";
            assert_eq!(last, if vector["anchor"].is_null() { own_word } else { "verified" }, "{name}");
        } else {
            assert!(last.starts_with(report.verdict.word()), "{name}: {last}");
        }
    }
}

#[test]
fn files_that_cannot_be_read_are_unreadable() {
    let arguments = |bundle, anchor| VerifyArgs { bundle, anchor, require_anchor: false, json: false };
    let missing = arguments(vectors().join("none.json"), None);
    let folder = arguments(vectors(), None);
    let not_an_anchor = arguments(vectors().join("event.json"), Some(vectors().join("event.json")));
    for args in [missing, folder, not_an_anchor] {
        let report = judge(&args);
        assert_eq!(code(report.verdict), 2, "{args:?}");
        assert!(text::describe(&report, false).starts_with("unreadable: "));
    }
}

#[test]
fn a_record_is_printed_as_readable_text() {
    let (report, _) = judge_vector("event_partly_disclosed");
    let output = text::describe(&report, false);
    for line in [
        "✓ certificate  signed by 1 of 1 by weight",
        "  recorded     2026-01-02T00:00:00.123Z on shard 0 at height 12",
        "  outcome      applied: provenance.event_captured",
        "  document     fields withheld: 3",
        "      \"action\": \"OBSERVE\",",
    ] {
        assert!(output.lines().any(|output| output == line), "{line:?} in\n{output}");
    }
    assert!(output.contains("  named by the bundle itself: compare it with the id you know\n"), "{output}");
    assert!(output.contains("  rests on the validators of epoch 0, as of 2026-01-01T00:00:00.000Z\n"), "{output}");
    assert!(output.ends_with("\nverified, on the word of the chain that the bundle names; pin it with --anchor FILE"));
}

#[test]
fn a_stream_names_its_tenant_and_shows_each_opened_record() {
    let (report, _) = judge_vector("stream_absent_at_an_empty_place");
    let output = text::describe(&report, false);
    let step = "✓ stream       tenant 11111111-1111-1111-1111-111111111111 recorded nothing about it";
    assert!(output.lines().any(|line| line == step), "{output}");
    let tenant = "  tenant       11111111-1111-1111-1111-111111111111";
    assert!(output.lines().any(|line| line == tenant), "{output}");
    let none = "  records      none of this tenant, and that is proven; it says nothing about other tenants";
    assert!(output.lines().any(|line| line == none), "{output}");

    let (report, _) = judge_vector("stream_complete");
    let output = text::describe(&report, false);
    let named = "ObjectEvent 2026-01-01T00:00:00.000Z urn:uuid:00000000-0000-4000-8000-000000000003";
    for line in [
        "  records      5, and that is all of them of this tenant".to_owned(),
        "  1            provenance.event_captured: the record above".to_owned(),
        format!("  3            provenance.event_captured: {named}"),
        "  4            provenance.event_captured: ObjectEvent".to_owned(),
        "  5            provenance.error_declared: sealed, and its key is gone".to_owned(),
        "  not shown    1: the bundle does not tell whether it declares an error".to_owned(),
    ] {
        assert!(output.lines().any(|output| output == line), "{line:?} in\n{output}");
    }
    assert!(output.contains("\nwarning: record 5 declares an event erroneous\n"), "{output}");
}

#[test]
fn an_error_declaration_is_a_warning_before_the_verdict() {
    let before_verdict = |name| {
        let output = text::describe(&judge_vector(name).0, false);
        let lines: Vec<_> = output.lines().rev().skip(1).take(1).map(str::to_owned).collect();
        (lines.concat(), output)
    };
    let declared = "warning: declared erroneous by record 2";
    for name in ["event_declared_erroneous", "event_declared_erroneous_without_the_fields"] {
        let (line, output) = before_verdict(name);
        assert_eq!(line, declared, "{output}");
    }
    let (line, output) = before_verdict("event_declared_erroneous_and_not_shown");
    assert_eq!(line, "", "{output}");
    assert!(output.contains("  not shown    1: the bundle does not tell whether it declares an error\n"), "{output}");
    let (line, _) = before_verdict("event_with_anchor");
    assert_eq!(line, "");
}

#[test]
fn a_file_that_is_no_bundle_is_named() {
    let (report, _) = judge_vector("foreign_problem");
    let output = text::describe(&report, false);
    let said = "unreadable: this is not an evidence bundle, but an error: \"The token is not valid\"";
    assert_eq!(output.lines().last(), Some(said), "{output}");
    assert_eq!(code(report.verdict), 2);
}

#[test]
fn the_trusted_anchor_is_printed() {
    let (report, _) = judge_vector("anchor_of_an_epoch_before");
    let output = text::describe(&report, false);
    assert!(
        output.contains("  the chain of the anchor\n  rests on the validators of epoch 1, as of 2026-01-02"),
        "{output}"
    );
    assert!(output.ends_with("\nverified"), "{output}");
    let (report, _) = judge_vector("anchor_later_than_the_bundle");
    let output = text::describe(&report, false);
    let last = output.lines().last().expect("there is output");
    assert!(last.starts_with("untrusted_anchor at step anchor: "), "{output}");
    assert!(last.ends_with("fetch the bundle again, or pass an anchor of epoch 1 or earlier"), "{output}");
}

#[test]
fn the_json_contains_the_basis_of_the_verdict() {
    let trust = |name| serde_json::to_value(judge_vector(name).0).expect("a report is JSON")["trust"].clone();
    let own = json!({ "source": "bundle", "epoch": 0, "height": 0, "as_of": "2026-01-01T00:00:00.000Z" });
    assert_eq!(trust("event"), own);
    let anchor = json!({ "source": "anchor", "epoch": 1, "height": 600, "as_of": "2026-01-02T00:00:00.123Z" });
    assert_eq!(trust("anchor_of_an_epoch_before"), anchor);
}

#[test]
fn the_step_that_failed_is_named() {
    let (report, _) = judge_vector("field_value_changed");
    let output = text::describe(&report, false);
    assert!(output.contains("✗ fields"), "{output}");
    assert!(
        output.ends_with("tampered at step fields: the fields are not those that the record committed to"),
        "{output}"
    );
    assert!(!output.contains("Record"), "a tampered record is not printed");
}

#[test]
fn colour_is_for_terminals() {
    let (report, _) = judge_vector("event");
    assert!(!text::describe(&report, false).contains('\u{1b}'));
    let own_word = ", on the word of the chain that the bundle names; pin it with --anchor FILE";
    assert!(text::describe(&report, true).ends_with(&format!("\u{1b}[32mverified\u{1b}[0m{own_word}")));
}
