//! The lists of what events name: each value once, in one spelling, for its own tenant alone.

use super::{A, Applied, B};
use crate::{
    provenance::{VALUE_BYTES_MAX, ValueKind, has_value, list_values},
    tenant::TenantTx,
    testing::chain::{Draw, TestChain},
};
use chain_types::TenantId;

fn event(id: &str, rest: &str) -> Draw {
    Draw::event(&format!(
        r#"{{"type":"ObjectEvent","eventID":"urn:ex:{id}","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD",{rest}}}"#
    ))
}

async fn all(tx: &mut TenantTx, tenant: TenantId, kind: ValueKind) -> Vec<String> {
    list_values(tx, tenant, kind, None, 100).await.expect("a list")
}

const SGTIN: &str = "https://id.gs1.org/01/04012345111118/21/";

#[tokio::test]
async fn each_value_is_listed_once_in_the_order_of_its_bytes() {
    let chain = TestChain::new(1);
    let first = r#""bizStep":"shipping","disposition":"https://ref.gs1.org/cbv/Disp-active","epcList":
        ["urn:epc:id:sgtin:4012345.011111.2","urn:epc:id:sgtin:4012345.011111.1"],
        "quantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.011111.L1"}],
        "readPoint":{"id":"urn:epc:id:sgln:4012345.00005.0"},"bizLocation":{"id":"urn:ex:dock"}"#;
    let again = r#""bizStep":"urn:epcglobal:cbv:bizstep:shipping","disposition":"active",
        "epcList":["https://shop.example/01/4012345111118/21/%31"],
        "readPoint":{"id":"https://example.org/414/4012345000054"},"bizLocation":{"id":"urn:ex:Dock"}"#;
    let own = r#""bizStep":"ex:polishing","epcList":[]"#;
    chain.capture(0, 1_000, A, &[event("a", first), event("b", again)]);
    chain.capture(0, 2_000, A, &[event("c", again), event("d", own)]);
    chain.capture(0, 3_000, B, &[event("e", r#""bizStep":"packing","epcList":["urn:ex:b"]"#)]);
    let own_type = r#"{"type":"ex:MovedEvent","eventID":"urn:ex:f","eventTime":"2026-01-01T00:00:00Z",
        "eventTimeZoneOffset":"+00:00","parentID":"urn:ex:parent"}"#;
    chain.capture(0, 4_000, A, &[Draw::event(own_type)]);
    let applied = Applied::of(&chain).await;

    let mut tx = applied.tenant(A).await;
    let lists: [(ValueKind, &[&str]); 6] = [
        (ValueKind::OwnType, &["https://ex.org/MovedEvent"]),
        (ValueKind::Epc, &[&format!("{SGTIN}1"), &format!("{SGTIN}2"), "urn:ex:parent"]),
        (ValueKind::BizStep, &["https://ex.org/polishing", "shipping"]),
        (ValueKind::BizLocation, &["urn:ex:Dock", "urn:ex:dock"]),
        (ValueKind::ReadPoint, &["https://id.gs1.org/414/4012345000054"]),
        (ValueKind::Disposition, &["active"]),
    ];
    for (kind, expected) in lists {
        assert_eq!(all(&mut tx, A, kind).await, expected, "{kind:?}");
        for size in 1..=3 {
            let (mut paged, mut after) = (Vec::new(), None::<String>);
            loop {
                let page = list_values(&mut tx, A, kind, after.as_deref(), size).await.expect("a page");
                after = page.last().cloned();
                if after.is_none() {
                    break;
                }
                paged.extend(page);
            }
            assert_eq!(paged, expected, "{kind:?} in pages of {size}");
        }
        for value in expected {
            assert!(has_value(&mut tx, A, kind, value).await.expect("an answer"), "{value}");
        }
    }
    for (kind, absent) in
        [(ValueKind::BizStep, "packing"), (ValueKind::BizStep, "active"), (ValueKind::Epc, "urn:ex:b")]
    {
        assert!(!has_value(&mut tx, A, kind, absent).await.expect("an answer"), "{absent}");
    }
    tx.rollback().await.expect("a rollback");

    let mut tx = applied.tenant(B).await;
    assert_eq!(all(&mut tx, B, ValueKind::BizStep).await, ["packing"]);
    assert_eq!(all(&mut tx, B, ValueKind::Epc).await, ["urn:ex:b"]);
    // The statement names the wrong tenant: row-level security is the second protection.
    assert!(all(&mut tx, A, ValueKind::Epc).await.is_empty());
    assert!(!has_value(&mut tx, A, ValueKind::BizStep, "shipping").await.expect("an answer"));
}

#[tokio::test]
async fn a_value_that_cannot_be_asked_for_is_not_listed() {
    let long = format!("urn:x:{}", "x".repeat(VALUE_BYTES_MAX - 6));
    let steps = [long.clone(), format!("{long}x"), "urn:x:\\u0007".to_owned(), String::new()];
    let draws = steps.map(|step| event("x", &format!(r#""bizStep":"{step}","epcList":[]"#)));
    let chain = TestChain::new(1);
    chain.capture(0, 1_000, A, &draws);
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;
    assert_eq!(all(&mut tx, A, ValueKind::BizStep).await, [long.as_str()]);
    for absent in [format!("{long}x"), "urn:x:\0".to_owned(), String::new()] {
        assert!(!has_value(&mut tx, A, ValueKind::BizStep, &absent).await.expect("an answer"));
    }
}

#[tokio::test]
async fn what_only_an_erased_record_named_is_not_listed() {
    let chain = TestChain::new(1);
    let named = |id: &str| event(id, &format!(r#""bizStep":"ex:{id}","epcList":["urn:ex:{id}"]"#));
    let erased = chain.capture(0, 1_000, A, &[named("erased")]);
    chain.capture(0, 2_000, A, &[named("kept")]);
    chain.forget_key(A, erased.block.transactions[0].header.id());
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;
    assert_eq!(all(&mut tx, A, ValueKind::Epc).await, ["urn:ex:kept"]);
    assert_eq!(all(&mut tx, A, ValueKind::BizStep).await, ["https://ex.org/kept"]);
}
