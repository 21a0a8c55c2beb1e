//! The scope check of GraphQL fields. Invariant: each field that reads a tenant's data checks its scope itself.

use super::{Principal, Scope};
use crate::{error::ApiError, state::Gateway, tenant_id::TenantId};
use async_graphql::{Context, Result};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The reads of one request that may run at the same time.
#[derive(Clone, Debug)]
pub(crate) struct ReadSlots(Arc<Semaphore>);

impl ReadSlots {
    pub(crate) fn new(at_once_max: usize) -> Self {
        Self(Arc::new(Semaphore::new(at_once_max)))
    }
}

/// A field that reads the data of the caller's tenant; keep it until the data is read.
pub(crate) struct Reader<'c> {
    pub(crate) gateway: &'c Arc<Gateway>,
    pub(crate) tenant: TenantId,
    _slot: OwnedSemaphorePermit,
}

/// Checks that the caller holds `scope`, and waits until the request's other reads leave room for this one.
///
/// # Errors
/// `auth.insufficient_scope`.
pub(crate) async fn reader<'c>(context: &Context<'c>, scope: Scope) -> Result<Reader<'c>> {
    let caller = context.data::<Principal>()?;
    caller.require(scope)?;
    let slots = &context.data::<ReadSlots>()?.0;
    let slot = Arc::clone(slots).acquire_owned().await.map_err(|error| ApiError::internal(&error))?;
    Ok(Reader { gateway: context.data::<Arc<Gateway>>()?, tenant: caller.tenant, _slot: slot })
}
