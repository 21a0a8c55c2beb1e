//! Finds the places below others, by the children in the newest master data. Invariant: the work is limited by the
//! number of places and levels, whatever a tenant recorded: each place is looked up once, so circles end.

use super::{Owner, limit_search};
use crate::{provenance::row::subject_hash, tenant};
use chain_types::stream::kind;
use sqlx::{PgConnection, Postgres, QueryBuilder, types::Uuid};
use standards_epcis::{master_data::name, query::EventQuery};
use std::collections::BTreeSet;

/// The most places of one condition: those that it names, and those below them.
pub const PLACES_MAX: usize = 1_000;

/// The most levels of places below those that a condition names.
pub const PLACE_LEVELS_MAX: usize = 16;

/// The vocabularies of read points, and that of locations of any kind.
const READ_POINTS: [&str; 2] = ["urn:epcglobal:epcis:vtype:ReadPoint", LOCATION];
/// The vocabularies of business locations, and that of locations of any kind.
const BIZ_LOCATIONS: [&str; 2] = ["urn:epcglobal:epcis:vtype:BusinessLocation", LOCATION];
const LOCATION: &str = "urn:epcglobal:epcis:vtype:Location";

/// Adds to the places of `WD_readPoint` and `WD_bizLocation` those below them (EPCIS 2.0 section 8.2.7.1). Returns
/// `false` when a condition would have more than [`PLACES_MAX`] places, or more than [`PLACE_LEVELS_MAX`] levels.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn expand_places(
    connection: &mut PgConnection,
    owner: Owner<'_>,
    query: &mut EventQuery,
) -> Result<bool, sqlx::Error> {
    for (places, vocabularies) in
        [(&mut query.read_points_within, READ_POINTS), (&mut query.biz_locations_within, BIZ_LOCATIONS)]
    {
        if places.is_empty() {
            continue;
        }
        limit_search(connection).await?;
        match below(connection, owner, std::mem::take(places), vocabularies).await? {
            Some(found) => *places = found,
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// The places and those below them; `None` beyond a limit.
async fn below(
    connection: &mut PgConnection,
    owner: Owner<'_>,
    places: Vec<String>,
    vocabularies: [&str; 2],
) -> Result<Option<Vec<String>>, sqlx::Error> {
    let mut known: BTreeSet<String> = places.into_iter().collect();
    let mut level: Vec<String> = known.iter().cloned().collect();
    for _ in 0..=PLACE_LEVELS_MAX {
        if known.len() > PLACES_MAX {
            return Ok(None);
        }
        let subject = |place: &String, vocabulary: &str| {
            let name = name(vocabulary, place);
            subject_hash(owner.subject_key.subject(owner.tenant, kind::MASTER_DATA, &name))
        };
        let subjects = level.iter().flat_map(|place| vocabularies.map(|vocabulary| subject(place, vocabulary)));
        let children: Vec<String> =
            select_children("", owner, subjects.collect()).build_query_scalar().fetch_all(&mut *connection).await?;
        level = children.into_iter().filter(|child| known.insert(child.clone())).collect();
        if level.is_empty() {
            return Ok(Some(known.into_iter().collect()));
        }
    }
    Ok(None)
}

/// Selects the children in the newest versions of elements, each once, and at most one more than
/// [`PLACES_MAX`], after a `head` such as `EXPLAIN`.
pub(in super::super) fn select_children(
    head: &'static str,
    owner: Owner<'_>,
    subjects: Vec<Uuid>,
) -> QueryBuilder<Postgres> {
    let mut statement = QueryBuilder::<Postgres>::new(head);
    statement
        .push("SELECT DISTINCT child FROM unnest(")
        .push_bind(subjects)
        .push(
            "::uuid[]) AS wanted (subject) CROSS JOIN LATERAL (
             SELECT m.children FROM index.provenance_master_data m WHERE m.subject = wanted.subject
                 AND m.tenant_id = ",
        )
        .push_bind(tenant::uuid(owner.tenant))
        .push(
            " ORDER BY m.shard DESC, m.height DESC, m.record_index DESC LIMIT 1) AS newest
             CROSS JOIN LATERAL unnest(string_to_array(newest.children, E'\\n')) AS child LIMIT ",
        )
        .push_bind(i64::try_from(PLACES_MAX).unwrap_or(i64::MAX) + 1);
    statement
}
