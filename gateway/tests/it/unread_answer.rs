//! Tests that an answer counts against the budgets of its tenant until the client has read it.

use crate::{
    harness::{World, request},
    stack::{document, event},
};
use gateway::serve::{SEND_BUFFER_BYTES, ServeLimits};
use http::{Method, StatusCode};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

#[tokio::test]
async fn an_answer_holds_room_and_memory_until_it_is_read() {
    const EVENTS: usize = 9;
    const NOTE_BYTES: usize = 200_000;
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let note = format!(",\"gs1:note\":\"{}\"", "x".repeat(NOTE_BYTES));
    let events: Vec<String> = (0..EVENTS).map(|n| event(&format!("urn:uuid:{n}"), &note)).collect();
    let mut capture = request(Method::POST, "/epcis/capture", Some(&account.secret), None);
    capture.headers_mut().insert("content-type", "application/json".parse().expect("a value"));
    capture.headers_mut().insert("prefer", "wait=20".parse().expect("a value"));
    *capture.body_mut() = document(&events).into();
    let captured = world.send(capture).await;
    assert_eq!((captured.status, &captured.json()["success"]), (StatusCode::OK, &true.into()), "{}", captured.text());

    let served = world.serve(ServeLimits::default()).await;
    let budgets = &world.gateway.budgets;
    let free = || (budgets.room.free(), budgets.bytes.free());
    let all = (world.gateway.config.concurrency_max, world.gateway.config.body_kib_max);
    assert_eq!(free(), all);
    let mut stream = TcpStream::connect(served.address).await.expect("connects");
    let ask = format!(
        "GET /epcis/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
        account.secret
    );
    stream.write_all(ask.as_bytes()).await.expect("writes");
    let mut begin = [0; 12];
    stream.read_exact(&mut begin).await.expect("is answered");
    assert_eq!(&begin, b"HTTP/1.1 200");
    // The answer is made, and most of it waits for the client.
    let (room, kib) = free();
    assert_eq!(room, all.0 - 1);
    let unsent = u32::try_from((EVENTS * NOTE_BYTES - 4 * SEND_BUFFER_BYTES) / 1_024).expect("small");
    assert!(all.1 - kib >= unsent, "{} KiB are held", all.1 - kib);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.expect("the rest");
    assert!(rest.len() > EVENTS * NOTE_BYTES, "{}", rest.len());
    while free() != all {
        tokio::task::yield_now().await;
    }
}
