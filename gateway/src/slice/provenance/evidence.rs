//! Builds evidence of events and identifiers for REST and GraphQL. Invariant: neither the record nor the stream of a
//! bundle is newer than the block whose state proves the stream.

use super::{problem::unknown_event, search};
use crate::{
    error::ApiError,
    evidence::{self, FieldChoice, Opening, index_mismatch},
    state::Gateway,
    tenant_id::TenantId,
};
use chain_proof::Bundle;
use chain_types::stream::kind;
use standards_epcis::extract::canonical_identifier;
use std::sync::Arc;

/// Builds the bundle of an event: its record with the fields of `choice` disclosed, and the proof that the stream of
/// its id is complete. If several records have the id, the record is the first that is not an error declaration. The
/// stream opens the others, such as the error declaration, with the same fields. A pointer of the choice must match the
/// record, and need not match the others.
///
/// # Errors
/// `provenance.unknown_event` when the ledger has no record with the id, `evidence.stream_too_long`, and the errors of
/// [`crate::evidence`].
pub async fn of_event(
    gateway: &Arc<Gateway>,
    tenant: TenantId,
    event_id: String,
    choice: FieldChoice,
) -> Result<Bundle, ApiError> {
    let stream = evidence::prove(gateway, tenant, kind::EVENT, &event_id).await?;
    if stream.count() == 0 {
        return Err(unknown_event());
    }
    stream.check_length()?;
    let found = search::find_stream(gateway, tenant, stream.digest(), true).await?;
    let chosen = found.iter().find(|found| !found.declares_error).or(found.first());
    let Some(chosen) = chosen.filter(|found| found.place.height <= stream.height()) else {
        return Err(index_mismatch(&"no row of an event that the ledger has"));
    };
    let opening = Opening::Others { own: chosen.place, choice: choice.clone() };
    let bundle = evidence::record_bundle(gateway, tenant, chosen.place, stream.digest(), choice).await?;
    let subject = stream.subject().clone();
    let places = found.into_iter().map(|found| found.place).collect();
    let stream = stream.gather(gateway, places, &opening).await?;
    let bundle = Bundle { subject: Some(subject), stream: Some(stream), ..bundle };
    gateway.hand_overs.complete(&gateway.node, bundle).await
}

/// Builds the bundle of an identifier in any spelling: all records of the tenant about it, fully disclosed, or the
/// proof that there are none.
///
/// # Errors
/// `evidence.stream_too_long`, and the errors of [`crate::evidence`].
pub async fn of_identifier(gateway: &Arc<Gateway>, tenant: TenantId, epc: &str) -> Result<Bundle, ApiError> {
    let canonical = canonical_identifier(epc).into_owned();
    let stream = evidence::prove(gateway, tenant, kind::EPC, &canonical).await?;
    stream.check_length()?;
    let found = search::find_stream(gateway, tenant, stream.digest(), true).await?;
    let places = found.into_iter().map(|found| found.place).collect();
    let stream = stream.gather(gateway, places, &Opening::Everything).await?;
    let bundle = Bundle { stream: Some(stream), ..Bundle::of(gateway.node.genesis()) };
    gateway.hand_overs.complete(&gateway.node, bundle).await
}
