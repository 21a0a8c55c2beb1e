//! Serde adapters for binary values in JSON: standard base64 (RFC 4648 section 4). Invariant: a byte string has one
//! base64 text, because padding is required and trailing bits are zero. A value has one byte string, because its
//! encoding is canonical.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize as _, Deserializer, Serializer, de::Error};

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    STANDARD.decode(text.as_bytes()).map_err(|_| D::Error::custom("a value is not standard padded base64"))
}

fn write<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

fn fixed<const N: usize, E: Error>(bytes: &[u8]) -> Result<[u8; N], E> {
    bytes.try_into().map_err(|_| E::custom(format_args!("a value has {} bytes instead of {N}", bytes.len())))
}

/// Byte strings of any length.
pub(crate) mod bytes {
    use super::{Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        super::write(value, serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        super::read(deserializer)
    }
}

/// Byte strings of a fixed length.
pub(crate) mod array {
    use super::{Deserializer, Serializer};

    pub(crate) fn serialize<const N: usize, S: Serializer>(value: &[u8; N], serializer: S) -> Result<S::Ok, S::Error> {
        super::write(value, serializer)
    }

    pub(crate) fn deserialize<'de, const N: usize, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; N], D::Error> {
        super::fixed(&super::read(deserializer)?)
    }
}

/// Digests.
pub(crate) mod digest {
    use super::{Deserializer, Serializer};
    use chain_types::Digest;

    pub(crate) fn serialize<S: Serializer>(value: &Digest, serializer: S) -> Result<S::Ok, S::Error> {
        super::array::serialize(&value.0, serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
        super::array::deserialize(deserializer).map(Digest)
    }
}

/// Lists of digests.
pub(crate) mod digests {
    use chain_types::Digest;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Item(#[serde(with = "super::digest")] Digest);

    pub(crate) fn serialize<S: Serializer>(value: &[Digest], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(value.iter().map(|digest| Item(*digest)))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Digest>, D::Error> {
        Ok(Vec::<Item>::deserialize(deserializer)?.into_iter().map(|item| item.0).collect())
    }
}

/// Values of the ledger in their canonical encoding [P2], as base64.
pub(crate) mod canonical {
    use super::{Deserializer, Error as _, Serializer};
    use borsh::{BorshDeserialize, BorshSerialize};
    use chain_types::codec;

    pub(crate) fn serialize<T: BorshSerialize, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        super::bytes::serialize(&codec::encode(value), serializer)
    }

    pub(crate) fn deserialize<'de, T: BorshSerialize + BorshDeserialize, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        let name = std::any::type_name::<T>();
        let name = name.rsplit_once(':').map_or(name, |(_, last)| last);
        codec::decode(name, &super::read(deserializer)?).map_err(D::Error::custom)
    }
}
