//! A rebuild replaces the tables at once: whoever reads meanwhile sees the old ones or the new ones, whole.

use super::{A, draw, indexed};
use crate::{
    follow::try_lease,
    ledger,
    progress::CHANNEL,
    rebuild::{RebuildError, compare, drop_leftovers, rebuild},
    source::{BlockSource, SourceError},
    tenant,
    testing::{TestDatabase, chain::TestChain},
};
use chain_types::{FinalBlock, Genesis, Height, ShardId};
use futures::future::BoxFuture;
use sqlx::{PgConnection, postgres::PgListener};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

/// The rows and the heights that a reader sees.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Seen {
    events: i64,
    heights: Vec<Height>,
}

async fn read(connection: &mut PgConnection) -> Seen {
    let heights = ledger::cursors(connection).await.expect("cursors").iter().map(|cursor| cursor.height).collect();
    let count = "SELECT count(*) FROM index.provenance_event";
    Seen { heights, events: sqlx::query_scalar(count).fetch_one(connection).await.expect("a count") }
}

/// A source that looks at the live tables whenever it is asked for blocks, which is in the middle of a rebuild.
struct Watching {
    chain: Arc<TestChain>,
    database: Arc<TestDatabase>,
    before: Seen,
    looks: AtomicUsize,
    /// After so many looks, the source ends.
    looks_max: usize,
}

impl Watching {
    async fn look(&self) {
        let mut owner = self.database.owner().await;
        assert_eq!(read(&mut owner).await, self.before, "the live tables are untouched");
        for shard in [0, 1] {
            let is_free = try_lease(&mut owner, ShardId(shard)).await.expect("a query");
            assert!(!is_free, "nobody else can write shard {shard} before the rebuild ends");
        }
        self.looks.fetch_add(1, Ordering::SeqCst);
    }
}

impl BlockSource for Watching {
    fn genesis(&self) -> &Genesis {
        self.chain.genesis()
    }

    fn tip(&self, shard: ShardId) -> BoxFuture<'_, Result<Height, SourceError>> {
        self.chain.tip(shard)
    }

    fn blocks(
        &self,
        shard: ShardId,
        from: Height,
        max: usize,
    ) -> BoxFuture<'_, Result<Vec<Arc<FinalBlock>>, SourceError>> {
        Box::pin(async move {
            self.look().await;
            if self.looks.load(Ordering::SeqCst) > self.looks_max {
                return Ok(Vec::new());
            }
            self.chain.blocks(shard, from, max.min(1)).await
        })
    }
}

/// An indexed chain that has grown by a block on each shard since, seen through a [`Watching`] source.
async fn watched(looks_max: usize) -> (Arc<TestDatabase>, Arc<TestChain>, Arc<Watching>) {
    let (database, chain) = indexed().await;
    let before = read(&mut database.owner().await).await;
    for shard in [0, 1] {
        chain.capture(shard, 9_000, A, &[draw(&format!("late{shard}"))]);
    }
    let database = Arc::new(database);
    let looks = AtomicUsize::new(0);
    let watching = Watching { chain: Arc::clone(&chain), database: Arc::clone(&database), before, looks, looks_max };
    (database, chain, Arc::new(watching))
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_never_see_a_part_of_a_rebuild() {
    let (database, chain, watching) = watched(usize::MAX).await;
    let stop = Arc::new(AtomicBool::new(false));
    let pool = database.app_pool().await;
    let mut readers = Vec::new();
    for _ in 0..4 {
        let (stop, pool, least) = (Arc::clone(&stop), pool.clone(), watching.before.heights.clone());
        readers.push(tokio::spawn(async move {
            let mut reads = 0_usize;
            while !stop.load(Ordering::SeqCst) {
                let mut connection = tenant::begin(&pool, A).await.expect("a transaction");
                let seen = read(&mut connection).await;
                assert!(seen.events == 12 || seen.events == 14, "{seen:?}: the tenant's events before or after");
                assert!(seen.heights >= least, "{seen:?}");
                connection.commit().await.expect("commits");
                reads += 1;
            }
            reads
        }));
    }
    let source: Arc<dyn BlockSource> = Arc::clone(&watching) as _;
    let cursors = rebuild(&database.url(), &source, &chain.vault()).await.expect("a rebuild");
    assert_eq!(cursors.iter().map(|cursor| cursor.height).collect::<Vec<_>>(), [Height(4), Height(4)]);
    for _ in 0..5 {
        rebuild(&database.url(), &chain.source(), &chain.vault()).await.expect("another rebuild");
    }
    stop.store(true, Ordering::SeqCst);
    for reader in readers {
        assert!(reader.await.expect("a reader saw whole tables only") > 0);
    }
    assert_eq!(watching.looks.load(Ordering::SeqCst), 8, "the live tables were looked at before every block");
    let found = compare(&database.url(), &chain.source(), &chain.vault()).await.expect("the comparison succeeds");
    assert!(found.is_identical(), "{found:#?}");
}

#[tokio::test]
async fn an_interrupted_rebuild_leaves_the_old_tables_and_the_next_start_drops_its_own() {
    let (database, chain, watching) = watched(5).await;
    let source: Arc<dyn BlockSource> = Arc::clone(&watching) as _;
    let error = rebuild(&database.url(), &source, &chain.vault()).await.expect_err("the source ended");
    assert!(matches!(error, RebuildError::Interrupted), "{error}");
    let mut owner = database.owner().await;
    assert_eq!(read(&mut owner).await, watching.before);
    assert_eq!(schemas(&mut owner).await, ["index", "index_rebuild"]);
    drop_leftovers(&database.url()).await.expect("drops");
    assert_eq!(schemas(&mut owner).await, ["index"]);
    rebuild(&database.url(), &chain.source(), &chain.vault()).await.expect("a rebuild");
    assert_eq!(schemas(&mut owner).await, ["index"]);
}

async fn schemas(owner: &mut PgConnection) -> Vec<String> {
    let names = "SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'index%' ORDER BY 1";
    sqlx::query_scalar(names).fetch_all(owner).await.expect("names")
}

/// Listeners of another process hear of no height that the live tables do not have yet.
#[tokio::test]
async fn a_rebuild_announces_its_heights_once_they_can_be_read() {
    let (database, chain, _) = watched(usize::MAX).await;
    let mut listener = PgListener::connect(&database.url()).await.expect("a listener");
    listener.listen(CHANNEL).await.expect("listens");
    rebuild(&database.url(), &chain.source(), &chain.vault()).await.expect("a rebuild");
    let mut heard = Vec::new();
    for _ in 0..2 {
        heard.push(listener.recv().await.expect("a notification").payload().to_owned());
    }
    assert_eq!(heard, ["0:4", "1:4"]);
}

/// What a migration or a reader may rely on besides the columns.
const CATALOG: &str = "
    SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'index'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'index'
    UNION ALL SELECT concat_ws(' ', 'policy', tablename, policyname, permissive, roles, cmd, qual, with_check)
        FROM pg_policies WHERE schemaname = 'index'
    UNION ALL SELECT concat_ws(' ', relkind, relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner))
        FROM pg_class WHERE relnamespace = 'index'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'right', relname, pg_get_userbyid(a.grantee), a.privilege_type)
        FROM pg_class, aclexplode(relacl) a WHERE relnamespace = 'index'::regnamespace AND a.grantee <> relowner
    UNION ALL SELECT concat_ws(' ', 'right', attrelid::regclass, attname, pg_get_userbyid(a.grantee), a.privilege_type)
        FROM pg_attribute, aclexplode(attacl) a WHERE attrelid::regclass::text LIKE 'index.%'
    UNION ALL SELECT concat_ws(' ', 'right', nspname, pg_get_userbyid(a.grantee), a.privilege_type)
        FROM pg_namespace, aclexplode(nspacl) a WHERE nspname = 'index' AND a.grantee <> nspowner
    UNION ALL SELECT concat_ws(' ', 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull)
        FROM pg_attribute JOIN pg_class t ON t.oid = attrelid
        WHERE relnamespace = 'index'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
    ORDER BY 1";

#[tokio::test]
async fn a_rebuilt_schema_has_the_names_policies_and_rights_of_the_migrated_one() {
    let (database, chain) = indexed().await;
    let mut owner = database.owner().await;
    let grant = "GRANT SELECT (height) ON index.conviction TO waymark_service";
    sqlx::query(grant).execute(&mut owner).await.expect("the owner may run the statement");
    let before: Vec<String> = sqlx::query_scalar(CATALOG).fetch_all(&mut owner).await.expect("a catalog");
    assert!(
        before.iter().any(|line| line.starts_with("policy "))
            && before.iter().any(|line| line.contains("(height)") || line.contains("conviction height")),
        "{before:#?}"
    );
    rebuild(&database.url(), &chain.source(), &chain.vault()).await.expect("a rebuild");
    let after: Vec<String> = sqlx::query_scalar(CATALOG).fetch_all(&mut owner).await.expect("a catalog");
    assert_eq!(before, after);
}
