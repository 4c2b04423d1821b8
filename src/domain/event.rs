//! What happened. An event names rows that stay as they were and carries no text, so deleting a text deletes it here too.

use super::{
    AccountId, ContactRequestId, FileId, LibraryFileId, MeetingId, MessageId, OrganizationId, PlaceId, RecordingId, RegistrationId,
    ReservationId, Role, RoomId, SessionId, Setting, TaskId, TokenId,
};

/// One change of the world, for the one log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says all there is to say")]
pub enum Event {
    OrganizationCreated(OrganizationId),
    OrganizationEdited(OrganizationId),
    AccountCreated(AccountId),
    AccountEdited(AccountId),
    AccountDisabled(AccountId),
    AccountEnabled(AccountId),
    AccountErased(AccountId),
    /// Somebody who is known by an e-mail address alone.
    OutsiderErased,
    AdminGranted(AccountId),
    AdminWithdrawn(AccountId),
    AdminPasswordReset(AccountId),
    PasswordChanged(AccountId),
    OneTimeCodesSet(AccountId),
    OneTimeCodesRemoved(AccountId),
    TokenCreated(TokenId),
    TokenRevoked(TokenId),
    /// The old one, and the one that takes its place.
    TokenRotated(TokenId, TokenId),
    SignedIn(AccountId, TokenId),
    /// Who it was meant to be, if there is such an account.
    SignInFailed(Option<AccountId>),
    SessionRefreshed(AccountId, TokenId),
    SessionEnded(AccountId, TokenId),
    DeviceRemoved(AccountId),
    ContactRequested(ContactRequestId),
    ContactAccepted(ContactRequestId),
    ContactDeclined(ContactRequestId),
    RoomCreated(RoomId),
    RoomEdited(RoomId),
    RoomDeleted(RoomId),
    MemberJoined(RoomId, AccountId, Role),
    MemberLeft(RoomId, AccountId),
    RoleChanged(RoomId, AccountId, Role),
    /// The number is the version of the text.
    MessagePosted(RoomId, MessageId, i64),
    /// The number is the version of the text.
    MessageEdited(RoomId, MessageId, i64),
    MessageDeleted(RoomId, MessageId),
    MessageSeen(RoomId, MessageId),
    /// An administrator looked at it as somebody in the room sees it.
    MessageInspected(RoomId, MessageId, AccountId),
    RoomRead(RoomId),
    RoomUnread(RoomId),
    TaskCreated(RoomId, TaskId),
    TaskDone(RoomId, TaskId),
    TaskReopened(RoomId, TaskId),
    FileUploaded(RoomId, FileId),
    FileDeleted(RoomId, FileId),
    LinkCreated(RoomId),
    LinkEdited(RoomId),
    LinkDeleted(RoomId),
    JoinRequested(RoomId, AccountId),
    JoinDeclined(RoomId, AccountId),
    MeetingCreated(MeetingId),
    MeetingEdited(MeetingId),
    MeetingDeleted(MeetingId),
    TokensCreated(MeetingId),
    TokensRevoked(MeetingId),
    AutologinCreated(MeetingId),
    Invited(MeetingId),
    Registered(MeetingId, RegistrationId),
    SessionImported(MeetingId, SessionId),
    RecordingAdded(MeetingId, RecordingId),
    RecordingDeleted(MeetingId, RecordingId),
    RecordingsDeleted(MeetingId),
    AddressKept(OrganizationId),
    LibraryFileKept(OrganizationId, LibraryFileId),
    LibraryFileDeleted(OrganizationId, LibraryFileId),
    PlaceCreated(OrganizationId, PlaceId),
    PlaceEdited(OrganizationId, PlaceId),
    PlaceReserved(OrganizationId, ReservationId),
    ReservationRemoved(OrganizationId, ReservationId),
    BackupMade,
    DataExported,
    /// Somebody's name and address were taken out of so many entries of the audit log; none: who had no account.
    AuditRedacted(Option<AccountId>, i64),
    /// A letter that could not be sent waits again.
    MailQueuedAgain(OrganizationId, i64),
    /// Of an organization or (none) of the server; none: it was taken away.
    SettingChanged(Option<OrganizationId>, Setting, Option<i64>),
    /// The audit log lost its entries up to this number.
    AuditCut(i64),
}
