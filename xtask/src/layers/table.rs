//! The table of ARCHITECTURE.md as data: which crate may import which. Invariant: a row may exist without its crate. A
//! crate may not exist without its row.

/// A crate of the workspace with its allowed imports.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) name: &'static str,
    /// Its folder, relative to the repository's root.
    pub(super) folder: &'static str,
    /// The workspace crates that it may import.
    pub(super) imports: &'static [&'static str],
    /// No clock, no randomness, no input or output: its external crates are only those of [`PURE_EXTERNAL`].
    pub(super) is_pure: bool,
    /// The additional imports of its tests.
    pub(super) tests: Tests,
}

/// The allowed `[dev-dependencies]` of a crate.
#[derive(Debug)]
pub(super) enum Tests {
    /// The same workspace crates as the crate itself.
    ImportTheSame,
    /// Any crate: end-to-end tests use the whole system.
    ImportAnything,
}

const fn pure(name: &'static str, folder: &'static str, imports: &'static [&'static str]) -> Layer {
    Layer { name, folder, imports, is_pure: true, tests: Tests::ImportTheSame }
}

const fn effectful(name: &'static str, folder: &'static str, imports: &'static [&'static str], tests: Tests) -> Layer {
    Layer { name, folder, imports, is_pure: false, tests }
}

/// External crates without input, output or other side effects.
pub(super) const PURE_EXTERNAL: &[&str] = &[
    "aes-gcm",
    "base64",
    "borsh",
    "bytes",
    "commonware-codec",
    "commonware-cryptography",
    "commonware-cryptography-curve25519",
    "commonware-parallel",
    "curve25519-dalek",
    "ed25519-dalek",
    "foldhash",
    "hex",
    "hkdf",
    "hmac",
    "num-bigint",
    "percent-encoding",
    "quick-xml",
    "rand_chacha",
    "rand_core",
    "serde",
    "serde_json",
    "sha2",
    "subtle",
    "thiserror",
    "time",
    "url",
    "zeroize",
];

/// External crates that only the named crates may use.
pub(super) const EXCLUSIVE: &[(&str, &[&str])] = &[
    ("async-graphql", &["gateway"]),
    ("axum", &["gateway"]),
    ("libp2p", &["chain-network"]),
    ("rocksdb", &["chain-store"]),
    ("sqlx", &["indexer", "gateway", "waymark"]),
];

pub(super) const LAYERS: &[Layer] = &[
    pure("chain-types", "chain/types", &[]),
    pure("standards-number", "standards/number", &[]),
    pure("chain-state", "chain/state", &["chain-types"]),
    pure("chain-consensus", "chain/consensus", &["chain-types"]),
    pure("chain-proof", "chain/proof", &["chain-types", "standards-number"]),
    pure("chain-seal", "chain/seal", &["chain-types", "standards-number"]),
    pure("chain-beacon", "chain/beacon", &["chain-types"]),
    pure("chain-atomic", "chain/atomic", &["chain-types"]),
    pure("chain-ledger", "chain/ledger", &["chain-types", "chain-state", "chain-atomic", "chain-beacon"]),
    pure(
        "chain-replica",
        "chain/replica",
        &[
            "chain-types",
            "chain-state",
            "chain-ledger",
            "chain-consensus",
            "chain-beacon",
            "chain-atomic",
            "chain-proof",
        ],
    ),
    effectful("chain-store", "chain/store", &["chain-types", "chain-state"], Tests::ImportTheSame),
    effectful("chain-network", "chain/network", &["chain-types"], Tests::ImportTheSame),
    effectful(
        "chain-node",
        "chain/node",
        &[
            "chain-types",
            "chain-state",
            "chain-ledger",
            "chain-consensus",
            "chain-beacon",
            "chain-atomic",
            "chain-proof",
            "chain-replica",
            "chain-store",
            "chain-network",
        ],
        Tests::ImportTheSame,
    ),
    effectful(
        "chain-sim",
        "chain/sim",
        &[
            "chain-types",
            "chain-state",
            "chain-ledger",
            "chain-consensus",
            "chain-beacon",
            "chain-atomic",
            "chain-proof",
            "chain-replica",
        ],
        Tests::ImportTheSame,
    ),
    pure("standards-gs1", "standards/gs1", &[]),
    pure("standards-webhooks", "standards/webhooks", &[]),
    pure("standards-epcis", "standards/epcis", &["standards-number"]),
    effectful(
        "indexer",
        "indexer",
        &["chain-types", "chain-proof", "chain-seal", "standards-epcis"],
        Tests::ImportTheSame,
    ),
    effectful(
        "gateway",
        "gateway",
        &[
            "chain-types",
            "chain-proof",
            "chain-seal",
            "chain-beacon",
            "chain-node",
            "indexer",
            "standards-epcis",
            "standards-gs1",
            "standards-webhooks",
        ],
        Tests::ImportAnything,
    ),
    effectful(
        "waymark",
        "cli",
        &[
            "chain-types",
            "chain-state",
            "chain-ledger",
            "chain-atomic",
            "chain-beacon",
            "chain-proof",
            "chain-seal",
            "chain-replica",
            "chain-store",
            "chain-node",
            "chain-network",
            "chain-sim",
            "standards-epcis",
            "standards-gs1",
            "indexer",
            "gateway",
        ],
        Tests::ImportAnything,
    ),
    effectful("fuzz", "fuzz", &[], Tests::ImportAnything),
    effectful("abuse", "abuse", &[], Tests::ImportTheSame),
    effectful("xtask", "xtask", &[], Tests::ImportTheSame),
];
