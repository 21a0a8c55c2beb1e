//! Tests of the block stream's token. Invariant: no ledger and no database is started.

use super::FollowToken;

#[test]
fn a_follow_token_matches_itself_only() {
    let token = FollowToken::new("secret");
    assert!(token.matches("secret"));
    for other in ["", "Secret", "secret ", "secre"] {
        assert!(!token.matches(other), "{other}");
    }
    assert!(!format!("{token:?}").contains("secret"));
}
