//! Tests that every kind of forged or invalid token gets the same 401 response (RFC 8725).

use crate::harness::World;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use gateway::tenant_id::TenantId;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};
use uuid::Uuid;

/// The PKCS #8 encoding of an Ed25519 key, up to its seed.
const PKCS8_PREFIX: [u8; 16] = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";

/// Signs arbitrary tokens with the gateway's real key.
struct Forge {
    kid: String,
    public_key: Vec<u8>,
    signing: EncodingKey,
    claims: Value,
}

impl Forge {
    /// Reads the real signing key from the database, so that each forged token is wrong in exactly one way.
    async fn open(world: &World, tenant: TenantId, key_id: Uuid, subject: &str) -> Self {
        let mut owner = world.database.owner().await;
        let (id, public_key, sealed): (Uuid, Vec<u8>, Vec<u8>) =
            sqlx::query_as("SELECT key_id, public_key, sealed FROM app.signing_key")
                .fetch_one(&mut owner)
                .await
                .expect("the signing key");
        let vault = &world.gateway.vault;
        let seed = vault.open("token signing key", TenantId::SYSTEM, id.as_bytes(), &sealed).expect("opens");
        let der = [PKCS8_PREFIX.as_slice(), &seed].concat();
        let now = time::OffsetDateTime::now_utc().unix_timestamp();
        let claims = json!({
            "iss": "http://waymark.test", "aud": "http://waymark.test", "sub": subject, "exp": now + 600, "nbf": now,
            "iat": now, "jti": "1", "tenant": tenant, "key_id": key_id, "scope": "tenant:read",
        });
        Self { kid: id.simple().to_string(), public_key, signing: EncodingKey::from_ed_der(&der), claims }
    }

    fn header(&self) -> Value {
        json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": self.kid })
    }

    /// Signs a token with any header and payload text.
    fn sign(&self, header: &str, payload: &str) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.signing, Algorithm::EdDSA);
        format!("{message}.{}", signature.expect("signs"))
    }

    fn with_header(&self, name: &str, value: Value) -> String {
        let mut header = self.header();
        header[name] = value;
        self.sign(&header.to_string(), &self.claims.to_string())
    }

    fn with_claim(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        claims[name] = value;
        self.sign(&self.header().to_string(), &claims.to_string())
    }

    fn without_claim(&self, name: &str) -> String {
        let mut claims = self.claims.clone();
        claims.as_object_mut().expect("an object").remove(name);
        self.sign(&self.header().to_string(), &claims.to_string())
    }

    /// A token whose payload contains a claim twice.
    fn with_repeated_claim(&self, text: &str) -> String {
        let claims = self.claims.to_string();
        self.sign(&self.header().to_string(), &format!("{},{text}}}", &claims[..claims.len() - 1]))
    }

    /// HS256 with the public key as the secret, a known algorithm confusion attack.
    fn confused(&self, secret: &[u8]) -> String {
        let header = json!({ "alg": "HS256", "typ": "at+jwt", "kid": self.kid });
        let message = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(self.claims.to_string())
        );
        let key = EncodingKey::from_secret(secret);
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).expect("signs");
        format!("{message}.{signature}")
    }

    fn unsigned(&self, algorithm: &str) -> String {
        let header = json!({ "alg": algorithm, "typ": "at+jwt", "kid": self.kid });
        let payload = URL_SAFE_NO_PAD.encode(self.claims.to_string());
        format!("{}.{payload}.", URL_SAFE_NO_PAD.encode(header.to_string()))
    }
}

#[tokio::test]
async fn no_forged_token_passes() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let (_, key_id) = gateway::auth::credential::parse_client_id(&account.client_id).expect("a client id");
    let forge = Forge::open(&world, account.tenant, key_id, &account.client_id).await;
    let now = time::OffsetDateTime::now_utc().unix_timestamp();

    let good = forge.sign(&forge.header().to_string(), &forge.claims.to_string());
    assert_eq!(world.get("/v1/tenant", &good).await.status, 200, "an unmodified token is accepted");

    let (head, signature) = good.rsplit_once('.').expect("three parts");
    let stranger = EncodingKey::from_ed_der(&[PKCS8_PREFIX.as_slice(), &[9; 32]].concat());
    let foreign = jsonwebtoken::crypto::sign(head.as_bytes(), &stranger, Algorithm::EdDSA).expect("signs");
    let mut attacks = vec![
        ("empty parts", "..".to_owned()),
        ("not a token", "abc".to_owned()),
        ("two parts", head.to_owned()),
        ("four parts", format!("{good}.x")),
        ("no signature", format!("{head}.")),
        ("a stranger's signature", format!("{head}.{foreign}")),
        ("a cut signature", format!("{head}.{}", &signature[..signature.len() - 4])),
        ("padding", format!("{good}=")),
        ("alg none", forge.unsigned("none")),
        ("alg nOnE", forge.unsigned("nOnE")),
        ("alg empty", forge.unsigned("")),
        ("HS256 with the public key", forge.confused(&forge.public_key)),
        ("HS256 with the public key's text", forge.confused(URL_SAFE_NO_PAD.encode(&forge.public_key).as_bytes())),
        ("alg RS256", forge.with_header("alg", json!("RS256"))),
        ("alg ES256", forge.with_header("alg", json!("ES256"))),
        ("alg Ed25519 under another name", forge.with_header("alg", json!("eddsa"))),
        ("typ JWT", forge.with_header("typ", json!("JWT"))),
        ("typ id token", forge.with_header("typ", json!("id+jwt"))),
        ("unknown kid", forge.with_header("kid", json!("0000"))),
        ("kid as a path", forge.with_header("kid", json!("../../../../dev/null"))),
        ("kid as SQL", forge.with_header("kid", json!("' UNION SELECT 1 --"))),
        ("kid as a URL", forge.with_header("kid", json!("http://127.0.0.1/key"))),
        ("jku", forge.with_header("jku", json!("http://127.0.0.1/jwks.json"))),
        ("x5u", forge.with_header("x5u", json!("http://127.0.0.1/cert"))),
        ("jwk inside", forge.with_header("jwk", json!({ "kty": "OKP", "crv": "Ed25519", "x": "AAAA" }))),
        ("crit", forge.with_header("crit", json!(["exp"]))),
        ("wrong iss", forge.with_claim("iss", json!("http://elsewhere.test"))),
        ("wrong aud", forge.with_claim("aud", json!("http://elsewhere.test"))),
        ("aud list", forge.with_claim("aud", json!(["http://waymark.test", "http://elsewhere.test"]))),
        ("expired", forge.with_claim("exp", json!(now - 60))),
        ("exp as text", forge.with_claim("exp", json!((now + 600).to_string()))),
        ("exp negative", forge.with_claim("exp", json!(-1))),
        ("not yet", forge.with_claim("nbf", json!(now + 60))),
        ("issued in the future", forge.with_claim("iat", json!(now + 60))),
        ("issued long ago", forge.with_claim("iat", json!(now - 3_600))),
        ("iat negative", forge.with_claim("iat", json!(-1))),
        ("ten years to live", forge.with_claim("exp", json!(now + 315_360_000))),
        ("a second more than tokens live", forge.with_claim("exp", json!(now + 901))),
        ("the largest exp", forge.with_claim("exp", json!(u64::MAX))),
        ("another subject", forge.with_claim("sub", json!("wc_someone"))),
        ("an empty subject", forge.with_claim("sub", json!(""))),
        ("an empty id", forge.with_claim("jti", json!(""))),
        ("another tenant's key", forge.with_claim("tenant", json!(Uuid::from_u128(5)))),
        ("another key", forge.with_claim("key_id", json!(Uuid::from_u128(5)))),
        ("unknown scope", forge.with_claim("scope", json!("everything"))),
        ("unknown claim", forge.with_claim("admin", json!(true))),
        ("repeated tenant", forge.with_repeated_claim(&format!("\"tenant\":\"{}\"", Uuid::nil()))),
        ("repeated exp", forge.with_repeated_claim("\"exp\":99999999999")),
        ("too long", format!("{good}{}", "A".repeat(5_000))),
    ];
    for claim in ["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "tenant", "key_id", "scope"] {
        attacks.push(("a missing claim", forge.without_claim(claim)));
    }
    for (name, token) in attacks {
        let answer = world.get("/v1/tenant", &token).await;
        assert_eq!(answer.status, 401, "{name}: {}", answer.text());
        answer.assert_problem(401, "auth.invalid_token");
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"", "{name}");
    }
}

#[tokio::test]
async fn a_token_never_has_more_scopes_than_its_key() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let key = world.key(&account, &["tenant:read"]).await;
    let (_, key_id) = gateway::auth::credential::parse_client_id(&key.client_id).expect("a client id");
    let forge = Forge::open(&world, account.tenant, key_id, &key.client_id).await;
    let token = forge.with_claim("scope", json!("tenant:read member:read key:admin"));
    assert_eq!(world.get("/v1/tenant", &token).await.status, 200);
    world.get("/v1/members", &token).await.assert_problem(403, "auth.insufficient_scope");
}
