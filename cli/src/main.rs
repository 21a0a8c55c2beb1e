//! The binary `waymark`, the only composition root. Invariant: this crate wires processes and writes to the terminal.
//! The crates below it contain all rules.
#![allow(unreachable_pub, reason = "a binary exports nothing")]
#![allow(clippy::print_stdout, reason = "commands print their results; their progress goes to standard error")]

mod anchor;
mod arguments;
mod audit;
mod backup;
mod bench;
mod blocks;
mod control;
mod database;
mod doctor;
mod environment;
mod epcis;
mod events;
mod exit;
mod gateway_process;
mod health;
mod health_check;
mod home;
mod index_process;
mod keys;
mod ledger;
mod listen;
mod local_validators;
mod members;
mod memory;
mod migrate;
mod new_chain;
mod node_process;
mod openapi;
mod operator;
mod restore;
mod running;
mod secret_file;
mod secrets;
mod seed;
mod services;
mod serving;
mod stop;
mod target;
mod terminal;
mod testnet;
mod up;
mod validator;
mod verify;

use arguments::{Arguments, Command};
use clap::Parser as _;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if let Err(error) = environment::clean() {
        terminal::print_error(&anyhow::Error::new(error).context("starting without the settings of other databases"));
        return exit::FAILURE.into();
    }
    let arguments = Arguments::parse();
    terminal::start_logging(&arguments.log);
    match arguments.command {
        Command::Verify(arguments) => verify::run(&arguments),
        command => run(command),
    }
}

fn run(command: Command) -> ExitCode {
    memory::give_back();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(dispatch(command)),
        Err(error) => Err(error.into()),
    };
    outcome.unwrap_or_else(|error| {
        terminal::print_error(&error);
        exit::FAILURE.into()
    })
}

async fn dispatch(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Up(arguments) => up::run(arguments).await,
        Command::Gateway(arguments) => gateway_process::run(arguments).await,
        Command::Indexer(arguments) => index_process::run(arguments).await,
        Command::Backup(arguments) => backup::run(arguments).await,
        Command::Restore(arguments) => restore::run(arguments).await,
        Command::Bench(arguments) => bench::run(arguments).await,
        Command::Seed(arguments) => seed::run(arguments).await,
        Command::Listen(arguments) => events::listen::run(arguments).await,
        Command::Trigger(arguments) => events::trigger::run(arguments).await,
        Command::Anchor(arguments) => anchor::run(arguments).await,
        Command::Audit(arguments) => audit::run(arguments).await,
        Command::Doctor(arguments) => doctor::run(arguments).await,
        Command::Node(arguments) => node_process::run(arguments).await,
        Command::Testnet(arguments) => testnet::run(arguments).await,
        Command::Keys(arguments) => keys::run(arguments),
        Command::Validator(arguments) => validator::run(arguments).await,
        Command::Operator(arguments) => operator::run(arguments).await,
        Command::ConsoleLink(arguments) => operator::run_console_link(arguments).await,
        Command::Epcis(arguments) => epcis::run(&arguments),
        Command::Openapi(arguments) => openapi::run(&arguments),
        Command::Migrate(arguments) => migrate::run(arguments).await,
        Command::Health(arguments) => health_check::run(arguments).await,
        Command::Secrets(arguments) => secrets::run(&arguments),
        Command::Verify(arguments) => Ok(verify::run(&arguments)),
    }
}
