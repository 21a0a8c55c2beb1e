//! A real database for each test, in one private server per test run.
//!
//! Invariant: a [`TestDatabase`] drops its database. The server and its files are removed when the test runner ends for
//! any reason.

#[cfg(test)]
pub(crate) mod chain;
mod server;

use crate::{connection, pool};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool};
use uuid::Uuid;

/// A migrated, empty database of one test.
#[derive(Debug)]
pub struct TestDatabase {
    server: server::TestServer,
    name: String,
}

impl TestDatabase {
    /// Creates a database in the run's server, which the first caller starts: about 1.5 s for the first test of a run,
    /// 0.05 s for each other.
    ///
    /// # Panics
    /// When the server cannot be started.
    pub async fn create() -> Self {
        let server = server::shared().await;
        let name = format!("test_{}", Uuid::new_v4().simple());
        let template = server::TestServer::template();
        administer(&server, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Self { server, name }
    }

    /// The URL of the database. The user is the owner of its tables, a superuser.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// A pool like the gateway's.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn app_pool(&self) -> PgPool {
        pool::app_pool(&self.url()).await.expect("the test server answers")
    }

    /// A pool like the indexer's.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn indexer_pool(&self) -> PgPool {
        pool::indexer_pool(&self.url()).await.expect("the test server answers")
    }

    /// A connection of the owner, which has every right: for tampering.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn owner(&self) -> PgConnection {
        connection::connect(&self.url()).await.expect("the test server answers")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // A runtime cannot be entered from within another, so this one has its own thread.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                runtime.block_on(administer(&server, &format!("DROP DATABASE {name} WITH (FORCE)")));
            }
        });
        // After a failure the database is removed with the server.
        drop(dropped.join());
    }
}

async fn administer(server: &server::TestServer, statement: &str) {
    let mut connection = connection::connect(&server.url("postgres")).await.expect("the test server answers");
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.expect("the owner's statement succeeds");
    connection.close().await.expect("the test server answers");
}
