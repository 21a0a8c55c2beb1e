//! The process that sends an attack. Invariant: it runs at a low priority and on one thread, so at most one core is
//! spent on attacking, and the instance goes first where the two compete.
//!
//! It reads its context as one line from standard input, prepares, prints `prepared`, waits for another line, attacks,
//! and prints its tally.

use crate::{
    attack::{self, Run},
    context::Context,
    load::{Flood, flood},
    probe::ordinary_request,
    tally::{Expected, Tally},
};
use anyhow::{Context as _, bail};
use futures::FutureExt as _;
use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

/// The name of the ordinary load that the neighbour's latency is compared with.
pub(crate) const EQUAL_TENANT: &str = "equal-tenant";
/// After the name of an attack: the load of its equal tenant.
pub(crate) const EQUAL_SUFFIX: &str = "/equal";
/// How much the scheduler prefers the instance (nice value).
const NICE: &str = "10";
/// The time limit of the preparation.
const PREPARE_PATIENCE: Duration = Duration::from_mins(3);
/// The time limit of an attack, beyond its own length.
const RUN_PATIENCE: Duration = Duration::from_secs(75);

/// Runs as the worker for one attack.
pub(crate) fn serve(name: &str) -> anyhow::Result<()> {
    let mut lines = std::io::stdin().lock().lines();
    let context: Arc<Context> = serde_json::from_str(&lines.next().context("a context")??)?;
    let (prepare, run) = load_of(name).with_context(|| format!("no load is called {name}"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let prepared = match prepare {
        Some(prepare) => runtime.block_on(prepare(Arc::clone(&context)))?,
        None => Tally::default(),
    };
    let mut output = std::io::stdout().lock();
    writeln!(output, "prepared")?;
    output.flush()?;
    lines.next().context("the start")??;
    let tally = runtime.block_on(run(context))?;
    writeln!(output, "{}", serde_json::to_string(&prepared.merge(tally))?)?;
    Ok(())
}

/// The preparation and the load with this name.
fn load_of(name: &str) -> Option<(Option<Run>, Run)> {
    if name == EQUAL_TENANT {
        return Some((None, |context| ordinary_load(context).boxed()));
    }
    if let Some(name) = name.strip_suffix(EQUAL_SUFFIX) {
        return Some((None, attack::find(name)?.equal?));
    }
    attack::find(name).map(|attack| (attack.prepare, attack.run))
}

/// The ordinary load of an equal tenant within its limits: 16 connections, at most 400 requests per second.
async fn ordinary_load(context: Arc<Context>) -> anyhow::Result<Tally> {
    let equal = context.equal.clone();
    let (event, lot) = (context.neighbour_event.clone(), context.neighbour_lot.clone());
    let load = Flood { connections: 16, per_second: 400, source: equal.source };
    let make = move |number| ordinary_request(number, &event, &lot).bearer(&equal.token);
    Ok(flood(&context, load, Expected::Any, make).await)
}

/// A worker process that has prepared its attack.
pub(crate) struct Worker {
    child: Child,
    lines: mpsc::Receiver<String>,
    patience: Duration,
}

impl Worker {
    /// Starts a worker and waits until it has prepared.
    pub(crate) fn prepare(name: &str, context: &Context) -> anyhow::Result<Self> {
        let binary = std::env::current_exe()?;
        let mut command = Command::new("nice");
        command.args(["-n", NICE]).arg(binary).args(["--worker", name]).env("RUST_BACKTRACE", "0");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let output = child.stdout.take().context("its output is piped")?;
        let lines = read_lines(output);
        let patience = context.duration + RUN_PATIENCE;
        let mut worker = Self { child, lines, patience };
        worker.tell(&serde_json::to_string(context)?)?;
        let line = worker.lines.recv_timeout(PREPARE_PATIENCE);
        anyhow::ensure!(line.as_deref() == Ok("prepared"), "the preparation failed: {}", worker.complaint());
        Ok(worker)
    }

    /// Lets it attack and waits for its tally.
    pub(crate) fn attack(mut self) -> anyhow::Result<Tally> {
        self.tell("go")?;
        match self.lines.recv_timeout(self.patience) {
            Ok(line) => Ok(serde_json::from_str(&line)?),
            Err(_) => bail!("the attack did not end: {}", self.complaint()),
        }
    }

    fn tell(&mut self, line: &str) -> anyhow::Result<()> {
        let input = self.child.stdin.as_mut().context("its input is piped")?;
        writeln!(input, "{line}").context("writing to the worker")
    }

    /// What it printed to standard error before it ended.
    fn complaint(&mut self) -> String {
        let _ = self.child.kill();
        let mut text = String::new();
        if let Some(errors) = self.child.stderr.as_mut() {
            let _ = std::io::Read::read_to_string(errors, &mut text);
        }
        text.trim().replace('\n', " ")
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_lines(output: ChildStdout) -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    lines
}
