//! Only public addresses and allowed receivers are connected to, and only those that were judged.

use super::{Names, Receiver, outcome, outgoing, post, short};
use gateway::outgoing::{OutgoingError, UrlProblem, WaitLimits};

const FINE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

#[tokio::test]
async fn a_private_address_is_refused_unless_its_receiver_is_allowed() {
    let receiver = Receiver::answering(FINE).await;
    let port = receiver.port();
    let (right, other_port) = (format!("127.0.0.1:{port}"), format!("127.0.0.1:{}", port ^ 1));
    let names = Names::of("localhost.", &[&["127.0.0.1"]]);
    for allowed in [&[][..], &[other_port.as_str()], &["localhost:1"]] {
        let outgoing = outgoing(allowed, names.clone(), WaitLimits::default());
        for host in
            ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0", "0x7f000001", "2130706433", "017700000001"]
        {
            let result = post(&outgoing, &format!("https://{host}:{port}/")).await;
            assert_eq!(outcome(&result), "webhook.address_refused", "{host} {allowed:?}");
            let result = post(&outgoing, &format!("http://{host}:{port}/")).await;
            assert!(matches!(result, Err(OutgoingError::Url(UrlProblem::Scheme))), "{host} {allowed:?}");
        }
    }
    assert_eq!(receiver.connections(), 0);
    let outgoing = outgoing(&[&right], names, WaitLimits::default());
    assert_eq!(outcome(&post(&outgoing, &receiver.url()).await), "200");
    assert_eq!(outcome(&post(&outgoing, &format!("https://localhost:{port}/")).await), "webhook.address_refused");
    assert_eq!(receiver.connections(), 1);
}

#[tokio::test]
async fn a_name_with_one_private_address_is_refused_wherever_it_is() {
    let receiver = Receiver::answering(FINE).await;
    let url = format!("https://receiver.example:{}/", receiver.port());
    let (public, private) = ("8.8.8.8", "127.0.0.1");
    let many = [&[public; 20][..], &[private]].concat();
    for addresses in [&[private][..], &[public, private], &[private, public], &["2001:4860:4860::8888", "::1"], &many] {
        let names = Names::of("receiver.example.", &[addresses]);
        let result = post(&outgoing(&[], names, WaitLimits::default()), &url).await;
        assert_eq!(outcome(&result), "webhook.address_refused", "{addresses:?}");
    }
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn a_name_is_looked_up_once_so_that_it_cannot_lead_elsewhere_after_the_check() {
    let first = Receiver::answering(FINE).await;
    let port = first.port();
    let second = Receiver::start_at(&format!("127.0.0.2:{port}"), |_| async {}).await;
    let (url, receiver) = (format!("http://rebinding.example:{port}/"), format!("rebinding.example:{port}"));
    let names = Names::of("rebinding.example", &[&["127.0.0.1"], &["127.0.0.2"]]);
    let result = post(&outgoing(&[&receiver], names.clone(), WaitLimits::default()), &url).await;
    assert_eq!(outcome(&result), "200");
    assert_eq!(names.looked_up(), ["rebinding.example"]);
    assert_eq!((first.connections(), second.connections()), (1, 0));
}

#[tokio::test]
async fn a_name_that_is_not_allowed_is_absolute() {
    let names = Names::default();
    let outgoing = outgoing(&["intern:8080"], names.clone(), WaitLimits::default());
    for url in ["https://intern/", "https://a.example/", "http://intern:8080/"] {
        assert_eq!(outcome(&post(&outgoing, url).await), "webhook.name_not_found", "{url}");
    }
    assert_eq!(names.looked_up(), ["intern.", "a.example.", "intern"]);
}

#[tokio::test]
async fn a_name_without_addresses_is_refused() {
    let names = Names::of("a.example.", &[&[]]);
    let result = post(&outgoing(&[], names, WaitLimits::default()), "https://a.example/").await;
    assert_eq!(outcome(&result), "webhook.name_not_found");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let private = Receiver::answering(FINE).await;
    for status in [301, 302, 303, 307, 308] {
        let answer = format!("HTTP/1.1 {status} Moved\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", private.url());
        let result = Receiver::answering(answer).await.called().await;
        assert_eq!(outcome(&result), status.to_string());
    }
    assert_eq!(private.connections(), 0);
}

#[tokio::test]
async fn the_next_address_is_tried_when_one_refuses() {
    let receiver = Receiver::answering(FINE).await;
    let port = receiver.port();
    let (url, allowed) = (format!("http://several.example:{port}/"), format!("several.example:{port}"));
    let names = Names::of("several.example", &[&["127.0.0.3", "127.0.0.1"]]);
    assert_eq!(outcome(&post(&outgoing(&[&allowed], names, WaitLimits::default()), &url).await), "200");
    // Four are tried, and the fifth is not.
    let names = Names::of("several.example", &[&["127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6", "127.0.0.1"]]);
    let result = post(&outgoing(&[&allowed], names, WaitLimits::default()), &url).await;
    assert_eq!(outcome(&result), "webhook.not_connected");
    let names = Names::of("several.example", &[&["127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.1"]]);
    assert_eq!(outcome(&post(&outgoing(&[&allowed], names, short()), &url).await), "200");
}
