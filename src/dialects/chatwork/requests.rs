//! What requests of the Chatwork API ask for: parameters into domain types. Nothing here decides anything.

use crate::domain::{
    Body, Deadline, Error, Icon, InvitationCode, MemberList, NewInvitation, NewRoom, NewTask, PostMessage, RoomName, RoomPatch, TaskFilter,
    TaskStatus, Timestamp,
};
use crate::ops::files::PostFile;
use crate::web::Params;
use crate::web::upload::Upload;

/// `POST /rooms`.
pub(super) fn new_room(params: &Params) -> Result<NewRoom, Error> {
    let name = RoomName::parse(params.required("name")?.to_owned())?;
    let invitation = NewInvitation {
        code: params.text("link_code")?.map(|code| InvitationCode::parse("link_code", code)).transpose()?,
        needs_acceptance: params.flag("link_need_acceptance", true)?,
        description: None,
    };
    Ok(NewRoom {
        name,
        description: params.text("description")?.unwrap_or_default().to_owned(),
        icon: icon(params)?.unwrap_or_default(),
        members: members(params)?,
        invitation: params.flag("link", false)?.then_some(invitation),
    })
}

fn icon(params: &Params) -> Result<Option<Icon>, Error> {
    params.text("icon_preset")?.map(Icon::parse).transpose()
}

/// The three lists of members, of which the first is required.
pub(super) fn members(params: &Params) -> Result<MemberList, Error> {
    MemberList::parse(params.ids("members_admin_ids")?, params.ids("members_member_ids")?, params.ids("members_readonly_ids")?)
}

/// `PUT /rooms/{room_id}`. GUESS: an empty description clears it, against the rule that empty means absent.
pub(super) fn room_patch(params: &Params) -> Result<RoomPatch, Error> {
    Ok(RoomPatch {
        name: params.text("name")?.map(|name| RoomName::parse(name.to_owned())).transpose()?,
        description: params.text_or_empty("description")?.map(str::to_owned),
        icon: icon(params)?,
    })
}

/// How a room is left.
#[derive(Clone, Copy)]
pub(super) enum Leaving {
    Leave,
    Delete,
}

/// `DELETE /rooms/{room_id}`.
pub(super) fn action_type(params: &Params) -> Result<Leaving, Error> {
    match params.required("action_type")? {
        "leave" => Ok(Leaving::Leave),
        "delete" => Ok(Leaving::Delete),
        _ => Err(Error::Invalid("action_type", "use leave or delete")),
    }
}

/// `POST /rooms/{room_id}/messages`.
pub(super) fn post_message(params: &Params) -> Result<PostMessage, Error> {
    Ok(PostMessage { body: body(params)?, self_unread: params.flag("self_unread", false)? })
}

/// A required text.
pub(super) fn body(params: &Params) -> Result<Body, Error> {
    Body::parse(params.required("body")?.to_owned())
}

/// `POST /rooms/{room_id}/tasks`.
pub(super) fn new_task(params: &Params) -> Result<NewTask, Error> {
    let body = body(params)?;
    let assignees = params.ids("to_ids")?;
    NewTask::parse(body, assignees, deadline(params)?)
}

/// Without a time there is no deadline, whatever the type says: the official MCP server always sends `limit_type=time`.
fn deadline(params: &Params) -> Result<Deadline, Error> {
    let limit = params.natural("limit")?.filter(|seconds| *seconds > 0);
    let at = limit.map(instant).transpose()?;
    match (params.text("limit_type")?.unwrap_or("time"), at) {
        ("none", _) | ("date" | "time", None) => Ok(Deadline::None),
        ("date", Some(at)) => Ok(Deadline::Day(at)),
        ("time", Some(at)) => Ok(Deadline::Instant(at)),
        _ => Err(Error::Invalid("limit_type", "use none, date or time")),
    }
}

/// Unix seconds up to the end of the year 9999.
fn instant(seconds: i64) -> Result<Timestamp, Error> {
    const LAST: i64 = 253_402_300_799;
    if seconds <= LAST { Ok(Timestamp::from_seconds(seconds)) } else { Err(Error::Invalid("limit", "this is after the year 9999")) }
}

/// `status` of a list of tasks.
pub(super) fn task_status(params: &Params) -> Result<TaskStatus, Error> {
    parse_status("status", params.text("status")?.unwrap_or("open"))
}

/// `body` of `PUT …/status`.
pub(super) fn new_status(params: &Params) -> Result<TaskStatus, Error> {
    parse_status("body", params.required("body")?)
}

fn parse_status(field: &'static str, text: &str) -> Result<TaskStatus, Error> {
    match text {
        "open" => Ok(TaskStatus::Open),
        "done" => Ok(TaskStatus::Done),
        _ => Err(Error::Invalid(field, "use open or done")),
    }
}

/// `GET /rooms/{room_id}/tasks`.
pub(super) fn task_filter(params: &Params) -> Result<TaskFilter, Error> {
    Ok(TaskFilter { assignee: params.id("account_id")?, requester: params.id("assigned_by_account_id")?, status: task_status(params)? })
}

/// `POST` and `PUT /rooms/{room_id}/link`.
pub(super) fn new_invitation(params: &Params) -> Result<NewInvitation, Error> {
    Ok(NewInvitation {
        code: params.text("code")?.map(|code| InvitationCode::parse("code", code)).transpose()?,
        needs_acceptance: params.flag("need_acceptance", true)?,
        description: params.text("description")?.map(str::to_owned),
    })
}

/// `POST /rooms/{room_id}/files`. GUESS: an empty `message` part is none (a PHP client always sends one).
pub(super) fn post_file(upload: Upload) -> Result<PostFile, Error> {
    let file = upload.file.ok_or(Error::Missing("file"))?;
    let message = upload.params.text("message")?.map(|text| Body::parse(text.to_owned())).transpose();
    let message = message.map_err(|_| Error::Invalid("message", "a text has at most 65,535 characters"))?;
    Ok(PostFile { message, ..PostFile::of(file.media_type(), file.name, &file.content) })
}
