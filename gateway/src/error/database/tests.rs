//! Every row of the table, and failures of a real server.

use super::*;
use http::header;
use indexer::testing::TestDatabase;
use sqlx::{Connection as _, Executor as _, PgConnection};

fn is_retried(error: sqlx::Error, expected: &Code) {
    let shown = error.to_string();
    let answer = ApiError::from(error);
    assert_eq!((answer.code().name, answer.status().as_u16()), (expected.name, 503), "{shown}");
    let headers = axum::response::IntoResponse::into_response(answer);
    assert_eq!(headers.headers()[header::RETRY_AFTER], "1", "{shown}");
}

/// The failure that a server reports with a SQLSTATE.
async fn raised(connection: &mut PgConnection, state: &str) -> sqlx::Error {
    let statement = format!("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '{state}'; END $$");
    connection.execute(sqlx::AssertSqlSafe(statement)).await.expect_err("it is raised")
}

#[tokio::test]
async fn each_state_of_the_table_is_a_503_and_any_other_a_500() {
    let database = TestDatabase::create().await;
    let mut connection = database.owner().await;
    for (prefix, code, _) in STATES {
        // A class is tried with one of its members.
        let state = format!("{prefix:0<5}");
        is_retried(raised(&mut connection, &state).await, code);
    }
    for (state, expected) in [
        ("57P01", &code::UNAVAILABLE),
        ("57P02", &code::UNAVAILABLE),
        ("57P03", &code::UNAVAILABLE),
        ("57P04", &code::UNAVAILABLE),
        ("53100", &code::STORAGE_FULL),
        ("53200", &code::UNAVAILABLE),
        ("53300", &code::OVERLOADED),
        ("55P03", &code::UNAVAILABLE),
        ("08006", &code::UNAVAILABLE),
        ("25006", &code::UNAVAILABLE),
        ("57014", &code::TIMED_OUT),
    ] {
        is_retried(raised(&mut connection, state).await, expected);
    }
    for state in UNSTORABLE_TEXT {
        let answer = ApiError::from(raised(&mut connection, state).await);
        assert_eq!(answer.code().name, code::INVALID_PARAMETER.name, "{state}");
    }
    for state in ["23505", "42P01", "42501", "XX000"] {
        let answer = ApiError::from(raised(&mut connection, state).await);
        assert_eq!(answer.status().as_u16(), 500, "{state} is a fault of ours");
    }
}

#[tokio::test]
async fn failures_of_a_connection_are_503() {
    let database = TestDatabase::create().await;
    // Nobody listens on the port of a listener that is gone.
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let refused = indexer::connection::connect(&format!("postgres://a@{free}/b")).await.expect_err("refused");
    is_retried(refused, &code::UNAVAILABLE);

    let pool = database.app_pool().await;
    let mut owner = database.owner().await;
    let mut connection = pool.acquire().await.expect("a connection");
    let ended = "SELECT pg_terminate_backend($1)";
    let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut *connection).await.expect("its id");
    let _: bool = sqlx::query_scalar(ended).bind(pid).fetch_one(&mut owner).await.expect("it is ended");
    // The first statement may read the server's last words, the second finds the connection closed.
    for _ in 0..2 {
        is_retried((&mut *connection).execute("SELECT 1").await.expect_err("it was ended"), &code::UNAVAILABLE);
    }
    drop(connection);
    pool.close().await;
    is_retried(pool.acquire().await.expect_err("closed"), &code::UNAVAILABLE);
    is_retried(sqlx::Error::PoolTimedOut, &code::OVERLOADED);
}

#[tokio::test]
async fn limits_and_read_only_servers_are_503() {
    let database = TestDatabase::create().await;
    let mut owner = database.owner().await;
    owner.execute("SET statement_timeout = 20").await.expect("set");
    is_retried(owner.execute("SELECT pg_sleep(10)").await.expect_err("too long"), &code::TIMED_OUT);

    owner.execute("SET statement_timeout = 0; CREATE TABLE app.held (id int)").await.expect("a table");
    let mut holder = database.owner().await;
    let mut held = holder.begin().await.expect("a transaction");
    held.execute("LOCK TABLE app.held").await.expect("it is free");
    owner.execute("SET lock_timeout = 20").await.expect("set");
    is_retried(owner.execute("SELECT FROM app.held").await.expect_err("locked"), &code::UNAVAILABLE);

    owner.execute("SET default_transaction_read_only = on").await.expect("set");
    is_retried(owner.execute("CREATE TABLE app.more (id int)").await.expect_err("read-only"), &code::UNAVAILABLE);
}
