//! The Postgres type of each ledger type, with both conversions. Invariant: a value that is read back equals the
//! written value.

use super::{Load, Store};
use crate::tenant;
use chain_types::{Digest, Epoch, Height, ShardId, TenantId, TimestampMs, TxId, beacon::ValidatorId};
use sqlx::{
    error::BoxDynError,
    types::{Json, Uuid},
};

/// One line per type: the type, its column's type, and how a value is stored and loaded.
macro_rules! column_types {
    ($($value:ty as $sql:ty: $store:expr, $load:expr;)+) => {$(
        impl $crate::column::Store for $value {
            type Sql = $sql;

            fn store(self) -> Result<$sql, sqlx::error::BoxDynError> {
                let store: fn($value) -> Result<$sql, sqlx::error::BoxDynError> = $store;
                store(self)
            }
        }

        impl $crate::column::Load for $value {
            type Sql = $sql;

            fn load(sql: $sql) -> Result<Self, sqlx::error::BoxDynError> {
                let load: fn($sql) -> Result<$value, sqlx::error::BoxDynError> = $load;
                load(sql)
            }
        }
    )+};
}

pub(crate) use column_types;

column_types! {
    bool as bool: Ok, Ok;
    i16 as i16: Ok, Ok;
    i64 as i64: Ok, Ok;
    u32 as i32: number, number;
    u64 as i64: number, number;
    // A count within a block.
    usize as i32: number, number;
    Uuid as Uuid: Ok, Ok;
    String as String: |text| text_without_nul(text), Ok;
    Vec<u8> as Vec<u8>: Ok, Ok;
    Epoch as i64: |epoch| number(epoch.0), |sql| number(sql).map(Epoch);
    Height as i64: |height| number(height.0), |sql| number(sql).map(Height);
    ShardId as i16: |shard| number(shard.0), |sql| number(sql).map(ShardId);
    TimestampMs as i64: |timestamp| number(timestamp.0), |sql| number(sql).map(TimestampMs);
    ValidatorId as i64: |validator| number(validator.0), |sql| number(sql).map(ValidatorId);
    Digest as [u8; 32]: |digest| Ok(digest.0), |sql| Ok(Digest(sql));
    TxId as [u8; 32]: |id| Ok(id.0.0), |sql| Ok(TxId(Digest(sql)));
    TenantId as Uuid: |tenant| Ok(tenant::uuid(tenant)), |sql| Ok(tenant::from_uuid(sql));
}

impl<'t> Store for &'t str {
    type Sql = &'t str;

    fn store(self) -> Result<Self, BoxDynError> {
        text_without_nul(self)
    }
}

impl<Value> Store for Json<Value> {
    type Sql = Self;

    fn store(self) -> Result<Self, BoxDynError> {
        Ok(self)
    }
}

impl<Value: Store> Store for Option<Value> {
    type Sql = Option<Value::Sql>;

    fn store(self) -> Result<Self::Sql, BoxDynError> {
        self.map(Store::store).transpose()
    }
}

impl<Value: Load> Load for Option<Value> {
    type Sql = Option<Value::Sql>;

    fn load(sql: Self::Sql) -> Result<Self, BoxDynError> {
        sql.map(Load::load).transpose()
    }
}

fn number<From, Into>(number: From) -> Result<Into, BoxDynError>
where
    Into: TryFrom<From>,
    Into::Error: std::error::Error + Send + Sync + 'static,
{
    Ok(Into::try_from(number)?)
}

fn text_without_nul<Text: AsRef<str>>(text: Text) -> Result<Text, BoxDynError> {
    if text.as_ref().contains('\0') {
        Err("text holds the letter NUL, which Postgres cannot store".into())
    } else {
        Ok(text)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the indexer never writes the number {0}")]
struct UnknownNumber(i16);

/// Finds the value that is stored as a number; `number_of` returns the number of each.
pub(crate) fn from_number<Word: Copy>(
    words: &[Word],
    number_of: impl Fn(Word) -> i16,
    number: i16,
) -> Result<Word, BoxDynError> {
    words.iter().copied().find(|word| number_of(*word) == number).ok_or_else(|| UnknownNumber(number).into())
}
