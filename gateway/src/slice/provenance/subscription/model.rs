//! A subscription as clients see it (EPCIS 2.0 REST binding, `AbstractQuerySubscriptionResponse`). Invariant: the
//! secret is never shown.

use super::{request::ScheduleRequest, settled_before_ms, store::Stored};
use serde::Serialize;
use standards_epcis::timestamp::format_unix_ms;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// A subscription to a named query.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::slice::provenance) struct Subscription {
    /// The id.
    #[serde(rename = "subscriptionID")]
    id: String,
    /// The name of the query.
    query_name: String,
    /// The address of the receiver.
    dest: String,
    /// Whether deliveries are signed.
    is_signed: bool,
    created_at: String,
    /// The time at which the receiver last took a delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_notified_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_record_time: Option<String>,
    /// Every event that was recorded before this time is settled. A new subscription with it as its
    /// `initialRecordTime` continues here.
    min_record_time: String,
    /// The media type of deliveries.
    media_type: String,
    /// The version of EPCIS in deliveries.
    epcis_version: String,
    /// The version of the CBV in deliveries.
    cbv_version: String,
    /// How identifiers are spelled, as `GS1-EPC-Format` names it.
    epc_format: String,
    /// How words of the CBV are spelled in XML, as `GS1-CBV-XML-Format` names it; absent for JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    cbv_xml_format: Option<String>,
    /// `true` for a subscription without a schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule: Option<ScheduleRequest>,
    report_if_empty: bool,
    /// The failed attempts of the current delivery.
    failed_attempts: u32,
    /// Why the last attempt failed; absent once one succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    /// The time of the next attempt after a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt_at: Option<String>,
    /// Absent while the subscription is active. Delete it and subscribe again.
    #[serde(skip_serializing_if = "Option::is_none")]
    paused: Option<Paused>,
}

/// Why nothing is delivered any more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(in crate::slice::provenance) struct Paused {
    /// `failing`: all attempts of a delivery failed. `gone`: the receiver answered 410. `query`: the query could not be
    /// answered.
    #[schema(example = "failing")]
    reason: String,
    at: String,
}

impl Subscription {
    pub(in crate::slice::provenance) fn of(stored: Stored) -> Self {
        let form = stored.form.names();
        Self {
            id: stored.id.to_string(),
            query_name: stored.query_name,
            dest: stored.dest,
            is_signed: stored.token.is_some(),
            created_at: text(stored.created_at),
            last_notified_at: stored.last_notified_at.map(text),
            initial_record_time: stored.initial_record_time,
            min_record_time: format_unix_ms(settled_before_ms(&stored.read_to)),
            media_type: form.media.to_owned(),
            epcis_version: form.epcis_version.to_owned(),
            cbv_version: form.cbv_version.to_owned(),
            epc_format: form.epc_format.to_owned(),
            cbv_xml_format: stored.form.media.is_xml().then(|| form.cbv_format.to_owned()),
            stream: stored.schedule.is_none().then_some(true),
            schedule: stored.schedule,
            report_if_empty: stored.report_if_empty,
            failed_attempts: stored.failed,
            last_error: stored.last_error,
            next_attempt_at: stored.next_at.map(text),
            paused: stored.paused.map(|(reason, at)| Paused { reason, at: text(at) }),
        }
    }
}

fn text(time: OffsetDateTime) -> String {
    let ms = time.unix_timestamp_nanos().div_euclid(1_000_000);
    format_unix_ms(i64::try_from(ms).unwrap_or(i64::MAX))
}
