//! Events as rows: which records become rows, and which rows each query returns.

mod apply;
mod cost;
mod master_data;
mod pattern;
mod plan;
mod query;
mod strategy;
mod time;
mod unreadable;
mod value;

use crate::{
    apply::{Tables, apply as apply_blocks, start},
    follow::Reader,
    provenance::Owner,
    tenant::{self, TenantTx},
    testing::{
        TestDatabase,
        chain::{SUBJECT_KEY, TestChain},
    },
};
use chain_types::{Height, ShardId, TenantId};
use sqlx::PgPool;
use std::sync::Arc;

const A: TenantId = TenantId([0xa; 16]);
const B: TenantId = TenantId([0xb; 16]);

fn owner(tenant: TenantId) -> Owner<'static> {
    Owner { tenant, subject_key: &SUBJECT_KEY }
}

/// A database with an applied chain of one shard.
struct Applied {
    database: TestDatabase,
    app: PgPool,
}

impl Applied {
    async fn of(chain: &Arc<TestChain>) -> Self {
        let database = TestDatabase::create().await;
        let pool = database.indexer_pool().await;
        let mut connection = pool.acquire().await.expect("the pool provides a connection");
        let source = chain.source();
        let tip = source.tip(ShardId(0)).await.expect("a tip");
        let mut cursor = start(ShardId(0), source.genesis().first_parent(ShardId(0)));
        let mut reader = Reader::after(source, &cursor);
        while cursor.height < tip {
            let blocks = reader.next(Height(u64::MAX)).await.expect("blocks");
            let applied = apply_blocks(&mut connection, &*chain.vault(), Tables::Live, 1, &cursor, blocks).await;
            cursor = applied.expect("applied");
        }
        let app = database.app_pool().await;
        Self { database, app }
    }

    async fn tenant(&self, tenant: TenantId) -> TenantTx {
        tenant::begin(&self.app, tenant).await.expect("the transaction begins")
    }
}
