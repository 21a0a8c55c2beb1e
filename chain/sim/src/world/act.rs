//! Passes the actions of processes to the oracles and the network. Invariant: the oracles see an honest process's
//! action before any other process does.

use super::{World, queue::Event, send::describe};
use crate::process::Action;
use chain_replica::Message;

impl World {
    pub(super) fn act(&mut self, process: usize, actions: Vec<Action>) {
        let is_honest = self.is_honest(process);
        for action in actions {
            match action {
                Action::Send(to, message) => {
                    self.note(|| format!("process {process} sends {}", describe(&message)));
                    if is_honest {
                        self.oracle.sent(process, self.processes[process].shard, &message);
                        let verdict = self.oracle.clocks.sent(process, self.least_clock(process), &message);
                        self.oracle.judge(verdict);
                        if let Message::Promised(promise) = &*message {
                            let header = |tx_id: &_| {
                                let (_, known) = self.checked.get(tx_id)?;
                                Some(known.checked().transaction().header.clone())
                            };
                            self.oracle.promised(promise, header);
                        }
                    }
                    let is_liar = self.liars.contains_key(&self.processes[process].machine);
                    if let (false, Message::Vote(vote) | Message::Proposal { vote, .. }) = (is_liar, &*message) {
                        let life = self.processes[process].life;
                        self.oracle.rollback.sent(process, life, vote.vote.height);
                        let verdict = self.oracle.rollback.verdict(process, life);
                        self.oracle.judge(verdict);
                    }
                    self.send(process, to, &message);
                }
                Action::Wait => {
                    let times = self.machines[self.processes[process].machine].disk_times.max(1);
                    let delay = self.disk_dice.between(100, 2_000) * times;
                    self.push(delay, Event::Written(process, self.processes[process].life));
                }
                Action::Execute(work_us) => {
                    self.push(work_us, Event::Written(process, self.processes[process].life));
                }
                Action::WritePromise => {
                    let delay = self.disk_dice.between(100, 2_000);
                    self.push(delay, Event::PromiseWritten(process, self.processes[process].life));
                }
                Action::Finalised(finalised) => {
                    let header = &finalised.block.header;
                    self.trace.add(self.now_us, 3, process, finalised.digest.as_bytes());
                    let (height, view) = (header.height, header.view);
                    let one = &self.processes[process];
                    let signer = self.oracle.seat(header.epoch, one.key.public_key());
                    self.oracle.rollback.announced(process, one.life, signer, &finalised.block.certificate);
                    self.note(|| format!("process {process} announces height {height} of view {view}"));
                    if is_honest {
                        let shard = self.processes[process].shard;
                        self.finals.extend(finalised.transactions.iter().map(|(id, ..)| *id));
                        self.oracle.finalised(process, shard, &finalised);
                        self.watch(shard, &finalised.block);
                    }
                }
                Action::Joined => {
                    self.trace.add(self.now_us, 4, process, &[]);
                    self.joined(process);
                }
                Action::Misled(why) => {
                    self.note(|| format!("process {process} cannot go on: {why}"));
                    if is_honest {
                        self.oracle.report(format!("joining: process {process} is misled: {why}"));
                    }
                }
                Action::Refuse(id, reason) => {
                    self.note(|| format!("process {process} refuses {}: {reason:?}", &id.to_string()[..8]));
                }
                Action::AlreadyFinal(id, height) => {
                    // All processes that wrote the block may have lost power before they announced it.
                    if is_honest {
                        self.finals.insert(id);
                    }
                    self.note(|| {
                        format!("process {process} already has {} final at height {height}", &id.to_string()[..8])
                    });
                }
                Action::Accuse(evidence) => {
                    self.note(|| format!("process {process} accuses a validator of {:?}", evidence.offence()));
                    if is_honest {
                        self.oracle.accused(&evidence);
                    }
                    self.witness(process, *evidence);
                }
                Action::Alarm(alarm) => {
                    self.oracle.rollback.noticed(process, self.processes[process].life);
                    self.note(|| format!("process {process} alarms: {alarm}"));
                }
                Action::Stopped(why) => self.note(|| format!("process {process} stops: {why}")),
            }
        }
    }
}
