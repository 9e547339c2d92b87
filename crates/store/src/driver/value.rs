//! Values in (parameters) and values out (columns), the same on both databases.

use super::error::{Result, StoreError};
use postgres::types::{IsNull, ToSql as PgToSql, Type};
use std::rc::Rc;
use uuid::Uuid;
use yingke_kernel::{Fen, Stamp};

/// A parameter. Ids are 16 bytes, times microseconds, money fen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Val<'a> {
    /// NULL of whatever type the statement expects.
    Null,
    /// Whole number.
    Int(i64),
    /// Whole number or NULL.
    OptInt(Option<i64>),
    /// Text.
    Text(&'a str),
    /// Text or NULL.
    OptText(Option<&'a str>),
    /// Id.
    Id([u8; 16]),
    /// Id or NULL.
    OptId(Option<[u8; 16]>),
    /// Bytes.
    Bytes(&'a [u8]),
    /// Bytes or NULL.
    OptBytes(Option<&'a [u8]>),
    /// Truth value.
    Bool(bool),
    /// Truth value or NULL.
    OptBool(Option<bool>),
    /// Floating-point number.
    Real(f64),
    /// Floating-point number or NULL.
    OptReal(Option<f64>),
    /// For `IN {list $1}` over whole numbers.
    Ints(&'a [i64]),
    /// For `IN {list $1}` over ids.
    Ids(&'a [[u8; 16]]),
    /// For `IN {list $1}` over texts.
    Texts(&'a [&'a str]),
    /// A column of many rows for PostgreSQL's `UNNEST($1::bigint[])`; NULLs allowed, as in the next three.
    OptInts(&'a [Option<i64>]),
    /// As above, over ids.
    OptIds(&'a [Option<[u8; 16]>]),
    /// As above, over texts.
    OptTexts(&'a [Option<&'a str>]),
    /// As above, over truth values; no NULLs.
    Bools(&'a [bool]),
}

/// Parameters of a statement: `args![thread, seq, &body, None::<i64>]` is `&[Val::from(thread), …]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::Val::from($value)),*] };
}

macro_rules! from {
    ($($type:ty => |$v:ident| $as:expr),+ $(,)?) => {$(
        impl<'a> From<$type> for Val<'a> {
            fn from($v: $type) -> Self {
                $as
            }
        }
    )+};
}
from! {
    i64 => |v| Val::Int(v),
    i32 => |v| Val::Int(i64::from(v)),
    u32 => |v| Val::Int(i64::from(v)),
    Option<i64> => |v| Val::OptInt(v),
    Option<i32> => |v| Val::OptInt(v.map(i64::from)),
    Option<u32> => |v| Val::OptInt(v.map(i64::from)),
    bool => |v| Val::Bool(v),
    Option<bool> => |v| Val::OptBool(v),
    f64 => |v| Val::Real(v),
    Option<f64> => |v| Val::OptReal(v),
    &'a str => |v| Val::Text(v),
    &'a String => |v| Val::Text(v),
    Option<&'a str> => |v| Val::OptText(v),
    Option<&'a String> => |v| Val::OptText(v.map(String::as_str)),
    &'a Option<String> => |v| Val::OptText(v.as_deref()),
    &'a [u8] => |v| Val::Bytes(v),
    &'a Vec<u8> => |v| Val::Bytes(v),
    &'a [u8; 32] => |v| Val::Bytes(v),
    Option<&'a [u8]> => |v| Val::OptBytes(v),
    [u8; 16] => |v| Val::Id(v),
    Option<[u8; 16]> => |v| Val::OptId(v),
    Uuid => |v| Val::Id(*v.as_bytes()),
    Option<Uuid> => |v| Val::OptId(v.map(|id| *id.as_bytes())),
    &'a [i64] => |v| Val::Ints(v),
    &'a Vec<i64> => |v| Val::Ints(v),
    &'a [[u8; 16]] => |v| Val::Ids(v),
    &'a Vec<[u8; 16]> => |v| Val::Ids(v),
    &'a [&'a str] => |v| Val::Texts(v),
    &'a Vec<&'a str> => |v| Val::Texts(v),
    &'a [Option<i64>] => |v| Val::OptInts(v),
    &'a Vec<Option<i64>> => |v| Val::OptInts(v),
    &'a [Option<[u8; 16]>] => |v| Val::OptIds(v),
    &'a Vec<Option<[u8; 16]>> => |v| Val::OptIds(v),
    &'a [Option<&'a str>] => |v| Val::OptTexts(v),
    &'a Vec<Option<&'a str>> => |v| Val::OptTexts(v),
    &'a [bool] => |v| Val::Bools(v),
    &'a Vec<bool> => |v| Val::Bools(v),
    Stamp => |v| Val::Int(v.micros()),
    Option<Stamp> => |v| Val::OptInt(v.map(Stamp::micros)),
    Fen => |v| Val::Int(v.0),
    Option<Fen> => |v| Val::OptInt(v.map(|fen| fen.0)),
}

macro_rules! from_ids {
    ($($id:ident),+ $(,)?) => {$(
        impl From<yingke_kernel::$id> for Val<'_> {
            fn from(id: yingke_kernel::$id) -> Self {
                Val::Id(id.bytes())
            }
        }
        impl From<Option<yingke_kernel::$id>> for Val<'_> {
            fn from(id: Option<yingke_kernel::$id>) -> Self {
                Val::OptId(id.map(|id| id.bytes()))
            }
        }
    )+};
}
from_ids!(
    ShopId,
    PersonId,
    AccountId,
    BuyerId,
    ThreadId,
    ConversationId,
    ClientId,
    FileId,
    OrderId,
    PolicyId,
    ProductId,
    PhraseId,
    PhraseSetId,
    AuditId,
    IncidentId,
    ConcessionId,
    ApprovalId,
    NoticeId,
    TickId,
    WorklogId,
    MarkId,
    BlockId,
    ReportId,
    CallId,
    ConnectionId,
);

impl rusqlite::ToSql for Val<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value, ValueRef};
        let list = |values: Vec<Value>| ToSqlOutput::from_rc(Rc::new(values), c"rarray");
        Ok(match self {
            Val::Null
            | Val::OptInt(None)
            | Val::OptText(None)
            | Val::OptId(None)
            | Val::OptBytes(None)
            | Val::OptBool(None)
            | Val::OptReal(None) => ToSqlOutput::Borrowed(ValueRef::Null),
            Val::Int(v) | Val::OptInt(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Integer(*v)),
            Val::Text(v) | Val::OptText(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            Val::Id(v) | Val::OptId(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            Val::Bytes(v) | Val::OptBytes(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            Val::Bool(v) | Val::OptBool(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Integer(i64::from(*v))),
            Val::Real(v) | Val::OptReal(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Real(*v)),
            Val::Ints(v) => list(v.iter().map(|i| Value::Integer(*i)).collect()),
            Val::Ids(v) => list(v.iter().map(|id| Value::Blob(id.to_vec())).collect()),
            Val::Texts(v) => list(v.iter().map(|text| Value::Text((*text).to_owned())).collect()),
            Val::OptInts(v) => list(v.iter().map(|i| i.map_or(Value::Null, Value::Integer)).collect()),
            Val::OptIds(v) => list(
                v.iter()
                    .map(|id| id.map_or(Value::Null, |id| Value::Blob(id.to_vec())))
                    .collect(),
            ),
            Val::OptTexts(v) => list(
                v.iter()
                    .map(|text| text.map_or(Value::Null, |text| Value::Text(text.to_owned())))
                    .collect(),
            ),
            Val::Bools(v) => list(v.iter().map(|b| Value::Integer(i64::from(*b))).collect()),
        })
    }
}

impl PgToSql for Val<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut bytes::BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        let wrong = || -> Box<dyn std::error::Error + Sync + Send> {
            format!("a parameter {self:?} where the statement has {ty}; cast the parameter in the statement")
                .into()
        };
        match self {
            Val::Null
            | Val::OptInt(None)
            | Val::OptText(None)
            | Val::OptId(None)
            | Val::OptBytes(None)
            | Val::OptBool(None)
            | Val::OptReal(None) => Ok(IsNull::Yes),
            Val::Int(v) | Val::OptInt(Some(v)) => match *ty {
                Type::INT8 => v.to_sql(ty, out),
                Type::INT4 => i32::try_from(*v).map_err(|_| wrong())?.to_sql(ty, out),
                Type::INT2 => i16::try_from(*v).map_err(|_| wrong())?.to_sql(ty, out),
                Type::FLOAT8 => (*v as f64).to_sql(ty, out),
                _ => Err(wrong()),
            },
            Val::Text(v) | Val::OptText(Some(v)) => {
                if <&str as PgToSql>::accepts(ty) {
                    v.to_sql(ty, out)
                } else {
                    Err(wrong())
                }
            }
            Val::Id(v) | Val::OptId(Some(v)) => match *ty {
                Type::UUID => Uuid::from_bytes(*v).to_sql(ty, out),
                Type::BYTEA => v.as_slice().to_sql(ty, out),
                _ => Err(wrong()),
            },
            Val::Bytes(v) | Val::OptBytes(Some(v)) => match *ty {
                Type::BYTEA => v.to_sql(ty, out),
                _ => Err(wrong()),
            },
            Val::Bool(v) | Val::OptBool(Some(v)) => match *ty {
                Type::BOOL => v.to_sql(ty, out),
                _ => Err(wrong()),
            },
            Val::Real(v) | Val::OptReal(Some(v)) => match *ty {
                Type::FLOAT8 => v.to_sql(ty, out),
                Type::FLOAT4 => (*v as f32).to_sql(ty, out),
                _ => Err(wrong()),
            },
            Val::Ints(v) => match *ty {
                Type::INT8_ARRAY => v.to_sql(ty, out),
                Type::INT4_ARRAY => {
                    let narrow: std::result::Result<Vec<i32>, _> =
                        v.iter().map(|i| i32::try_from(*i)).collect();
                    narrow.map_err(|_| wrong())?.to_sql(ty, out)
                }
                _ => Err(wrong()),
            },
            Val::Ids(v) => match *ty {
                Type::UUID_ARRAY => v
                    .iter()
                    .map(|id| Uuid::from_bytes(*id))
                    .collect::<Vec<_>>()
                    .to_sql(ty, out),
                _ => Err(wrong()),
            },
            Val::Texts(v) => match *ty {
                Type::TEXT_ARRAY | Type::VARCHAR_ARRAY => v.to_sql(ty, out),
                _ => Err(wrong()),
            },
            Val::OptInts(v) => match *ty {
                Type::INT8_ARRAY => v.to_sql(ty, out),
                _ => Err(wrong()),
            },
            Val::OptIds(v) => match *ty {
                Type::UUID_ARRAY => v
                    .iter()
                    .map(|id| id.map(Uuid::from_bytes))
                    .collect::<Vec<_>>()
                    .to_sql(ty, out),
                _ => Err(wrong()),
            },
            Val::OptTexts(v) => match *ty {
                Type::TEXT_ARRAY | Type::VARCHAR_ARRAY => v.to_sql(ty, out),
                _ => Err(wrong()),
            },
            Val::Bools(v) => match *ty {
                Type::BOOL_ARRAY => v.to_sql(ty, out),
                _ => Err(wrong()),
            },
        }
    }

    fn accepts(_: &Type) -> bool {
        // Decided per value in `to_sql`, which can name the value and the type.
        true
    }

    postgres::types::to_sql_checked!();
}

/// A row that a statement gave. Columns are numbered from 0.
pub struct Row<'r>(pub(crate) Inner<'r>);

pub(crate) enum Inner<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r postgres::Row),
}

fn wrong(i: usize, wanted: &str, met: impl std::fmt::Display) -> StoreError {
    StoreError::Inconsistent(format!("column {i} should hold {wanted} but holds {met}"))
}

macro_rules! getters {
    ($($(#[$doc:meta])* $name:ident, $opt:ident -> $type:ty, $wanted:literal,
        sqlite |$s:ident| $lite:expr, postgres |$row:ident, $i:ident, $ty:ident| $pg:expr;)+) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// `Inconsistent` if the column is NULL or holds something else.
        pub fn $name(&self, i: usize) -> Result<$type> {
            self.$opt(i)?.ok_or_else(|| wrong(i, $wanted, "NULL"))
        }
        /// The same, or `None` for NULL.
        ///
        /// # Errors
        /// `Inconsistent` if the column holds something else.
        pub fn $opt(&self, i: usize) -> Result<Option<$type>> {
            match &self.0 {
                Inner::Sqlite(row) => {
                    let value = row.get_ref(i).map_err(|e| wrong(i, $wanted, e))?;
                    let $s = value;
                    if matches!(value, rusqlite::types::ValueRef::Null) {
                        return Ok(None);
                    }
                    let got: Option<$type> = $lite;
                    got.map(Some).ok_or_else(|| wrong(i, $wanted, value.data_type()))
                }
                Inner::Postgres(row) => {
                    let ($row, $i) = (*row, i);
                    let Some(column) = row.columns().get(i) else {
                        return Err(wrong(i, $wanted, "no such column"));
                    };
                    let $ty = column.type_();
                    let got: std::result::Result<Option<$type>, postgres::Error> = $pg;
                    got.map_err(|_| wrong(i, $wanted, column.type_()))
                }
            }
        }
    )+};
}

impl Row<'_> {
    getters! {
        /// A whole number.
        int, opt_int -> i64, "a whole number",
            sqlite |v| v.as_i64().ok(),
            postgres |row, i, ty| match *ty {
                Type::INT4 => row.try_get::<_, Option<i32>>(i).map(|v| v.map(i64::from)),
                Type::INT2 => row.try_get::<_, Option<i16>>(i).map(|v| v.map(i64::from)),
                _ => row.try_get(i),
            };
        /// A text, borrowed from the row.
        text, opt_text -> &str, "a text",
            sqlite |v| v.as_str().ok(),
            postgres |row, i, _ty| row.try_get(i);
        /// Bytes.
        bytes, opt_bytes -> Vec<u8>, "bytes",
            sqlite |v| v.as_blob().ok().map(<[u8]>::to_vec),
            postgres |row, i, _ty| row.try_get(i);
        /// A truth value.
        bool, opt_bool -> bool, "a truth value",
            sqlite |v| v.as_i64().ok().map(|v| v != 0),
            postgres |row, i, _ty| row.try_get(i);
        /// A floating-point number; a whole one is taken too.
        real, opt_real -> f64, "a number",
            sqlite |v| v.as_f64().ok().or_else(|| v.as_i64().ok().map(|v| v as f64)),
            postgres |row, i, ty| match *ty {
                Type::INT8 => row.try_get::<_, Option<i64>>(i).map(|v| v.map(|v| v as f64)),
                Type::FLOAT4 => row.try_get::<_, Option<f32>>(i).map(|v| v.map(f64::from)),
                _ => row.try_get(i),
            };
        /// An id, untyped.
        uuid, opt_uuid -> Uuid, "an id of 16 bytes",
            sqlite |v| v.as_blob().ok().and_then(|v| Uuid::from_slice(v).ok()),
            postgres |row, i, _ty| row.try_get(i);
    }

    /// A typed id.
    ///
    /// # Errors
    /// `Inconsistent` if the column is NULL or no id.
    pub fn id<T: From<Uuid>>(&self, i: usize) -> Result<T> {
        self.uuid(i).map(T::from)
    }
    /// A typed id, or `None` for NULL.
    ///
    /// # Errors
    /// `Inconsistent` if the column is no id.
    pub fn opt_id<T: From<Uuid>>(&self, i: usize) -> Result<Option<T>> {
        Ok(self.opt_uuid(i)?.map(T::from))
    }
    /// A text, owned.
    ///
    /// # Errors
    /// `Inconsistent` if the column is NULL or no text.
    pub fn string(&self, i: usize) -> Result<String> {
        self.text(i).map(str::to_owned)
    }
    /// A text, owned, or `None` for NULL.
    ///
    /// # Errors
    /// `Inconsistent` if the column is no text.
    pub fn opt_string(&self, i: usize) -> Result<Option<String>> {
        Ok(self.opt_text(i)?.map(str::to_owned))
    }
    /// A time: microseconds UTC in the column.
    ///
    /// # Errors
    /// `Inconsistent` if the column is NULL or no whole number.
    pub fn stamp(&self, i: usize) -> Result<Stamp> {
        self.int(i).map(Stamp::from_micros)
    }
    /// A time, or `None` for NULL.
    ///
    /// # Errors
    /// `Inconsistent` if the column is no whole number.
    pub fn opt_stamp(&self, i: usize) -> Result<Option<Stamp>> {
        Ok(self.opt_int(i)?.map(Stamp::from_micros))
    }
    /// An amount: fen in the column.
    ///
    /// # Errors
    /// `Inconsistent` if the column is NULL or no whole number.
    pub fn fen(&self, i: usize) -> Result<Fen> {
        self.int(i).map(Fen)
    }
    /// An amount, or `None` for NULL.
    ///
    /// # Errors
    /// `Inconsistent` if the column is no whole number.
    pub fn opt_fen(&self, i: usize) -> Result<Option<Fen>> {
        Ok(self.opt_int(i)?.map(Fen))
    }
}
