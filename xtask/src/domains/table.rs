//! The places of a domain in the repository: its own files in each layer, and the files that all domains share.
//! Invariant: CONTRIBUTING's checklist is made from this table and nothing else.

/// A place where a domain has something.
pub(super) struct Place {
    /// A path with `{}` for the domain and `*` for one or more characters. Where there are several, one is enough.
    pub(super) paths: &'static [&'static str],
    /// The content of the place, as a phrase of the checklist.
    pub(super) what: &'static str,
    /// Whether a new command of an existing domain usually adds to it.
    pub(super) per_command: bool,
}

const fn place(paths: &'static [&'static str], per_command: bool, what: &'static str) -> Place {
    Place { paths, what, per_command }
}

/// Files of one domain.
pub(super) const COLUMN: &[Place] = &[
    place(
        &["docs/domains/{}.md"],
        true,
        "the domain for its users, and the rules of each command: its rejections, its writes, its event, its work",
    ),
    place(
        &["chain/types/src/slice/{}.rs"],
        true,
        "commands and events with units and limits, their names, the weight of each command. Append variants, never \
         reorder: a variant's position is its encoding",
    ),
    place(&["chain/types/src/slice/{}/key.rs"], false, "the keys of the state, each with the type of its value"),
    place(&["chain/ledger/src/slice/{}.rs"], true, "dispatch to the commands"),
    place(&["chain/ledger/src/slice/{}/state.rs"], false, "what commands read and write together"),
    place(&["chain/ledger/src/slice/{}/rejection.rs"], false, "the table of rejections: name, code, sentence"),
    place(&["chain/ledger/src/slice/{}/*_*.rs"], true, "one file per command: check, then change, then the event"),
    place(&["chain/ledger/tests/it/{}_*.rs"], true, "the story that works, and one for each rejection"),
    place(
        &["migrations/*_{}_*"],
        false,
        "tables: `tenant_id` leads every key, row-level security on, forward only; its number is above all that exist",
    ),
    place(&["indexer/src/slice/{}.rs"], false, "what the domain shows to the rest of the indexer"),
    place(
        &["indexer/src/slice/{}/apply.rs"],
        true,
        "what an event adds to the rows; one `.column(..)` for each column of a table; a new table goes into `TABLES`",
    ),
    place(&["indexer/src/slice/{}/row.rs"], false, "rows as they are read, a line for each column"),
    place(&["indexer/src/slice/{}/query.rs"], false, "one function per statement"),
    place(&["indexer/src/slice/{}/tests.rs"], false, "applies, queries, rebuilds and compares"),
    place(&["gateway/src/slice/{}.rs"], false, "what the domain serves, and its modules"),
    place(&["gateway/src/slice/{}/code.rs"], false, "the table of codes that the domain answers with"),
    place(
        &["gateway/src/slice/{}/command.rs"],
        true,
        "a pure function from the request to a `Draft` and the `Order` that carries it; `write.rs` does the rest",
    ),
    place(&["gateway/src/slice/{}/search.rs"], false, "the query of a request, for REST and GraphQL alike"),
    place(&["gateway/src/slice/{}/model.rs"], false, "the shapes that clients see, for REST and GraphQL alike"),
    place(&["gateway/src/slice/{}/graphql.rs"], false, "the same data through the same query"),
    place(&["gateway/src/slice/{}/rest.rs"], true, "the routes"),
    place(
        &["gateway/src/slice/{}/rest/*"],
        true,
        "one file per endpoint: `problems!`, `#[utoipa::path]`, and the handler: extract, `accept`, map",
    ),
    place(
        &["gateway/tests/it/{}_*.rs"],
        true,
        "the happy path, each problem with code and pointer, a foreign tenant, a retry with the same Idempotency-Key",
    ),
    place(&["web/src/{}/slice.tsx"], false, "the routes and the navigation of the console"),
    place(&["web/src/{}/words.ts"], true, "the words of its pages, in English and in Chinese"),
    place(&["web/src/{}/*.tsx"], true, "its pages"),
];

/// Files that every domain is entered in.
pub(super) const SHARED: &[Place] = &[
    place(&["docs/evidence.md"], true, "the encodings of commands, events and keys of the state, for other verifiers"),
    place(&["chain/types/src/slice.rs"], false, "the module, and the variants of `Command`, `Event` and `StateKey`"),
    place(
        &["chain/types/tests/frozen/domain.rs"],
        true,
        "a value of each command, event and key; a missing one does not compile",
    ),
    place(&["chain/ledger/src/slice.rs"], false, "the module, the dispatch of its commands, its table of rejections"),
    place(&["chain/ledger/tests/it/main.rs"], true, "a line for each file of tests"),
    place(
        &["chain/sim/src/oracle/replay.rs"],
        true,
        "the law of a command a second time, for the simulator to compare",
    ),
    place(&["indexer/src/slice.rs"], false, "the module, its tables and rows"),
    place(&["gateway/src/slice.rs"], false, "the module, its routes, codes and GraphQL queries"),
    place(&["gateway/src/auth/scope.rs"], false, "its scopes, and the roles that may hold them"),
    place(&["gateway/tests/it/main.rs"], false, "a line for each file of tests"),
    place(&["cli/src/events/trigger/table.rs"], false, "how `waymark trigger` makes its event happen"),
    place(&["web/src/slices.ts"], false, "its pages and words"),
    place(
        &["web/src/verify/ledger-event.ts"],
        true,
        "the encodings of its events and commands, for the verifier in the browser",
    ),
    place(&["CHANGELOG.md"], true, "one line"),
];

/// Files that commands write; `make test` fails when they were not written again.
pub(super) const WRITTEN: &[(&str, &str)] = &[
    (
        "WAYMARK_BLESS=1 cargo nextest run --release --workspace -E 'binary(frozen) | package(chain-proof)'",
        "`encodings.txt` and `words.json` of `chain/types/tests/frozen`, and `chain/proof/vectors`: look at what changed",
    ),
    ("waymark openapi", "`openapi/`: the schemas, `codes.json` and `reference.md`"),
    ("npm --prefix web run generate", "the console's types of the answers"),
    ("WAYMARK_BLESS=1 cargo xtask domains", "the checklist in `CONTRIBUTING.md`, when the table of places changed"),
];

/// Code that uses one domain as its example or is a library of one. A new domain needs no line there.
pub(super) const USERS: &[&str] = &[
    "abuse/",
    "chain/sim/src/workload.rs",
    "cli/src/bench",
    "indexer/src/testing/",
    "standards/",
    "web/tests/",
    "web/src/api/schema.gen.ts",
    "xtask/",
];

/// The most files that a new command of an existing domain touches, without those that commands write.
pub(super) const COMMAND_FILES_MAX: usize = 18;

/// The most shared files that a new domain edits, without those that commands write.
pub(super) const SHARED_FILES_MAX: usize = 15;

/// What each of the ledger's own slices has; they have no rows, routes or pages.
pub(super) const OWN_SLICES: [&str; 4] = ["account", "native", "atomic", "beacon"];

/// The places of the ledger's own slices.
pub(super) const OWN_COLUMN: &[&[&str]] = &[
    &["chain/types/src/slice/{}.rs"],
    &["chain/types/src/slice/{}/key.rs"],
    &["chain/ledger/src/slice/{}.rs"],
    &["chain/ledger/src/slice/{}/*.rs"],
    &["chain/ledger/src/slice/{}/rejection.rs", "chain/{}/src/rejection.rs"],
    &["chain/ledger/tests/it/{}_*.rs", "chain/ledger/tests/shards/{}.rs", "chain/{}/tests/*"],
];
