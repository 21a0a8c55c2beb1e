//! Key-encryption keys of a running gateway: the file, and what the keys in it seal. Invariant: a key leaves the file
//! only when no stored value needs it. The file is replaced as a whole, before the first value is sealed with a new
//! key.

use crate::home::write_private;
use anyhow::{Context as _, ensure};
use gateway::{operator, state::Gateway, vault::Keyring};
use serde_json::{Value, json};
use std::{fs, path::Path, sync::Arc};
use zeroize::Zeroizing;

/// The keys of a gateway, and their file.
pub struct SealKeys<'g> {
    pub gateway: &'g Arc<Gateway>,
    pub file: &'g Path,
}

impl SealKeys<'_> {
    /// The ids of the keys in use, and the rows that each sealed.
    pub async fn status(&self) -> anyhow::Result<Value> {
        let sealed = operator::sealed(self.gateway).await.context("reading what is sealed")?;
        Ok(json!({ "keys": self.gateway.vault.key_ids(), "sealed": sealed }))
    }

    /// Reads the file again.
    pub async fn load(&self) -> anyhow::Result<Value> {
        let keyring = Keyring::load(self.file).context("reading the key-encryption keys")?;
        operator::load_keyring(self.gateway, keyring).await.context("taking the key-encryption keys")?;
        self.status().await
    }

    /// Reads the file again, and seals everything again with its first key.
    pub async fn reseal(&self) -> anyhow::Result<Value> {
        self.load().await?;
        let resealed = operator::reseal(self.gateway).await.context("sealing again")?;
        let mut answer = self.status().await?;
        answer["resealed"] = json!(resealed);
        Ok(answer)
    }

    /// Puts a new key first in the file, and seals everything again with it.
    pub async fn rotate(&self) -> anyhow::Result<Value> {
        let old = self.text()?;
        let mut key = Zeroizing::new([0_u8; 32]);
        rand::fill(&mut *key);
        let text = Zeroizing::new(format!("{}\n{}", *Zeroizing::new(hex::encode(*key)), *old));
        Keyring::parse(&text)
            .context("adding a key; remove those that seal nothing with `waymark operator kek drop-old`")?;
        self.write(&text)?;
        self.reseal().await
    }

    /// Keeps only the first key of the file, if it sealed everything.
    pub async fn drop_old(&self) -> anyhow::Result<Value> {
        let text = self.text()?;
        let first = text.lines().map(str::trim).find(|line| !line.is_empty()).context("the file holds no key")?;
        let current = Keyring::parse(first).context("reading the key-encryption keys")?.current_id();
        for under in operator::sealed(self.gateway).await.context("reading what is sealed")? {
            ensure!(
                under.key_id == current,
                "{} rows of app.{} are still sealed with key {}; run `waymark operator kek reseal` first",
                under.rows,
                under.table,
                under.key_id
            );
        }
        self.write(&format!("{first}\n"))?;
        self.load().await
    }

    fn text(&self) -> anyhow::Result<Zeroizing<String>> {
        let text = fs::read_to_string(self.file).with_context(|| format!("reading {}", self.file.display()))?;
        Ok(Zeroizing::new(text))
    }

    fn write(&self, text: &str) -> anyhow::Result<()> {
        write_private(self.file, text.as_bytes()).with_context(|| {
            format!(
                "{} cannot be replaced from here; change it where it is kept, then run `waymark operator kek reseal`",
                self.file.display()
            )
        })
    }
}
