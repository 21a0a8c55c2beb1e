//! Checks signatures of transactions outside the shard threads [P1, signatures]. Invariant: only transactions with
//! valid signatures reach a shard. All waiting transactions are checked together, so batches grow with the load.

use crate::{SubmitError, reply::Origin, request::Request};
use chain_types::{transaction::CheckedTransaction, verified::verify_all};
use crossbeam_channel::{Receiver, Sender};
use std::{io, thread};

/// Jobs that can wait for their signature check. The bytes that they hold have a separate limit.
pub const VERIFY_QUEUE_MAX: usize = 65_536;
/// Transactions after which a batch is full. The job that fills it may exceed the limit.
pub const VERIFY_BATCH_MAX: usize = 1_024;

/// Transactions for one shard that arrived together.
pub(crate) struct Job {
    pub(crate) shard: usize,
    pub(crate) transactions: Vec<(CheckedTransaction, Origin)>,
}

/// Starts the checking threads. They end when the queue's senders are gone.
pub(crate) fn start(
    threads: usize,
    jobs: &Receiver<Job>,
    shards: &[Sender<Request>],
) -> io::Result<Vec<thread::JoinHandle<()>>> {
    (0..threads)
        .map(|index| {
            let (jobs, shards) = (jobs.clone(), shards.to_vec());
            thread::Builder::new().name(format!("verify-{index}")).spawn(move || run(&jobs, &shards))
        })
        .collect()
}

fn run(jobs: &Receiver<Job>, shards: &[Sender<Request>]) {
    let mut rng = rand::make_rng::<rand::rngs::StdRng>();
    while let Ok(first) = jobs.recv() {
        let (mut transactions, mut routes) = (Vec::new(), Vec::new());
        let mut next = Some(first);
        while let Some(job) = next {
            for (transaction, origin) in job.transactions {
                transactions.push(transaction);
                routes.push((job.shard, origin));
            }
            next = if transactions.len() < VERIFY_BATCH_MAX { jobs.try_recv().ok() } else { None };
        }
        let mut verified: Vec<Vec<_>> = shards.iter().map(|_| Vec::new()).collect();
        for (outcome, (shard, origin)) in verify_all(transactions, &mut rng).into_iter().zip(routes) {
            match outcome {
                Ok(transaction) => verified[shard].push((transaction, origin)),
                Err(_) => origin.refuse(SubmitError::Refused {
                    code: "ledger.bad_signature",
                    detail: "the transaction's signature is not valid".to_owned(),
                }),
            }
        }
        for (shard, batch) in shards.iter().zip(verified) {
            if !batch.is_empty()
                && let Err(failed) = shard.send(Request::Submit(batch))
            {
                failed.into_inner().refuse();
            }
        }
    }
}
