//! `waymark trigger`: makes an event of a type happen through the public API. Invariant: what is recorded is new at
//! every call, and the command ends when the event has its number.

mod sample;
mod table;

use super::{line, newest, page};
use crate::target::{Target, TargetArguments};
use anyhow::{Context as _, bail, ensure};
use gateway::event::model::{CloudEvent, TYPE_PREFIX};
use sample::Sample;
use serde_json::Value;
use std::process::ExitCode;
use table::{Way, names, way, ways};

/// Flags of `waymark trigger`.
#[derive(clap::Args, Clone, Debug)]
pub struct TriggerArguments {
    /// The type of the event, such as `waymark.provenance.event_captured`
    #[arg(value_name = "EVENT", required_unless_present = "list", conflicts_with = "list")]
    event: Option<String>,
    /// List all types of events: those that the command can make, and why it cannot make the others
    #[arg(long)]
    list: bool,
    /// Print one line of JSON: the event as it is sent, or the list
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: TargetArguments,
}

/// Makes the event happen, or lists the types.
pub async fn run(arguments: TriggerArguments) -> anyhow::Result<ExitCode> {
    let Some(name) = &arguments.event else {
        list(arguments.json);
        return Ok(crate::exit::SUCCESS.into());
    };
    let sample = match name.strip_prefix(TYPE_PREFIX).and_then(way) {
        Some(Way::Capture(sample)) => sample,
        Some(Way::Never(reason)) => bail!("{name} cannot be made to happen: {reason}"),
        None => bail!("{name} is no type of events; these can be made to happen: {}", names().join(", ")),
    };
    let target = Target::find(&arguments.target).await?;
    let event = make(&target, name, sample).await?;
    if arguments.json {
        println!("{}", serde_json::to_string(&event)?);
    } else {
        println!("{}", line(&event));
    }
    Ok(crate::exit::SUCCESS.into())
}

/// Captures a sample and returns the event that it made.
async fn make(target: &Target, name: &str, sample: Sample) -> anyhow::Result<CloudEvent> {
    let (documents, subject) = sample.documents(uuid::Uuid::new_v4(), time::OffsetDateTime::now_utc())?;
    let mut after = newest(target).await?;
    for document in documents {
        let job = target.capture(document).await.context("capturing the sample")?;
        ensure!(job.get("success") == Some(&Value::Bool(true)), "capturing the sample failed: {job}");
    }
    // Others may record at the same time.
    loop {
        let found = page(target, &[("after", after.to_string()), ("type", name.to_owned())]).await?;
        let is_last = found.next_cursor.is_none();
        after = found.read_to;
        if let Some(event) = found.items.into_iter().find(|event| event.subject.as_ref() == Some(&subject)) {
            return Ok(event);
        }
        ensure!(!is_last, "the sample is captured, but no {name} is among the events");
    }
}

fn list(is_json: bool) {
    if is_json {
        let rows = ways().map(|(event, way)| {
            let (can, reason) = match way {
                Way::Capture(_) => (true, Value::Null),
                Way::Never(reason) => (false, Value::from(reason)),
            };
            serde_json::json!({ "type": format!("{TYPE_PREFIX}{event}"), "can": can, "reason": reason })
        });
        println!("{}", rows.collect::<Value>());
        return;
    }
    for name in names() {
        println!("{name}");
    }
    println!("\nNot from the command line:");
    for (event, way) in ways() {
        if let Way::Never(reason) = way {
            println!("{TYPE_PREFIX}{event}: {reason}");
        }
    }
}
