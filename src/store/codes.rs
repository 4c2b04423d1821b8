//! How enums stand in columns.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::domain::{
    AccountId, AccountKind, Avatar, BlobHash, ContactRequestId, Dialect, ExternalRoomId, FileId, Icon, MessageId, OrganizationId,
    OrganizationRole, Role, RoomId, RoomKind, TaskId, TaskStatus, Timestamp, TokenId,
};

macro_rules! text_code {
    ($type:ty, $($variant:path => $code:literal),+ $(,)?) => {
        impl ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::from(match self { $($variant => $code),+ }))
            }
        }

        impl FromSql for $type {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                match value.as_str()? {
                    $($code => Ok($variant),)+
                    _ => Err(FromSqlError::InvalidType),
                }
            }
        }
    };
}

macro_rules! number_code {
    ($($type:ident),+ $(,)?) => {$(
        impl ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::from(self.get()))
            }
        }

        impl FromSql for $type {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_i64().map($type::new)
            }
        }
    )+};
}

text_code!(Role, Role::Admin => "admin", Role::Moderator => "moderator", Role::Member => "member", Role::Readonly => "readonly");
text_code!(RoomKind, RoomKind::My => "my", RoomKind::Direct => "direct", RoomKind::Group => "group");
text_code!(AccountKind, AccountKind::Person => "person", AccountKind::Service => "service");
text_code!(OrganizationRole, OrganizationRole::Admin => "admin", OrganizationRole::ChatManager => "chat-manager", OrganizationRole::Member => "member");
text_code!(TaskStatus, TaskStatus::Open => "open", TaskStatus::Done => "done");
number_code!(AccountId, OrganizationId, RoomId, ExternalRoomId, MessageId, TaskId, FileId, TokenId, ContactRequestId);

impl ToSql for Timestamp {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.ms()))
    }
}

impl FromSql for Timestamp {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Timestamp::from_ms)
    }
}

impl ToSql for Avatar {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.name()))
    }
}

impl FromSql for Avatar {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str().map(Avatar::named)
    }
}

impl ToSql for Icon {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.name()))
    }
}

impl FromSql for Icon {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Icon::parse(value.as_str()?).map_err(|_| FromSqlError::InvalidType)
    }
}

impl ToSql for Dialect {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.name()))
    }
}

impl FromSql for Dialect {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Dialect::named(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for BlobHash {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.as_slice()))
    }
}

impl FromSql for BlobHash {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_blob()?.try_into().map(BlobHash).map_err(|_| FromSqlError::InvalidType)
    }
}
