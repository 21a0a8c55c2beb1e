//! `compose.yaml` as the tests need it. Invariant: what a service is given here is what the file says; a key that a test
//! would have to obey and does not know makes the test fail.

use saphyr::{LoadableYamlNode as _, Yaml};
use std::path::{Path, PathBuf};

/// What a service waits for before it starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Condition {
    Healthy,
    Completed,
}

/// A service of the file.
#[derive(Clone, Debug)]
pub(super) struct ServiceFile {
    pub(super) name: String,
    pub(super) image: String,
    pub(super) command: Vec<String>,
    /// User and group.
    pub(super) user: (u32, u32),
    pub(super) environment: Vec<(String, String)>,
    /// Volume, or path in the repository, with the path in the container.
    pub(super) mounts: Vec<(String, String)>,
    pub(super) waits: Vec<(String, Condition)>,
    /// The command of the health check; `None` when it is disabled.
    pub(super) health: Option<Vec<String>>,
    pub(super) is_restarted: bool,
    /// Seconds between SIGTERM and SIGKILL.
    pub(super) grace_s: u64,
}

/// The repository's folder.
pub(super) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the repository")
}

/// The services, in the order of the file.
pub(super) fn services() -> Vec<ServiceFile> {
    let text = std::fs::read_to_string(repository().join("compose.yaml")).expect("compose.yaml");
    let documents = Yaml::load_from_str(&text).expect("YAML");
    let services = documents[0].as_mapping_get("services").and_then(Yaml::as_mapping).expect("services");
    services.iter().map(|(name, service)| read(name.as_str().expect("a name"), service)).collect()
}

fn read(name: &str, service: &Yaml<'_>) -> ServiceFile {
    let text = |key: &str| service.as_mapping_get(key).and_then(Yaml::as_str).map(str::to_owned);
    let list = |key: &str| service.as_mapping_get(key).map(words).unwrap_or_default();
    let pairs = |key: &str| service.as_mapping_get(key).and_then(Yaml::as_mapping).into_iter().flatten();
    let user = text("user").expect("a user");
    let (uid, gid) = user.split_once(':').expect("a group");
    let mount = |mount: String| {
        let mut parts = mount.split(':').map(str::to_owned);
        (parts.next().expect("a volume"), parts.next().expect("a path"))
    };
    let wait = |(name, wait): (&Yaml<'_>, &Yaml<'_>)| {
        let condition = match wait.as_mapping_get("condition").and_then(Yaml::as_str) {
            Some("service_healthy") => Condition::Healthy,
            Some("service_completed_successfully") => Condition::Completed,
            other => panic!("an unknown condition: {other:?}"),
        };
        (name.as_str().expect("a name").to_owned(), condition)
    };
    let variable = |(name, value): (&Yaml<'_>, &Yaml<'_>)| {
        let value = value.as_str().expect("a variable is text");
        (name.as_str().expect("a name").to_owned(), interpolate(value))
    };
    let health = service.as_mapping_get("healthcheck").and_then(|check| check.as_mapping_get("test"));
    ServiceFile {
        name: name.to_owned(),
        image: text("image").expect("an image"),
        command: list("command"),
        user: (uid.parse().expect("a number"), gid.parse().expect("a number")),
        environment: pairs("environment").map(variable).collect(),
        mounts: list("volumes").into_iter().map(mount).collect(),
        waits: pairs("depends_on").map(wait).collect(),
        health: health.map(words).map(|words| words.strip_prefix(&["CMD".to_owned()]).expect("no shell").to_vec()),
        is_restarted: text("restart").as_deref() == Some("unless-stopped"),
        grace_s: text("stop_grace_period").map_or(10, |text| text.trim_end_matches('s').parse().expect("seconds")),
    }
}

fn words(list: &Yaml<'_>) -> Vec<String> {
    list.as_sequence().expect("a list").iter().map(|word| word.as_str().expect("text").to_owned()).collect()
}

/// `${NAME:-default}` as its default, as without a file `.env`.
fn interpolate(text: &str) -> String {
    let Some((before, rest)) = text.split_once("${") else { return text.to_owned() };
    let (variable, after) = rest.split_once('}').expect("a closing brace");
    let (_, default) = variable.split_once(":-").expect("every variable has a default");
    format!("{before}{default}{}", interpolate(after))
}
