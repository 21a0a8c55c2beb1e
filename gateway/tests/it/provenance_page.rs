//! Tests that answers are bounded in bytes: of events, of evidence, of operations. Invariant: pages of large events are
//! shorter, and together they are the whole answer.

use crate::stack::{Answer, Stack, document, event, segment};
use gateway::{
    evidence::STREAM_BYTES_MAX, operation::query::COMMANDS_PER_PAGE_MAX, provenance::search::PAGE_BYTES_MAX,
};
use http::StatusCode;
use serde_json::Value;

/// The overhead of a page and of each event around its document.
const MARGIN: usize = 64 * 1_024;

fn ids(answer: &Answer) -> Vec<String> {
    answer.events().iter().map(|event| event["eventID"].as_str().expect("an id").to_owned()).collect()
}

fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link").strip_prefix('<')?;
    link.split_once(">; rel=\"next\"").map(|(uri, _)| uri.to_owned())
}

/// 250 events of 240 KB each, with an EPC of their own and one for all.
async fn with_large_events() -> Stack {
    let stack = Stack::start().await;
    let note = "x".repeat(240 * 1_000);
    for part in 0..10 {
        let events: Vec<String> = (0..25)
            .map(|n| {
                let n = part * 25 + n;
                event(&format!("urn:uuid:{n:04}"), &format!(",\"gs1:note\":\"{note}\""))
                    .replace("00:00:00Z", &format!("00:{:02}:{:02}Z", n / 60, n % 60))
            })
            .collect();
        let answer = stack.capture(document(&events).as_bytes()).await;
        assert_eq!((answer.status, &answer.json()["success"]), (StatusCode::OK, &true.into()), "{}", answer.text());
    }
    stack
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_large_events_stops_at_its_bytes_and_continues() {
    let stack = with_large_events().await;
    let bytes_max = usize::try_from(PAGE_BYTES_MAX).expect("32 bits") + MARGIN;
    let (mut found, mut pages) = (Vec::new(), 0);
    let mut uri = Some("/epcis/events?perPage=1000&orderBy=eventTime&orderDirection=ASC".to_owned());
    while let Some(at) = uri {
        let answer = stack.get(&at).await;
        assert!(answer.body.len() <= bytes_max, "{}", answer.body.len());
        found.extend(ids(&answer));
        pages += 1;
        uri = next(&answer);
    }
    assert_eq!(found, (0..250).map(|n| format!("urn:uuid:{n:04}")).collect::<Vec<_>>());
    assert!(pages >= 15, "{pages}");
    let answer = stack.get("/epcis/events?eventCountLimit=40&perPage=1000&orderBy=eventTime").await;
    let first = ids(&answer).len();
    let second = ids(&stack.get(&next(&answer).expect("more")).await).len();
    assert!(first < 40 && first + second <= 40, "{first} {second}");

    let query = "{ events(first: 1000) { nodes { eventId document } pageInfo { hasNextPage } } }";
    let page = stack.graphql(query).await["events"].clone();
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let count = page["nodes"].as_array().expect("nodes").len();
    assert!((1..20).contains(&count), "{count}");

    let lot = segment("urn:epc:id:sgtin:4012345.011111.9876");
    let problem = stack.get(&format!("/v1/provenance/evidence?epc={lot}")).await;
    let problem = problem.problem(422, "evidence.stream_too_long");
    assert!(
        problem["detail"].as_str().is_some_and(|detail| detail.contains(&STREAM_BYTES_MAX.to_string())),
        "{problem}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_operations_stops_at_its_commands_and_continues() {
    let stack = Stack::start().await;
    for part in 0..13 {
        let events: Vec<String> = (0..900).map(|n| event(&format!("urn:uuid:{part}:{n}"), "")).collect();
        assert_eq!(stack.capture(document(&events).as_bytes()).await.status, StatusCode::OK);
    }
    for (list, count) in [("/v1/operations?limit=500", 13), ("/epcis/capture?perPage=1000", 13)] {
        let (mut found, mut pages, mut uri) = (Vec::new(), 0, Some(list.to_owned()));
        while let Some(at) = uri {
            let answer = stack.get(&at).await;
            let page = answer.json();
            let items = page.get("items").unwrap_or(&page).as_array().expect("a list").clone();
            let commands: u64 = items.iter().filter_map(|item| item["command_count"].as_u64()).sum();
            assert!(commands <= u64::from(COMMANDS_PER_PAGE_MAX), "{commands}");
            let ids = items.iter().map(|item| item.get("id").unwrap_or(&item["captureID"]).clone());
            found.extend(ids.filter(|id| id != &Value::Null));
            pages += 1;
            uri = next(&answer);
        }
        assert!(found.len() >= count && pages == 2, "{list}: {} in {pages}", found.len());
        found.sort_by_key(Value::to_string);
        found.dedup();
        assert!(found.len() >= count, "{list}: no operation is on two pages");
    }
}
