//! An instance with its three tenants and the neighbour's measure. Invariant: attacks share a stage while the instance
//! lives and answers; after that a new one is made.

use crate::{
    connection::Client,
    context::{Context, OBSERVER},
    document::{document, event, item, lot, lot_event},
    http::{Request, encode},
    instance::Instance,
    limit::Form,
    probe::Probe,
    tenant::Tenant,
    worker::{EQUAL_TENANT, Worker},
};
use anyhow::{Context as _, ensure};
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// The id of the neighbour's event.
const NEIGHBOUR_EVENT: &str = "urn:uuid:6f2b6b4e-31a5-4b0c-9f57-8a3e5a1d0c11";
/// The time limit for an event to be found by a query.
const INDEX_PATIENCE: Duration = Duration::from_secs(30);

/// An instance that can be attacked.
pub(crate) struct Stage {
    pub(crate) instance: Instance,
    pub(crate) context: Arc<Context>,
    /// The neighbour's 99th percentile beside an equal tenant, in milliseconds.
    pub(crate) equal_p99_ms: f64,
}

impl Stage {
    /// Starts an instance, makes the tenants and records, and measures the ordinary load.
    pub(crate) fn open(binary: &Path, form: &Form) -> anyhow::Result<Self> {
        let instance = Instance::start(binary)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let context = Arc::new(runtime.block_on(furnish(&instance, form))?);
        let mut stage = Self { instance, context, equal_p99_ms: 0.0 };
        stage.measure_ordinary_load(form)?;
        Ok(stage)
    }

    /// Fetches new tokens for all tenants, and checks that each can read.
    pub(crate) fn sign_in_again(&mut self) -> anyhow::Result<()> {
        let mut context = Context::clone(&self.context);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            for tenant in [&mut context.attacker, &mut context.neighbour, &mut context.equal] {
                *tenant = tenant.sign_in_again(context.server).await?;
            }
            anyhow::Ok(())
        })?;
        self.context = Arc::new(context);
        Ok(())
    }

    /// Measures the neighbour beside an equal tenant.
    pub(crate) fn measure_ordinary_load(&mut self, form: &Form) -> anyhow::Result<()> {
        self.equal_p99_ms = self.p99_ms_beside(EQUAL_TENANT, form)?;
        Ok(())
    }

    /// The neighbour's 99th percentile beside a load that every tenant may send, in milliseconds.
    pub(crate) fn p99_ms_beside(&self, load: &str, form: &Form) -> anyhow::Result<f64> {
        let context = Context { duration: form.baseline, ..Context::clone(&self.context) };
        let worker = Worker::prepare(load, &context)?;
        let probe = Probe::neighbour(&self.context);
        let tally = worker.attack()?;
        let samples = probe.finish();
        ensure!(tally.fault_count == 0, "the load {load} failed: {:?}", tally.faults);
        ensure!(samples.failure().is_empty(), "the neighbour failed beside the load {load}{}", samples.failure());
        Ok(samples.p99_ms())
    }

    /// Whether `/livez` answers within the time.
    pub(crate) fn answers_within(&mut self, time: Duration) -> bool {
        let end = Instant::now() + time;
        while self.instance.is_alive() {
            let server = self.instance.server;
            let asked = tokio::runtime::Builder::new_current_thread().enable_all().build().is_ok_and(|runtime| {
                runtime.block_on(async move {
                    let mut client = Client::new(server, OBSERVER);
                    let request = Request::get("/livez");
                    let asked = tokio::time::timeout(Duration::from_secs(1), client.send(&request)).await;
                    asked.is_ok_and(|answer| answer.is_ok_and(|answer| answer.status == 200))
                })
            });
            if asked || Instant::now() > end {
                return asked;
            }
            thread::sleep(Duration::from_millis(100));
        }
        false
    }
}

async fn furnish(instance: &Instance, form: &Form) -> anyhow::Result<Context> {
    let (server, follow_token) = (instance.server, instance.follow_token()?);
    let sign_up = |name, last| Tenant::sign_up(server, name, Ipv4Addr::new(127, 0, 1, last));
    let (attacker, neighbour, equal) =
        (sign_up("Attacker", 1).await?, sign_up("Neighbour", 2).await?, sign_up("Equal", 3).await?);
    let neighbour_lot = lot("NEIGHBOUR");
    let id = format!(r#","eventID":"{NEIGHBOUR_EVENT}""#);
    for tenant in [&neighbour, &equal] {
        let mut client = Client::new(server, tenant.source);
        let text = document("", &[lot_event(&neighbour_lot, &id)]);
        let capture = Request::post("/epcis/capture", text).header("prefer", "wait=10").bearer(&tenant.token);
        let answer = client.send(&capture).await?;
        ensure!(answer.status == 200, "the first capture: {} {}", answer.status, answer.code());
        let find = Request::get(format!("/epcis/events/{}", encode(NEIGHBOUR_EVENT))).bearer(&tenant.token);
        let end = Instant::now() + INDEX_PATIENCE;
        while client.send(&find).await.context("finding the first event")?.status != 200 {
            ensure!(Instant::now() < end, "the first event is not found");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    warm_up(server, &equal, form.warm_up).await?;
    let neighbour_event = NEIGHBOUR_EVENT.to_owned();
    Ok(Context {
        server,
        attacker,
        neighbour,
        equal,
        neighbour_event,
        neighbour_lot,
        follow_token,
        receivers: instance.receivers.clone(),
        duration: form.duration,
    })
}

/// Captures documents of 1,000 events.
async fn warm_up(server: SocketAddr, tenant: &Tenant, documents: u32) -> anyhow::Result<()> {
    let mut client = Client::new(server, tenant.source);
    for number in 0..documents {
        let one = |serial: u32| event(&[item(format!("warm-{number}-{serial}"))], "");
        let text = document("", &(0..1_000).map(one).collect::<Vec<_>>());
        let capture = Request::post("/epcis/capture", text).header("prefer", "wait=30").bearer(&tenant.token);
        let answer = client.send(&capture).await?;
        ensure!(answer.status == 200, "warming up: {} {}", answer.status, answer.code());
    }
    Ok(())
}
