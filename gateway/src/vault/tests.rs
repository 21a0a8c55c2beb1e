//! Tests of sealing: the values that can be opened, also after a rotation. Invariant: no database is started.

use super::*;
use crate::tenant_id::TenantId;
use chain_types::Digest;
use uuid::Uuid;

const OLD: &str = "1111111111111111111111111111111111111111111111111111111111111111";
const NEW: &str = "2222222222222222222222222222222222222222222222222222222222222222";

fn vault(keys: &[&str]) -> Vault {
    Vault::new(Keyring::parse(&keys.join("\n")).expect("keys"))
}

#[test]
fn a_sealed_value_opens_for_its_own_row_only() {
    let vault = vault(&[OLD]);
    let [tenant, other] = [1, 2].map(|id| TenantId(Uuid::from_u128(id)));
    let sealed = vault.seal("signing", tenant, b"a", b"secret");
    assert_eq!(**vault.open("signing", tenant, b"a", &sealed).expect("opens"), *b"secret");
    assert!(vault.open("signing", other, b"a", &sealed).is_err());
    assert!(vault.open("data", tenant, b"a", &sealed).is_err());
    assert!(vault.open("signing", tenant, b"b", &sealed).is_err());
    // The length of the kind is bound, too: another split of the same bytes is another row.
    assert!(vault.open("signinga", tenant, b"", &sealed).is_err());
}

#[test]
fn every_changed_byte_is_detected() {
    let vault = vault(&[OLD]);
    let sealed = vault.seal("data", TenantId::SYSTEM, b"", &[7; 32]);
    for index in 0..sealed.len() {
        let mut bad = sealed.clone();
        bad[index] ^= 1;
        assert!(vault.open("data", TenantId::SYSTEM, b"", &bad).is_err(), "byte {index}");
    }
    for length in 0..sealed.len() {
        assert!(vault.open("data", TenantId::SYSTEM, b"", &sealed[..length]).is_err(), "length {length}");
    }
}

#[test]
fn after_resealing_the_old_key_is_not_needed() {
    let vault = vault(&[OLD]);
    let sealed = vault.seal("data", TenantId::SYSTEM, b"", b"secret");
    assert_eq!(vault.reseal("data", TenantId::SYSTEM, b"", &sealed).expect("opens"), None);
    vault.replace_keyring(Keyring::parse(&format!("{NEW}\n{OLD}")).expect("keys"));
    let again = vault.reseal("data", TenantId::SYSTEM, b"", &sealed).expect("opens").expect("sealed again");
    vault.replace_keyring(Keyring::parse(NEW).expect("keys"));
    assert_eq!(**vault.open("data", TenantId::SYSTEM, b"", &again).expect("opens"), *b"secret");
    assert!(vault.open("data", TenantId::SYSTEM, b"", &sealed).is_err());
}

#[test]
fn a_transaction_key_belongs_to_one_transaction_of_one_tenant() {
    let data = |tenant: u128| DataKey::new(TenantId(Uuid::from_u128(tenant)), Zeroizing::new([9; 32]));
    let [first, second] = [1_u8, 2].map(|n| TxId(Digest([n; 32])));
    let sealed = data(1).seal_transaction_key(first, &[5; 32]);
    assert_eq!(data(1).open_transaction_key(first, &sealed).expect("opens").as_bytes(), &[5; 32]);
    assert!(data(1).open_transaction_key(second, &sealed).is_none());
    assert!(data(2).open_transaction_key(first, &sealed).is_none());
}

#[test]
fn a_keyring_file_is_made_once_and_for_its_owner_alone() {
    let folder = std::env::temp_dir().join(format!("waymark-keyring-{}", Uuid::new_v4().simple()));
    let path = folder.join("kek");
    let first = Keyring::load_or_create(&path).expect("made");
    let second = Keyring::load_or_create(&path).expect("read");
    let sealed = first.seal(b"row", b"secret");
    assert_eq!(**second.open(b"row", &sealed).expect("same key"), *b"secret");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).expect("metadata").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(std::fs::read_dir(&folder).expect("folder").count(), 1, "the temporary file is removed");
    std::fs::remove_dir_all(&folder).expect("removed");
}

#[test]
fn an_invalid_keyring_is_refused() {
    let many = vec![OLD; keyring::KEYS_MAX + 1].join("\n");
    for (text, words) in [("", "1 to 16"), ("12", "line 1"), ("\nzz", "line 2"), (many.as_str(), "1 to 16")] {
        let error = Keyring::parse(text).expect_err(text);
        assert!(error.to_string().contains(words), "{error}");
    }
}
