//! Builds the evidence of a version of master data. Invariant: as that of evidence of events.

use super::{ElementName, find_version, unknown};
use crate::{
    error::ApiError,
    evidence::{self, FieldChoice, Opening, Place, index_mismatch},
    provenance::search,
    state::Gateway,
    tenant_id::TenantId,
};
use chain_proof::Bundle;
use chain_types::stream::kind;
use std::sync::Arc;

/// Which version of an element is proved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) enum ProvedVersion {
    /// The newest one.
    Newest,
    /// The one that was the newest at this record time, in milliseconds since 1970 UTC.
    AsOf(i64),
    /// The one of this record.
    At(Place),
}

/// Builds the bundle of a version of an element: its record with the fields of `choice` disclosed, and the proof that
/// the stream of the element is complete.
///
/// # Errors
/// `provenance.unknown_master_data` when the ledger has no such version, and the errors of [`crate::evidence`].
pub(in super::super) async fn of_version(
    gateway: &Arc<Gateway>,
    tenant: TenantId,
    element: &ElementName,
    version: ProvedVersion,
    choice: FieldChoice,
) -> Result<Bundle, ApiError> {
    let stream = evidence::prove(gateway, tenant, kind::MASTER_DATA, &element.text()).await?;
    if stream.count() == 0 {
        return Err(unknown());
    }
    stream.check_length()?;
    let found = search::find_stream(gateway, tenant, stream.digest(), false).await?;
    let places: Vec<Place> = found.into_iter().map(|found| found.place).collect();
    let newest = places.iter().copied().rfind(|place| place.height <= stream.height());
    let newest = newest.ok_or_else(|| index_mismatch(&"no row of master data that the ledger has"))?;
    let chosen = match version {
        ProvedVersion::Newest => newest,
        ProvedVersion::AsOf(time_ms) => {
            let row = find_version(gateway, tenant, element, Some(time_ms)).await?;
            Place { shard: row.shard, height: row.height, record: row.record_index }.min(newest)
        }
        ProvedVersion::At(place) if places.contains(&place) && place <= newest => place,
        ProvedVersion::At(place) => return Err(index_mismatch(&place)),
    };
    let bundle = evidence::record_bundle(gateway, tenant, chosen, stream.digest(), choice).await?;
    let subject = stream.subject().clone();
    let stream = stream.gather(gateway, places, &Opening::Nothing).await?;
    let bundle = Bundle { subject: Some(subject), stream: Some(stream), ..bundle };
    gateway.hand_overs.complete(&gateway.node, bundle).await
}
