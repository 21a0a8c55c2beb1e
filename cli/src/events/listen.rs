//! `waymark listen`: prints what becomes final for a tenant, and forwards each event to a receiver as a webhook.
//! Invariant: the events are handled one after the other in the order of their numbers. The next one is read when the
//! receiver has taken the last, so a failure of the receiver or of the gateway loses none.

mod forward;

use super::{
    LIST, line, newest,
    stream::{Message, Reader},
};
use crate::{
    stop::Stop,
    target::{Refused, Target, TargetArguments},
    terminal::print_line,
};
use anyhow::{Context as _, ensure};
use forward::{Forwarder, Given};
use futures::StreamExt as _;
use gateway::event::{KEEP_ALIVE_MS, model::CloudEvent};
use std::{fmt, process::ExitCode, time::Duration};
use url::Url;

/// The wait before the first attempt to connect again, in milliseconds. It doubles up to the maximum.
const RETRY_MS_MIN: u64 = 250;
/// The longest wait before an attempt to connect or to deliver again, in milliseconds.
const RETRY_MS_MAX: u64 = 5_000;
/// The time without any byte after which a stream counts as lost. Without events, the service sends a comment every
/// [`KEEP_ALIVE_MS`].
const SILENCE_MAX: Duration = Duration::from_millis(3 * KEEP_ALIVE_MS);

/// Flags of `waymark listen`.
#[derive(clap::Args, Clone, Debug)]
pub struct ListenArguments {
    /// Receiver of each event as a signed webhook; may be on this machine or in a private network
    #[arg(long, value_name = "URL", value_parser = receiver)]
    forward_to: Option<Url>,
    /// Secret that signs, `whsec_...` or `whsk_...`; a new one is made and printed if absent
    #[arg(
        long,
        env = "WAYMARK_WEBHOOK_SECRET",
        value_name = "SECRET",
        hide_env_values = true,
        requires = "forward_to"
    )]
    secret: Option<String>,
    /// Only events of these types, comma-separated
    #[arg(long, value_name = "TYPE,...", value_delimiter = ',')]
    types: Vec<String>,
    /// Only events about this: the id of an EPCIS event, an EPC, a class or a lot
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// Begin after the event with this number; 0 is the beginning [default: the newest]
    #[arg(long, value_name = "N")]
    after: Option<u64>,
    /// End after this number of events
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    /// Print each event as one line of JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: TargetArguments,
}

/// Parses the address of a receiver.
fn receiver(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|error| format!("{error}"))?;
    let is_http = matches!(url.scheme(), "http" | "https") && url.has_host();
    if is_http { Ok(url) } else { Err("a receiver has an address such as http://127.0.0.1:3000/hook".to_owned()) }
}

/// Follows the events until SIGTERM or SIGINT, or to the end of `--count`.
pub async fn run(arguments: ListenArguments) -> anyhow::Result<ExitCode> {
    let stop = Stop::listen()?;
    if let Some(outcome) = stop.unless(listen(arguments)).await {
        outcome?;
    }
    Ok(crate::exit::SUCCESS.into())
}

async fn listen(arguments: ListenArguments) -> anyhow::Result<()> {
    let forwarder = match &arguments.forward_to {
        Some(url) => Some(Forwarder::new(url.clone(), arguments.secret.as_deref())?),
        None => None,
    };
    let target = Target::find(&arguments.target).await?;
    // Without a number, a connection that is lost before the first event would lose those that come meanwhile.
    let after = match arguments.after {
        Some(after) => after,
        None => newest(&target).await?,
    };
    print_line(&format!("Events of {} after number {after}", target.url));
    if let Some(forwarder) = &forwarder {
        print_line(&format!("Forwarding to {}", forwarder.url()));
        forwarder.key_line().as_deref().map(print_line);
    }
    let left = arguments.count;
    Listener { arguments, forwarder, after, left, source: None, delay_ms: RETRY_MS_MIN }.follow(target).await
}

/// The state between two connections.
struct Listener {
    arguments: ListenArguments,
    forwarder: Option<Forwarder>,
    /// The number up to which every event was handled.
    after: u64,
    /// The number of events to the end, if there is one.
    left: Option<u64>,
    /// Chain and tenant of the events.
    source: Option<String>,
    /// The wait before the next connection.
    delay_ms: u64,
}

/// The progress of a connection.
#[derive(PartialEq, Eq, Debug)]
enum Progress {
    Continues,
    /// The last event of `--count` was handled.
    IsOver,
}

impl Listener {
    async fn follow(mut self, target: Target) -> anyhow::Result<()> {
        let mut target = Some(target);
        loop {
            let reason = match self.connection(target.take()).await {
                Ok(Progress::IsOver) => return Ok(()),
                Ok(Progress::Continues) => "the stream ended".to_owned(),
                Err(error) if is_lasting(&error) => return Err(error),
                Err(error) => format!("{error:#}"),
            };
            print_line(&format!("connecting again in {} ms: {reason}", self.delay_ms));
            tokio::time::sleep(Duration::from_millis(self.delay_ms)).await;
            self.delay_ms = (self.delay_ms * 2).min(RETRY_MS_MAX);
        }
    }

    /// Reads one stream to its end. Each begins with a new token, since that of the last may have expired.
    async fn connection(&mut self, target: Option<Target>) -> anyhow::Result<Progress> {
        let target = match target {
            Some(target) => target,
            None => Target::find(&self.arguments.target).await?,
        };
        let mut query = vec![("after", self.after.to_string())];
        if !self.arguments.types.is_empty() {
            query.push(("type", self.arguments.types.join(",")));
        }
        query.extend(self.arguments.subject.clone().map(|subject| ("subject", subject)));
        let path = format!("{LIST}/stream");
        let answer = tokio::time::timeout(SILENCE_MAX, target.get(&path, &query)).await;
        let answer = answer.context("the gateway is silent")??;
        let mut parts = answer.bytes_stream();
        let mut reader = Reader::default();
        loop {
            let part = tokio::time::timeout(SILENCE_MAX, parts.next()).await;
            let Some(part) = part.context("the stream is silent")? else { return Ok(Progress::Continues) };
            for message in reader.read(&part?)? {
                if self.handle(message).await? == Progress::IsOver {
                    return Ok(Progress::IsOver);
                }
            }
        }
    }

    async fn handle(&mut self, message: Message) -> anyhow::Result<Progress> {
        let Message { id, event, data } = message;
        ensure!(event != "error", "the service ended the stream: {data}");
        self.delay_ms = RETRY_MS_MIN;
        if data.is_empty() {
            if let Some(number) = id {
                self.after = number.parse().context("reading the number of an event")?;
            }
            return Ok(Progress::Continues);
        }
        let event: CloudEvent = serde_json::from_str(&data).context("reading an event")?;
        let number = event.id.parse().context("reading the number of an event")?;
        if number <= self.after {
            return Ok(Progress::Continues);
        }
        self.check_source(&event)?;
        println!("{}", if self.arguments.json { data.clone() } else { line(&event) });
        if let Some(forwarder) = &self.forwarder {
            deliver(forwarder, &event, &data).await?;
        }
        self.after = number;
        self.left = self.left.map(|left| left.saturating_sub(1));
        Ok(if self.left == Some(0) { Progress::IsOver } else { Progress::Continues })
    }

    /// Each tenant of each chain has numbers of its own, from 1.
    fn check_source(&mut self, event: &CloudEvent) -> anyhow::Result<()> {
        let source = self.source.get_or_insert_with(|| event.source.clone());
        if *source == event.source {
            return Ok(());
        }
        Err(End("the gateway now has another chain or tenant, whose numbers begin anew; start `listen` again").into())
    }
}

/// A reason to end that another attempt does not change.
#[derive(Debug)]
struct End(&'static str);

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for End {}

/// Whether another attempt would fail in the same way.
fn is_lasting(error: &anyhow::Error) -> bool {
    error.is::<End>() || error.downcast_ref().is_some_and(Refused::is_lasting)
}

/// Gives an event to the receiver, as often as it takes.
async fn deliver(forwarder: &Forwarder, event: &CloudEvent, body: &str) -> anyhow::Result<()> {
    let mut delay_ms = RETRY_MS_MIN;
    loop {
        match forwarder.give(event, body).await? {
            Given::Delivered => return Ok(()),
            Given::Gone => return Err(End("the receiver answers 410: it wants no more events").into()),
            Given::Failed(reason) => {
                let number = &event.id;
                print_line(&format!("event {number} is sent again in {delay_ms} ms: {reason}"));
            }
        }
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
        delay_ms = (delay_ms * 2).min(RETRY_MS_MAX);
    }
}
