//! An oracle: validators whose journals were restored from a copy. Invariant checked: a validator that notices its own
//! newer vote in a certificate stops voting until its next start.

use chain_types::{Certificate, Height};
use std::collections::BTreeMap;

/// A process in one of its lives.
type Life = (usize, u32);

/// The facts about its own votes that a process can know in one life.
#[derive(Default)]
struct Knowledge {
    /// The greatest height at which it voted, according to its journal and this life.
    voted: Height,
    must_be_silent: bool,
    broke_silence: bool,
}

/// What each process can know of its own votes.
#[derive(Default)]
pub struct Rollback(BTreeMap<Life, Knowledge>);

impl Rollback {
    /// A process started, and its journal ends at this height.
    pub fn started(&mut self, process: usize, life: u32, voted: Height) {
        self.0.insert((process, life), Knowledge { voted, ..Knowledge::default() });
    }

    /// A process sends a vote or a proposal.
    pub fn sent(&mut self, process: usize, life: u32, height: Height) {
        let knowledge = self.0.entry((process, life)).or_default();
        knowledge.broke_silence |= knowledge.must_be_silent;
        knowledge.voted = knowledge.voted.max(height);
    }

    /// A process announces a block with this certificate.
    pub fn announced(&mut self, process: usize, life: u32, signer: Option<u16>, certificate: &Certificate) {
        let knowledge = self.0.entry((process, life)).or_default();
        let is_signed = certificate.signatures.iter().any(|(one, _)| Some(*one) == signer);
        knowledge.must_be_silent |= is_signed && certificate.vote.height > knowledge.voted;
    }

    /// A process reported that its journal is old.
    pub fn noticed(&mut self, process: usize, life: u32) {
        self.0.entry((process, life)).or_default().must_be_silent = true;
    }

    /// Checks that a process stopped voting when it had to.
    ///
    /// # Errors
    /// It voted.
    pub fn verdict(&self, process: usize, life: u32) -> Result<(), String> {
        match self.0.get(&(process, life)) {
            Some(knowledge) if knowledge.broke_silence => {
                Err(format!("rollback: process {process} keeps voting with a journal that it must know to be old"))
            }
            _ => Ok(()),
        }
    }
}
