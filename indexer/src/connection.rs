//! Opens sessions by URL. Invariant: the URL says everything about a session. The `PG*` variables of a shell and
//! password files change nothing, so the same URL reaches the same database from every shell.
//!
//! `sqlx` reads `PGOPTIONS` before it reads a URL, and offers no way to undo that. Therefore the binary removes the
//! variables before it starts (`cli/src/environment.rs`), and this file covers the others.

use sqlx::{ConnectOptions as _, PgConnection, postgres::PgConnectOptions};
use std::str::FromStr as _;

/// What a URL gets if it does not say otherwise: parameter, and value.
const DEFAULTS: [(&str, &str); 3] = [
    ("port", "5432"),
    // The driver is built without TLS.
    ("sslmode", "disable"),
    // With any password, no password file is searched. A server that wants one refuses this one.
    ("password", ""),
];

/// The URLs by which the parts of Waymark reach one database, each with the login of that part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DatabaseUrls {
    /// Owns the tables: for [`crate::migrate::migrate`] and [`crate::rebuild`].
    pub migrator: String,
    /// For [`crate::pool::app_pool`].
    pub gateway: String,
    /// For [`crate::pool::indexer_pool`].
    pub indexer: String,
}

impl DatabaseUrls {
    /// The same login for all parts.
    pub fn with_one_login(url: &str) -> Self {
        Self { migrator: url.to_owned(), gateway: url.to_owned(), indexer: url.to_owned() }
    }
}

/// Reads a URL of the form `postgres://USER:PASSWORD@HOST:PORT/DATABASE`; the parameter `host` may name the folder of a
/// Unix socket.
///
/// # Errors
/// [`sqlx::Error::Configuration`] when the URL is malformed.
pub fn options(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
    let complete = complete(url)?;
    PgConnectOptions::from_str(&complete)
}

/// Opens one session.
///
/// # Errors
/// As [`options`], or when the server cannot be reached or refuses.
pub async fn connect(url: &str) -> Result<PgConnection, sqlx::Error> {
    options(url)?.connect().await
}

/// The URL with every parameter of [`DEFAULTS`].
fn complete(url: &str) -> Result<String, sqlx::Error> {
    let mut url: url::Url = url.parse().map_err(|error| sqlx::Error::Configuration(Box::new(error)))?;
    let named: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    let says = |name: &str| match name {
        "port" => url.port().is_some(),
        "password" => url.password().is_some(),
        _ => named.iter().any(|named| named == "ssl-mode"),
    };
    let missing: Vec<_> =
        DEFAULTS.into_iter().filter(|(name, _)| !says(name) && !named.iter().any(|named| named == name)).collect();
    if !missing.is_empty() {
        url.query_pairs_mut().extend_pairs(missing);
    }
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_completed_and_never_overruled() {
        for (given, expected) in [
            ("postgres://a@b/c", "postgres://a@b/c?port=5432&sslmode=disable&password="),
            ("postgres://a:p@b:6/c", "postgres://a:p@b:6/c?sslmode=disable"),
            ("postgres://a@b/c?ssl-mode=require&port=7", "postgres://a@b/c?ssl-mode=require&port=7&password="),
            ("postgres://a@b/c?password=p&sslmode=prefer", "postgres://a@b/c?password=p&sslmode=prefer&port=5432"),
        ] {
            assert_eq!(complete(given).expect("a URL"), expected);
        }
        assert!(matches!(options("no URL"), Err(sqlx::Error::Configuration(_))));
    }
}
