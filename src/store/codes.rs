//! How enums stand in columns.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::domain::{
    Access, AccessTokenId, AccountId, AccountKind, AttendeeId, AttendeeRole, Avatar, BlobHash, ContactRequestId, Dialect, Email, ErasureId,
    EventSeq, ExternalRoomId, FileId, Icon, Language, LibraryFileId, MailState, MeetingId, MeetingKind, MessageId, OrganizationId,
    OrganizationRole, PlaceId, Purpose, RecordingId, RegistrationId, ReportState, ReservationId, Role, RoomId, RoomKind, SessionId, TaskId,
    TaskStatus, Timestamp, TokenId,
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
text_code!(Purpose, Purpose::Everybody => "default", Purpose::Custom => "custom", Purpose::Event => "event");
text_code!(RoomKind, RoomKind::My => "my", RoomKind::Direct => "direct", RoomKind::Group => "group");
text_code!(AccountKind, AccountKind::Person => "person", AccountKind::Service => "service");
text_code!(OrganizationRole, OrganizationRole::Admin => "admin", OrganizationRole::ChatManager => "chat-manager", OrganizationRole::Member => "member");
text_code!(TaskStatus, TaskStatus::Open => "open", TaskStatus::Done => "done");
text_code!(MeetingKind, MeetingKind::Meeting => "meeting", MeetingKind::Webinar => "webinar");
text_code!(Access, Access::Open => "open", Access::Password => "password", Access::Token => "token");
text_code!(AttendeeRole, AttendeeRole::Listener => "listener", AttendeeRole::Presenter => "presenter", AttendeeRole::Host => "host");
text_code!(ReportState, ReportState::New => "new", ReportState::Running => "running", ReportState::Finished => "finished", ReportState::Failed => "failed");
number_code!(AccountId, OrganizationId, RoomId, ExternalRoomId, MessageId, TaskId, FileId, TokenId, ContactRequestId);
text_code!(MailState, MailState::Queued => "queued", MailState::Sending => "sending", MailState::Sent => "sent", MailState::Failed => "failed", MailState::Kept => "kept", MailState::Uncertain => "uncertain");
number_code!(MeetingId, AccessTokenId, SessionId, AttendeeId, RegistrationId, RecordingId, LibraryFileId);
number_code!(PlaceId, ReservationId, EventSeq, ErasureId);

impl ToSql for Language {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.code()))
    }
}

impl FromSql for Language {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Language::of_report(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

impl FromSql for Email {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Email::parse(value.as_str()?).map_err(|_| FromSqlError::InvalidType)
    }
}

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
