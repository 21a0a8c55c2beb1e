//! The text that `waymark up` prints when it is ready: addresses, credentials and three example requests. Invariant:
//! the link holds a code that works once, and no lasting secret.

use super::sandbox::Sandbox;

/// The text.
pub fn text(url: &str, console: &str, sandbox: &Sandbox) -> String {
    let Sandbox { tenant_id, client_id, client_secret } = sandbox;
    format!(
        r#"
Waymark is ready.

  Console   {console}
  API       {url}/docs/      GraphQL {url}/graphiql/
  Tenant    {tenant_id} (sandbox)
  Client    {client_id}
  Secret    {client_secret}

Try it:

  TOKEN=$(curl -s {url}/oauth/token -u {client_id}:{client_secret} -d grant_type=client_credentials | sed 's/.*"access_token":"\([^"]*\)".*/\1/')

  curl -s {url}/epcis/capture -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -H 'Prefer: wait=5' -d '{{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z","epcisBody":{{"eventList":[{{"type":"ObjectEvent","action":"OBSERVE","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","epcList":["https://id.gs1.org/01/09521141012345/21/2017"]}}]}}}}'

  curl -s "{url}/epcis/events?MATCH_anyEPC=https://id.gs1.org/01/09521141012345/21/2017" -H "Authorization: Bearer $TOKEN"

The console link works once and for ten minutes; `waymark console-link` prints another.
Stop with Ctrl-C; start again with the same command and everything is still there."#
    )
}
