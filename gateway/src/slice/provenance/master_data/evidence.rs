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

/// Builds the bundle of the newest version of an element, or of the newest one at the record time `as_of`, in
/// milliseconds since 1970 UTC: its record with the fields of `choice` disclosed, and the proof that the stream of the
/// element is complete.
///
/// # Errors
/// `provenance.unknown_master_data` when the ledger has no such version, and the errors of [`crate::evidence`].
pub(in super::super) async fn of_version(
    gateway: &Arc<Gateway>,
    tenant: TenantId,
    element: &ElementName,
    as_of: Option<i64>,
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
    let chosen = if as_of.is_some() {
        let row = find_version(gateway, tenant, element, as_of).await?;
        Place { shard: row.shard, height: row.height, record: row.record_index }.min(newest)
    } else {
        newest
    };
    let bundle = evidence::record_bundle(gateway, tenant, chosen, stream.digest(), choice).await?;
    let subject = stream.subject().clone();
    let stream = stream.gather(gateway, places, &Opening::Nothing).await?;
    let bundle = Bundle { subject: Some(subject), stream: Some(stream), ..bundle };
    gateway.hand_overs.complete(&gateway.node, bundle).await
}
