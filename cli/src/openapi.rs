//! `waymark openapi`: writes the committed API descriptions, or checks that they are up to date. Invariant: only the
//! five generated files are written, and none with `--check`.

use anyhow::Context as _;
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Flags of `waymark openapi`.
#[derive(clap::Args, Clone, Debug)]
pub struct OpenapiArguments {
    /// Write nothing; exit code 1 when a file differs from what this binary serves
    #[arg(long)]
    check: bool,
    /// Folder of the files
    #[arg(long, default_value = "openapi", value_name = "DIR")]
    folder: PathBuf,
}

/// Writes or checks `waymark.json` (OpenAPI 3.1), `asyncapi.json` (AsyncAPI 3), `waymark.graphql` (SDL), `codes.json`
/// and `reference.md` (scopes and codes for people).
pub fn run(arguments: &OpenapiArguments) -> anyhow::Result<ExitCode> {
    let files = [
        ("waymark.json", with_newline(gateway::openapi::json())),
        ("asyncapi.json", with_newline(gateway::event::asyncapi::json())),
        ("waymark.graphql", with_newline(&gateway::graphql::sdl())),
        ("codes.json", codes()),
        ("reference.md", gateway::reference::markdown()),
    ];
    let mut differs = false;
    for (name, text) in files {
        let path = arguments.folder.join(name);
        if arguments.check {
            differs |= !is_equal(&path, &text);
        } else {
            fs::create_dir_all(&arguments.folder).context("creating the folder")?;
            fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
            crate::terminal::print_line(&format!("wrote {}", path.display()));
        }
    }
    Ok(if differs { crate::exit::FAILURE } else { crate::exit::SUCCESS }.into())
}

/// The stable codes of answers. `door` has status and title; `ledger` (receipts and refusals) has a sentence. Then come
/// the codes of single faults of a `document` or query, and the error codes of the token endpoint (RFC 6749 section
/// 5.2).
fn codes() -> String {
    let door = gateway::slice::codes();
    let door = door.map(|code| (code.name.to_owned(), json!({ "status": code.status, "title": code.title })));
    let ledger = chain_ledger::codes().into_iter().map(|(code, detail)| (code.to_owned(), Value::String(detail)));
    let document = [standards_epcis::problem::code::ALL, standards_gs1::problem::code::ALL].concat();
    let table = json!({
        "door": Value::Object(door.collect()),
        "ledger": Value::Object(ledger.collect()),
        "document": document,
        "oauth": gateway::auth::OAUTH_ERRORS,
    });
    with_newline(&format!("{table:#}"))
}

fn is_equal(path: &Path, text: &str) -> bool {
    let is_equal = fs::read_to_string(path).is_ok_and(|found| found == text);
    let word = if is_equal { "is up to date" } else { "differs: run `waymark openapi`" };
    println!("{} {word}", path.display());
    is_equal
}

fn with_newline(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_codes_are_those_of_the_tables() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/codes.json");
        let committed = fs::read_to_string(path).expect("the file is committed");
        assert!(committed == codes(), "run `waymark openapi`");
    }
}
