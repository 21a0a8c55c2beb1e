//! Checks boundaries finer than a crate, as text. Invariant: only production code is checked, never tests. The
//! boundaries are the writers of schemas `index` and `app`, the gateway's use of the node, its one way out to addresses
//! that tenants name, and imports between slices.

use crate::{domains::DOMAINS, finding::Finding, source::SourceFile};

/// The statements that change a table, up to the schema's name.
const WRITES: [&str; 7] =
    ["insert into ", "update ", "delete from ", "copy ", "truncate ", "truncate table ", "merge into "];

/// The allowed edges between slices of the ledger: the left slice may call the right slice's top file.
const LEDGER_EDGES: [(&str, &str); 3] = [("provenance", "product"), ("uav", "provenance"), ("charity", "settlement")];

/// The names of `chain-node` that the gateway may use: the handle and the types of its interface.
const NODE_NAMES: [&str; 8] =
    ["NodeHandle", "NodeError", "SubmitError", "Final", "Tip", "StreamProofParts", "ShardStatus", "PeerStatus"];

/// The folder of the gateway that may open connections and look names up, because it judges addresses.
const WAY_OUT: &str = "gateway/src/outgoing";

/// What opens a connection, sends a request or looks a name up.
const CONNECTS: [&str; 8] = [
    "TcpStream::connect",
    "TcpSocket",
    "UdpSocket",
    "client::conn",
    "client::legacy",
    "lookup_host",
    "reqwest",
    "to_socket_addrs",
];

/// Layers whose slices are compared, and whether the edges of the ledger hold there.
const SLICED: [(&str, bool); 3] =
    [("chain/ledger/src/slice/", true), ("indexer/src/slice/", false), ("gateway/src/slice/", false)];

/// The files and folders of a layer that compose its slices. No other file of the core may name a slice.
const COMPOSITION: [(&str, &[&str]); 3] = [
    ("chain/ledger/src/", &["slice.rs"]),
    ("indexer/src/", &["slice.rs", "testing/"]),
    ("gateway/src/", &["slice.rs", "graphql/"]),
];

pub(super) fn check(files: &[SourceFile], findings: &mut Vec<Finding>) {
    for file in files.iter().filter(|file| file.extension() == "rs" && !file.is_test()) {
        check_schema(file, findings);
        check_node(file, findings);
        check_way_out(file, findings);
        check_slice(file, findings);
        check_core(file, findings);
    }
}

/// Only the indexer writes `index`, which is a function of the chain; `app` belongs to the gateway.
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

/// The gateway uses a node that another crate starts.
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
                let message = format!("the gateway uses the node through its handle, not through `{word}`");
                findings.push(Finding::at(&file.path, number, "node", message));
            }
        }
    }
}

/// The gateway reaches addresses that tenants name through one folder only.
fn check_way_out(file: &SourceFile, findings: &mut Vec<Finding>) {
    if !file.path.starts_with("gateway/src/") || file.path.starts_with(WAY_OUT) {
        return;
    }
    for (number, line) in file.lines() {
        if let Some(connects) = CONNECTS.into_iter().find(|connects| line.contains(connects)) {
            let message = format!("`{connects}` belongs to `{WAY_OUT}`, which judges addresses");
            findings.push(Finding::at(&file.path, number, "way-out", message));
        }
    }
}

/// A slice imports another slice only along the ledger's edges and through the top file.
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
                let message = format!("`{slice}` must not import `{neighbour}` here");
                findings.push(Finding::at(&file.path, number, "slice", message));
            }
        }
    }
}

/// The core of a layer names no slice, so that a new slice changes only the files of [`COMPOSITION`].
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
                let message = format!("the core must not name `{slice}`; slices are composed in {}", files.join(", "));
                findings.push(Finding::at(&file.path, number, "core", message));
            }
        }
        is_import &= !line.trim_end().ends_with(';');
    }
}

/// The domain of the slice that contains `path`, and whether the ledger's edges hold there.
fn slice_of(path: &str) -> Option<(&'static str, bool)> {
    SLICED.into_iter().find_map(|(layer, edges_hold)| {
        let inside = path.strip_prefix(layer)?;
        let first = inside.split(['/', '.']).next()?;
        DOMAINS.into_iter().find(|domain| *domain == first).map(|domain| (domain, edges_hold))
    })
}
