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
use serde::Serialize;
use serde_json::{Map, Value, json};
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
    /// Events on their way out: deliveries to a webhook, the memory of idle streams, and the latency from final to a
    /// client; runs only when named
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
    let last_line = match arguments.name {
        _ if arguments.network => {
            Value::Object(network::measure(arguments.quick, &arguments.validators).await?).to_string()
        }
        Some(Name::Provenance) => {
            announce(&arguments, Name::Provenance);
            figures(&arguments, &provenance::measure(arguments.quick).await?)?
        }
        Some(Name::Events) => {
            announce(&arguments, Name::Events);
            let say = |line| {
                if !arguments.json {
                    println!("{line}");
                }
            };
            figures(&arguments, &events::measure(arguments.quick, say).await?)?
        }
        name => general(&arguments, &name.map_or_else(|| ALL.to_vec(), |name| vec![name])).await?,
    };
    println!("{last_line}");
    Ok(crate::exit::SUCCESS.into())
}

/// Measures what is of no domain. Returns the last line of output.
async fn general(arguments: &BenchArguments, names: &[Name]) -> anyhow::Result<String> {
    let mut all = Map::new();
    for name in names {
        announce(arguments, *name);
        let (member, value) = match name {
            Name::Core => ("core", core::measure(arguments.quick).await?),
            Name::Bundle => ("bundle_ms", bundle::measure(arguments.quick).await?),
            Name::Capture => ("capture", capture::measure(arguments.quick, arguments.seconds).await?),
            Name::Wait => ("wait", wait::measure(arguments.quick).await?),
            Name::Verify => ("verify", verify::measure(arguments.quick).await?),
            Name::Start => ("start", start::measure().await?),
            Name::Provenance | Name::Events => anyhow::bail!("{name:?} runs only when named"),
        };
        figures(arguments, &json!({ member: value }))?;
        all.insert(member.to_owned(), value);
    }
    Ok(Value::Object(all).to_string())
}

fn announce(arguments: &BenchArguments, name: Name) {
    if !arguments.json {
        crate::terminal::print_line(&format!("measuring {name:?} …"));
    }
}

/// Prints a line for each member of an object, unless only JSON is wanted. Returns the object as text, with its members
/// in the order of its type.
fn figures(arguments: &BenchArguments, object: &impl Serialize) -> anyhow::Result<String> {
    if !arguments.json
        && let Value::Object(members) = serde_json::to_value(object)?
    {
        for (key, value) in &members {
            println!("{key}: {value}");
        }
    }
    Ok(serde_json::to_string(object)?)
}
