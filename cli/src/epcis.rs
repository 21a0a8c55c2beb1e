//! `waymark epcis hash`: prints the CBV 2.0 event hash id of every event of a document. Invariant: without
//! `--reference-order`, the hash is the id that capture gives an event without `eventID`. Only the named files are
//! read.

use anyhow::Context as _;
use standards_epcis::{
    document::{self, CaptureDocument},
    hash::{FieldOrder, event_hash_id_in_order},
    problem::Problem,
    xml::{XmlProblem, read},
};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// The exit code for a file that is not a readable EPCIS document.
const UNREADABLE: u8 = 2;

/// Flags of `waymark epcis`.
#[derive(clap::Args, Clone, Debug)]
pub struct EpcisArguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand, Clone, Debug)]
enum Action {
    /// Print the CBV 2.0 event hash id of every event, one per line in document order
    Hash {
        /// EPCIS 2.0 documents or bare events, JSON, JSON-LD or XML; XML also of version 1.2
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Print one JSON object per event instead: file, index, hash
        #[arg(long)]
        json: bool,
        /// Order the fields as the GS1 reference implementation does, which differs from the table of CBV 2.0
        #[arg(long)]
        reference_order: bool,
    },
}

/// Hashes the files in order, up to the first unreadable one.
pub fn run(arguments: &EpcisArguments) -> anyhow::Result<ExitCode> {
    let Action::Hash { files, json, reference_order } = &arguments.action;
    let order = if *reference_order { FieldOrder::Reference } else { FieldOrder::Standard };
    for file in files {
        let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
        let xml = if is_xml(&bytes) { Some(read::json_document(&bytes, read::Options::default())) } else { None };
        let xml = match xml.transpose() {
            Ok(xml) => xml,
            Err(problem) => return Ok(unreadable(file, [at_line(&problem)])),
        };
        let text = xml.as_ref().map_or(&bytes[..], |xml| xml.json.as_bytes());
        let document = match parse(text) {
            Ok(document) => document,
            Err(problems) => {
                let words: Vec<String> = match &xml {
                    Some(xml) => xml.problems(&problems).iter().map(at_line).collect(),
                    None => problems.iter().map(at_pointer).collect(),
                };
                return Ok(unreadable(file, words));
            }
        };
        for (index, event) in document.events.iter().enumerate() {
            let hash = event_hash_id_in_order(event, &document.context, order);
            if *json {
                println!("{}", serde_json::json!({ "file": file, "index": index, "hash": hash }));
            } else {
                println!("{hash}");
            }
        }
    }
    Ok(crate::exit::SUCCESS.into())
}

/// Whether a document is XML: its first character is a bracket.
fn is_xml(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.trim_ascii_start().starts_with(b"<")
}

fn at_line(problem: &XmlProblem) -> String {
    let XmlProblem { code, line, column, path, detail } = problem;
    format!("line {line} column {column}: {code} at {path:?}: {detail}")
}

fn at_pointer(problem: &Problem) -> String {
    let Problem { pointer, code, detail } = problem;
    format!("{code} at {pointer:?}: {detail}")
}

/// Prints the problems of a file.
fn unreadable(file: &Path, problems: impl IntoIterator<Item = String>) -> ExitCode {
    for problem in problems {
        crate::terminal::print_line(&format!("{}: {problem}", file.display()));
    }
    UNREADABLE.into()
}

/// Parses a document, or else a bare event. The reported problems are those of the document.
fn parse(bytes: &[u8]) -> Result<CaptureDocument<'_>, Vec<Problem>> {
    document::parse(bytes).or_else(|problems| document::parse_event(bytes).map_err(|_| problems))
}
