//! `waymark operator`: what the operator of a deployment does to a running gateway. Invariant: the running gateway
//! makes every change. This command reaches it through a socket in its data directory, which only the owner can open.

mod print;
pub mod request;
pub mod responder;
mod seal_key;

use anyhow::Context as _;
use request::{Request, ask};
use std::{path::PathBuf, process::ExitCode};

/// Flags of `waymark operator`.
#[derive(clap::Args, Clone, Debug)]
pub struct OperatorArguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    of: Of,
}

/// A running gateway.
#[derive(clap::Args, Clone, Debug)]
pub struct Of {
    /// The data directory of a running `waymark up` or `waymark gateway`
    #[arg(long, env = "WAYMARK_DATA_DIR", default_value = "waymark-data", value_name = "DIR", global = true)]
    data: PathBuf,
    /// Print one line of JSON
    #[arg(long, global = true)]
    json: bool,
}

/// Flags of `waymark console-link`.
#[derive(clap::Args, Clone, Debug)]
pub struct ConsoleLinkArguments {
    /// The tenant [default: the sandbox of `waymark up`]
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    #[command(flatten)]
    of: Of,
}

#[derive(clap::Subcommand, Clone, Debug)]
enum Action {
    /// Create an API key of the operator, which creates tenants and rotates token keys through the API
    Key,
    /// Create, list, suspend or recover tenants
    #[command(subcommand)]
    Tenant(Tenant),
    /// Replace the key that signs access tokens
    TokenKey {
        /// Also end every token issued so far; use it when the key may have leaked
        #[arg(long)]
        revoke: bool,
    },
    /// Replace a secret of the service: `cursor` signs paging cursors
    Secret {
        /// Its name
        #[arg(value_name = "NAME", default_value = "cursor")]
        name: String,
    },
    /// Replace the key-encryption key, and seal what is stored again
    #[command(subcommand)]
    Kek(Kek),
    /// Show the newest actions of the operator
    Audit,
}

#[derive(clap::Subcommand, Clone, Debug)]
enum Tenant {
    /// Create a tenant with its first API key
    Create {
        /// The name for display
        #[arg(long)]
        name: String,
        /// A sandbox instead of a live tenant
        #[arg(long)]
        test: bool,
        /// The e-mail address of the first owner; without one the first key is a service key
        #[arg(long, value_name = "ADDRESS")]
        owner_email: Option<String>,
        /// The name of the first owner [default: the address]
        #[arg(long, value_name = "NAME", requires = "owner_email")]
        owner_name: Option<String>,
    },
    /// List tenants, at most a thousand at once
    List {
        /// Only those after this id
        #[arg(long, value_name = "ID")]
        after: Option<String>,
    },
    /// Refuse every credential of a tenant
    Suspend {
        #[arg(value_name = "ID")]
        tenant: String,
    },
    /// End a suspension
    Resume {
        #[arg(value_name = "ID")]
        tenant: String,
    },
    /// Create a new owner's key for a tenant that has lost its own
    Recover {
        #[arg(value_name = "ID")]
        tenant: String,
    },
}

#[derive(clap::Subcommand, Clone, Debug)]
enum Kek {
    /// Show the ids of the keys, and how many values each sealed
    Status,
    /// Put a new key first in the file, and seal everything again with it
    Rotate,
    /// Read the file again
    Load,
    /// Read the file again, and seal everything again with its first key
    Reseal,
    /// Remove all keys but the first from the file, if they seal nothing
    DropOld,
}

/// Runs the subcommand.
pub async fn run(arguments: OperatorArguments) -> anyhow::Result<ExitCode> {
    send(&arguments.of, arguments.action.request()).await
}

/// Prints a link that signs the console in.
pub async fn run_console_link(arguments: ConsoleLinkArguments) -> anyhow::Result<ExitCode> {
    send(&arguments.of, Request::ConsoleLink { tenant: arguments.tenant }).await
}

async fn send(of: &Of, request: Request) -> anyhow::Result<ExitCode> {
    let answer =
        ask(&of.data, &request).await.with_context(|| format!("asking the gateway on {}", of.data.display()))?;
    if of.json {
        println!("{answer}");
    } else {
        println!("{}", print::text(&request, &answer));
    }
    Ok(crate::exit::SUCCESS.into())
}

impl Action {
    fn request(self) -> Request {
        match self {
            Self::Key => Request::CreateKey,
            Self::Tenant(Tenant::Create { name, test, owner_email, owner_name }) => {
                Request::CreateTenant { name, is_test: test, owner_email, owner_name }
            }
            Self::Tenant(Tenant::List { after }) => Request::ListTenants { after },
            Self::Tenant(Tenant::Suspend { tenant }) => Request::SuspendTenant { tenant, is_suspended: true },
            Self::Tenant(Tenant::Resume { tenant }) => Request::SuspendTenant { tenant, is_suspended: false },
            Self::Tenant(Tenant::Recover { tenant }) => Request::RecoverTenant { tenant },
            Self::TokenKey { revoke } => Request::RotateTokenKey { revoke },
            Self::Secret { name } => Request::RotateSecret { name },
            Self::Kek(Kek::Status) => Request::SealStatus,
            Self::Kek(Kek::Rotate) => Request::RotateSealKey,
            Self::Kek(Kek::Load) => Request::LoadKeys,
            Self::Kek(Kek::Reseal) => Request::Reseal,
            Self::Kek(Kek::DropOld) => Request::DropOldKeys,
            Self::Audit => Request::Audit,
        }
    }
}
