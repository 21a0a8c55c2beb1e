//! Validators whose journals were set back. Invariant checked: one that is shown a block with its own vote beyond what
//! its journal knows says nothing more in that life.

use chain_types::{Certificate, Height};
use std::collections::BTreeMap;

/// A process in one of its lives.
type Life = (usize, u32);

#[derive(Default)]
struct Knowledge {
    /// The highest height that it voted at, as its journal and this life know.
    voted: Height,
    must_be_silent: bool,
    broke_silence: bool,
}

/// What each process can know of its own votes.
#[derive(Default)]
pub struct Rollback(BTreeMap<Life, Knowledge>);

impl Rollback {
    /// A process started; its journal ends at this height.
    pub fn started(&mut self, process: usize, life: u32, voted: Height) {
        self.0.insert((process, life), Knowledge { voted, ..Knowledge::default() });
    }

    /// A process says a vote or a proposal.
    pub fn said(&mut self, process: usize, life: u32, height: Height) {
        let knowledge = self.0.entry((process, life)).or_default();
        knowledge.broke_silence |= knowledge.must_be_silent;
        knowledge.voted = knowledge.voted.max(height);
    }

    /// A process announces a block under this certificate.
    pub fn announced(&mut self, process: usize, life: u32, signer: Option<u16>, certificate: &Certificate) {
        let knowledge = self.0.entry((process, life)).or_default();
        let is_signed = certificate.signatures.iter().any(|(one, _)| Some(*one) == signer);
        knowledge.must_be_silent |= is_signed && certificate.vote.height > knowledge.voted;
    }

    /// A process said that its journal is old.
    pub fn noticed(&mut self, process: usize, life: u32) {
        self.0.entry((process, life)).or_default().must_be_silent = true;
    }

    /// Whether a process has kept silent as it must.
    ///
    /// # Errors
    /// It has not.
    pub fn verdict(&self, process: usize, life: u32) -> Result<(), String> {
        match self.0.get(&(process, life)) {
            Some(knowledge) if knowledge.broke_silence => {
                Err(format!("rollback: process {process} votes on with a journal that it must know is old"))
            }
            _ => Ok(()),
        }
    }
}
