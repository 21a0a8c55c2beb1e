//! `waymark validator`: registers a validator, lets it leave, or shows its state; the operator admits one. Invariant:
//! the running node signs every transaction. This command writes only `network.json`, to admit a member.

pub mod report;
mod tokens;

use crate::{
    control::{Request, ask},
    keys::member,
    members::Members,
    new_chain::BOND,
};
use anyhow::Context as _;
use report::Report;
use serde_json::Value;
use std::{path::PathBuf, process::ExitCode};
use tokens::Tokens;

/// Flags of `waymark validator`.
#[derive(clap::Args, Clone, Debug)]
pub struct ValidatorArguments {
    #[command(subcommand)]
    action: Action,
}

/// The data directory of a running node.
#[derive(clap::Args, Clone, Debug)]
struct Of {
    /// The data directory of a running node
    #[arg(long, env = "WAYMARK_DATA_DIR", value_name = "DIR")]
    data: PathBuf,
}

#[derive(clap::Subcommand, Clone, Debug)]
enum Action {
    /// Admit the holder of a key, and grant it a bond; the request goes to the gateway with the operator's key
    Admit {
        #[command(flatten)]
        of: Of,
        /// Its node's key, as KEY@ADDR:PORT, or KEY alone when it dials
        #[arg(value_name = "MEMBER")]
        member: String,
        /// Tokens that it needs to hold; the missing part is granted
        #[arg(long, value_name = "TOKENS", default_value_t = Tokens(BOND))]
        bond: Tokens,
    },
    /// Register as a validator and wait for a seat
    Join {
        #[command(flatten)]
        of: Of,
        /// Tokens to bond [default: all that it was granted]
        #[arg(long, value_name = "TOKENS")]
        bond: Option<Tokens>,
    },
    /// Leave the validators; the node continues as a follower
    Leave(Of),
    /// Return to the validators after a suspension (bench) for inactivity
    Return(Of),
    /// Withdraw the released bond and rewards
    Withdraw(Of),
    /// Schedule a higher protocol version; the request goes to the gateway with the operator's key
    ScheduleVersion {
        #[command(flatten)]
        of: Of,
        /// The version; every member needs a build that knows it before the epoch begins
        #[arg(value_name = "VERSION")]
        version: u16,
        /// The first epoch with that version; until then another version can be scheduled instead
        #[arg(long, value_name = "EPOCH")]
        from_epoch: u64,
    },
    /// Show the state of all validators and of this node
    Status {
        #[command(flatten)]
        of: Of,
        /// Print one line of JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the subcommand.
pub async fn run(arguments: ValidatorArguments) -> anyhow::Result<ExitCode> {
    match arguments.action {
        Action::Admit { of, member: text, bond } => {
            let member = member(&text)?;
            let mut members = Members::load(&of.data)?.with_context(|| {
                format!("{} holds no network.json: all validators of its chain live in it", of.data.display())
            })?;
            let request = Request::Admit { key: member.key.clone(), bond: bond.0 };
            let answer: Value = ask(&of.data, &request).await?;
            let key = member.key.clone();
            members.allow(member);
            members.save(&of.data)?;
            println!("{key} may register; its tenant holds {} tokens", tokens(&answer, "balance"));
        }
        Action::Join { of, bond } => {
            let request = Request::Register { bond: bond.map(|tokens| tokens.0) };
            let answer: Value = ask(&of.data, &request).await?;
            let bonded = tokens(&answer, "bond");
            println!("validator {} with a bond of {bonded} tokens waits for a seat", answer["validator"]);
        }
        Action::Leave(of) => {
            let answer: Value = ask(&of.data, &Request::Leave).await?;
            println!("validator {} leaves; keep its node running until it has lost its seat", answer["validator"]);
        }
        Action::Return(of) => {
            let answer: Value = ask(&of.data, &Request::Return).await?;
            println!("validator {} waits for a seat again", answer["validator"]);
        }
        Action::Withdraw(of) => {
            let answer: Value = ask(&of.data, &Request::Withdraw).await?;
            println!("its tenant took {} tokens", tokens(&answer, "amount"));
        }
        Action::ScheduleVersion { of, version, from_epoch: from } => {
            let _: Value = ask(&of.data, &Request::ScheduleVersion { version, from }).await?;
            println!("the chain follows protocol {version} from epoch {from} on");
        }
        Action::Status { of, json } => {
            let report: Report = ask(&of.data, &Request::Status).await?;
            if json {
                println!("{}", serde_json::to_string(&report)?);
            } else {
                println!("{report}");
            }
        }
    }
    Ok(crate::exit::SUCCESS.into())
}

/// Reads an amount from an answer.
fn tokens(answer: &Value, name: &str) -> Tokens {
    Tokens(answer[name].as_u64().unwrap_or_default())
}
