//! A product is registered. The same content again changes nothing, another content is rejected, and so is a product
//! that is not among its record's subjects.

use crate::fixture::{Ledger, TENANT, content, entry, lot, rejected};
use chain_types::{
    Command, Entry, Event, Receipt, Subject,
    product::{self, ProductKey},
};

fn product(id: &str) -> Subject {
    Subject::of(TENANT, product::KIND, id, &[7; 32])
}

fn register_about(subjects: Vec<Subject>, id: &str, text: &str) -> Entry {
    let (product, content) = (product(id), content(text));
    let command = product::Command::RegisterProduct(product::RegisterProduct { product, content });
    entry(subjects, Command::Product(command))
}

fn register(id: &str, text: &str) -> Entry {
    register_about(vec![product(id)], id, text)
}

fn registered(id: &str) -> Receipt {
    Receipt::Applied(Event::Product(product::Event::ProductRegistered { product: product(id) }))
}

#[test]
fn a_product_has_its_content_and_joins_its_stream() {
    let mut ledger = Ledger::with_tenant();
    assert_eq!(ledger.run_one(register("p1", "a")), registered("p1"));
    assert_eq!(ledger.read(&ProductKey(TENANT, product("p1"))), Some(content("a")));
    assert_eq!(ledger.head(product("p1")).map(|head| head.count), Some(1));
}

#[test]
fn the_same_content_again_is_acknowledged_and_adds_nothing() {
    let mut ledger = Ledger::with_tenant();
    ledger.run_one(register("p1", "a"));
    assert_eq!(ledger.run_one(register("p1", "a")), Receipt::Repeated);
    assert_eq!(ledger.head(product("p1")).map(|head| head.count), Some(1));
}

#[test]
fn another_content_is_rejected_and_the_first_stays() {
    let mut ledger = Ledger::with_tenant();
    ledger.run_one(register("p1", "a"));
    assert_eq!(ledger.run_one(register("p1", "b")), rejected("product.product_exists"));
    assert_eq!(ledger.read(&ProductKey(TENANT, product("p1"))), Some(content("a")));
    assert_eq!(ledger.run_one(register("p2", "b")), registered("p2"), "another product may have it");
}

#[test]
fn a_product_must_be_one_of_its_subjects() {
    let mut ledger = Ledger::with_tenant();
    let receipt = ledger.run_one(register_about(vec![lot("lot-7")], "p1", "a"));
    assert_eq!(receipt, rejected("product.subject_missing"));
    assert_eq!(ledger.head(lot("lot-7")), None);
    assert_eq!(ledger.run_one(register("p1", "a")), registered("p1"));
}
