//! `waymark keys`: prepares a member of a consortium for its first start. Invariant: secrets stay in the data
//! directory. Only public keys and documents are printed or written elsewhere.

use crate::{
    home::{ChainShape, Home, node_key, node_seed, operator_key, write_private},
    members::{Member, Members, public_key},
    new_chain::{EpochLength, ValidatorKeys, new_genesis},
};
use anyhow::{Context as _, bail, ensure};
use chain_types::{Genesis, codec};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Flags of `waymark keys`.
#[derive(clap::Args, Clone, Debug)]
pub struct KeysArguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand, Clone, Debug)]
enum Action {
    /// Print the public keys of a data directory; creates the keys if there are none
    Show {
        /// The data directory
        #[arg(long, env = "WAYMARK_DATA_DIR", value_name = "DIR")]
        data: PathBuf,
    },
    /// Write the genesis document of a new chain
    Genesis {
        /// A validator's public keys, once for each
        #[arg(long = "validator", value_name = "KEY:RANDOMNESS", required = true)]
        validators: Vec<ValidatorKeys>,
        /// The public key of the operator, which registers tenants
        #[arg(long, value_name = "KEY")]
        operator: String,
        /// Shards
        #[arg(long, value_name = "S", default_value_t = crate::home::SHARDS_DEFAULT)]
        shards: u16,
        #[command(flatten)]
        epoch: EpochLength,
        /// Where to write the document
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Make a data directory a member of a chain
    Join {
        /// The data directory
        #[arg(long, env = "WAYMARK_DATA_DIR", value_name = "DIR")]
        data: PathBuf,
        /// The chain's genesis document
        #[arg(long, value_name = "FILE")]
        genesis: PathBuf,
        /// Where to listen for the other members
        #[arg(long, value_name = "ADDR:PORT")]
        listen: Vec<SocketAddr>,
        /// Another member, as KEY@ADDR:PORT, or KEY alone when it dials
        #[arg(long = "peer", value_name = "PEER")]
        peers: Vec<String>,
    },
    /// Allow members, or change their addresses; a running node applies the change
    Allow {
        /// The data directory
        #[arg(long, env = "WAYMARK_DATA_DIR", value_name = "DIR")]
        data: PathBuf,
        /// A member, as KEY@ADDR:PORT, or KEY alone when it dials
        #[arg(value_name = "PEER", required = true)]
        peers: Vec<String>,
    },
    /// Stop allowing members, unless they are registered as validators; a running node applies the change
    Disallow {
        /// The data directory
        #[arg(long, env = "WAYMARK_DATA_DIR", value_name = "DIR")]
        data: PathBuf,
        /// A member's key
        #[arg(value_name = "KEY", required = true)]
        keys: Vec<String>,
    },
}

/// Runs the subcommand.
pub fn run(arguments: KeysArguments) -> anyhow::Result<ExitCode> {
    match arguments.action {
        Action::Show { data } => {
            println!("node       {}", node_key(&data)?.public_key());
            println!("validator  {}", ValidatorKeys::of_seed(&*node_seed(&data)?));
            println!("operator   {}", operator_key(&data)?.public_key());
        }
        Action::Genesis { validators, operator, shards, epoch, out } => {
            ensure!(!out.exists(), "{} exists; a chain's genesis document is never replaced", out.display());
            let genesis = new_genesis(shards, &validators, public_key(&operator)?, epoch)?;
            write_private(&out, &codec::encode(&genesis))?;
            println!("{}", genesis.chain_id());
        }
        Action::Join { data, genesis, listen, peers } => {
            let bytes = std::fs::read(&genesis).with_context(|| format!("reading {}", genesis.display()))?;
            let document: Genesis = codec::decode("a genesis document", &bytes)?;
            document.check()?;
            if data.join("genesis").exists() && Home::open_or_create(&data, ChainShape::default())?.genesis != document
            {
                bail!("{} holds another chain", data.display());
            }
            let peers = peers.iter().map(|peer| member(peer)).collect::<anyhow::Result<_>>()?;
            Home::create(&data, &document, &Members { listen, peers })?;
            println!("{}", node_key(&data)?.public_key());
        }
        Action::Allow { data, peers } => {
            let peers = peers.iter().map(|peer| member(peer)).collect::<anyhow::Result<Vec<_>>>()?;
            let mut members = members_of(&data)?;
            for peer in peers {
                members.allow(peer);
            }
            members.save(&data)?;
        }
        Action::Disallow { data, keys } => {
            let mut members = members_of(&data)?;
            for key in keys {
                ensure!(members.disallow(&key), "{key} is no member in the network.json of {}", data.display());
            }
            members.save(&data)?;
        }
    }
    Ok(crate::exit::SUCCESS.into())
}

/// Reads the members of a data directory that has joined a chain.
fn members_of(data: &Path) -> anyhow::Result<Members> {
    let members = Members::load(data)?;
    members.with_context(|| format!("{} holds no network.json; `waymark keys join` writes it", data.display()))
}

/// Parses a member from `KEY@ADDR:PORT` or `KEY`.
pub fn member(text: &str) -> anyhow::Result<Member> {
    let (key, address) = text.split_once('@').map_or((text, None), |(key, address)| (key, Some(address)));
    public_key(key)?;
    let addresses = address.map(|address| address.parse().with_context(|| format!("{address} is not ADDR:PORT")));
    Ok(Member { key: key.to_owned(), addresses: addresses.transpose()?.into_iter().collect() })
}
