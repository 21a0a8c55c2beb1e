//! The services of `compose.yaml` as processes. Invariant: a service starts after what it waits for; each process is
//! ended by its own id, also when the test fails.

use super::{
    file::{Condition, ServiceFile, services},
    host::Host,
    postgres,
};
use crate::{folder::send_signal, poll::until};
use std::{collections::BTreeMap, fs::File, path::PathBuf, process::Stdio, time::Duration};
use tokio::{
    process::{Child, Command},
    time::timeout,
};

/// The time limit of a service that runs once, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// All services of the file.
pub(super) struct Deployment {
    pub(super) host: Host,
    services: Vec<ServiceFile>,
    running: BTreeMap<String, Child>,
}

impl Deployment {
    pub(super) fn new() -> Self {
        let services = services();
        Self { host: Host::new(&services), services, running: BTreeMap::new() }
    }

    /// Starts every service, as `docker compose up`.
    pub(super) async fn up(&mut self) {
        for service in self.services.clone() {
            self.start(&service.name).await;
        }
    }

    /// Stops every service, as `docker compose stop`: those that wait for others first.
    pub(super) async fn stop(&mut self) {
        for service in self.services.clone().iter().rev().filter(|service| service.is_restarted) {
            self.stop_one(&service.name).await;
        }
    }

    pub(super) fn service(&self, name: &str) -> &ServiceFile {
        self.services.iter().find(|service| service.name == name).expect("a service of the file")
    }

    /// Starts a service and waits until it is healthy, or for a service that runs once, until it has ended.
    pub(super) async fn start(&mut self, name: &str) {
        let service = self.service(name).clone();
        for (other, condition) in &service.waits {
            // Services that ran once have ended, and the others are healthy, because their start waited for it.
            let is_met = (*condition == Condition::Healthy) == self.running.contains_key(other);
            assert!(is_met, "{name} waits for {other}, which stands after it in the file");
        }
        let log = self.log(name);
        let output = File::options().create(true).append(true).open(&log).expect("a log");
        let mut command = match &*service.image {
            "waymark:local" => self.host.command(&service, &self.host.binary(), &service.command),
            image if image.starts_with("postgres:") => postgres::server(&self.host, &service),
            other => panic!("an unknown image: {other}"),
        };
        command.stdin(Stdio::null()).stdout(output.try_clone().expect("a log")).stderr(output);
        let mut child = Command::from(command).kill_on_drop(true).spawn().expect("it runs");
        if !service.is_restarted {
            let status = timeout(PATIENCE, child.wait()).await.expect("it ends in time").expect("it can be waited for");
            assert!(status.success(), "{name} ended with {status}: {}", self.said(name));
            return;
        }
        until(&format!("the health of {name}"), async || {
            assert!(child.try_wait().expect("ours").is_none(), "{name} ended: {}", self.said(name));
            self.is_healthy(name).await.then_some(())
        })
        .await;
        self.running.insert(name.to_owned(), child);
    }

    /// Runs a service's health check once.
    pub(super) async fn is_healthy(&self, name: &str) -> bool {
        let service = self.service(name);
        let check = service.health.as_ref().expect("a service that is waited for has a health check");
        let command = if check[0] == "waymark" {
            self.host.command(service, &self.host.binary(), &check[1..])
        } else {
            postgres::health(&self.host, service, check)
        };
        let mut command = Command::from(command);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().await.expect("the check runs").success()
    }

    /// Stops a service with the signal of a container manager, within its grace period.
    pub(super) async fn stop_one(&mut self, name: &str) {
        let mut child = self.running.remove(name).expect("it runs");
        // The image of Postgres names SIGINT as its signal.
        let signal = if name == "postgres" { "INT" } else { "TERM" };
        send_signal(child.id().expect("it runs"), signal);
        let grace = Duration::from_secs(self.service(name).grace_s);
        let status =
            timeout(grace, child.wait()).await.expect("it stops in its grace period").expect("it is waited for");
        assert!(status.success(), "{name} stopped with {status}: {}", self.said(name));
    }

    /// Runs a command in the container of a service, as `docker compose exec` or `run`. Returns its output.
    pub(super) async fn run(&self, name: &str, arguments: &[&str]) -> String {
        let arguments: Vec<_> = arguments.iter().map(|&word| word.to_owned()).collect();
        let command = self.host.command(self.service(name), &self.host.binary(), &arguments);
        let output = Command::from(command).output().await.expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?} ended with {}: {said}", output.status);
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// The URL of the API.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.host.port("gateway", 8080))
    }

    fn log(&self, name: &str) -> PathBuf {
        self.host.volume("..").join(format!("{name}.log"))
    }

    fn said(&self, name: &str) -> String {
        std::fs::read_to_string(self.log(name)).unwrap_or_default()
    }
}
