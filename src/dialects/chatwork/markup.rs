//! Reports of what happened, in Chatwork's notation (`[info]…[/info]`, `[dtext:…]`).
//!
//! The texts are recorded from the vendor; clients match them.

use std::fmt::Write;

use crate::domain::{AccountId, Content, Deadline, Notice, TaskCard, TaskStatus};

/// What a deleted message shows.
pub(super) const DELETED: &str = "[deleted]";

/// The body of a message as this dialect shows it.
pub(super) fn body(content: Option<Content>) -> String {
    let Some(Content { text, notice, media }) = content else { return DELETED.to_owned() };
    // GUESS: words that come with a file stand before its box, words with media of another API before their address.
    let mut parts = vec![text];
    parts.extend(notice.as_ref().map(report));
    parts.extend(media.map(|media| media.as_str().to_owned()));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn report(notice: &Notice) -> String {
    match notice {
        Notice::RoomCreated { name, members } => format!(
            "[info][title][dtext:chatroom_groupchat_created][/title][dtext:chatroom_chatname_is]{name}[dtext:chatroom_set]\n\n{}[/info]",
            members_lines(members, "chatroom_added").join("\n")
        ),
        Notice::OwnRoomCreated => "[info][dtext:chatroom_mychat_created][/info]".to_owned(),
        Notice::ContactAdded => "[info][dtext:chatroom_contact_added][/info]".to_owned(),
        Notice::JoinedByLink => "[info][dtext:chatroom_chat_joined][/info]".to_owned(),
        Notice::RoomEdited { name, description, added, removed, left, icon: _ } => {
            let mut lines = Vec::new();
            lines.extend(name.as_ref().map(|name| format!("[dtext:chatroom_chatname_is]{name}[dtext:chatroom_changed]")));
            lines.extend(description.as_ref().map(|text| format!("[dtext:chatroom_description_is]{text}[dtext:chatroom_changed]")));
            lines.extend(members_lines(added, "chatroom_added"));
            lines.extend(members_lines(left, "chatroom_leaved"));
            lines.extend(members_lines(removed, "chatroom_deleted"));
            format!("[info][title][dtext:chatroom_chat_edited][/title]{}[/info]", lines.join("\n"))
        }
        Notice::FileUploaded { file, name, bytes, is_image } => {
            let preview = if *is_image { format!("[preview id={file} ht=111]") } else { String::new() };
            format!("[info][title][dtext:file_uploaded][/title]{preview}[download:{file}]{name} ({})[/download][/info]", size(*bytes))
        }
        Notice::TasksAdded(cards) => {
            let mut text = "[info][title][dtext:task_added][/title]".to_owned();
            for card in cards {
                push_task(&mut text, card);
            }
            text + "[/info]"
        }
        Notice::TaskDone(card) => single_task("task_done", card),
        Notice::TaskReopened(card) => single_task("task_edited", card),
    }
}

fn members_lines(members: &[AccountId], what: &str) -> Vec<String> {
    members.iter().map(|id| format!("[dtext:chatroom_member_is][piconname:{id}][dtext:{what}]")).collect()
}

fn single_task(title: &str, card: &TaskCard) -> String {
    let mut text = format!("[info][title][dtext:{title}][/title]");
    push_task(&mut text, card);
    text + "[/info]"
}

fn push_task(text: &mut String, card: &TaskCard) {
    let status = match card.status {
        TaskStatus::Open => "open",
        TaskStatus::Done => "done",
    };
    let at = card.deadline.instant().map_or(0, |at| at.seconds());
    // Writing into a String can't fail.
    let _ = write!(text, "[task aid={} st={status} lt={at} ltype={}]{}[/task]", card.assignee, limit_type(card.deadline), card.body);
}

/// The vendor's word for a kind of deadline.
pub(super) fn limit_type(deadline: Deadline) -> &'static str {
    match deadline {
        Deadline::None => "none",
        Deadline::Day(_) => "date",
        Deadline::Instant(_) => "time",
    }
}

/// A size as cards show it: `0 B`, `13.43 KB`; steps of 1024, two decimals.
fn size(bytes: u64) -> String {
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1024.0;
    for unit in ["KB", "MB"] {
        if value < 1024.0 {
            return format!("{value:.2} {unit}");
        }
        value /= 1024.0;
    }
    format!("{value:.2} GB")
}

#[cfg(test)]
mod tests {
    use super::{body, size};
    use crate::domain::{AccountId, Content, Deadline, FileId, Notice, TaskCard, TaskStatus, Timestamp};

    #[test]
    fn sizes_read_as_recorded() {
        assert_eq!([0, 1023, 3707, 13_752, 5 << 20].map(size), ["0 B", "1023 B", "3.62 KB", "13.43 KB", "5.00 MB"]);
    }

    #[test]
    fn reports_read_as_recorded() {
        let card = TaskCard {
            assignee: AccountId::new(7001),
            status: TaskStatus::Open,
            deadline: Deadline::Day(Timestamp::from_seconds(1_700_092_799)),
            body: "BODY".into(),
        };
        let cases = [
            (
                Notice::RoomCreated { name: "NAME".into(), members: vec![AccountId::new(1)] },
                "[info][title][dtext:chatroom_groupchat_created][/title][dtext:chatroom_chatname_is]NAME[dtext:chatroom_set]\n\n[dtext:chatroom_member_is][piconname:1][dtext:chatroom_added][/info]",
            ),
            (
                Notice::TasksAdded(vec![card]),
                "[info][title][dtext:task_added][/title][task aid=7001 st=open lt=1700092799 ltype=date]BODY[/task][/info]",
            ),
            (
                Notice::FileUploaded { file: FileId::new(5601), name: "photo.png".into(), bytes: 3707, is_image: true },
                "[info][title][dtext:file_uploaded][/title][preview id=5601 ht=111][download:5601]photo.png (3.62 KB)[/download][/info]",
            ),
            (
                Notice::RoomEdited {
                    name: Some("NEW".into()),
                    description: None,
                    added: vec![],
                    removed: vec![AccountId::new(2)],
                    left: vec![AccountId::new(3)],
                    icon: false,
                },
                "[info][title][dtext:chatroom_chat_edited][/title][dtext:chatroom_chatname_is]NEW[dtext:chatroom_changed]\n[dtext:chatroom_member_is][piconname:3][dtext:chatroom_leaved]\n[dtext:chatroom_member_is][piconname:2][dtext:chatroom_deleted][/info]",
            ),
        ];
        for (notice, expected) in cases {
            assert_eq!(body(Some(Content::notice(notice))), expected);
        }
        assert_eq!(body(None), "[deleted]");
    }
}
