//! What callers send, as what operations take.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use super::wire::{AutomationIn, AvatarIn, ChatroomCreationIn, DefaultChatroomIn, LoginIn, MomentIn, PeopleIn, accounts, parse_room_id};
use crate::domain::{DeviceId, Error, NewChatroom, NewClient, NewRoomForAll, OrganizationId, Page, People, RoomId, RoomName, Timestamp};
use crate::web::call::place_of;
use crate::web::pictures::{self, PICTURE_BYTES};
use crate::web::{Fault, Params, Server};

/// Longest name of a room, in characters.
const NAME_CHARS: usize = 100;
/// Entries of a page unless the caller says otherwise, and at most.
const PAGE: i64 = 10;
const MOST_ON_PAGE: i64 = 50;
/// Longest name of a device, in characters.
const DEVICE_CHARS: usize = 64;
/// The last second of the year 9999, beyond which times can't be written.
const LAST_SECOND: i64 = 253_402_300_799;

/// The room in the path, by its number or by its Matrix id.
#[derive(Debug)]
pub(super) struct RoomKey(pub(super) RoomId);

impl FromRequest for RoomKey {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let server_name = req.app_data::<web::Data<Server>>().map_or("", |server| server.world.server_name());
        let found = parse_room_id(&place_of(req, "roomID"), server_name);
        ready(found.map(Self).ok_or(Fault(Error::Invalid("roomID", "use the room's number, or its Matrix id, which starts with !"))))
    }
}

/// The organization in the path.
#[derive(Debug)]
pub(super) struct OrganizationKey(pub(super) OrganizationId);

impl FromRequest for OrganizationKey {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = place_of(req, "organizationID").parse();
        ready(found.map(Self).map_err(|_| Fault(Error::Invalid("organizationID", "use digits"))))
    }
}

/// `GET /chatroom`: which event of which organization.
pub(super) fn event(query: Result<Params, Error>) -> Result<(OrganizationId, i64), Error> {
    let query = query?;
    let organization = organization(&query)?;
    Ok((organization, query.natural("event_id")?.ok_or(Error::Missing("event_id"))?))
}

/// `GET /chatrooms`: which organization; none: the caller's own rooms, where that may be.
pub(super) fn organization_or_own(query: &Params, may_be_own: bool) -> Result<Option<OrganizationId>, Error> {
    match organization(query) {
        Err(Error::Missing(_)) if may_be_own => Ok(None),
        given => given.map(Some),
    }
}

/// `GET /chatrooms`: which page; none: everything.
pub(super) fn page(query: &Params) -> Result<Option<Page>, Error> {
    if query.flag("all", false)? {
        return Ok(None);
    }
    let limit = query.natural("limit")?.unwrap_or(PAGE);
    if !(1..=MOST_ON_PAGE).contains(&limit) {
        return Err(Error::Invalid("limit", "use a number from 1 to 50"));
    }
    Ok(Some(Page { limit, offset: query.natural("offset")?.unwrap_or(0) }))
}

fn organization(query: &Params) -> Result<OrganizationId, Error> {
    query.natural("organization_id")?.map(OrganizationId::new).ok_or(Error::Missing("organization_id"))
}

/// `POST /chatrooms`: a room, and its picture.
pub(super) fn creation(body: ChatroomCreationIn) -> Result<(NewChatroom, Option<Vec<u8>>), Error> {
    let new = NewChatroom {
        name: name(body.name.unwrap_or_default())?,
        organization: body.organization_id.map(OrganizationId::new).ok_or(Error::Missing("organizationID"))?,
        people: people(PeopleIn { admins: body.admins, assigned_users: body.assigned_users, moderators: body.moderators })?,
        is_automated: body.automation_enabled.unwrap_or(false),
        ends: moment(body.scheduled_deletion)?,
    };
    Ok((new, picture(body.avatar)?))
}

fn name(text: String) -> Result<RoomName, Error> {
    let text = text.trim().to_owned();
    if text.chars().count() > NAME_CHARS || text.chars().any(char::is_control) {
        return Err(Error::Invalid("name", "a name has 1 to 100 characters and no control characters"));
    }
    RoomName::parse(text)
}

/// People by role.
pub(super) fn people(body: PeopleIn) -> Result<People, Error> {
    People::parse(accounts(body.admins), accounts(body.moderators), accounts(body.assigned_users))
}

fn moment(given: MomentIn) -> Result<Option<Timestamp>, Error> {
    const BAD: Error = Error::Invalid("scheduledDeletion", "use a time such as 2031-11-30T09:00:00Z, or seconds since 1970");
    let seconds = match given {
        MomentIn::Absent => return Ok(None),
        MomentIn::Seconds(seconds) => seconds,
        MomentIn::Text(text) => text.parse::<Timestamp>().map_err(|_| BAD)?.seconds(),
    };
    if (0..=LAST_SECOND).contains(&seconds) { Ok(Some(Timestamp::from_seconds(seconds))) } else { Err(BAD) }
}

/// No bytes are no picture.
fn picture(given: AvatarIn) -> Result<Option<Vec<u8>>, Error> {
    let bytes = match given {
        AvatarIn::Absent => return Ok(None),
        AvatarIn::Bytes(bytes) => bytes,
        AvatarIn::Text(text) => pictures::from_base64(&text).ok_or(Error::Invalid("avatar", "this is not base64"))?,
    };
    match (bytes.len(), pictures::media_type(&bytes)) {
        (0, _) => Ok(None),
        (length, _) if length > PICTURE_BYTES => Err(Error::BodyTooLarge(PICTURE_BYTES as u64)),
        (_, Some(_)) => Ok(Some(bytes)),
        (_, None) => Err(Error::Invalid("avatar", "use a PNG, JPEG, GIF or WebP picture")),
    }
}

/// `POST /chatrooms/default`.
pub(super) fn room_for_all(body: &DefaultChatroomIn) -> Result<NewRoomForAll, Error> {
    Ok(NewRoomForAll {
        organization: body.organization_id.map(OrganizationId::new).ok_or(Error::Missing("organizationID"))?,
        is_automated: body.automation_enabled.ok_or(Error::Missing("automationEnabled"))?,
    })
}

/// `PATCH /chatrooms/{roomID}`.
pub(super) fn automation(body: &AutomationIn) -> Result<bool, Error> {
    body.automation_enabled.ok_or(Error::Missing("automationEnabled"))
}

/// `POST /matrix/login`.
pub(super) fn client(body: &LoginIn) -> Result<NewClient, Error> {
    let device = DeviceId::parse("deviceID", body.device_id.as_deref().unwrap_or_default(), DEVICE_CHARS)?;
    Ok(NewClient { device, name: None, refreshes: true })
}

#[cfg(test)]
mod tests {
    use super::{AvatarIn, MomentIn, moment, picture};
    use crate::domain::Error;

    #[test]
    fn times_are_texts_or_seconds() {
        let seconds = |given| moment(given).map(|at| at.map(|at| at.seconds()));
        assert_eq!(seconds(MomentIn::Absent), Ok(None));
        assert_eq!(seconds(MomentIn::Seconds(1_764_493_200)), Ok(Some(1_764_493_200)));
        for text in ["2025-11-30T09:00:00Z", "2025-11-30T10:00:00.999+01:00"] {
            assert_eq!(seconds(MomentIn::Text(text.into())), Ok(Some(1_764_493_200)), "{text}");
        }
        for bad in [MomentIn::Seconds(-1), MomentIn::Seconds(i64::MAX), MomentIn::Text("tomorrow".into()), MomentIn::Text(String::new())] {
            assert!(matches!(moment(bad), Err(Error::Invalid("scheduledDeletion", _))));
        }
    }

    #[test]
    fn nothing_is_no_picture_and_words_are_none_either() {
        for none in [AvatarIn::Absent, AvatarIn::Bytes(vec![]), AvatarIn::Text(String::new())] {
            assert_eq!(picture(none), Ok(None));
        }
        assert!(matches!(picture(AvatarIn::Text("hello".into())), Err(Error::Invalid("avatar", _))));
        assert!(matches!(picture(AvatarIn::Bytes(b"hello".to_vec())), Err(Error::Invalid("avatar", _))));
        assert!(matches!(picture(AvatarIn::Bytes(vec![0; (1 << 20) + 1])), Err(Error::BodyTooLarge(_))));
    }
}
