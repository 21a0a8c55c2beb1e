//! Compares docs/limits.md with the constants, and its names of tests with the tests.

use gateway::{
    body, budget, config, event, evidence, freshness,
    graphql::limit::{GRAPHQL_SUBSCRIPTIONS_MAX, SUBSCRIPTION_ID_BYTES_MAX},
    health, outgoing,
    provenance::{answer, extension, named_query, resolver::limit as links, search, source, subscription, symbol},
    serve, socket,
    webhook::{self, delivery},
};
use std::{collections::BTreeMap, path::Path};

/// The value of each constant, as the page writes it.
fn constants() -> BTreeMap<&'static str, String> {
    let parts = [core(), events(), sockets(), requests_to_receivers(), webhooks(), provenance()];
    parts.into_iter().flatten().collect()
}

fn core() -> Vec<(&'static str, String)> {
    vec![
        ("RATE_DEFAULT", rate(config::RATE_DEFAULT)),
        ("SANDBOX_RATE_DEFAULT", rate(config::SANDBOX_RATE_DEFAULT)),
        ("SANDBOXES_PER_HOUR_MAX", format!("{} an hour, a tenth at once", config::SANDBOXES_PER_HOUR_MAX)),
        ("ADDRESS_RATE_DEFAULT", rate(config::ADDRESS_RATE_DEFAULT)),
        ("CONCURRENCY_MAX", count(config::CONCURRENCY_MAX.into())),
        ("PUBLIC_CONCURRENCY_MAX", count(config::PUBLIC_CONCURRENCY_MAX.into())),
        ("BODY_KIB_MAX", size(u64::from(budget::BODY_KIB_MAX) << 10)),
        ("APP_CONNECTIONS_MAX", count(indexer::pool::APP_CONNECTIONS_MAX.into())),
        ("SERVICE_CONNECTIONS_MAX", count(indexer::pool::SERVICE_CONNECTIONS_MAX.into())),
        ("IN_FLIGHT_KIB_MAX", size(u64::from(gateway::submit::IN_FLIGHT_KIB_MAX) << 10)),
        ("SHARED_RECORDS_MAX", count(gateway::submit::SHARED_RECORDS_MAX.into())),
        ("SHARED_FOR_MS", seconds(gateway::submit::SHARED_FOR_MS)),
        ("INDEX_PACE_MS_MAX", format!("{} ms", gateway::submit::INDEX_PACE_MS_MAX)),
        ("PACE_WAIT_MS_MAX", seconds(gateway::submit::PACE_WAIT_MS_MAX)),
        ("PROOFS_MAX", count(budget::PROOFS_MAX.into())),
        ("WAITS_MAX", count(budget::WAITS_MAX.into())),
        ("HEIGHTS_AHEAD_MAX", format!("{} blocks", freshness::HEIGHTS_AHEAD_MAX)),
        ("WAIT_MS_MAX", seconds(freshness::WAIT_MS_MAX)),
        ("WAITING_PER_MEMBER_MAX", count(budget::WAITING_PER_MEMBER_MAX as u64)),
        ("WAITING_MAX", count(budget::WAITING_MAX as u64)),
        ("ROOM_WAIT_MS_MAX", seconds(budget::ROOM_WAIT_MS_MAX)),
        ("BODY_WAIT_MS_MAX", seconds(budget::BODY_WAIT_MS_MAX)),
        ("PROCESSOR_WAIT_MS_MAX", seconds(budget::PROCESSOR_WAIT_MS_MAX)),
        ("DATABASE_WAIT_MS_MAX", seconds(budget::DATABASE_WAIT_MS_MAX)),
        ("CONNECTIONS_MAX", count(serve::CONNECTIONS_MAX as u64)),
        ("CONNECTIONS_PER_ADDRESS_MAX", count(serve::CONNECTIONS_PER_ADDRESS_MAX as u64)),
        ("HEADER_BYTES_MAX", size(serve::HEADER_BYTES_MAX as u64)),
        ("HEADER_READ_MS_MAX", seconds(serve::HEADER_READ_MS_MAX)),
        ("BODY_STALL_MS_MAX", seconds(body::BODY_STALL_MS_MAX)),
        ("BODY_BYTES_PER_S_MIN", format!("{}/s", size(body::BODY_BYTES_PER_S_MIN))),
        ("BODY_S_MAX", format!("{} s: 140 KB/s where 8 MiB are taken", body::BODY_S_MAX)),
        ("WRITE_BYTES_MIN", size(serve::WRITE_BYTES_MIN)),
        ("ANSWER_S_MAX", format!("{} s: 70 KB/s for 4 MiB", serve::ANSWER_S_MAX)),
        ("REFUSAL_PAUSE_MS_MAX", seconds(serve::REFUSAL_PAUSE_MS_MAX)),
        ("SEND_BUFFER_BYTES", size(serve::SEND_BUFFER_BYTES as u64)),
        ("JSON_BODY_BYTES_MAX", size(body::JSON_BODY_BYTES_MAX as u64)),
        (
            "GZIP_RATIO_MAX",
            format!("{} for each byte sent, and {}", body::GZIP_RATIO_MAX, size(body::GZIP_FREE_BYTES_MAX as u64)),
        ),
        ("GZIP_MEMBERS_MAX", count(body::GZIP_MEMBERS_MAX as u64)),
        ("REQUEST_TIMEOUT_MS_MAX", seconds(config::REQUEST_TIMEOUT_MS_MAX)),
        ("PROBES_MAX", count(health::PROBES_MAX as u64)),
        ("FRESH_MS_MAX", seconds(health::FRESH_MS_MAX)),
        ("STREAM_RECORDS_MAX", count(evidence::STREAM_RECORDS_MAX)),
        ("STREAM_BYTES_MAX", size(evidence::STREAM_BYTES_MAX)),
        ("OPENED_BYTES_MAX", size(evidence::OPENED_BYTES_MAX as u64)),
        ("UNREAD_BYTES_MAX", size(body::UNREAD_BYTES_MAX)),
        ("UNREAD_MS_MAX", seconds(body::UNREAD_MS_MAX)),
        ("UNREAD_TOO_LARGE_BYTES_MAX", size(body::UNREAD_TOO_LARGE_BYTES_MAX)),
        ("UNREAD_TOO_LARGE_MS_MAX", seconds(body::UNREAD_TOO_LARGE_MS_MAX)),
        ("UNREAD_PAUSE_MS_MAX", format!("{} ms", body::UNREAD_PAUSE_MS_MAX)),
        ("GRACE_MS", seconds(serve::GRACE_MS)),
        ("DRAIN_MS_MAX", seconds(serve::DRAIN_MS_MAX)),
    ]
}

fn sockets() -> Vec<(&'static str, String)> {
    vec![
        ("CREDIT_MAX", count(event::CREDIT_MAX)),
        ("GRAPHQL_SUBSCRIPTIONS_MAX", count(GRAPHQL_SUBSCRIPTIONS_MAX as u64)),
        ("SUBSCRIPTION_ID_BYTES_MAX", format!("{SUBSCRIPTION_ID_BYTES_MAX} bytes")),
        ("SOCKET_MESSAGE_BYTES_MAX", size(socket::SOCKET_MESSAGE_BYTES_MAX as u64)),
        ("SOCKET_DROPPED_BYTES_MAX", size(socket::SOCKET_DROPPED_BYTES_MAX as u64)),
        ("SOCKET_WIRE_BYTES_MAX", size(socket::SOCKET_WIRE_BYTES_MAX as u64)),
        ("SOCKET_FRAME_BYTES_MAX", size(socket::SOCKET_FRAME_BYTES_MAX as u64)),
        ("SOCKET_BEGIN_MS_MAX", seconds(socket::SOCKET_BEGIN_MS_MAX)),
        ("SOCKET_UNREAD_BYTES_MAX", size(socket::SOCKET_UNREAD_BYTES_MAX as u64)),
        ("SOCKET_READ_MS_MAX", seconds(socket::SOCKET_READ_MS_MAX)),
        ("SOCKET_END_MS_MAX", seconds(socket::SOCKET_END_MS_MAX)),
    ]
}

fn events() -> Vec<(&'static str, String)> {
    vec![
        ("STREAMS_MAX", count(config::STREAMS_MAX.into())),
        ("STREAM_READS_MAX", count(budget::STREAM_READS_MAX.into())),
        ("STREAM_TURN_MS_MAX", seconds(budget::STREAM_TURN_MS_MAX)),
        ("STREAM_RETRY_MS_MAX", format!("half of it to {}", seconds(event::STREAM_RETRY_MS_MAX))),
        ("RUNS_PER_PAGE_MAX", count(indexer::event::RUNS_PER_PAGE_MAX.into())),
        ("SPAN_BYTES_PER_PAGE_MAX", format!("{}, but one block", size(indexer::event::SPAN_BYTES_PER_PAGE_MAX.into()))),
        ("PLACES_PER_PAGE_MAX", count(indexer::event::PLACES_PER_PAGE_MAX.into())),
        ("SUMMARY_TEXT_BYTES_MAX", format!("{} bytes", indexer::provenance::SUMMARY_TEXT_BYTES_MAX)),
        ("SUBJECT_BYTES_MAX", size(event::page::SUBJECT_BYTES_MAX as u64)),
    ]
}

fn requests_to_receivers() -> Vec<(&'static str, String)> {
    vec![
        ("URL_BYTES_MAX", size(outgoing::URL_BYTES_MAX as u64)),
        ("CONNECT_MS_MAX", seconds(outgoing::CONNECT_MS_MAX)),
        ("FIRST_BYTE_MS_MAX", seconds(outgoing::FIRST_BYTE_MS_MAX)),
        ("CALL_MS_MAX", seconds(outgoing::CALL_MS_MAX)),
        ("ANSWER_HEAD_BYTES_MAX", size(outgoing::ANSWER_HEAD_BYTES_MAX as u64)),
        ("ANSWER_HEADERS_MAX", count(outgoing::ANSWER_HEADERS_MAX as u64)),
        ("ANSWER_BODY_BYTES_MAX", size(outgoing::ANSWER_BODY_BYTES_MAX as u64)),
        ("CALLS_PER_HOST_MAX", count(outgoing::CALLS_PER_HOST_MAX as u64)),
        ("ADDRESSES_MAX", count(outgoing::ADDRESSES_MAX as u64)),
        ("LOOKUPS_MAX", count(outgoing::LOOKUPS_MAX as u64)),
        ("LOOKUPS_PER_TENANT_MAX", count(outgoing::LOOKUPS_PER_TENANT_MAX as u64)),
        ("KEPT_MAX", count(outgoing::KEPT_MAX as u64)),
        ("KEPT_IDLE_MS_MAX", seconds(outgoing::KEPT_IDLE_MS_MAX)),
        ("KEPT_AGE_MS_MAX", seconds(outgoing::KEPT_AGE_MS_MAX)),
    ]
}

fn webhooks() -> Vec<(&'static str, String)> {
    vec![
        ("IN_FLIGHT_MAX", count(webhook::bounds::IN_FLIGHT_MAX.into())),
        ("CALLS_MAX", count(delivery::CALLS_MAX.into())),
        ("FIRST_CALLS_MAX", count(delivery::FIRST_CALLS_MAX.into())),
        ("PAUSE_MS_MAX", seconds(delivery::pace::PAUSE_MS_MAX)),
        (
            "PENDING_SUBJECTS_MAX",
            format!("{}, and those of one event", count(delivery::queue::PENDING_SUBJECTS_MAX as u64)),
        ),
        ("PENDING_MAX", count(webhook::bounds::PENDING_MAX.into())),
        ("DEAD_LETTERS_MAX", count(webhook::bounds::DEAD_LETTERS_MAX.into())),
        ("NOTICES_MAX", count(webhook::bounds::NOTICES_MAX.into())),
        ("READY_MAX", count(delivery::queue::READY_MAX as u64)),
        ("DISABLE_AFTER_MS", format!("{} days", delivery::DISABLE_AFTER_MS / 86_400_000)),
        ("STOP_MS_MAX", seconds(delivery::STOP_MS_MAX)),
        ("WEBHOOKS_MAX", count(webhook::bounds::WEBHOOKS_MAX.into())),
        ("DESCRIPTION_CHARS_MAX", count(webhook::bounds::DESCRIPTION_CHARS_MAX as u64)),
        ("SECRETS_VALID_MAX", count(webhook::bounds::SECRETS_VALID_MAX as u64)),
        ("GRACE_S_MAX", format!("{} s", digits(webhook::bounds::GRACE_S_MAX))),
        ("REPLAY_EVENTS_MAX", count(webhook::bounds::REPLAY_EVENTS_MAX)),
        ("ATTEMPTS_KEPT", count(webhook::bounds::ATTEMPTS_KEPT.into())),
        ("ANSWER_BYTES_KEPT", size(webhook::bounds::ANSWER_BYTES_KEPT as u64)),
        ("WEBHOOK_TESTS_MAX", count(budget::WEBHOOK_TESTS_MAX.into())),
    ]
}

fn provenance() -> Vec<(&'static str, String)> {
    vec![
        ("EXAMINED_EVENTS_MAX", count(search::EXAMINED_EVENTS_MAX.into())),
        ("EXAMINED_BYTES_MAX", size(search::EXAMINED_BYTES_MAX.into())),
        ("EXAMINED_MS_MAX", seconds(search::EXAMINED_MS_MAX)),
        ("LOOKED_UP_IDS_MAX", count(search::LOOKED_UP_IDS_MAX.into())),
        ("NAMED_QUERIES_MAX", count(named_query::NAMED_QUERIES_MAX.into())),
        ("NAMED_QUERY_BYTES_MAX", size(named_query::NAMED_QUERY_BYTES_MAX as u64)),
        ("QUERY_NAME_CHARS_MAX", count(named_query::QUERY_NAME_CHARS_MAX as u64)),
        ("SUBSCRIPTIONS_MAX", count(subscription::SUBSCRIPTIONS_MAX.into())),
        ("SUBSCRIPTION_BYTES_MAX", size(subscription::SUBSCRIPTION_BYTES_MAX as u64)),
        ("SIGNATURE_TOKEN_CHARS_MAX", count(subscription::SIGNATURE_TOKEN_CHARS_MAX as u64)),
        ("EVENTS_PER_DELIVERY_MAX", count(subscription::EVENTS_PER_DELIVERY_MAX.into())),
        ("DELIVERY_BYTES_MAX", size(subscription::DELIVERY_BYTES_MAX.into())),
        (
            "CAPTURE_JSON_BYTES_MAX",
            format!(
                "{}, and {} bytes for each of the XML and {}",
                size(source::CAPTURE_JSON_BYTES_MAX as u64),
                source::CAPTURE_JSON_FACTOR,
                size(source::CAPTURE_JSON_BYTES_MIN as u64)
            ),
        ),
        ("XML_ANSWER_BYTES_MAX", size(answer::XML_ANSWER_BYTES_MAX as u64)),
        ("LINKED_OBJECTS_MAX", count(links::LINKED_OBJECTS_MAX.into())),
        ("LINKS_OF_TENANT_BYTES_MAX", size(links::LINKS_OF_TENANT_BYTES_MAX.into())),
        ("LINKS_BYTES_MAX", size(links::LINKS_BYTES_MAX as u64)),
        ("LINKS_PER_OBJECT_MAX", count(links::LINKS_PER_OBJECT_MAX as u64)),
        ("LINK_ADDRESS_BYTES_MAX", size(links::LINK_ADDRESS_BYTES_MAX as u64)),
        ("LINK_TEXT_CHARS_MAX", count(links::LINK_TEXT_CHARS_MAX as u64)),
        ("RESOLVER_RATE_DEFAULT", rate(config::RESOLVER_RATE_DEFAULT)),
        ("SYMBOL_TEXT_BYTES_MAX", format!("{} bytes", symbol::SYMBOL_TEXT_BYTES_MAX)),
        ("SCALE_MAX", format!("{} pixels", symbol::SCALE_MAX)),
        ("EXTENSIONS_MAX", count(extension::EXTENSIONS_MAX as u64)),
    ]
}

fn rate(rate: config::Rate) -> String {
    format!("{}/s, {} at once", digits(rate.per_second), digits(rate.burst))
}

fn count(count: u64) -> String {
    digits(count)
}

fn size(bytes: u64) -> String {
    match bytes {
        bytes if bytes.is_multiple_of(1 << 20) => format!("{} MiB", digits(bytes >> 20)),
        bytes => format!("{} KiB", digits(bytes >> 10)),
    }
}

fn seconds(ms: u64) -> String {
    format!("{} s", ms / 1_000)
}

/// A number with commas between thousands.
fn digits(number: impl Into<u64>) -> String {
    let text = number.into().to_string();
    let groups: Vec<_> = text.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

/// The text of every source file below a folder.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            text.push_str(&sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(&path).expect("a text"));
        }
    }
    text
}

#[test]
fn the_page_of_limits_agrees_with_the_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("../docs/limits.md")).expect("the page");
    let sources = sources(&root.join("src")) + &sources(&root.join("tests"));
    let mut open = constants();
    for row in page.lines().filter(|line| line.starts_with("| ") && line.ends_with("` |")) {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [_, constant, value, _, test] = cells[..] else { panic!("five cells: {row}") };
        let test = test.trim_matches('`');
        assert!(sources.contains(&format!("fn {test}(")), "no such test: {test}");
        if let Some(name) = constant.strip_prefix('`').and_then(|rest| rest.split('`').next()) {
            let right = open.remove(name).unwrap_or_else(|| panic!("{name} is not compared, or twice on the page"));
            assert_eq!(value, right, "{name}");
        }
    }
    assert!(open.is_empty(), "not on the page: {:?}", open.keys());
}
