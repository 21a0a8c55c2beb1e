//! Looks up the elements of master data that candidates name, for conditions on attributes. Invariant: the newest
//! version of an element counts. Of an element only the conditions that it meets are kept, and an id is known only when
//! all its elements were read.

use super::{code, effort::Effort, examine::Subject, too_complex};
use crate::{db, error::ApiError, state::Gateway};
use indexer::provenance::{self as index, ElementVersion, PageLimit, VOCABULARIES_PER_ID_MAX};
use standards_epcis::{
    filter::{ElementChecker, Elements},
    master_data::read_record,
    problem::quote,
    query::EventQuery,
};
use std::{mem, sync::Arc};

/// What one statement reads.
const PAGE: PageLimit = PageLimit { rows: 1_024, bytes: 1_024 * 1_024 };

/// Adds to `known` what is to be known of the elements of different ids, in their order. Returns whether all were
/// looked up before a bound was reached.
///
/// # Errors
/// `provenance.query_too_complex`, failures of the database.
pub(super) async fn look_up(
    gateway: &Gateway,
    subject: &Subject,
    ids: Vec<String>,
    known: &mut Elements,
    effort: &mut Effort,
) -> Result<bool, ApiError> {
    effort.add_ids(ids.len());
    let (ids, tenant) = (Arc::new(ids), subject.tenant);
    // The last id of the page before, and the vocabularies of the elements that were read of it.
    let (mut at, mut vocabularies) = (0, Vec::<String>::new());
    loop {
        let (asked, from, after) = (Arc::clone(&ids), at, vocabularies.last().cloned());
        let page = db::search(&gateway.pool, tenant, move |conn| {
            Box::pin(async move {
                Ok(index::find_elements(conn, tenant.on_ledger(), &asked[from..], after.as_deref(), PAGE).await?)
            })
        })
        .await
        .map_err(too_complex)?;
        effort.add_bytes(page.rows.iter().filter_map(|row| row.document.as_ref()).map(String::len).sum());
        for ElementVersion { id, vocabulary, .. } in &page.rows {
            let id = id.as_deref().unwrap_or_default();
            while ids.get(at).is_some_and(|asked| asked != id) {
                at += 1;
                vocabularies.clear();
            }
            vocabularies.push(vocabulary.clone().unwrap_or_default());
            if vocabularies.len() > VOCABULARIES_PER_ID_MAX {
                return Err(too_many_vocabularies(id));
            }
        }
        let (query, elements) = (Arc::clone(&subject.query), mem::take(known));
        *known = gateway.processors.compute(move || check(&query, &page.rows, elements)).await?;
        if !page.has_more {
            known.know(ids.iter().map(String::as_str));
            return Ok(true);
        }
        if effort.ends_look_ups() {
            known.know(ids[..at].iter().map(String::as_str));
            ids.get(at).into_iter().for_each(|id| known.forget(id));
            return Ok(false);
        }
    }
}

fn too_many_vocabularies(id: &str) -> ApiError {
    let detail = format!(
        "An event names {}, and more than {VOCABULARIES_PER_ID_MAX} vocabularies have an element with this id; ask more \
         narrowly.",
        quote(id)
    );
    ApiError::new(&code::QUERY_TOO_COMPLEX, detail)
}

fn check(query: &EventQuery, rows: &[ElementVersion], mut known: Elements) -> Elements {
    let checker = ElementChecker::new(&query.filters);
    for document in rows.iter().filter_map(|row| row.document.as_deref()) {
        if let Ok(record) = read_record(document.as_bytes()) {
            checker.add(&record, &mut known);
        }
    }
    known
}
