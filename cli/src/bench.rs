//! `waymark bench`: measures this machine and prints each figure with its bound from the same run. Invariant: only
//! final work counts, over HTTP also indexed. The last line of output is one JSON object.

mod bound;
mod bundle;
mod capture;
mod core;
mod documents;
mod events;
mod instance;
mod load;
mod network;
mod provenance;
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
    /// One measurement; all that are not of one domain when none is named
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
    /// EPCIS events over HTTP in JSON and in XML, and queries for them; runs only when named
    Provenance,
    /// Streams of events: the memory of idle clients, and the latency from final to a client; runs only when named
    Events,
    /// Latency of a single event with `Prefer: wait`
    Wait,
    /// Verification of an evidence bundle
    Verify,
    /// Time until `waymark up` is ready
    Start,
}

/// The measurements that run when none is named: all but those of one domain.
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
        let measured = match name {
            Name::Core => member("core", core::measure(arguments.quick).await?),
            Name::Bundle => member("bundle_ms", bundle::measure(arguments.quick).await?),
            Name::Capture => member("capture", capture::measure(arguments.quick, arguments.seconds).await?),
            Name::Provenance => provenance::measure(arguments.quick).await?,
            Name::Events => {
                let say = |line| {
                    if !arguments.json {
                        println!("{line}");
                    }
                };
                events::measure(arguments.quick, say).await?
            }
            Name::Wait => member("wait", wait::measure(arguments.quick).await?),
            Name::Verify => member("verify", verify::measure(arguments.quick).await?),
            Name::Start => member("start", start::measure().await?),
        };
        if !arguments.json {
            for (key, value) in &measured {
                println!("{key}: {value}");
            }
        }
        figures.extend(measured);
    }
    println!("{}", Value::Object(figures));
    Ok(crate::exit::SUCCESS.into())
}

fn member(key: &str, value: Value) -> Map<String, Value> {
    Map::from_iter([(key.to_owned(), value)])
}
