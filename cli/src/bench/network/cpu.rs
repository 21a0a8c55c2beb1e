//! The CPU time of processes by thread name, from Linux's `/proc`. Invariant: a thread counts for exactly one stage.
//! Only `/proc` is read.

use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, fs, time::Duration};

/// Clock ticks per second in `/proc/<pid>/stat` (Linux's `USER_HZ`, 100 on every supported architecture).
const TICKS_PER_S: f64 = 100.0;

/// Prefixes of thread names, with their stage.
const STAGES: [(&str, &str); 5] = [
    ("shard-", "execute_and_decide"),
    ("verify-", "verify_signatures"),
    ("network", "network"),
    ("rocksdb", "store_background"),
    ("tokio", "decode"),
];

/// CPU time by stage, in clock ticks.
pub struct CpuTimes(BTreeMap<&'static str, u64>);

impl CpuTimes {
    /// Reads the CPU time that the processes have used so far.
    pub fn read(pids: &[u32]) -> anyhow::Result<Self> {
        let mut times = BTreeMap::new();
        for pid in pids {
            for task in fs::read_dir(format!("/proc/{pid}/task"))? {
                let Ok(stat) = fs::read_to_string(task?.path().join("stat")) else { continue };
                if let Some((name, ticks)) = parse(&stat) {
                    *times.entry(stage(name)).or_default() += ticks;
                }
            }
        }
        Ok(Self(times))
    }

    /// The CPU time since an earlier reading.
    pub fn since(mut self, before: &Self) -> Self {
        for (stage, ticks) in &mut self.0 {
            *ticks = ticks.saturating_sub(before.0.get(stage).copied().unwrap_or(0));
        }
        self
    }

    /// The average number of busy cores per stage, over all processes.
    pub fn shares(&self, elapsed: Duration) -> Value {
        #[allow(clippy::cast_precision_loss, reason = "ticks of a bench are far below 2^52")]
        let share = |ticks: u64| super::round(ticks as f64 / TICKS_PER_S / elapsed.as_secs_f64());
        let shares: Map<String, Value> =
            self.0.iter().map(|(stage, ticks)| ((*stage).to_owned(), json!(share(*ticks)))).collect();
        Value::Object(shares)
    }
}

fn stage(name: &str) -> &'static str {
    STAGES.iter().find(|(prefix, _)| name.starts_with(prefix)).map_or("other", |(_, stage)| stage)
}

/// A thread's name, and the sum of its user and system time in clock ticks.
fn parse(stat: &str) -> Option<(&str, u64)> {
    let (_, rest) = stat.split_once('(')?;
    let (name, rest) = rest.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some((name, user + system))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_is_counted_for_its_stage() {
        let stat = "12 (shard-1) S 1 2 3 4 5 6 7 8 9 10 700 42 0 0 20 0";
        assert_eq!(parse(stat), Some(("shard-1", 742)));
        assert_eq!(stage("shard-1"), "execute_and_decide");
        assert_eq!(stage("rocksdb:low0"), "store_background");
        assert_eq!(stage("waymark"), "other");
    }
}
