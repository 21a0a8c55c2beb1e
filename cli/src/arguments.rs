//! The command line of the binary. Invariant: the addresses, folders and secrets of a service can also be set in the
//! environment.

use crate::{
    anchor::AnchorArguments,
    audit::AuditArguments,
    backup::BackupArguments,
    bench::BenchArguments,
    doctor::DoctorArguments,
    epcis::EpcisArguments,
    events::{listen::ListenArguments, trigger::TriggerArguments},
    gateway_process::GatewayArguments,
    health_check::HealthArguments,
    index_process::IndexerArguments,
    keys::KeysArguments,
    migrate::MigrateArguments,
    node_process::NodeArguments,
    openapi::OpenapiArguments,
    operator::{ConsoleLinkArguments, OperatorArguments},
    restore::RestoreArguments,
    secrets::SecretsArguments,
    seed::SeedArguments,
    testnet::TestnetArguments,
    up::UpArguments,
    validator::ValidatorArguments,
};
use clap::{Parser, Subcommand};

/// Waymark: a ledger behind REST and GraphQL whose every answer carries a proof.
///
/// Exit codes: 0 success, 1 failure or fault found, 2 bad usage or unreadable input, 3 incomplete or untrusted
/// evidence (`verify`).
#[derive(Parser, Debug)]
#[command(name = "waymark", version, max_term_width = 100)]
pub struct Arguments {
    /// Log filter for standard error, as tracing directives
    #[arg(long, env = "WAYMARK_LOG", default_value = "warn", global = true, hide_default_value = false)]
    pub log: String,
    /// The command to run
    #[command(subcommand)]
    pub command: Command,
}

/// The commands of the binary.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Start everything on this machine: ledger, Postgres, indexer, API and console
    Up(UpArguments),
    /// Run the API with its ledger, over a Postgres that an indexer fills
    Gateway(GatewayArguments),
    /// Follow a gateway's blocks into Postgres, or rebuild or check the index
    Indexer(IndexerArguments),
    /// Bring the schemas of a Postgres to this version; gateway and indexer wait for it
    Migrate(MigrateArguments),
    /// Run one member of a network: a validator or a follower, without an API
    Node(NodeArguments),
    /// Run a network of processes on this machine: validators, and a gateway that follows them
    Testnet(TestnetArguments),
    /// Create keys, genesis documents and members of a consortium
    Keys(KeysArguments),
    /// Join or leave the validators of a running chain, or admit one
    Validator(ValidatorArguments),
    /// Create tenants, rotate keys and recover access, on the machine of a running gateway
    Operator(OperatorArguments),
    /// Print a link that signs a browser in to the console, once and within ten minutes
    ConsoleLink(ConsoleLinkArguments),
    /// Check an evidence bundle offline; reads nothing but its arguments
    Verify(crate::verify::VerifyArgs),
    /// Write an epoch's anchor for `verify` to a file, or show what a file trusts
    Anchor(AnchorArguments),
    /// Create the keys and passwords of a deployment, or change its key-encryption keys
    Secrets(SecretsArguments),
    /// Ask a service whether it is well; exit code 1 when it is not
    Health(HealthArguments),
    /// Capture a demonstration scenario through the public API
    Seed(SeedArguments),
    /// Print what becomes final for a tenant, and forward it to a receiver of webhooks, also on this machine
    Listen(ListenArguments),
    /// Make an event of a type happen, to try out a receiver
    Trigger(TriggerArguments),
    /// Check whether this machine and a data directory are fit, and print what to do if not
    Doctor(DoctorArguments),
    /// Add up every final block and check whether the whole supply is there
    Audit(AuditArguments),
    /// Copy the data of a running node into a new folder
    Backup(BackupArguments),
    /// Make a data directory from a backup
    Restore(RestoreArguments),
    /// Measure this machine, each figure with its bound
    Bench(BenchArguments),
    /// Work on EPCIS documents without any ledger
    Epcis(EpcisArguments),
    /// Write the committed API descriptions, or check them
    Openapi(OpenapiArguments),
}
