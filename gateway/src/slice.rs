//! Assembles the domains: their routes, problem codes, GraphQL fields and layers. Invariant: the router learns of
//! domains only through this file. Everything that a domain serves is defined in its own module.

pub mod event;
pub mod ledger;
pub mod operation;
pub mod provenance;
pub mod tenant;
pub mod webhook;

use crate::{
    auth,
    error::{ApiError, Code, code},
    evidence,
    graphql::FieldPrice,
    openapi::Narrowing,
    socket,
    state::Gateway,
    submit,
    tenant_id::TenantId,
    vault::TenantKeys,
};
use async_graphql::{MergedObject, MergedSubscription};
use axum::{Router, middleware::from_fn};
use chain_types::{ShardId, Subject};
use event::Described;
use http::HeaderMap;
use indexer::event::{EventPlace, IndexedEvent, SubjectPlaces};
use provenance::subscription::Subscriptions;
use sqlx::{PgConnection, PgPool};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use webhook::delivery::{Deliverer, DeliverySettings};

pub(crate) use provenance::subscription::SEALED_KIND as SUBSCRIPTION_TOKEN_KIND;

/// What domains do beside requests. It ends when it is dropped.
#[derive(Debug)]
pub struct DomainServices {
    webhooks: Deliverer,
    _subscriptions: Subscriptions,
}

impl DomainServices {
    /// Starts. `delivery_pool` has the application's database role; requests must not use it.
    pub fn start(gateway: &Arc<Gateway>, delivery_pool: PgPool) -> Self {
        Self {
            webhooks: Deliverer::start(Arc::clone(gateway), delivery_pool, DeliverySettings::default()),
            _subscriptions: Subscriptions::start(gateway),
        }
    }

    /// Stops. What is known of deliveries is stored; the others are made again by the next process.
    pub async fn stop(self) {
        self.webhooks.stop().await;
    }
}

/// The kind of the secrets of webhooks, which their encryption is bound to.
pub(crate) const WEBHOOK_SECRET_KIND: &str = webhook::store::secret::SEALED_KIND;

/// The documented routes of every domain, without state.
pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .merge(auth::rest::router())
        .merge(tenant::rest::router())
        .merge(operation::rest::router())
        .merge(event::rest::router())
        .merge(webhook::rest::router())
        .merge(ledger::rest::router())
        .merge(provenance::rest::router())
}

/// All problem codes, of the core and of all domains.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    let core = [code::ALL, auth::code::ALL, submit::code::ALL, evidence::code::ALL, socket::code::ALL];
    let tenants = [tenant::code::ALL, operation::code::ALL, event::code::ALL, webhook::code::ALL];
    let slices = [ledger::code::ALL, provenance::code::ALL];
    core.into_iter().chain(tenants).chain(slices).flatten()
}

/// The query root: one part per domain.
#[derive(Debug, Default, MergedObject)]
pub struct Query(
    tenant::graphql::TenantQuery,
    operation::graphql::OperationQuery,
    event::graphql::EventQuery,
    ledger::graphql::LedgerQuery,
    provenance::graphql::ProvenanceQuery,
);

/// The subscription root: one part per domain that has subscriptions.
#[derive(Debug, Default, MergedSubscription)]
pub struct Subscription(event::graphql::EventSubscription);

/// The prices of all GraphQL fields that have one.
pub fn prices() -> Vec<FieldPrice> {
    let core = [tenant::graphql::PRICES, operation::graphql::PRICES, event::graphql::PRICES, ledger::graphql::PRICES];
    [core.concat(), provenance::graphql::PRICES.to_vec()].concat()
}

/// The bounds of requests of all domains, for the OpenAPI document.
pub fn narrowings() -> Vec<Narrowing> {
    [tenant::bounds::narrowings(), webhook::bounds::narrowings(), provenance::bounds::narrowings()].concat()
}

/// What is sent to webhooks besides events: types and schemas, for the AsyncAPI document.
pub(crate) fn webhook_notices() -> [(&'static str, serde_json::Value); 2] {
    webhook::notice_schemas()
}

/// Adds the channels of the domains' own standards to the AsyncAPI document. `openapi` is the OpenAPI document.
pub(crate) fn describe_channels(openapi: &serde_json::Value, document: &mut serde_json::Value) {
    provenance::asyncapi::describe(openapi, document);
}

/// What the events of each type say, for the AsyncAPI document.
pub(crate) fn event_data() -> impl Iterator<Item = event::DataSchema> {
    ledger::event_data::schemas().into_iter().chain(provenance::event_summary::schemas())
}

/// The subjects that a text can mean in the words of any domain, blinded with the tenant's key.
pub(crate) fn event_subjects(tenant: TenantId, keys: &TenantKeys, text: &str) -> Vec<Subject> {
    let mut found = provenance::event_summary::subjects(tenant, keys, text);
    found.push(indexer::event::named(tenant.on_ledger(), text));
    found
}

/// The places of the records of subjects on a shard, after a place.
///
/// # Errors
/// Failures of the database.
pub(crate) async fn subject_places(
    conn: &mut PgConnection,
    tenant: chain_types::TenantId,
    subjects: &[Subject],
    shard: ShardId,
    after: Option<EventPlace>,
) -> Result<SubjectPlaces, ApiError> {
    provenance::event_summary::places(conn, tenant, subjects, shard, after).await
}

/// What the domains say of events, in their order. Each domain reads what it needs for all of them at once.
///
/// # Errors
/// Failures of the database.
pub(crate) async fn describe_events(
    conn: &mut PgConnection,
    tenant: chain_types::TenantId,
    shard: ShardId,
    events: &[IndexedEvent],
) -> Result<Vec<Option<Described>>, ApiError> {
    let mut described = provenance::event_summary::describe(conn, tenant, shard, events).await?;
    described.extend(ledger::event_data::describe(conn, tenant, events).await?);
    Ok(events.iter().map(|event| described.remove(&event.place)).collect())
}

/// Checks the headers that the standards of the domains define for a request that writes.
///
/// # Errors
/// The error of the domain.
pub(crate) fn check_headers(headers: &HeaderMap) -> Result<(), ApiError> {
    provenance::gs1_header::check_all(headers)
}

/// Adds the layers that the standard of a domain requires. They wrap all routes, so that errors of the core pass
/// through them, too.
pub fn surround(router: Router<Arc<Gateway>>) -> Router<Arc<Gateway>> {
    router.layer(from_fn(provenance::gs1_header::negotiate))
}

/// Adds the layer that lets pages of every origin ask what is public by the standard of a domain. It is around the
/// layer of the configured origins, which answers the preflight requests of all others.
pub fn share(router: Router<Arc<Gateway>>) -> Router<Arc<Gateway>> {
    router.layer(from_fn(provenance::resolver::cors::share))
}
