//! A container's view of this machine: its paths, ports and users. Invariant: a service sees its own mounts and nothing
//! of another service; a port of a container is a free port of the loopback interface.

use super::file::{ServiceFile, repository};
use crate::{command::waymark, folder::Folder};
use std::{
    collections::BTreeMap,
    fs,
    net::TcpListener,
    os::unix::{
        fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _, chown, symlink},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::Command,
};

/// The mounts whose folder the image gives to the user of the service: service, and path.
const OWNED_BY_THE_IMAGE: [(&str, &str); 2] = [("postgres", "/var/lib/postgresql/data"), ("gateway", "/data")];

/// The machine as all services see it.
pub(super) struct Host {
    folder: Folder,
    /// The port of this machine for each port of a service.
    ports: BTreeMap<(String, u16), u16>,
    names: Vec<String>,
    pub(super) is_root: bool,
    own: (u32, u32),
    /// The folder of the Postgres programs.
    pub(super) postgres: PathBuf,
}

impl Host {
    /// Prepares folders and ports for services.
    pub(super) fn new(services: &[ServiceFile]) -> Self {
        let folder = Folder::new();
        let owner = fs::metadata(folder.path(".")).expect("ours");
        let own = (owner.uid(), owner.gid());
        let (postgres, _) = indexer::local_postgres::installed().expect("Postgres is installed");
        let names = services.iter().map(|service| service.name.clone()).collect();
        let mut host = Self { folder, ports: BTreeMap::new(), names, is_root: own.0 == 0, own, postgres };
        host.copy_binary();
        for (service, port) in [("postgres", 5432), ("gateway", 8080), ("indexer", 8081)] {
            let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
            host.ports.insert((service.to_owned(), port), free.expect("a free port").port());
        }
        for service in services {
            host.mount(service);
        }
        host
    }

    /// Copies the binary to a folder that every user can read, because the folder of the build may be closed.
    fn copy_binary(&self) {
        let original = waymark().get_program().to_owned();
        let copy = self.binary();
        if fs::hard_link(&original, &copy).is_err() {
            fs::copy(&original, &copy).expect("the binary can be copied");
        }
    }

    pub(super) fn binary(&self) -> PathBuf {
        self.folder.path("waymark")
    }

    /// A volume's folder.
    pub(super) fn volume(&self, name: &str) -> PathBuf {
        self.folder.path("volumes").join(name)
    }

    /// The port of this machine for a port of a service.
    pub(super) fn port(&self, service: &str, port: u16) -> u16 {
        self.ports[&(service.to_owned(), port)]
    }

    fn root_of(&self, service: &str) -> PathBuf {
        self.folder.path("containers").join(service)
    }

    fn mount(&self, service: &ServiceFile) {
        for (source, target) in &service.mounts {
            let place = self.root_of(&service.name).join(target.trim_start_matches('/'));
            create_folder(place.parent().expect("not the root"));
            if source.starts_with('.') {
                let text = fs::read_to_string(repository().join(source)).expect("a file of the repository");
                // The paths inside a file are those of the container, too.
                fs::write(&place, self.map_paths_in(service, &text)).expect("ours");
                fs::set_permissions(&place, fs::Permissions::from_mode(0o644)).expect("ours");
                continue;
            }
            let volume = self.volume(source);
            create_folder(&volume);
            if OWNED_BY_THE_IMAGE.contains(&(&*service.name, &**target)) {
                let (uid, gid) = self.user(service);
                chown(&volume, Some(uid), Some(gid)).expect("ours");
            }
            symlink(&volume, &place).expect("ours");
        }
        let scratch = self.scratch(service);
        create_folder(&scratch);
        let (uid, gid) = self.user(service);
        chown(&scratch, Some(uid), Some(gid)).expect("ours");
    }

    /// A folder that the service may write, for what the container has in memory.
    pub(super) fn scratch(&self, service: &ServiceFile) -> PathBuf {
        self.root_of(&service.name).join("run")
    }

    /// The user of a service. Without root all services run as the user of the test. The user of Postgres must have a
    /// name here.
    pub(super) fn user(&self, service: &ServiceFile) -> (u32, u32) {
        match (self.is_root, &*service.name) {
            (false, _) => self.own,
            (true, "postgres") => postgres_user().unwrap_or(service.user),
            (true, _) => service.user,
        }
    }

    /// A program in a service's container: its environment, user and paths.
    pub(super) fn command(&self, service: &ServiceFile, program: &Path, arguments: &[String]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments.iter().map(|argument| self.map(service, argument)));
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(service.environment.iter().map(|(name, value)| (name, self.map(service, value))));
        command.current_dir(self.scratch(service));
        if self.is_root {
            let (uid, gid) = self.user(service);
            command.uid(uid).gid(gid);
        }
        command
    }

    /// A word of the file as it is here: a path, an address, or the users of `--owner`.
    pub(super) fn map(&self, service: &ServiceFile, word: &str) -> String {
        let (flag, value) = match word.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => (format!("{flag}="), value),
            _ => (String::new(), word),
        };
        if flag == "--owner=" {
            let (owner, _) = value.split_once('=').expect("SERVICE=UID:GID");
            let user = if owner == "postgres" { postgres_user() } else { None };
            let (uid, gid) = if self.is_root { user.unwrap_or_else(|| ids(value)) } else { self.own };
            return format!("{flag}{owner}={uid}:{gid}");
        }
        let mapped =
            if value.starts_with('/') { self.map_path(service, value) } else { self.map_addresses(service, value) };
        format!("{flag}{mapped}")
    }

    fn map_path(&self, service: &ServiceFile, path: &str) -> String {
        let is_near = |target: &str| {
            let below = |inner: &str, outer: &str| inner == outer || inner.starts_with(&format!("{outer}/"));
            below(path, target) || below(target, path)
        };
        if service.mounts.iter().any(|(_, target)| is_near(target)) {
            return format!("{}{path}", self.root_of(&service.name).display());
        }
        path.to_owned()
    }

    fn map_paths_in(&self, service: &ServiceFile, text: &str) -> String {
        let root = self.root_of(&service.name).display().to_string();
        let mapped = |text: String, (_, target): &(String, String)| {
            text.replace(&format!(" {target}"), &format!(" {root}{target}"))
        };
        service.mounts.iter().fold(text.to_owned(), mapped)
    }

    fn map_addresses(&self, service: &ServiceFile, text: &str) -> String {
        let mut text = text.to_owned();
        for ((name, port), here) in &self.ports {
            text = text.replace(&format!("{name}:{port}"), &format!("127.0.0.1:{here}"));
            if *name == service.name {
                for any in ["0.0.0.0", "127.0.0.1"] {
                    text = text.replace(&format!("{any}:{port}"), &format!("127.0.0.1:{here}"));
                }
            }
        }
        assert!(!self.names.iter().any(|name| text.contains(&format!("//{name}:"))), "{text} was not mapped");
        text
    }
}

fn ids(owner: &str) -> (u32, u32) {
    let ids = owner.split_once('=').and_then(|(_, ids)| ids.split_once(':')).expect("SERVICE=UID:GID");
    (ids.0.parse().expect("a number"), ids.1.parse().expect("a number"))
}

fn create_folder(folder: &Path) {
    fs::DirBuilder::new().recursive(true).mode(0o755).create(folder).expect("ours");
}

/// The user and group named `postgres` on this machine.
pub(super) fn postgres_user() -> Option<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let line = users.lines().find(|line| line.starts_with("postgres:"))?;
    let fields: Vec<&str> = line.split(':').collect();
    Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
}
