//! `waymark epcis hash`: prints the CBV 2.0 event hash id of every event of a document. Invariant: without
//! `--reference-order`, the hash is the id that capture gives an event without `eventID`. Only the named files are
//! read.

use anyhow::Context as _;
use standards_epcis::{
    document::{self, CaptureDocument},
    hash::{FieldOrder, event_hash_id_in_order},
    problem::Problem,
};
use std::{path::PathBuf, process::ExitCode};

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
        /// EPCIS 2.0 documents or bare events, JSON or JSON-LD
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
        let document = match parse(&bytes) {
            Ok(document) => document,
            Err(problems) => {
                for problem in problems {
                    let Problem { pointer, code, detail } = problem;
                    crate::terminal::print_line(&format!("{}: {code} at {pointer:?}: {detail}", file.display()));
                }
                return Ok(UNREADABLE.into());
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

/// Parses a document, or else a bare event. The reported problems are those of the document.
fn parse(bytes: &[u8]) -> Result<CaptureDocument<'_>, Vec<Problem>> {
    document::parse(bytes).or_else(|problems| document::parse_event(bytes).map_err(|_| problems))
}
