//! Tests of the cache without a database: the pool connects on first use, and nothing here uses it.

use super::*;
use crate::auth::ScopeSet;

fn states() -> KeyStates {
    KeyStates::new(PgPool::connect_lazy("postgres://localhost/none").expect("a URL"))
}

#[tokio::test]
async fn a_read_that_began_before_a_change_is_not_kept() {
    let (states, tenant, key) = (states(), TenantId(Uuid::from_u128(1)), Uuid::from_u128(2));
    let insert = |period| {
        let state = Arc::new(KeyState::for_test(ScopeSet::EMPTY));
        states.known.insert((tenant, key), Known { read_at: Instant::now(), period, state });
    };
    let before = states.period(tenant);
    insert(Arc::clone(&before));
    assert!(states.cached(tenant, key).is_some());
    states.invalidate_tenant(tenant);
    assert!(states.cached(tenant, key).is_none(), "a change ends what was known");
    insert(before);
    assert!(states.cached(tenant, key).is_none(), "a late insert of an old read is not used");
    insert(states.period(tenant));
    assert!(states.cached(tenant, key).is_some());
}

#[tokio::test]
async fn a_change_of_one_tenant_leaves_the_others_cached() {
    let (states, key) = (states(), Uuid::from_u128(2));
    let [ours, theirs] = [1, 2].map(|id| TenantId(Uuid::from_u128(id)));
    for tenant in [ours, theirs] {
        let state = Arc::new(KeyState::for_test(ScopeSet::EMPTY));
        let known = Known { read_at: Instant::now(), period: states.period(tenant), state };
        states.known.insert((tenant, key), known);
    }
    states.invalidate_tenant(theirs);
    assert!(states.cached(ours, key).is_some());
    assert!(states.cached(theirs, key).is_none());
}
