//! Headers, tokens and codes of the slice, without a ledger.

use super::{FollowToken, freshness::parse};
use chain_types::{Height, ShardId};
use http::HeaderValue;

#[test]
fn minimum_heights_are_read_for_existing_shards_only() {
    let read = |text: &'static str| parse(&HeaderValue::from_static(text), 2);
    assert_eq!(read("0=12"), Some(vec![(ShardId(0), Height(12))]));
    assert_eq!(read("0=12, 1=7"), Some(vec![(ShardId(0), Height(12)), (ShardId(1), Height(7))]));
    for text in ["", "0", "0=", "=1", "2=1", "0=-1", "0=1,1=2,0=3", "a=b", "0=1;1=2"] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn a_follow_token_matches_itself_only() {
    let token = FollowToken::new("secret");
    assert!(token.matches("secret"));
    for other in ["", "Secret", "secret ", "secre"] {
        assert!(!token.matches(other), "{other}");
    }
    assert!(!format!("{token:?}").contains("secret"));
}
