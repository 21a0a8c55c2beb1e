//! The table admits the architecture and rejects violations of it.

use super::{
    Import, Manifest, boundary, check_manifest,
    table::{EXCLUSIVE, LAYERS},
};
use crate::source::SourceFile;

fn ours(name: &str) -> Import {
    Import { name: name.to_owned(), is_ours: true, is_for_tests: false }
}

fn external(name: &str) -> Import {
    Import { name: name.to_owned(), is_ours: false, is_for_tests: false }
}

fn for_tests(import: Import) -> Import {
    Import { is_for_tests: true, ..import }
}

/// The messages of the check for a crate in its own folder with these imports.
fn messages(name: &str, imports: Vec<Import>) -> Vec<String> {
    let folder = LAYERS.iter().find(|layer| layer.name == name).map_or("elsewhere", |layer| layer.folder);
    let manifest = Manifest { name: name.to_owned(), folder: folder.to_owned(), imports };
    let mut findings = Vec::new();
    check_manifest(&manifest, &mut findings);
    findings.into_iter().map(|finding| finding.message).collect()
}

#[test]
fn the_architecture_is_admitted() {
    for (name, imports) in [
        ("chain-types", vec![external("borsh")]),
        ("chain-ledger", vec![ours("chain-types"), ours("chain-state")]),
        ("chain-store", vec![ours("chain-types"), external("rocksdb")]),
        ("gateway", vec![ours("chain-node"), ours("indexer"), external("axum"), external("sqlx")]),
        ("gateway", vec![for_tests(ours("chain-store"))]),
        ("waymark", vec![ours("gateway"), ours("chain-store"), external("sqlx")]),
        ("standards-epcis", vec![external("serde_json"), for_tests(external("proptest"))]),
    ] {
        assert_eq!(messages(name, imports), [""; 0], "{name}");
    }
}

#[test]
fn violations_are_refused() {
    for (name, import) in [
        ("chain-types", ours("chain-state")),
        ("chain-ledger", ours("chain-store")),
        ("chain-proof", ours("chain-ledger")),
        ("chain-proof", for_tests(ours("chain-ledger"))),
        ("standards-epcis", ours("chain-types")),
        ("indexer", ours("chain-node")),
        ("gateway", ours("chain-store")),
        ("xtask", ours("chain-types")),
        ("chain-ledger", ours("chain-seal")),
        ("chain-node", ours("chain-seal")),
        ("chain-node", external("rocksdb")),
        ("waymark", external("rocksdb")),
        ("indexer", external("axum")),
        ("chain-replica", external("tokio")),
        ("chain-ledger", external("rand")),
    ] {
        assert_eq!(messages(name, vec![import.clone()]).len(), 1, "{name} -> {import:?}");
    }
}

#[test]
fn a_crate_without_a_row_or_in_the_wrong_folder_is_refused() {
    assert_eq!(messages("chain-magic", vec![]).len(), 1);
    let manifest = Manifest { name: "chain-types".to_owned(), folder: "types".to_owned(), imports: vec![] };
    let mut findings = Vec::new();
    check_manifest(&manifest, &mut findings);
    assert_eq!(findings.len(), 1);
}

#[test]
fn the_table_is_closed_and_has_no_cycle() {
    for (position, layer) in LAYERS.iter().enumerate() {
        for import in layer.imports {
            let at = LAYERS.iter().position(|other| other.name == *import);
            // The rows are ordered so that every crate comes after its imports.
            assert!(at.is_some_and(|at| at < position), "{} imports {import}", layer.name);
        }
    }
    for owner in EXCLUSIVE.iter().flat_map(|(_, owners)| owners.iter()) {
        assert!(LAYERS.iter().any(|layer| layer.name == *owner), "{owner}");
    }
}

/// The rules that one file of production code violates.
fn broken(path: &str, line: &str) -> Vec<&'static str> {
    let file = SourceFile { path: path.to_owned(), text: format!("//! Text.\n{line}\n") };
    let mut findings = Vec::new();
    boundary::check(&[file], &mut findings);
    findings.into_iter().map(|finding| finding.rule).collect()
}

#[test]
fn only_the_owner_writes_a_schema() {
    let index = "sqlx::query(\"INSERT INTO index.provenance_event values ($1)\")";
    assert_eq!(broken("indexer/src/slice/provenance/apply.rs", index), [""; 0]);
    assert_eq!(broken("gateway/src/slice/provenance/rest.rs", index), ["schema"]);
    assert_eq!(broken("gateway/tests/it/provenance_evidence.rs", index), [""; 0]);
    assert_eq!(broken("gateway/src/submit.rs", "\"update app.operation set\""), [""; 0]);
    assert_eq!(broken("indexer/src/follow.rs", "\"update app.operation set\""), ["schema"]);
}

#[test]
fn slices_do_not_import_each_other() {
    let call = "use crate::product::is_known;";
    assert_eq!(broken("chain/ledger/src/slice/provenance/capture_event.rs", call), [""; 0]);
    assert_eq!(broken("chain/ledger/src/slice/uav.rs", call), ["slice"]);
    assert_eq!(broken("indexer/src/slice/provenance/apply.rs", call), ["slice"]);
    assert_eq!(broken("gateway/src/slice/product/model.rs", call), [""; 0]);
    let inside = "use crate::product::key::batch_key;";
    assert_eq!(broken("chain/ledger/src/slice/provenance/capture_event.rs", inside), ["slice"]);
    assert_eq!(broken("gateway/src/slice/product/rest.rs", inside), [""; 0]);
}

#[test]
fn the_core_names_no_slice() {
    for line in [
        "use crate::provenance::code;",
        "use crate::{error::ApiError, provenance::code};",
        "use crate::{\n    error::ApiError,\n    provenance,\n};",
        "let found = crate::uav::find();",
    ] {
        assert_eq!(broken("gateway/src/evidence/stream.rs", line), ["core"], "{line}");
        assert_eq!(broken("gateway/src/slice.rs", line), [""; 0], "{line}");
        assert_eq!(broken("gateway/src/graphql/loader.rs", line), [""; 0], "{line}");
    }
    let call = "use crate::provenance::code;";
    for (path, rules) in [
        ("indexer/src/follow.rs", ["core"].as_slice()),
        ("indexer/src/slice.rs", &[]),
        ("chain/ledger/src/overlay.rs", &["core"]),
        ("chain/ledger/src/slice.rs", &[]),
        ("cli/src/bench.rs", &[]),
    ] {
        assert_eq!(broken(path, call), rules, "{path}");
    }
    for line in ["use chain_types::{Entry, provenance};", "/// Such as `provenance.capture`.", "\"provenance:read\","] {
        assert_eq!(broken("gateway/src/evidence/stream.rs", line), [""; 0], "{line}");
    }
}

#[test]
fn the_gateway_sees_only_the_handle() {
    for line in
        ["use chain_node::NodeHandle;", "use chain_node::{Final, SubmitError};", "Node(#[from] chain_node::NodeError),"]
    {
        assert_eq!(broken("gateway/src/submit.rs", line), [""; 0], "{line}");
    }
    for line in [
        "use chain_node::Node;",
        "use chain_node::{NodeHandle, NodeConfig};",
        "let node = chain_node::Node::start(config);",
    ] {
        assert_eq!(broken("gateway/src/submit.rs", line), ["node"], "{line}");
        assert_eq!(broken("cli/src/up.rs", line), [""; 0], "{line}");
    }
}

#[test]
fn the_gateway_has_one_way_out() {
    for line in [
        "let stream = TcpStream::connect(address).await?;",
        "use hyper_util::client::legacy::Client;",
        "use hyper::client::conn::http1;",
        "let client = reqwest::Client::new();",
        "let found = tokio::net::lookup_host(name).await?;",
    ] {
        assert_eq!(broken("gateway/src/slice/provenance/rest.rs", line), ["way-out"], "{line}");
        for path in ["gateway/src/outgoing/connect.rs", "gateway/tests/it/token.rs", "cli/src/listen.rs"] {
            assert_eq!(broken(path, line), [""; 0], "{path} {line}");
        }
    }
}
