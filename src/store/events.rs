//! The one append-only log.

use super::{Tx, audit};
use crate::domain::{AccountId, Error, Event};

/// What an event names, by column.
#[derive(Default)]
struct Named {
    organization: Option<i64>,
    room: Option<i64>,
    meeting: Option<i64>,
    object: Option<i64>,
    version: Option<i64>,
    account: Option<AccountId>,
    detail: Option<&'static str>,
}

impl Tx<'_> {
    /// The number of the last event; 0 when none was recorded.
    pub(super) fn last_event(&self) -> Result<i64, Error> {
        self.one("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get(0))
    }

    /// Appends an event: what happened, to which rows, by whom, because of what. What is audited is audited in the same
    /// transaction, so there is no change without its entry.
    pub fn record(&self, event: Event) -> Result<(), Error> {
        let (kind, named) = columns(event);
        self.execute(
            "INSERT INTO event (at_ms, kind, organization_id, room_id, meeting_id, object_id, version_id, account_id, detail, \
             actor_id, token_id, dialect, address, causation_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            (
                self.now,
                kind,
                named.organization,
                named.room,
                named.meeting,
                named.object,
                named.version,
                named.account,
                named.detail,
                self.cause.actor,
                self.cause.token,
                self.cause.dialect,
                self.cause.address.as_deref(),
                &self.cause.causation,
            ),
        )?;
        match event.audit() {
            Some(audited) => audit::append(self, &audited),
            None => Ok(()),
        }
    }
}

fn columns(event: Event) -> (&'static str, Named) {
    let room = |room: crate::domain::RoomId| Named { room: Some(room.get()), ..Named::default() };
    let meeting = |meeting: crate::domain::MeetingId| Named { meeting: Some(meeting.get()), ..Named::default() };
    let owned = |organization: crate::domain::OrganizationId| Named { organization: Some(organization.get()), ..Named::default() };
    let session = |kind, account: AccountId, token: crate::domain::TokenId| {
        (kind, Named { object: Some(token.get()), account: Some(account), ..Named::default() })
    };
    match event {
        Event::OrganizationEdited(id) => ("organization-edited", Named { organization: Some(id.get()), ..Named::default() }),
        Event::OrganizationCreated(id) => ("organization-created", Named { organization: Some(id.get()), ..Named::default() }),
        Event::AccountCreated(id) => ("account-created", Named { account: Some(id), ..Named::default() }),
        Event::AccountEdited(id) => ("account-edited", Named { account: Some(id), ..Named::default() }),
        Event::AccountDisabled(id) => ("account-disabled", Named { account: Some(id), ..Named::default() }),
        Event::AccountEnabled(id) => ("account-enabled", Named { account: Some(id), ..Named::default() }),
        Event::AccountErased(id) => ("account-erased", Named { account: Some(id), ..Named::default() }),
        Event::OutsiderErased => ("outsider-erased", Named::default()),
        Event::AdminGranted(id) => ("admin-granted", Named { account: Some(id), ..Named::default() }),
        Event::AdminWithdrawn(id) => ("admin-withdrawn", Named { account: Some(id), ..Named::default() }),
        Event::AdminPasswordReset(id) => ("admin-password-reset", Named { account: Some(id), ..Named::default() }),
        Event::PasswordChanged(id) => ("password-changed", Named { account: Some(id), ..Named::default() }),
        Event::OneTimeCodesSet(id) => ("one-time-codes-set", Named { account: Some(id), ..Named::default() }),
        Event::OneTimeCodesRemoved(id) => ("one-time-codes-removed", Named { account: Some(id), ..Named::default() }),
        Event::TokenCreated(id) => ("token-created", Named { object: Some(id.get()), ..Named::default() }),
        Event::TokenRevoked(id) => ("token-revoked", Named { object: Some(id.get()), ..Named::default() }),
        // The version of a token is the one before it.
        Event::TokenRotated(old, new) => ("token-rotated", Named { object: Some(new.get()), version: Some(old.get()), ..Named::default() }),
        Event::SignedIn(account, token) => session("signed-in", account, token),
        Event::SignInFailed(account) => ("sign-in-failed", Named { account, ..Named::default() }),
        Event::SessionRefreshed(account, token) => session("session-refreshed", account, token),
        Event::SessionEnded(account, token) => session("session-ended", account, token),
        Event::DeviceRemoved(account) => ("device-removed", Named { account: Some(account), ..Named::default() }),
        Event::ContactRequested(id) => ("contact-requested", Named { object: Some(id.get()), ..Named::default() }),
        Event::ContactAccepted(id) => ("contact-accepted", Named { object: Some(id.get()), ..Named::default() }),
        Event::ContactDeclined(id) => ("contact-declined", Named { object: Some(id.get()), ..Named::default() }),
        Event::RoomCreated(id) => ("room-created", room(id)),
        Event::RoomEdited(id) => ("room-edited", room(id)),
        Event::RoomDeleted(id) => ("room-deleted", room(id)),
        Event::MemberJoined(id, account, role) => {
            ("member-joined", Named { account: Some(account), detail: Some(role.word()), ..room(id) })
        }
        Event::MemberLeft(id, account) => ("member-left", Named { account: Some(account), ..room(id) }),
        Event::RoleChanged(id, account, role) => ("role-changed", Named { account: Some(account), detail: Some(role.word()), ..room(id) }),
        Event::MessagePosted(id, message, version) => {
            ("message-posted", Named { object: Some(message.get()), version: Some(version), ..room(id) })
        }
        Event::MessageEdited(id, message, version) => {
            ("message-edited", Named { object: Some(message.get()), version: Some(version), ..room(id) })
        }
        Event::MessageDeleted(id, message) => ("message-deleted", Named { object: Some(message.get()), ..room(id) }),
        Event::MessageSeen(id, message) => ("message-seen", Named { object: Some(message.get()), ..room(id) }),
        Event::MessageInspected(id, message, account) => {
            ("message-inspected", Named { object: Some(message.get()), account: Some(account), ..room(id) })
        }
        Event::RoomRead(id) => ("room-read", room(id)),
        Event::RoomUnread(id) => ("room-unread", room(id)),
        Event::TaskCreated(id, task) => ("task-created", Named { object: Some(task.get()), ..room(id) }),
        Event::TaskDone(id, task) => ("task-done", Named { object: Some(task.get()), ..room(id) }),
        Event::TaskReopened(id, task) => ("task-reopened", Named { object: Some(task.get()), ..room(id) }),
        Event::FileUploaded(id, file) => ("file-uploaded", Named { object: Some(file.get()), ..room(id) }),
        Event::FileDeleted(id, file) => ("file-deleted", Named { object: Some(file.get()), ..room(id) }),
        Event::LinkCreated(id) => ("link-created", room(id)),
        Event::LinkEdited(id) => ("link-edited", room(id)),
        Event::LinkDeleted(id) => ("link-deleted", room(id)),
        Event::JoinRequested(id, account) => ("join-requested", Named { account: Some(account), ..room(id) }),
        Event::MeetingCreated(id) => ("meeting-created", meeting(id)),
        Event::MeetingEdited(id) => ("meeting-edited", meeting(id)),
        Event::MeetingDeleted(id) => ("meeting-deleted", meeting(id)),
        Event::TokensCreated(id) => ("access-tokens-created", meeting(id)),
        Event::TokensRevoked(id) => ("access-tokens-revoked", meeting(id)),
        Event::AutologinCreated(id) => ("autologin-created", meeting(id)),
        Event::Invited(id) => ("invited", meeting(id)),
        Event::Registered(id, registration) => ("registered", Named { object: Some(registration.get()), ..meeting(id) }),
        Event::SessionImported(id, session) => ("session-imported", Named { object: Some(session.get()), ..meeting(id) }),
        Event::RecordingAdded(id, recording) => ("recording-added", Named { object: Some(recording.get()), ..meeting(id) }),
        Event::RecordingDeleted(id, recording) => ("recording-deleted", Named { object: Some(recording.get()), ..meeting(id) }),
        Event::RecordingsDeleted(id) => ("recordings-deleted", meeting(id)),
        Event::AddressKept(id) => ("address-kept", owned(id)),
        Event::LibraryFileKept(id, file) => ("library-file-kept", Named { object: Some(file.get()), ..owned(id) }),
        Event::LibraryFileDeleted(id, file) => ("library-file-deleted", Named { object: Some(file.get()), ..owned(id) }),
        Event::PlaceCreated(id, place) => ("place-created", Named { object: Some(place.get()), ..owned(id) }),
        Event::PlaceEdited(id, place) => ("place-edited", Named { object: Some(place.get()), ..owned(id) }),
        Event::PlaceReserved(id, reservation) => ("place-reserved", Named { object: Some(reservation.get()), ..owned(id) }),
        Event::ReservationRemoved(id, reservation) => ("reservation-removed", Named { object: Some(reservation.get()), ..owned(id) }),
        Event::MailQueuedAgain(id, mail) => ("mail-queued-again", Named { object: Some(mail), ..owned(id) }),
        Event::SettingChanged(owner, setting, value) => {
            let organization = owner.map(crate::domain::OrganizationId::get);
            ("setting-changed", Named { organization, object: value, detail: Some(setting.word()), ..Named::default() })
        }
        Event::BackupMade => ("backup-made", Named::default()),
        Event::AuditRedacted(id, entries) => ("audit-redacted", Named { account: id, object: Some(entries), ..Named::default() }),
        Event::DataExported => ("data-exported", Named::default()),
        Event::AuditCut(upto) => ("audit-cut", Named { object: Some(upto), ..Named::default() }),
        Event::JoinDeclined(id, account) => ("join-declined", Named { account: Some(account), ..room(id) }),
    }
}
