//! URLs of receivers that lead inside (server-side request forgery). A listener of the attack counts connections: there
//! may be none.

use super::{Attack, webhook};
use crate::{
    context::Context,
    http::{Request, encode},
    receiver::{Manner, Receiver},
    tally::{Expected, Tally},
};
use futures::{
    FutureExt as _,
    future::join_all,
    stream::{self, StreamExt as _},
};
use serde_json::json;
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, atomic::Ordering},
};

pub(super) const ATTACKS: &[Attack] = &[Attack::new(
    "webhook-urls-inside",
    "90 URLs of loopback, private and metadata addresses in all notations, names that lead there, and odd URLs, as \
     webhooks and as receivers of EPCIS subscriptions; what is accepted is tested",
    "400, or a test without an answer, and no connection to the listeners inside",
    |context| inside(context).boxed(),
)];

/// The name of the query that is subscribed to.
const QUERY: &str = "urls-inside";

/// The URLs; a name that is accepted may lead anywhere, which each call judges.
fn urls(port: u16, allowed: SocketAddr) -> Vec<String> {
    let hosts = [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "00000177.0.0.0x1",
        "127.0.0.1.",
        "127.0.2.1",
        "127.255.255.254",
        "0.0.0.0",
        "0",
        "0x0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "198.18.0.1",
        "192.0.2.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[fe80::1]",
        "[fe80::1%25lo]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fec0::1]",
        "[ff02::1]",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "localhost.localdomain",
        "ip6-localhost",
        "a.localhost",
        "metadata",
        "metadata.google.internal",
        "instance-data",
        "kubernetes.default.svc",
        "\u{2460}\u{2461}\u{2466}.\u{24ea}.\u{24ea}.\u{2460}",
        "\u{ff11}\u{ff12}\u{ff17}.\u{ff10}.\u{ff10}.\u{ff11}",
        "127\u{3002}0\u{3002}0\u{3002}1",
        "127.0.0.1\u{ad}",
        "\u{2097}ocalhost",
        "%31%32%37.0.0.1",
        "127.0.0.1%00.example",
        "xn--a",
    ];
    let mut urls: Vec<_> = hosts.iter().map(|host| format!("https://{host}:{port}/hook")).collect();
    urls.extend(hosts[..12].iter().map(|host| format!("http://{host}:{port}/hook")));
    let (ip, allowed_port) = (allowed.ip(), allowed.port());
    urls.extend([
        format!("https://user@127.0.0.1:{port}/"),
        format!("https://example.com@127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}@example.com/"),
        format!("https://example.com:443@127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}#@example.com/"),
        format!("https://127.0.0.1:{port}\\@example.com/"),
        format!("https:\\\\127.0.0.1:{port}/"),
        format!("https:127.0.0.1:{port}/"),
        format!("https:///127.0.0.1:{port}/"),
        format!("//127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}/\r\nx: y"),
        format!("https://127.0.0.1\t:{port}/"),
        // The host of an allowed receiver at another port, and its port at another host.
        format!("http://{ip}:{port}/"),
        format!("http://127.0.0.1:{allowed_port}/"),
        format!("http://user:pass@{allowed}/"),
        "https://127.0.0.1:5432/".to_owned(),
        "https://127.0.0.1:22/".to_owned(),
        "https://127.0.0.1/".to_owned(),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://[fd00:ec2::254]/latest/meta-data/".to_owned(),
        "gopher://127.0.0.1:6379/_x".to_owned(),
        "file:///etc/passwd".to_owned(),
        "ftp://127.0.0.1/".to_owned(),
        "dict://127.0.0.1:11211/".to_owned(),
        "unix:/var/run/docker.sock".to_owned(),
        "javascript:alert(1)".to_owned(),
        String::new(),
    ]);
    urls
}

async fn inside(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    webhook::clear(&context).await?;
    // One port at every address of this machine, of IPv4 and of IPv6 where it has that.
    let listener = Receiver::start((Ipv4Addr::UNSPECIFIED, 0).into(), Manner::Take).await?;
    let port = listener.address.port();
    let listener_6 = Receiver::start((std::net::Ipv6Addr::LOCALHOST, port).into(), Manner::Take).await.ok();
    let urls = urls(port, context.receivers[0]);
    let query = json!({ "name": QUERY, "query": {} });
    let made = context.send(Request::post("/epcis/queries", query.to_string())).await;
    tally.expect("the query", &made, &Expected::Status(&[201, 409]));
    // As many at once as a tenant may test: looking a name up takes time.
    let tests = urls.clone().into_iter().map(|url| {
        let context = Arc::clone(&context);
        async move { one(&context, &url).await }
    });
    let tests = stream::iter(tests).buffer_unordered(12).collect::<Vec<_>>().await;
    tally = tests.into_iter().fold(tally, Tally::merge);
    let id = webhook::endpoint(&context, &format!("http://{}/", context.receivers[0]), None).await?;
    let changes = urls.iter().map(|url| {
        let request = Request::new("PATCH", format!("/v1/webhooks/{id}")).with_json(json!({ "url": url }).to_string());
        let context = Arc::clone(&context);
        async move { context.send(request).await }
    });
    for (url, answer) in urls.iter().zip(join_all(changes).await) {
        tally.expect(url, &answer, &Expected::Status(&[200, 400]));
    }
    // Subscriptions are called within a second.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let count = |receiver: &Receiver| receiver.connections.load(Ordering::Relaxed);
    let calls = count(&listener) + listener_6.as_ref().map_or(0, count);
    tally.check(calls == 0, || format!("{calls} connections to the listeners inside"));
    context.send(Request::new("DELETE", format!("/epcis/queries/{}", encode(QUERY)))).await?;
    webhook::clear(&context).await?;
    Ok(tally)
}

/// Asks for a webhook and a subscription with a URL. What is accepted, as its name may lead anywhere, is called: there
/// may be no answer.
async fn one(context: &Context, url: &str) -> Tally {
    let mut tally = Tally::default();
    let body = json!({ "url": url }).to_string();
    let answer = context.send(Request::post("/v1/webhooks", body)).await;
    tally.expect(url, &answer, &Expected::Status(&[201, 400, 409]));
    let body = json!({ "dest": url, "schedule": { "second": "*" }, "reportIfEmpty": true }).to_string();
    let path = format!("/epcis/queries/{}/subscriptions", encode(QUERY));
    let subscribed = context.send(Request::post(path, body)).await;
    tally.expect(url, &subscribed, &Expected::Status(&[201, 400, 409]));
    let id = answer.ok().and_then(|answer| answer.json()["id"].as_str().map(str::to_owned));
    let Some(id) = id else { return tally };
    let answer = context.send(Request::post(format!("/v1/webhooks/{id}/test"), "")).await;
    tally.expect(url, &answer, &Expected::Status(&[200, 400]));
    let status = answer.ok().map(|answer| answer.json()["status"].clone());
    tally.check(status.as_ref().is_none_or(serde_json::Value::is_null), || format!("{url}: a receiver answered"));
    let deleted = context.send(Request::new("DELETE", format!("/v1/webhooks/{id}"))).await;
    tally.expect(url, &deleted, &Expected::Status(&[204]));
    tally
}
