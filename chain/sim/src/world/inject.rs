//! Applies the steps of faults to a world. Invariant: a step changes only what it names. The end of the fault period
//! ends every fault except Byzantine behaviour.

use super::World;
use crate::{disk::Content, fault::Step, network::Conditions, process::Process};

impl World {
    fn processes_of(&self, machine: usize) -> Vec<usize> {
        let is_of = |at: &usize| self.processes[*at].machine == machine;
        (0..self.processes.len()).filter(is_of).collect()
    }

    pub(super) fn fault(&mut self, step: &Step) {
        self.note(|| format!("fault: {step:?}"));
        match *step {
            Step::Cut(from, to) => {
                self.network.cut.insert((from, to));
            }
            Step::Mend(from, to) => {
                self.network.cut.remove(&(from, to));
            }
            Step::Kill(machine) => self.with_each(machine, Process::kill),
            Step::LosePower(shard) => {
                for process in &mut self.processes {
                    if shard.is_none_or(|shard| process.shard.0 == shard) {
                        process.lose_power(&mut self.disk_dice);
                    }
                }
            }
            Step::Start(machine) => self.start_idle(machine),
            Step::Pause(machine) => self.machines[machine].is_paused = true,
            Step::Resume(machine) => self.machines[machine].is_paused = false,
            Step::SetClock(machine, ms) => self.set_clock(machine, ms),
            Step::SlowDisk(machine, times) => self.machines[machine].disk_times = times,
            Step::FailWrite(machine) => {
                for process in self.processes_of(machine) {
                    self.processes[process].fails = true;
                }
            }
            Step::Rot(machine) => self.rot(machine),
            Step::Copy(machine) => {
                for process in self.processes_of(machine) {
                    let one = &mut self.processes[process];
                    one.copy = Some(one.disk.look().clone());
                }
            }
            Step::SetBack(machine, has_journal) => self.set_back(machine, has_journal),
            Step::Empty(machine, has_journal) => self.empty(machine, has_journal),
            Step::Conditions(conditions) => self.network.conditions = conditions,
        }
    }

    fn set_clock(&mut self, machine: usize, ms: i64) {
        let machine = &mut self.machines[machine];
        machine.clock_before_ms = std::mem::replace(&mut machine.clock_ms, ms);
    }

    fn with_each(&mut self, machine: usize, act: impl Fn(&mut Process, &mut crate::dice::Dice)) {
        for process in self.processes_of(machine) {
            act(&mut self.processes[process], &mut self.disk_dice);
        }
    }

    fn start_idle(&mut self, machine: usize) {
        for process in self.processes_of(machine) {
            self.processes[process].fails = false;
            if self.processes[process].replica.is_none() {
                self.start(process);
            }
        }
    }

    /// Flips a bit in the stores. Each process must refuse to start; then its operator empties the store and keeps the
    /// journal.
    fn rot(&mut self, machine: usize) {
        for process in self.processes_of(machine) {
            self.processes[process].kill(&mut self.disk_dice);
            let has_rotted = self.processes[process].disk.change().store.rot(&mut self.disk_dice);
            if has_rotted {
                let genesis = std::sync::Arc::clone(&self.cast.genesis);
                if self.processes[process].start(&genesis, crate::profile::TIMING).is_ok() {
                    self.oracle.report(format!("rot: process {process} starts from a damaged disk"));
                }
                let mut content = self.processes[process].disk.change();
                content.store = Content::default().store;
            }
            self.oracle.agreement.allow_rollback(process);
        }
        self.start_idle(machine);
    }

    fn set_back(&mut self, machine: usize, has_journal: bool) {
        for process in self.processes_of(machine) {
            let one = &mut self.processes[process];
            one.kill(&mut self.disk_dice);
            if let Some(copy) = one.copy.take() {
                let mut content = one.disk.change();
                content.store = copy.store;
                if has_journal {
                    content.journal = copy.journal;
                }
            }
            self.oracle.agreement.allow_rollback(process);
        }
        self.start_idle(machine);
    }

    /// Erases a machine's stores, and its journals if `has_journal` is set.
    fn empty(&mut self, machine: usize, has_journal: bool) {
        for process in self.processes_of(machine) {
            let one = &mut self.processes[process];
            one.kill(&mut self.disk_dice);
            let mut content = one.disk.change();
            content.store = Content::default().store;
            if has_journal {
                content.journal = Content::default().journal;
            }
            drop(content);
            self.oracle.agreement.allow_rollback(process);
        }
        self.start_idle(machine);
    }

    pub(super) fn heal(&mut self) {
        self.note(|| "everything heals".to_owned());
        self.network.conditions = Conditions::GOOD;
        self.network.cut.clear();
        for machine in 0..self.machines.len() {
            self.machines[machine].is_paused = false;
            self.set_clock(machine, 0);
            self.machines[machine].disk_times = 1;
            self.start_idle(machine);
        }
    }
}
