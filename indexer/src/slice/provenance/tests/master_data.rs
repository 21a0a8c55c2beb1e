//! Versions of master data: each has a row, the newest counts, and lists and places depend on it alone.

use super::{A, Applied, B, owner};
use crate::{
    provenance::{
        ElementFilter, ElementPage, ElementVersion, PLACE_LEVELS_MAX, PLACES_MAX, PageLimit, VOCABULARIES_PER_ID_MAX,
        element_versions, expand_places, find_element, find_elements, list_elements,
        query::element::{select_elements, select_elements_by_id},
        stream_records,
    },
    rebuild::{compare, rebuild},
    tenant::TenantTx,
    testing::chain::{SUBJECT_KEY, TestChain, TestRecord},
};
use chain_types::{Command, Digest, EntryCore, Event, Receipt, Subject, TenantId, provenance, stream::kind};
use sqlx::Row as _;
use standards_epcis::{master_data::name, query::EventQuery};
use std::sync::Arc;

const READ_POINT: &str = "urn:epcglobal:epcis:vtype:ReadPoint";
const LOCATION: &str = "urn:epcglobal:epcis:vtype:Location";

fn subject(tenant: TenantId, vocabulary: &str, id: &str) -> Subject {
    SUBJECT_KEY.subject(tenant, kind::MASTER_DATA, &name(vocabulary, id))
}

fn document(vocabulary: &str, id: &str, children: &[String], note: &str) -> String {
    let children: Vec<_> = children.iter().map(|child| format!("{child:?}")).collect();
    format!(
        r#"{{"@context":{{"ex":"urn:ex:"}},"vocabulary":"{vocabulary}","element":{{"id":"{id}","children":[{}],"ex:note":"{note}"}}}}"#,
        children.join(",")
    )
}

/// A record about a subject with these bytes as its document.
fn record(element: Subject, document: &str) -> TestRecord {
    let command = provenance::RecordMasterData { element, content: Digest::ZERO };
    TestRecord {
        core: EntryCore {
            subjects: vec![element],
            command: Command::Provenance(provenance::Command::RecordMasterData(command)),
        },
        document: document.as_bytes().to_vec(),
        is_public: false,
        receipt: Receipt::Applied(Event::Provenance(provenance::Event::MasterDataRecorded { element })),
    }
}

fn version(tenant: TenantId, vocabulary: &str, id: &str, children: &[String], note: &str) -> TestRecord {
    record(subject(tenant, vocabulary, id), &document(vocabulary, id, children, note))
}

fn add(chain: &Arc<TestChain>, time_ms: u64, tenant: TenantId, records: Vec<TestRecord>) {
    let transaction = chain.sign(tenant, records);
    chain.add_block(0, time_ms, vec![transaction]);
}

const ALL: PageLimit = PageLimit { rows: 100, bytes: u32::MAX };

async fn list(tx: &mut TenantTx, tenant: TenantId, filter: ElementFilter) -> Vec<(String, String)> {
    let page = list_elements(tx, tenant, &filter, None, ALL).await.expect("a list");
    assert!(!page.has_more);
    page.rows.into_iter().map(|row| (row.vocabulary.expect("a vocabulary"), row.id.expect("an id"))).collect()
}

fn notes(rows: &[ElementVersion]) -> Vec<&str> {
    let note = |row: &'_ ElementVersion| {
        let document = row.document.as_deref().unwrap_or_default();
        ["first", "second", "third"].into_iter().find(|note| document.contains(note)).unwrap_or("none")
    };
    rows.iter().map(note).collect()
}

#[tokio::test]
async fn the_newest_version_counts_and_earlier_ones_stay() {
    let chain = TestChain::new(1);
    let dock = |note: &str| version(A, READ_POINT, "urn:ex:dock", &[], note);
    add(&chain, 1_000, A, vec![dock("first"), version(A, LOCATION, "urn:ex:dock", &[], "first")]);
    add(&chain, 2_000, A, vec![dock("second"), dock("third"), version(A, READ_POINT, "urn:ex:gate", &[], "first")]);
    add(&chain, 3_000, B, vec![version(B, READ_POINT, "urn:ex:dock", &[], "second")]);
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;

    let element = subject(A, READ_POINT, "urn:ex:dock");
    for (as_of, expected) in
        [(None, Some("third")), (Some(999), None), (Some(1_000), Some("first")), (Some(2_000), Some("third"))]
    {
        let found = find_element(&mut tx, A, element, as_of).await.expect("an answer");
        assert_eq!(
            found.as_slice().iter().map(|row| notes(std::slice::from_ref(row))[0]).next(),
            expected,
            "{as_of:?}"
        );
    }
    let (mut history, mut before) = (Vec::new(), None);
    loop {
        let limit = PageLimit { rows: 1, ..ALL };
        let ElementPage { rows, has_more } =
            element_versions(&mut tx, A, element, before, limit).await.expect("a page");
        before = rows.last().map(|row| (row.shard, row.height, row.record_index));
        history.extend(rows);
        if !has_more {
            break;
        }
    }
    assert_eq!(notes(&history), ["third", "second", "first"]);
    assert_eq!(history[2].document.as_deref(), Some(&*document(READ_POINT, "urn:ex:dock", &[], "first")));
    assert_eq!(history[2].record_time().to_string(), "1970-01-01T00:00:01.000Z");
    let stream = stream_records(&mut tx, A, element, 10).await.expect("a stream");
    assert_eq!(stream.len(), 3, "the stream has all versions");
    assert!(stream.iter().all(|record| record.document_bytes > 100), "{stream:?}");

    let of = |vocabulary: Option<&str>, id: Option<&str>| ElementFilter {
        vocabulary: vocabulary.map(str::to_owned),
        id: id.map(str::to_owned),
    };
    let pair = |vocabulary: &str, id: &str| (vocabulary.to_owned(), id.to_owned());
    let whole = [pair(LOCATION, "urn:ex:dock"), pair(READ_POINT, "urn:ex:dock"), pair(READ_POINT, "urn:ex:gate")];
    assert_eq!(list(&mut tx, A, of(None, None)).await, whole);
    assert_eq!(list(&mut tx, A, of(Some(READ_POINT), None)).await, whole[1..]);
    assert_eq!(list(&mut tx, A, of(None, Some("urn:ex:dock"))).await, whole[..2]);
    assert_eq!(list(&mut tx, A, of(Some(LOCATION), Some("urn:ex:dock"))).await, whole[..1]);
    assert!(list(&mut tx, A, of(Some(LOCATION), Some("urn:ex:gate"))).await.is_empty());
    for size in 1..=2 {
        for filter in [of(None, None), of(None, Some("urn:ex:dock")), of(Some(READ_POINT), None)] {
            let expected = list(&mut tx, A, filter.clone()).await;
            let (mut paged, mut after) = (Vec::new(), None);
            loop {
                let limit = PageLimit { rows: size, ..ALL };
                let page = list_elements(&mut tx, A, &filter, after.as_ref(), limit).await.expect("a page");
                let names = page.rows.into_iter().map(|row| (row.vocabulary.expect("one"), row.id.expect("one")));
                paged.extend(names);
                after = paged.last().cloned();
                if !page.has_more {
                    break;
                }
            }
            assert_eq!(paged, expected, "{filter:?} in pages of {size}");
        }
    }
    // A page ends at its bytes, and has one element at least.
    let page =
        list_elements(&mut tx, A, &of(None, None), None, PageLimit { rows: 100, bytes: 1 }).await.expect("a page");
    assert_eq!((page.rows.len(), page.has_more), (1, true));
    tx.rollback().await.expect("a rollback");

    let mut tx = applied.tenant(B).await;
    assert_eq!(list(&mut tx, B, of(None, None)).await, whole[1..2]);
    // The statement names the wrong tenant: row-level security is the second protection.
    assert!(list(&mut tx, A, of(None, None)).await.is_empty());
    assert_eq!(find_element(&mut tx, A, element, None).await.expect("an answer"), None);
}

#[tokio::test]
async fn a_record_that_is_not_of_its_element_names_none() {
    let chain = TestChain::new(1);
    let element = subject(A, READ_POINT, "urn:ex:dock");
    let other = document(READ_POINT, "urn:ex:gate", &[], "first");
    let nul = document(READ_POINT, "urn:ex:dock", &["urn:ex:NUL".to_owned()], "first").replace("NUL", "\\u0000");
    add(&chain, 1_000, A, vec![version(A, READ_POINT, "urn:ex:dock", &["urn:ex:below".to_owned()], "first")]);
    for (height, bytes) in (2..).zip([&*other, &nul, "{}", "no JSON"]) {
        add(&chain, height * 1_000, A, vec![record(element, bytes)]);
    }
    let erased = chain.sign(A, vec![version(A, READ_POINT, "urn:ex:dock", &[], "second")]);
    chain.forget_key(A, erased.0.header.id());
    chain.add_block(0, 9_000, vec![erased]);
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;
    let versions = element_versions(&mut tx, A, element, None, ALL).await.expect("versions").rows;
    assert_eq!(notes(&versions), ["none", "none", "none", "none", "none", "first"]);
    assert!(versions[..5].iter().all(|row| row.document.is_none() && row.id.is_none()), "{versions:?}");
    assert_eq!(stream_records(&mut tx, A, element, 10).await.expect("a stream").len(), 6);
    let page = list_elements(&mut tx, A, &ElementFilter::default(), None, ALL).await.expect("a list");
    let [row] = &page.rows[..] else { panic!("{page:?}") };
    assert_eq!((row.id.as_deref(), row.document.as_deref()), (Some("urn:ex:dock"), None), "the newest version counts");
    let mut query = within("urn:ex:dock");
    assert!(expand_places(&mut tx, owner(A), &mut query).await.expect("an answer"));
    assert_eq!(query.read_points_within, ["urn:ex:dock"]);
}

fn within(place: &str) -> EventQuery {
    EventQuery { read_points_within: vec![place.to_owned()], ..EventQuery::default() }
}

#[tokio::test]
async fn places_have_those_below_them_and_circles_end() {
    let chain = TestChain::new(1);
    let ids = |names: &[&str]| names.iter().map(|name| format!("urn:ex:{name}")).collect::<Vec<_>>();
    let place = |id: &str, children: &[&str]| version(A, READ_POINT, &format!("urn:ex:{id}"), &ids(children), "first");
    add(&chain, 1_000, A, vec![place("site", &["old"]), place("a", &["b", "site"]), place("b", &["b"])]);
    let hall = version(A, LOCATION, "urn:ex:hall", &ids(&["shelf"]), "first");
    let business = version(A, "urn:epcglobal:epcis:vtype:BusinessLocation", "urn:ex:site", &ids(&["shop"]), "first");
    add(&chain, 2_000, A, vec![place("site", &["a", "hall"]), hall, business]);
    // A chain of places, and a place with many below it.
    let deep = (0..=PLACE_LEVELS_MAX).map(|n| place(&format!("d{n}"), &[&*format!("d{}", n + 1)]));
    let many: Vec<String> = (0..PLACES_MAX).map(|n| format!("m{n}")).collect();
    let most: Vec<&str> = many.iter().map(String::as_str).collect();
    let wide = [place("wide", &most[1..]), place("wider", &most)];
    add(&chain, 3_000, A, deep.chain(wide).collect());
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;

    let mut query = within("urn:ex:site");
    query.biz_locations_within = ids(&["site"]);
    assert!(expand_places(&mut tx, owner(A), &mut query).await.expect("an answer"));
    assert_eq!(query.read_points_within, ids(&["a", "b", "hall", "shelf", "site"]));
    assert_eq!(query.biz_locations_within, ids(&["shop", "site"]));
    for (place, is_within) in [("d1", true), ("d0", false), ("wide", true), ("wider", false), ("unknown", true)] {
        let mut query = within(&format!("urn:ex:{place}"));
        assert_eq!(expand_places(&mut tx, owner(A), &mut query).await.expect("an answer"), is_within, "{place}");
    }
    let mut query = EventQuery::default();
    assert!(expand_places(&mut tx, owner(A), &mut query).await.expect("an answer"));
    assert_eq!(query, EventQuery::default());
}

#[tokio::test]
async fn a_list_is_read_through_the_index_of_its_filter() {
    let chain = TestChain::new(1);
    add(&chain, 1_000, A, vec![version(A, READ_POINT, "urn:ex:dock", &[], "first")]);
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;
    // A table of a test is read faster as a whole, so that choice is taken away.
    sqlx::query("SET LOCAL enable_seqscan = off").execute(&mut *tx).await.expect("set");
    for (vocabulary, id, index) in [
        (None, None, "provenance_master_data_vocabulary"),
        (Some(READ_POINT), None, "provenance_master_data_vocabulary"),
        (None, Some("urn:ex:dock"), "provenance_master_data_id"),
        (Some(READ_POINT), Some("urn:ex:dock"), "provenance_master_data_id"),
    ] {
        let filter = ElementFilter { vocabulary: vocabulary.map(str::to_owned), id: id.map(str::to_owned) };
        let mut statement = select_elements("EXPLAIN ", A, &filter, None, ALL).expect("a statement");
        let plan = statement.build().fetch_all(&mut *tx).await.expect("a plan");
        let plan = plan.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>().join("\n");
        assert_eq!(plan.matches(&format!("using {index} ")).count(), 2, "{plan}");
        assert_eq!(plan.matches("using provenance_master_data_pkey ").count(), 1, "{plan}");
    }
}

/// The names and notes of all pages of these ids.
async fn by_id(tx: &mut TenantTx, tenant: TenantId, ids: &[String], limit: PageLimit) -> Vec<[String; 3]> {
    let mut found: Vec<[String; 3]> = Vec::new();
    let (mut from, mut after) = (0, None);
    loop {
        let page = find_elements(tx, tenant, &ids[from..], after.as_deref(), limit).await.expect("a page");
        for row in page.rows {
            let note = notes(std::slice::from_ref(&row))[0].to_owned();
            found.push([row.id.expect("an id"), row.vocabulary.expect("a vocabulary"), note]);
        }
        if !page.has_more {
            return found;
        }
        let [id, vocabulary, _] = found.last().expect("a page has one element at least");
        from = ids.iter().position(|asked| asked == id).expect("an id that was asked for");
        after = Some(vocabulary.clone());
    }
}

#[tokio::test]
async fn elements_of_many_ids_are_found_in_all_vocabularies() {
    let chain = TestChain::new(1);
    let of = |vocabulary: &str, id: &str, note: &str| version(A, vocabulary, id, &[], note);
    let (dock, gate) = ("urn:ex:dock", "urn:ex:gate");
    add(
        &chain,
        1_000,
        A,
        vec![of(READ_POINT, dock, "first"), of(LOCATION, dock, "first"), of(LOCATION, gate, "first")],
    );
    add(&chain, 2_000, A, vec![of(READ_POINT, dock, "second"), of(READ_POINT, "urn:ex:unasked", "first")]);
    add(&chain, 3_000, A, vec![record(subject(A, LOCATION, gate), "{}")]);
    add(&chain, 4_000, B, vec![version(B, READ_POINT, gate, &[], "third")]);
    let many = (0..=VOCABULARIES_PER_ID_MAX + 5).map(|n| of(&format!("urn:ex:v{n:02}"), "urn:ex:many", "first"));
    add(&chain, 5_000, A, many.collect());
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let row = |id: &str, vocabulary: &str, note: &str| [id.to_owned(), vocabulary.to_owned(), note.to_owned()];
    let asked = ids(&["urn:ex:zzz", gate, dock, "urn:ex:absent"]);
    // The newest version counts, also where it cannot be read.
    let expected = [row(gate, LOCATION, "none"), row(dock, LOCATION, "first"), row(dock, READ_POINT, "second")];
    for limit in [ALL, PageLimit { rows: 1, ..ALL }, PageLimit { rows: 2, ..ALL }, PageLimit { bytes: 1, ..ALL }] {
        assert_eq!(by_id(&mut tx, A, &asked, limit).await, expected, "{limit:?}");
    }
    assert!(by_id(&mut tx, A, &[], ALL).await.is_empty());
    let page = find_elements(&mut tx, A, &ids(&["urn:ex:many"]), None, ALL).await.expect("a page");
    assert_eq!((page.rows.len(), page.has_more), (VOCABULARIES_PER_ID_MAX + 1, false));
    let mut statement = select_elements_by_id("EXPLAIN ", A, &asked, None, ALL).expect("a statement");
    let plan = statement.build().fetch_all(&mut *tx).await.expect("a plan");
    let plan = plan.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>().join("\n");
    assert_eq!(plan.matches("using provenance_master_data_id ").count(), 2, "{plan}");
    assert_eq!(plan.matches("using provenance_master_data_pkey ").count(), 1, "{plan}");
    tx.rollback().await.expect("a rollback");
    let mut tx = applied.tenant(B).await;
    assert_eq!(by_id(&mut tx, B, &asked, ALL).await, [row(gate, READ_POINT, "third")]);
    // The statement names the wrong tenant: row-level security is the second protection.
    assert!(by_id(&mut tx, A, &asked, ALL).await.is_empty());
}

#[tokio::test]
async fn a_rebuild_gives_the_same_rows() {
    let chain = TestChain::new(1);
    let element = subject(A, READ_POINT, "urn:ex:dock");
    let dock = |note: &str| version(A, READ_POINT, "urn:ex:dock", &["urn:ex:below".to_owned()], note);
    add(&chain, 1_000, A, vec![dock("first"), dock("second"), record(element, "{}")]);
    add(&chain, 2_000, B, vec![version(B, LOCATION, "urn:ex:dock", &[], "first")]);
    let applied = Applied::of(&chain).await;
    let url = applied.database.url();
    let compared = || async {
        let found = compare(&url, &chain.source(), &chain.vault()).await.expect("a comparison");
        let of_elements = found.tables.iter().find(|table| table.table == "provenance_master_data");
        (found.is_identical(), of_elements.map(|table| (table.live_rows, table.rebuilt_rows)))
    };
    assert_eq!(compared().await, (true, Some((4, 4))));
    let mut owner = applied.database.owner().await;
    let forged = "UPDATE index.provenance_master_data SET children = 'urn:ex:forged' WHERE children IS NOT NULL";
    sqlx::query(forged).execute(&mut owner).await.expect("forged");
    assert_eq!(compared().await, (false, Some((4, 4))));
    rebuild(&url, &chain.source(), &chain.vault()).await.expect("a rebuild");
    assert_eq!(compared().await, (true, Some((4, 4))));
}
