//! `waymark secrets`: creates the keys and passwords of a deployment, one folder for each service. Invariant: a secret
//! is created once. Only the user of its service can read its file, and a service gets only what it needs.

mod kek;
mod place;

use anyhow::{Context as _, bail, ensure};
use place::Owner;
use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};
use zeroize::Zeroizing;

/// Each secret, with the service and file of each copy.
const SECRETS: [&[(&str, &str)]; 6] = [
    &[("postgres", "superuser-password")],
    &[("postgres", "migrator-password"), ("migrate", "database-password")],
    &[("postgres", "gateway-password"), ("gateway", "database-password")],
    &[("postgres", "indexer-password"), ("indexer", "database-password")],
    &[("gateway", "follow-token"), ("indexer", "follow-token")],
    KEK,
];
/// The copies of the key-encryption keys.
const KEK: &[(&str, &str)] = &[("gateway", "kek"), ("indexer", "kek")];

/// Flags of `waymark secrets`.
#[derive(clap::Args, Clone, Debug)]
pub struct SecretsArguments {
    /// Folder with one folder for each service: postgres, migrate, gateway, indexer
    #[arg(long, value_name = "DIR", global = true, default_value = "secrets")]
    folder: PathBuf,
    /// User and group that read the files of a service; without it the owner of its folder stays
    #[arg(long, value_name = "SERVICE=UID:GID", global = true)]
    owner: Vec<Owner>,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(clap::Subcommand, Clone, Debug)]
enum Action {
    /// Restore the key-encryption keys from a backup, before the first start
    ImportKek {
        /// File with the keys, one a line, the current one first
        file: PathBuf,
    },
    /// Put a new key-encryption key before the present ones; gateway and indexer read it when they start again
    AddKek,
    /// Remove all key-encryption keys but the first, once nothing is sealed with another
    RetireKeks,
}

/// Creates what is missing, or changes the key-encryption keys.
pub fn run(arguments: &SecretsArguments) -> anyhow::Result<ExitCode> {
    let owners: BTreeMap<&str, &Owner> = arguments.owner.iter().map(|owner| (&*owner.service, owner)).collect();
    let services = SECRETS.iter().flat_map(|copies| copies.iter().map(|(service, _)| *service));
    for name in owners.keys() {
        ensure!(services.clone().any(|service| service == *name), "--owner: there is no service `{name}`");
    }
    let store = Store { folder: arguments.folder.clone(), owners };
    match &arguments.action {
        None => {
            for copies in SECRETS {
                store.complete(copies, || Zeroizing::new(hex::encode(rand::random::<[u8; 32]>())))?;
            }
        }
        Some(Action::ImportKek { file }) => store.import(file)?,
        Some(Action::AddKek) => store.change(kek::with_new_first)?,
        Some(Action::RetireKeks) => store.change(kek::only_first)?,
    }
    Ok(crate::exit::SUCCESS.into())
}

/// The folder of all services.
struct Store<'a> {
    folder: PathBuf,
    owners: BTreeMap<&'a str, &'a Owner>,
}

impl Store<'_> {
    /// The secret that all existing copies hold; `None` without a copy.
    fn read(&self, copies: &[(&str, &str)]) -> anyhow::Result<Option<Zeroizing<String>>> {
        let mut first: Option<(PathBuf, Zeroizing<String>)> = None;
        for (service, file) in copies {
            let path = self.folder.join(service).join(file);
            let Some(text) = place::read(&path)? else { continue };
            match &first {
                None => first = Some((path, text)),
                Some((_, known)) if **known == *text => {}
                Some((other, _)) => {
                    bail!("{} and {} differ: remove the wrong one, it is made again", other.display(), path.display())
                }
            }
        }
        Ok(first.map(|(_, text)| text))
    }

    fn write(&self, copies: &[(&str, &str)], secret: &str) -> anyhow::Result<()> {
        for (service, file) in copies {
            let owner = self.owners.get(service).copied();
            place::write(&self.folder.join(service), file, secret, owner)?;
        }
        Ok(())
    }

    /// Creates a secret, or the missing copies of one.
    fn complete(&self, copies: &[(&str, &str)], make: impl FnOnce() -> Zeroizing<String>) -> anyhow::Result<()> {
        let secret = self.read(copies)?.unwrap_or_else(make);
        self.write(copies, &secret)
    }

    fn import(&self, file: &std::path::Path) -> anyhow::Result<()> {
        let keys = place::read(file)?.with_context(|| format!("{} does not exist", file.display()))?;
        kek::check(&keys).with_context(|| format!("reading {}", file.display()))?;
        let known = self.read(KEK)?;
        let is_other = known.is_some_and(|known| *known != *keys);
        ensure!(!is_other, "there are other key-encryption keys; records may be sealed with them");
        self.write(KEK, &keys)
    }

    fn change(&self, change: impl FnOnce(&str) -> Zeroizing<String>) -> anyhow::Result<()> {
        let keys = self.read(KEK)?.context("there are no key-encryption keys yet")?;
        kek::check(&keys)?;
        self.write(KEK, &change(&keys))
    }
}

#[cfg(test)]
mod tests;
