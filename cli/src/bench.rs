//! `waymark bench`: measures this machine and prints each figure with its bound from the same run. Invariant: only
//! final work counts, over HTTP also indexed. The last line of output is one JSON object.

mod bound;
mod bundle;
mod capture;
mod core;
mod documents;
mod instance;
mod network;
mod signed;
mod start;
mod statistics;
mod verify;
mod wait;

use clap::ValueEnum;
use serde_json::{Map, Value};
use std::process::ExitCode;

/// Flags of `waymark bench`.
#[derive(clap::Args, Clone, Debug)]
pub struct BenchArguments {
    /// One measurement; all of them when none is named
    #[arg(value_enum)]
    name: Option<Name>,
    /// A network of processes on this machine instead: finality, throughput by validators, joining
    #[arg(long, conflicts_with = "name")]
    network: bool,
    /// Sizes of the networks; finality and joining are measured in the last
    #[arg(long, requires = "network", value_name = "N,...", value_delimiter = ',', default_values_t = network::VALIDATORS,
        value_parser = clap::value_parser!(u16).range(1..=network::VALIDATORS_MAX))]
    validators: Vec<u16>,
    /// Shorter runs, for a smoke test
    #[arg(long)]
    quick: bool,
    /// Duration of the measurement of `capture`
    #[arg(long, value_name = "SECONDS", default_value_t = capture::SECONDS, conflicts_with_all = ["quick", "network"],
        value_parser = clap::value_parser!(u64).range(10..=3_600))]
    seconds: u64,
    /// Print only the JSON object
    #[arg(long)]
    json: bool,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Name {
    /// Signed transactions, verified, executed and committed
    Core,
    /// Bundles across two shards on four validators
    Bundle,
    /// EPCIS events over HTTP, final and indexed
    Capture,
    /// Latency of a single event with `Prefer: wait`
    Wait,
    /// Verification of an evidence bundle
    Verify,
    /// Time until `waymark up` is ready
    Start,
}

const ALL: [Name; 6] = [Name::Core, Name::Bundle, Name::Verify, Name::Start, Name::Wait, Name::Capture];

/// Runs the selected measurements in turn.
pub async fn run(arguments: BenchArguments) -> anyhow::Result<ExitCode> {
    if arguments.network {
        println!("{}", Value::Object(network::measure(arguments.quick, &arguments.validators).await?));
        return Ok(crate::exit::SUCCESS.into());
    }
    let names = arguments.name.map_or_else(|| ALL.to_vec(), |name| vec![name]);
    let mut figures = Map::new();
    for name in names {
        if !arguments.json {
            crate::terminal::print_line(&format!("measuring {name:?} …"));
        }
        let (key, value) = match name {
            Name::Core => ("core", core::measure(arguments.quick).await?),
            Name::Bundle => ("bundle_ms", bundle::measure(arguments.quick).await?),
            Name::Capture => ("capture", capture::measure(arguments.quick, arguments.seconds).await?),
            Name::Wait => ("wait", wait::measure(arguments.quick).await?),
            Name::Verify => ("verify", verify::measure(arguments.quick).await?),
            Name::Start => ("start", start::measure().await?),
        };
        if !arguments.json {
            println!("{key}: {value}");
        }
        figures.insert(key.to_owned(), value);
    }
    println!("{}", Value::Object(figures));
    Ok(crate::exit::SUCCESS.into())
}
