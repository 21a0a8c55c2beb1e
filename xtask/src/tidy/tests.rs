//! Each rule passes good text and fails bad text.

use super::{
    check,
    length::{LINES_MAX, TEST_LINES_MAX},
    width::COLUMNS_MAX,
};
use crate::source::SourceFile;

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

/// The rules that one file violates, in the order of the findings.
fn broken(path: &str, text: &str) -> Vec<&'static str> {
    check(&[file(path, text)]).into_iter().map(|finding| finding.rule).collect()
}

#[test]
fn opening_is_required_in_rust_and_sql() {
    assert_eq!(broken("cli/src/up.rs", "//! Starts everything.\n"), [""; 0]);
    assert_eq!(broken("cli/src/up.rs", "use std::fmt;\n"), ["opening"]);
    assert_eq!(broken("cli/src/up.rs", "//! \n"), ["opening"]);
    assert_eq!(broken("cli/src/up.rs", ""), ["opening"]);
    assert_eq!(broken("migrations/1_provenance_event.sql", "create table a();\n"), ["opening"]);
    assert_eq!(broken("migrations/1_provenance_event.sql", "-- Events.\n"), [""; 0]);
}

#[test]
fn length_is_limited_and_tests_get_more() {
    let lines = |count: usize| format!("//! Long.\n{}", "//\n".repeat(count - 1));
    assert_eq!(broken("cli/src/up.rs", &lines(LINES_MAX)), [""; 0]);
    assert_eq!(broken("cli/src/up.rs", &lines(LINES_MAX + 1)), ["length"]);
    assert_eq!(broken("cli/src/up/tests.rs", &lines(LINES_MAX + 1)), [""; 0]);
    assert_eq!(broken("cli/tests/it/up.rs", &lines(TEST_LINES_MAX)), [""; 0]);
    assert_eq!(broken("cli/tests/it/up.rs", &lines(TEST_LINES_MAX + 1)), ["length"]);
    assert_eq!(broken("web/src/api/client.gen.ts", &lines(TEST_LINES_MAX + 1)), [""; 0]);
}

#[test]
fn generic_names_are_refused() {
    let text = "//! Text.\n";
    for path in
        ["cli/src/utils.rs", "cli/src/common/a.rs", "cli/src/key_manager.rs", "web/src/helpers.ts", "cli/src/up/mod.rs"]
    {
        assert_eq!(broken(path, text), ["naming"], "{path}");
    }
    for path in ["cli/src/commons.rs", "chain/types/src/key.rs", "web/src/model.ts"] {
        assert_eq!(broken(path, text), [""; 0], "{path}");
    }
}

#[test]
fn each_crate_has_one_import_statement() {
    let uses = |second: &str| format!("//! Text.\nuse crate::a::{{b, c}};\n{second}use std::fmt;\n");
    assert_eq!(broken("cli/src/up.rs", &uses("")), [""; 0]);
    assert_eq!(broken("cli/src/up.rs", &uses("use crate::d;\n")), ["import"]);
    assert_eq!(broken("cli/src/up.rs", &uses("pub use crate::d;\n")), [""; 0]);
    assert_eq!(broken("cli/src/up.rs", &uses("#[cfg(test)]\nuse crate::d;\n")), [""; 0]);
}

#[test]
fn comment_and_prose_width_is_limited() {
    let wide = |mark: &str, columns: usize| {
        let words = "word ".repeat(40);
        format!("{mark} {}", &words[..columns - mark.len() - 2]).trim_end().to_owned() + "x\n"
    };
    for (path, mark) in [("cli/src/up.rs", "//!"), ("web/src/a.ts", "//"), ("migrations/1_provenance_event.sql", "--")]
    {
        assert_eq!(broken(path, &wide(mark, COLUMNS_MAX)), [""; 0], "{path}");
        assert_eq!(broken(path, &wide(mark, COLUMNS_MAX + 4)), ["width"], "{path}");
    }
    let prose = wide("A", COLUMNS_MAX + 4);
    assert_eq!(broken("README.md", &prose), ["width"]);
    assert_eq!(broken("README.md", &format!("| {prose}")), [""; 0]);
    assert_eq!(broken("README.md", &format!("```\n{prose}```\n")), [""; 0]);
    assert_eq!(broken("README.md", &format!("<https://example.org/{}>\n", "a".repeat(COLUMNS_MAX))), [""; 0]);
    assert_eq!(broken("web/src/api/client.gen.ts", &wide("//", COLUMNS_MAX + 4)), [""; 0]);
}

#[test]
fn tests_never_sleep() {
    // Built here, so that this file does not violate the rule that it tests.
    let sleep = format!("    std::thread::{}(pause);\n", "sleep");
    let production = format!("//! Text.\n{sleep}");
    assert_eq!(broken("cli/src/up.rs", &production), [""; 0]);
    assert_eq!(broken("cli/tests/it/up.rs", &production), ["sleep"]);
    assert_eq!(broken("cli/tests/it/up.rs", &format!("//! Text.\n    {}(pause).await;\n", "sleep")), ["sleep"]);
    assert_eq!(broken("cli/src/up.rs", &format!("//! Text.\n#[cfg(test)]\nmod tests {{\n{sleep}}}\n")), ["sleep"]);
    assert_eq!(broken("cli/src/up.rs", &format!("//! Text.\n#[cfg(test)]\nmod tests;\n{sleep}")), [""; 0]);
    assert_eq!(broken("web/tests/verify.test.ts", &format!("await page.{}(5)\n", "waitForTimeout")), ["sleep"]);
}

#[test]
fn tests_are_never_switched_off() {
    let ignored = format!("//! Text.\n#[{}]\nfn a() {{}}\n", "ignore = \"slow\"");
    assert_eq!(broken("cli/tests/it/up.rs", &ignored), ["switched-off"]);
    let skipped = format!("test{}\"a\", () => {{}})\n", ".skip(");
    assert_eq!(broken("web/src/a.test.ts", &skipped), ["switched-off"]);
}

#[test]
fn machine_paths_are_refused_where_a_path_starts() {
    for home in ["root", "home", "Users", "work"] {
        let absolute = format!("//! Text.\nlet a = \"/{home}/somebody\";\n");
        assert_eq!(broken("cli/src/up.rs", &absolute), ["machine-path"], "{home}");
        let url = format!("//! See https://example.org/{home}/page.\n");
        assert_eq!(broken("cli/src/up.rs", &url), [""; 0], "{home}");
    }
}

#[test]
fn a_lock_file_pinned_to_a_mirror_is_refused() {
    let entry = |host: &str| format!("{{\n  \"resolved\": \"https://{host}/vite/-/vite-8.3.8.tgz\"\n}}\n");
    assert_eq!(broken("web/package-lock.json", &entry("mirror.example")), ["private-mirror"]);
    assert_eq!(broken("web/package-lock.json", &entry("registry.npmjs.org")), [""; 0]);
}

#[test]
fn unfinished_work_is_refused_in_code_and_allowed_in_prose() {
    let mark = concat!("TO", "DO");
    assert_eq!(broken("cli/src/up.rs", &format!("//! Text.\n// {mark}: later\n")), ["unfinished"]);
    assert_eq!(broken("compose.yaml", &format!("# {mark}\n")), ["unfinished"]);
    assert_eq!(broken("cli/src/up.rs", &format!("//! Text.\n// not{mark}s\n")), [""; 0]);
    assert_eq!(broken("CONTRIBUTING.md", &format!("no {mark} comments\n")), [""; 0]);
}

#[test]
fn environment_variables_must_be_documented() {
    let variable = concat!("WAYMARK", "_NEW_SWITCH");
    let code = file("cli/src/up.rs", &format!("//! Reads {variable}.\n"));
    let page = |name: &str| file("docs/configuration.md", &format!("| `{name}` | a switch |\n"));
    assert_eq!(check(&[code.clone(), page(variable)]), []);
    let rules: Vec<_> = check(std::slice::from_ref(&code)).into_iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["environment"]);
    // A longer name does not document a shorter one.
    let rules: Vec<_> =
        check(&[code, page(&format!("{variable}ES"))]).into_iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["environment"]);
}

#[test]
fn a_documented_limit_is_a_constant() {
    let page = file("README.md", "| events | 1,000 | `EVENTS_MAX` |\n");
    let code = file("cli/src/limit.rs", "//! Limits.\npub const EVENTS_MAX: usize = 1_000;\n");
    assert_eq!(check(&[page.clone(), code]), []);
    let renamed = file("cli/src/limit.rs", "//! Limits.\npub const ALL_EVENTS_MAX: usize = 1_000;\n");
    let rules: Vec<_> = check(&[page, renamed]).into_iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["limit"]);
}

#[test]
fn metrics_and_their_table_are_the_same() {
    let code = "//! Metrics.\nfn f() { gauge!(\"waymark_a_seconds\", \"shard\" => \"1\").set(1.0); }\n";
    let sliced = "//! Metrics.\nfn f() { counter!(format!(\"index_{slice}_b_total\")).increment(1); }\n";
    let page = "| metric | kind |\n| `waymark_a_seconds{shard}` | gauge |\n| `index_{slice}_b_total` | counter |\n";
    let rules = |code: &str, page: &str| -> Vec<&'static str> {
        let files = [file("cli/src/a.rs", code), file("cli/src/b.rs", sliced), file("docs/observability.md", page)];
        check(&files).into_iter().map(|finding| finding.rule).collect()
    };
    assert_eq!(rules(code, page), [""; 0]);
    assert_eq!(rules(&code.replace("a_seconds", "c_seconds"), page), ["metric"; 2], "one is missing on each side");
    assert_eq!(rules("//! Nothing.\n", page), ["metric"]);
    assert_eq!(rules(code, "| `waymark_a_seconds{shard}` | gauge |\n"), ["metric"]);
}

#[test]
fn a_row_of_the_matrix_has_a_state_and_tests_that_exist() {
    let head = "# Page\n\n| requirement | state | test |\n| --- | --- | --- |\n";
    let tests = file(
        "gateway/tests/it/a.rs",
        "//! Tests.\n#[tokio::test(flavor = \"x\")]\nasync fn one() {}\nfn helper() {}\n",
    );
    let findings = |row: &str| {
        let page = file("docs/epcis-conformance.md", &format!("{head}{row}\n\n| other | table |\n| --- | --- |\n"));
        check(&[tests.clone(), page]).into_iter().map(|finding| finding.message).collect::<Vec<_>>()
    };
    for row in ["| `A` | yes | `a::one` |", "| A | no, later | `a::one`, `a::one` |", "| A | yes; b, c | `a::one` |"] {
        assert_eq!(findings(row), [""; 0], "{row}");
    }
    for (row, message) in [
        ("| A | yes |", "a row has three cells"),
        ("| A | yes | |", "a row names a test"),
        ("| A | yes | soon |", "a row names a test"),
        ("| A | yes | `a::two` |", "there is no test `a::two`"),
        ("| A | yes | `a::helper` |", "there is no test `a::helper`"),
        ("| A | yes | `b::one` |", "there is no test `b::one`"),
        ("| A | no | `a::one` |", "a state other than `yes` has a reason"),
        ("| A | not supported | `a::one` |", "a state other than `yes` has a reason"),
        ("| A | perhaps | `a::one` |", "a state is `yes`, `no` or `not supported`"),
    ] {
        assert_eq!(findings(row), [message], "{row}");
    }
}
