//! Measures one attack: memory, latencies, log and answers. Invariant: a criterion that was not measured counts as
//! failed.

use crate::{
    attack::Attack,
    limit::{
        Form, LIVEZ_P99_MS_MAX, LOG_BYTES_MAX, MEMORY_ABOVE_IDLE_MIB_MAX, MEMORY_KILL_MIB, memory_after_mib_max,
        neighbour_p99_ms_max,
    },
    probe::Probe,
    stage::Stage,
    worker::{EQUAL_SUFFIX, Worker},
};
use std::{
    thread,
    time::{Duration, Instant},
};

/// The time in which an instance that was slow under attack must answer again.
const RECOVERY: Duration = Duration::from_secs(20);
/// The pause before an attack, in which the memory of an idle instance is read.
const PAUSE: Duration = Duration::from_millis(150);

/// The figures of one attack, and why it was not withstood.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) peak_mib: u64,
    pub(crate) livez_ms: f64,
    pub(crate) neighbour_ms: f64,
    pub(crate) equal_ms: f64,
    /// Answers by status, in words.
    pub(crate) answers: String,
    /// Criteria that failed; empty when the attack was withstood.
    pub(crate) faults: Vec<String>,
    /// Whether nothing but a latency failed, which a busy machine can cause as well.
    pub(crate) is_only_slow: bool,
    /// Whether the instance can be attacked again.
    pub(crate) is_usable: bool,
}

/// Runs an attack on a stage.
pub(crate) fn measure(attack: &Attack, stage: &mut Stage, form: &Form) -> Row {
    let mut row = Row {
        name: attack.name,
        peak_mib: 0,
        livez_ms: f64::INFINITY,
        neighbour_ms: f64::INFINITY,
        equal_ms: stage.equal_p99_ms,
        answers: String::new(),
        faults: Vec::new(),
        is_only_slow: false,
        is_usable: true,
    };
    let prepared = match attack.equal {
        Some(_) => stage.p99_ms_beside(&format!("{}{EQUAL_SUFFIX}", attack.name), form),
        None => Ok(stage.equal_p99_ms),
    }
    .and_then(|equal_ms| Ok((equal_ms, Worker::prepare(attack.name, &stage.context)?)));
    let worker = match prepared {
        Ok((equal_ms, worker)) => {
            row.equal_ms = equal_ms;
            worker
        }
        Err(error) => {
            row.faults.push(format!("{error:#}"));
            row.is_usable = stage.answers_within(RECOVERY);
            return row;
        }
    };
    thread::sleep(PAUSE);
    let memory = &stage.instance.memory;
    let (idle_mib, log_bytes) = (memory.now_mib(), stage.instance.log_bytes());
    memory.restart_peak(idle_mib + MEMORY_KILL_MIB);
    let (livez, neighbour) = (Probe::livez(&stage.context), Probe::neighbour(&stage.context));
    let tally = worker.attack();
    let (livez, neighbour) = (livez.finish(), neighbour.finish());
    (row.livez_ms, row.neighbour_ms) = (livez.p99_ms(), neighbour.p99_ms());
    let permitted_ms = neighbour_p99_ms_max(row.equal_ms, form);
    if row.livez_ms >= LIVEZ_P99_MS_MAX {
        row.faults.push(format!("/livez p99 {:.0} ms{}", row.livez_ms, livez.failure()));
    }
    if row.neighbour_ms > permitted_ms {
        let failure = neighbour.failure();
        let (measured_ms, kinds) = (row.neighbour_ms, neighbour.kinds());
        row.faults
            .push(format!("the neighbour's p99 {measured_ms:.0} ms, at most {permitted_ms:.0} ({kinds}){failure}"));
    }
    row.is_only_slow = !row.faults.is_empty();
    let slow = row.faults.len();
    let mut has_unanswered = false;
    match tally {
        Ok(tally) => {
            has_unanswered = tally.fault_count > 0 && tally.statuses.contains_key(&0);
            row.answers = tally
                .statuses
                .iter()
                .map(|(status, count)| format!("{count} x {status}"))
                .collect::<Vec<_>>()
                .join(", ");
            row.faults.extend(tally.faults);
            let more = tally.fault_count.saturating_sub(u64::try_from(row.faults.len() - slow).unwrap_or(0));
            if more > 0 {
                row.faults.push(format!("and {more} more answers that are not as expected"));
            }
        }
        Err(error) => row.faults.push(format!("{error:#}")),
    }
    let answered = row.faults.len();
    check_process(&mut row, stage, form, idle_mib, log_bytes);
    row.is_only_slow &= row.faults.len() == slow;
    // An instance that still works on one attack would spoil the measure of the next.
    row.is_usable &= row.faults.len() == answered && !has_unanswered && (slow == 0 || row.is_only_slow);
    row
}

/// Checks memory, log and life after the attack.
fn check_process(row: &mut Row, stage: &mut Stage, form: &Form, idle_mib: u64, log_bytes: u64) {
    row.peak_mib = stage.instance.memory.peak_mib().saturating_sub(idle_mib);
    if row.peak_mib > MEMORY_ABOVE_IDLE_MIB_MAX {
        row.faults.push(format!("{} MiB above idle", row.peak_mib));
    }
    if stage.instance.memory.was_killed() {
        row.faults.push(format!("killed at {MEMORY_KILL_MIB} MiB above idle"));
    }
    let grown = stage.instance.log_bytes().saturating_sub(log_bytes);
    if grown > LOG_BYTES_MAX {
        row.faults.push(format!("the log grew by {} KiB", grown / 1_024));
    }
    row.is_usable = stage.answers_within(RECOVERY);
    if !stage.instance.is_alive() {
        row.faults.push(format!("the process ended: {}", stage.instance.tail()));
    } else if !row.is_usable {
        row.faults.push(format!("no answer {} s after the attack", RECOVERY.as_secs()));
    } else {
        let (permitted_mib, end) = (memory_after_mib_max(idle_mib), Instant::now() + form.settle);
        while stage.instance.memory.now_mib() > permitted_mib && Instant::now() < end {
            thread::sleep(Duration::from_millis(100));
        }
        let rest = stage.instance.memory.now_mib();
        if rest > permitted_mib {
            let seconds = form.settle.as_secs();
            row.faults.push(format!("{rest} MiB {seconds} s later, idle was {idle_mib} MiB"));
        }
    }
}
