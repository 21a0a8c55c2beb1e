//! `waymark seed`: captures demonstration data through the public API. Invariant: a scenario always has the same bytes,
//! so a second run adds nothing.

use crate::target::{Target, TargetArguments};
use anyhow::{Context as _, ensure};
use clap::ValueEnum;
use serde_json::Value;
use std::process::ExitCode;

/// Flags of `waymark seed`.
#[derive(clap::Args, Clone, Debug)]
pub struct SeedArguments {
    /// The scenario
    #[arg(long, value_enum, default_value = "lettuce-recall")]
    scenario: Scenario,
    #[command(flatten)]
    target: TargetArguments,
    /// Print one line of JSON to standard output
    #[arg(long)]
    json: bool,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Scenario {
    /// Two farms, one salad, a broken cold chain, and the recall that finds it
    LettuceRecall,
}

impl Scenario {
    /// The scenario's documents in the order of their capture, each with its party.
    const fn documents(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::LettuceRecall => &[
                ("farms harvest and cool", include_str!("seed/lettuce_recall/1_farms.json")),
                ("the packhouse packs and ships", include_str!("seed/lettuce_recall/2_packhouse.json")),
                ("the kitchen mixes the salad", include_str!("seed/lettuce_recall/3_kitchen.json")),
                ("the shops receive it", include_str!("seed/lettuce_recall/4_shops.json")),
                ("the recall", include_str!("seed/lettuce_recall/5_recall.json")),
            ],
        }
    }

    /// A suggested next request.
    const fn next_question(self) -> &'static str {
        match self {
            Self::LettuceRecall => "MATCH_anyEPCClass=https://id.gs1.org/01/09521141900307/10/SALAD-0612",
        }
    }
}

/// Captures a scenario's documents, and waits until each is final and indexed.
pub async fn run(arguments: SeedArguments) -> anyhow::Result<ExitCode> {
    let target = Target::find(&arguments.target).await?;
    let mut events = 0;
    for (title, document) in arguments.scenario.documents() {
        let job = target.capture((*document).to_owned()).await.with_context(|| format!("capturing: {title}"))?;
        ensure!(job.get("success") == Some(&Value::Bool(true)), "capturing \"{title}\" failed: {job}");
        let parsed: Value = serde_json::from_str(document)?;
        let count = parsed.pointer("/epcisBody/eventList").and_then(Value::as_array).map_or(0, Vec::len);
        events += count;
        if !arguments.json {
            crate::terminal::print_line(&format!("  {title}: {count} events are final"));
        }
    }
    if arguments.json {
        println!("{}", serde_json::json!({ "events": events, "url": target.url }));
    } else {
        println!(
            "{events} events. Ask for the salad lot: {}/epcis/events?{}",
            target.url,
            arguments.scenario.next_question()
        );
    }
    Ok(crate::exit::SUCCESS.into())
}
