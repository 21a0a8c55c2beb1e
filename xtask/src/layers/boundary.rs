//! Boundaries finer than a crate, checked as text in production code: who writes schema `index` and
//! who `app`, what the gateway sees of the node, and where a domain's slice may look.

use crate::{domains::DOMAINS, finding::Finding, source::SourceFile};

/// The statements that change a table, up to the schema's name.
const WRITES: [&str; 7] =
    ["insert into ", "update ", "delete from ", "copy ", "truncate ", "truncate table ", "merge into "];

/// The only edges between slices of the ledger: the left one may call the right one's top file.
const LEDGER_EDGES: [(&str, &str); 3] = [("provenance", "product"), ("uav", "provenance"), ("charity", "settlement")];

/// What the gateway may name of `chain-node`: the handle and the words it speaks.
const NODE_NAMES: [&str; 8] =
    ["NodeHandle", "NodeError", "SubmitError", "Final", "Tip", "StreamProofParts", "ShardStatus", "PeerStatus"];

/// Layers whose slices are compared, and whether the edges of the ledger hold there.
const SLICED: [(&str, bool); 3] =
    [("chain/ledger/src/slice/", true), ("indexer/src/slice/", false), ("gateway/src/slice/", false)];

/// The files and folders of a layer that compose its slices; no other file of the core may name one.
const COMPOSITION: [(&str, &[&str]); 3] = [
    ("chain/ledger/src/", &["slice.rs"]),
    ("indexer/src/", &["slice.rs", "testing/"]),
    ("gateway/src/", &["slice.rs", "graphql/"]),
];

pub(super) fn check(files: &[SourceFile], findings: &mut Vec<Finding>) {
    for file in files.iter().filter(|file| file.extension() == "rs" && !file.is_test()) {
        check_schema(file, findings);
        check_node(file, findings);
        check_slice(file, findings);
        check_core(file, findings);
    }
}

/// The index is a function of the chain, so only the indexer writes it; `app` is the gateway's.
fn check_schema(file: &SourceFile, findings: &mut Vec<Finding>) {
    for (folder, schema) in [("gateway/", "index."), ("indexer/", "app.")] {
        if !file.path.starts_with(folder) {
            continue;
        }
        for (number, line) in file.lines() {
            let line = line.to_ascii_lowercase();
            if WRITES.iter().any(|write| line.contains(&format!("{write}{schema}"))) {
                let message = format!("`{folder}` must not write schema `{}`", schema.trim_end_matches('.'));
                findings.push(Finding::at(&file.path, number, "schema", message));
            }
        }
    }
}

/// The gateway talks to a node that somebody else started.
fn check_node(file: &SourceFile, findings: &mut Vec<Finding>) {
    if !file.path.starts_with("gateway/") {
        return;
    }
    for (number, line) in file.lines() {
        for (_, rest) in line.match_indices("chain_node::").map(|(at, path)| line.split_at(at + path.len())) {
            let names = rest.strip_prefix('{').map_or(rest, |group| group.split('}').next().unwrap_or(group));
            let first_words = names.split(',').map(|name| name.trim().split(|c: char| !c.is_alphanumeric()).next());
            let is_group = rest.starts_with('{');
            let refused = first_words
                .take(if is_group { usize::MAX } else { 1 })
                .flatten()
                .find(|word| !word.is_empty() && !NODE_NAMES.contains(word));
            if let Some(word) = refused {
                let message = format!("the gateway sees the node through its handle, not through `{word}`");
                findings.push(Finding::at(&file.path, number, "node", message));
            }
        }
    }
}

/// A slice never imports its neighbour, except along the ledger's edges and through the top file.
fn check_slice(file: &SourceFile, findings: &mut Vec<Finding>) {
    let Some((slice, edges_hold)) = slice_of(&file.path) else {
        return;
    };
    for (number, line) in file.lines() {
        for neighbour in DOMAINS.into_iter().filter(|neighbour| *neighbour != slice) {
            let Some((_, rest)) = line.split_once(&format!("crate::{neighbour}::")) else {
                continue;
            };
            let is_edge = edges_hold && LEDGER_EDGES.contains(&(slice, neighbour));
            let passes_top_file = !rest.contains("::");
            if !(is_edge && passes_top_file) {
                let message = format!("`{slice}` must not reach into `{neighbour}` here");
                findings.push(Finding::at(&file.path, number, "slice", message));
            }
        }
    }
}

/// The core of a layer knows none of its slices, so that a new one is entered in the files of [`COMPOSITION`] alone.
fn check_core(file: &SourceFile, findings: &mut Vec<Finding>) {
    let composed = COMPOSITION.into_iter().find_map(|(layer, files)| Some((file.path.strip_prefix(layer)?, files)));
    let Some((inside, files)) = composed else { return };
    let composes = |entry: &&str| if entry.ends_with('/') { inside.starts_with(*entry) } else { inside == *entry };
    if files.iter().any(composes) || slice_of(&file.path).is_some() {
        return;
    }
    let mut is_import = false;
    for (number, line) in file.lines() {
        is_import |= line.trim_start().starts_with("use crate::{");
        for slice in DOMAINS {
            let is_named = line.match_indices(slice).any(|(at, _)| {
                let (before, after) = (&line[..at], &line[at + slice.len()..]);
                let is_whole = after.starts_with("::") || after.starts_with([',', '}', ';']);
                let is_listed = before.trim_start().is_empty() || before.ends_with(['{', ' ']);
                is_whole && (before.ends_with("crate::") || (is_import && is_listed))
            });
            if is_named {
                let message =
                    format!("the core must not know `{slice}`; slices are put together in {}", files.join(", "));
                findings.push(Finding::at(&file.path, number, "core", message));
            }
        }
        is_import &= !line.trim_end().ends_with(';');
    }
}

/// The domain whose slice holds `path`, and whether the ledger's edges hold there.
fn slice_of(path: &str) -> Option<(&'static str, bool)> {
    SLICED.into_iter().find_map(|(layer, edges_hold)| {
        let inside = path.strip_prefix(layer)?;
        let first = inside.split(['/', '.']).next()?;
        DOMAINS.into_iter().find(|domain| *domain == first).map(|domain| (domain, edges_hold))
    })
}
