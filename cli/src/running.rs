//! The file `running.json`, which tells other commands how to reach a running `waymark up`. Invariant: only the owner
//! can read the file. A command uses the file only when the instance answers.

use crate::home::write_private;
use serde::{Deserialize, Serialize};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// How to reach a running instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Running {
    pub url: String,
    /// The secret of its block stream.
    pub follow_token: String,
    /// The URL of its database, with the login that owns the tables.
    pub database_url: String,
    /// The same with a login that reads every row, for a backup.
    pub administrator_url: String,
}

fn path(data: &Path) -> PathBuf {
    data.join("running.json")
}

impl Running {
    /// Writes the file; [`Running::withdraw`] removes it.
    pub fn announce(&self, data: &Path) -> anyhow::Result<()> {
        write_private(&path(data), &serde_json::to_vec(self)?)
    }

    /// Returns the instance that runs on a data directory, if there is one and it answers.
    pub async fn find(data: &Path) -> Option<Self> {
        let running: Self = serde_json::from_slice(&fs::read(path(data)).ok()?).ok()?;
        let response = reqwest::get(format!("{}/livez", running.url)).await.ok()?;
        response.status().is_success().then_some(running)
    }

    /// Removes the file.
    pub fn withdraw(data: &Path) {
        let _ = fs::remove_file(path(data));
    }
}
