//! The work (cost, in units of about a microsecond) of executing a transaction. Invariant: the work follows from the
//! transaction's bytes and the chain's parameters alone. No command takes much more time than its weight, even when
//! rejected.

use crate::{
    Command, Entry, account, atomic,
    beacon::{self, Deal, Evidence},
    codec, native,
    transaction::CheckedTransaction,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// The weights of commands and their parts. One unit is a microsecond on the machine where the defaults were measured
/// (one core of a virtual server of 2025, an optimised build). A command weighs the base of its slice plus the weights
/// of its parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct WorkParameters {
    /// The most work of all transactions of one block together.
    pub block_work_max: u64,
    /// The base of a transaction, without its commands.
    pub transaction: u32,
    /// The base of any command: its record and its receipt.
    pub entry: u32,
    /// A subject, which adds an entry to a stream.
    pub subject: u32,
    /// Each KiB, rounded up, of a command and its document.
    pub kibibyte: u32,
    /// A command of the account slice.
    pub account: u32,
    /// A command of a domain that records a document and reads one key; others weigh a multiple of it.
    pub record: u32,
    /// A command of the native slice.
    pub native: u32,
    /// A command of the atomic slice, without its proof.
    pub atomic: u32,
    /// A command of the beacon slice. It reads and writes the beacon as a whole.
    pub beacon: u32,
    /// In addition, an acknowledgement of an outbox: the messages that it drops.
    pub acknowledge_outbox: u32,
    /// In addition, the end of an epoch: weights, draws and seats.
    pub end_epoch: u32,
    /// In addition, a reveal: it may complete the random number from all shares.
    pub reveal: u32,
    /// A certified header: the hashes of the header and of the validator set.
    pub header: u32,
    /// A signature in a command.
    pub signature: u32,
    /// A ticket of a deal: its commitment, its share and their proofs.
    pub ticket: u32,
    /// A share of a reveal.
    pub share: u32,
}

impl Default for WorkParameters {
    /// Measured values. `tests/it/work.rs` in `chain-ledger` and in `chain-beacon` compares them with the time that
    /// commands take.
    fn default() -> Self {
        Self {
            block_work_max: 150_000,
            transaction: 6,
            entry: 6,
            subject: 7,
            kibibyte: 4,
            account: 6,
            record: 4,
            native: 10,
            atomic: 60,
            beacon: 500,
            acknowledge_outbox: 8_000,
            end_epoch: 5_000,
            reveal: 3_000,
            header: 60,
            signature: 60,
            ticket: 250,
            share: 250,
        }
    }
}

const KIBIBYTE: u64 = 1_024;

/// The numbers of parts of a command that execution checks one by one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Checked {
    headers: usize,
    signatures: usize,
    tickets: usize,
    shares: usize,
}

impl WorkParameters {
    /// The work of a transaction, in units.
    pub fn of(&self, transaction: &CheckedTransaction) -> u64 {
        let entries = transaction.transaction().entries.iter();
        self.sum(entries.zip(transaction.parts()).map(|(entry, part)| (entry, part.core.len())))
    }

    /// The work of entries that are not yet in a transaction. Encodes their cores.
    pub fn of_entries(&self, entries: &[Entry]) -> u64 {
        self.sum(entries.iter().map(|entry| (entry, codec::encode(&entry.core).len())))
    }

    /// The work of a transaction with these entries, each with the length of its core's encoding.
    fn sum<'e>(&self, entries: impl Iterator<Item = (&'e Entry, usize)>) -> u64 {
        entries.fold(u64::from(self.transaction), |work, (entry, core_bytes)| {
            let bytes = core_bytes.saturating_add(entry.body.len());
            let kibibytes = u64::try_from(bytes).unwrap_or(u64::MAX).div_ceil(KIBIBYTE);
            work.saturating_add(u64::from(self.entry))
                .saturating_add(times(self.subject, entry.core.subjects.len()))
                .saturating_add(kibibytes.saturating_mul(u64::from(self.kibibyte)))
                .saturating_add(self.of_command(&entry.core.command))
        })
    }

    /// The work of a command without its subjects and bytes. This match and that of `record_weight` list every command,
    /// so that a new one does not compile without a weight.
    pub fn of_command(&self, command: &Command) -> u64 {
        let (base, checked) = match command {
            Command::Account(
                account::Command::RegisterTenant(_)
                | account::Command::AddAuthor { .. }
                | account::Command::RemoveAuthor { .. },
            ) => (self.account, Checked::default()),
            Command::Native(native::Command::Transfer(_) | native::Command::Grant(_)) => {
                (self.native, Checked::default())
            }
            Command::Atomic(command) => self.of_atomic(command),
            Command::Beacon(command) => self.of_beacon(command),
            domain_command => (self.record.saturating_mul(domain_command.record_weight()), Checked::default()),
        };
        u64::from(base)
            .saturating_add(times(self.header, checked.headers))
            .saturating_add(times(self.signature, checked.signatures))
            .saturating_add(times(self.ticket, checked.tickets))
            .saturating_add(times(self.share, checked.shares))
    }

    fn of_atomic(&self, command: &atomic::Command) -> (u32, Checked) {
        use atomic::Command;
        match command {
            Command::Send(_) | Command::OpenBundle { .. } | Command::ForgetLeg(_) => (self.atomic, Checked::default()),
            Command::AcknowledgeOutbox(command) => {
                (self.atomic.saturating_add(self.acknowledge_outbox), of_certified_header(&command.proof.block))
            }
            Command::Deliver(command) => (self.atomic, of_certified_header(&command.proof.block)),
            Command::LockLeg(answer) | Command::RefuseLeg(answer) => {
                (self.atomic, of_certified_header(&answer.proof.block))
            }
            Command::ReportLeg(command) => (self.atomic, of_certified_header(&command.proof.block)),
            Command::SettleLeg(command) => (self.atomic, of_certified_header(&command.proof.block)),
        }
    }

    fn of_beacon(&self, command: &beacon::Command) -> (u32, Checked) {
        use beacon::Command;
        match command {
            // The proof of possession costs about as much as a ticket.
            Command::Register(_) => (self.beacon, Checked { tickets: 1, ..Checked::default() }),
            Command::AcknowledgeSync { .. }
            | Command::Leave
            | Command::Return
            | Command::Withdraw { .. }
            | Command::ScheduleVersion { .. }
            | Command::Pulse => (self.beacon, Checked::default()),
            Command::Deal(signed) => (self.beacon, of_deal(&signed.deal)),
            Command::Reveal(reveal) => {
                let checked = Checked { shares: reveal.shares.len(), ..Checked::default() };
                (self.beacon.saturating_add(self.reveal), checked)
            }
            Command::ReportEvidence(evidence) => (self.beacon, of_evidence(evidence)),
            Command::Attend(block) => (self.beacon, of_certified_header(block)),
            Command::ConfirmShard(proof) => (self.beacon, of_certified_header(&proof.block)),
            Command::EndEpoch { .. } => (self.beacon.saturating_add(self.end_epoch), Checked::default()),
            Command::EnterEpoch(proof) => (self.beacon, of_certified_header(&proof.block)),
        }
    }
}

fn times(weight: u32, number: usize) -> u64 {
    u64::from(weight).saturating_mul(u64::try_from(number).unwrap_or(u64::MAX))
}

fn header_with_signatures(signatures: usize) -> Checked {
    Checked { headers: 1, signatures, ..Checked::default() }
}

fn of_certified_header(block: &atomic::CertifiedHeader) -> Checked {
    header_with_signatures(block.certificate.signatures.len())
}

fn of_deal(deal: &Deal) -> Checked {
    let tickets = deal.commitments.len().max(deal.encrypted_shares.len()).max(deal.responses.len());
    Checked { signatures: 1, tickets, ..Checked::default() }
}

fn of_evidence(evidence: &Evidence) -> Checked {
    match evidence {
        Evidence::Equivocation(_) => Checked { signatures: 2, ..Checked::default() },
        Evidence::ForeignVote(_) => Checked { signatures: 1, ..Checked::default() },
        Evidence::BrokenPromise(broken) => {
            header_with_signatures(broken.certificate.signatures.len().saturating_add(1))
        }
        Evidence::BadDeal(signed) => of_deal(&signed.deal),
    }
}
