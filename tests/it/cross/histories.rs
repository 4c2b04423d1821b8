//! Random histories over all dialects at once, against one naive model: who is in which room, what is written there, who has
//! what unread and who has seen what. After every step each dialect has to show what the model says.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::office::{NAMES, Office, PEOPLE};
use crate::kit::number;

/// Groups that a history may make.
const GROUPS: usize = 4;
const STEPS: usize = 30;

/// Who asks whom. Rooms and messages are chosen by a fraction of those there are.
#[derive(Clone, Debug)]
enum Step {
    Nothing,
    MakeGroup { through: Through, bob: bool, carol: bool },
    Rename { room: f64, through_cam: bool },
    SetMembers { room: f64, through_cam: bool, bob: bool, carol: bool },
    AddUser { room: f64, who: usize },
    EndGroup { room: f64, through_messenger: bool },
    Post { room: f64, who: usize, through_chatwork: bool, self_unread: bool },
    PostAsOffice { room: f64, mentions: Option<usize> },
    WriteTo { who: usize },
    Edit { room: f64, message: f64 },
    Delete { room: f64, message: f64 },
    ReadUpTo { room: f64, who: usize, message: f64 },
    ReadAll { room: f64, who: usize, through_chatwork: bool },
    See { room: f64, who: usize, message: f64 },
    UnreadFrom { room: f64, who: usize, message: f64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Through {
    Chatwork,
    Cam,
    Messenger,
    ChatMessages,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let fraction = || 0.0..1.0;
    let who = || 0..PEOPLE;
    let through = prop_oneof![Just(Through::Chatwork), Just(Through::Cam), Just(Through::Messenger), Just(Through::ChatMessages)];
    let yes = || any::<bool>();
    let message = || (fraction(), who(), fraction());
    // The first is what failing histories shrink to.
    let step = prop_oneof![
        1 => Just(Step::Nothing),
        3 => (through, yes(), yes()).prop_map(|(through, bob, carol)| Step::MakeGroup { through, bob, carol }),
        1 => (fraction(), yes()).prop_map(|(room, through_cam)| Step::Rename { room, through_cam }),
        2 => (fraction(), yes(), yes(), yes()).prop_map(|(room, through_cam, bob, carol)| Step::SetMembers { room, through_cam, bob, carol }),
        1 => (fraction(), 1..PEOPLE).prop_map(|(room, who)| Step::AddUser { room, who }),
        1 => (fraction(), yes()).prop_map(|(room, through_messenger)| Step::EndGroup { room, through_messenger }),
        8 => (fraction(), who(), yes(), prop::bool::weighted(0.2))
            .prop_map(|(room, who, through_chatwork, self_unread)| Step::Post { room, who, through_chatwork, self_unread }),
        3 => (fraction(), prop::option::of(who())).prop_map(|(room, mentions)| Step::PostAsOffice { room, mentions }),
        2 => who().prop_map(|who| Step::WriteTo { who }),
        2 => (fraction(), fraction()).prop_map(|(room, message)| Step::Edit { room, message }),
        2 => (fraction(), fraction()).prop_map(|(room, message)| Step::Delete { room, message }),
        3 => message().prop_map(|(room, who, message)| Step::ReadUpTo { room, who, message }),
        2 => (fraction(), who(), yes()).prop_map(|(room, who, through_chatwork)| Step::ReadAll { room, who, through_chatwork }),
        4 => message().prop_map(|(room, who, message)| Step::See { room, who, message }),
        3 => message().prop_map(|(room, who, message)| Step::UnreadFrom { room, who, message }),
    ];
    prop::collection::vec(step, STEPS)
}

/// A message; its author is none of the people when the office's own account wrote it.
#[derive(Debug)]
struct Posted {
    id: String,
    author: Option<usize>,
    /// What people wrote; none for reports.
    text: Option<String>,
    is_deleted: bool,
    marks: BTreeSet<usize>,
}

/// One person's view of a room, in numbers of messages.
#[derive(Debug, Default)]
struct View {
    is_member: bool,
    unread: BTreeSet<usize>,
    mentions: BTreeSet<usize>,
    /// Everything below was read at some time, and not made unread since.
    read_below: usize,
    /// Everything below was there when the person came.
    joined_at: usize,
    /// Everything below was read with the room.
    seen_below: usize,
}

#[derive(Debug)]
struct Room {
    id: i64,
    external: String,
    name: String,
    is_group: bool,
    /// The dialect that made it.
    through: Through,
    /// Through whom the test looks at it.
    reader: usize,
    messages: Vec<Posted>,
    views: [View; PEOPLE],
}

impl Room {
    fn post(&mut self, id: String, author: Option<usize>, text: Option<String>, self_unread: bool) -> usize {
        let new = self.messages.len();
        self.messages.push(Posted { id, author, text, is_deleted: false, marks: BTreeSet::new() });
        for (who, view) in self.views.iter_mut().enumerate().filter(|(_, view)| view.is_member) {
            if Some(who) != author || self_unread {
                view.unread.insert(new);
            }
        }
        new
    }

    fn join(&mut self, who: usize) {
        let last = self.messages.len();
        self.views[who] = View { is_member: true, read_below: last, joined_at: last, seen_below: last, ..View::default() };
    }

    /// Nobody is addressed by a message any more.
    fn forget_mentions(&mut self, number: usize) {
        for view in &mut self.views {
            view.mentions.remove(&number);
        }
    }

    /// Reads everything below a number; says whether anything was unread.
    fn read_below(&mut self, who: usize, end: usize) -> bool {
        let view = &mut self.views[who];
        let before = view.unread.len();
        view.unread.retain(|number| *number >= end);
        view.unread.len() < before
    }

    /// Whoever has read the room up to a message has seen it; its author, and who read by single messages, by a mark alone.
    fn seen_by(&self, number: usize) -> BTreeSet<usize> {
        let message = &self.messages[number];
        let has_read = |who: &usize| {
            let view = &self.views[*who];
            view.is_member && view.joined_at <= number && number < view.seen_below && message.author != Some(*who)
        };
        (0..PEOPLE).filter(has_read).chain(message.marks.iter().copied()).collect()
    }

    fn members(&self) -> BTreeSet<usize> {
        (0..PEOPLE).filter(|who| self.views[*who].is_member).collect()
    }

    /// Newcomers don't see what was before them.
    fn hides_past(&self) -> bool {
        self.through == Through::Messenger
    }

    fn counts(&self, who: usize) -> (i64, i64) {
        let view = &self.views[who];
        let mentions = view.unread.intersection(&view.mentions).count();
        (i64::try_from(view.unread.len()).expect("few"), i64::try_from(mentions).expect("few"))
    }

    /// Messages that somebody may see, without deleted ones.
    fn shown_to(&self, who: usize) -> impl Iterator<Item = (usize, &Posted)> {
        let first = if self.hides_past() { self.views[who].joined_at } else { 0 };
        self.messages.iter().enumerate().skip(first).filter(|(_, message)| !message.is_deleted)
    }
}

/// What is in a fraction of those that fit.
fn chosen<T>(all: impl Iterator<Item = T>, fraction: f64) -> Option<T> {
    let mut fitting: Vec<T> = all.collect();
    let place = (fraction * fitting.len() as f64) as usize;
    (place < fitting.len()).then(|| fitting.swap_remove(place))
}

struct History<'a> {
    office: &'a Office,
    rooms: Vec<Room>,
    made: usize,
    said: usize,
}

impl<'a> History<'a> {
    fn words(&mut self) -> String {
        self.said += 1;
        format!("message {} あ", self.said)
    }

    fn group(&self, fraction: f64) -> Option<usize> {
        chosen(self.rooms.iter().enumerate().filter(|(_, room)| room.is_group).map(|(place, _)| place), fraction)
    }

    /// A room that somebody is in.
    fn room_of(&self, who: usize, fraction: f64) -> Option<usize> {
        let is_in = |room: &Room| room.views[who].is_member;
        chosen(self.rooms.iter().enumerate().filter(|(_, room)| is_in(room)).map(|(place, _)| place), fraction)
    }

    /// A message of a room that somebody may see.
    fn message_for(&self, who: usize, room: f64, message: f64) -> Option<(usize, usize)> {
        let room = self.room_of(who, room)?;
        let number = chosen(self.rooms[room].shown_to(who).map(|(number, _)| number), message)?;
        Some((room, number))
    }

    fn apply(&mut self, step: &Step) {
        match *step {
            Step::Nothing => {}
            Step::MakeGroup { through, bob, carol } if self.made < GROUPS => self.make_group(through, [true, bob, carol]),
            Step::MakeGroup { .. } => {}
            Step::Rename { room, through_cam } => self.rename(room, through_cam),
            Step::SetMembers { room, through_cam, bob, carol } => self.set_members(room, through_cam, [true, bob, carol]),
            Step::AddUser { room, who } => self.add_user(room, who),
            Step::EndGroup { room, through_messenger } => self.end_group(room, through_messenger),
            Step::Post { room, who, through_chatwork, self_unread } => self.post(room, who, through_chatwork, self_unread),
            Step::PostAsOffice { room, mentions } => self.post_as_office(room, mentions),
            Step::WriteTo { who } => self.write_to(who),
            Step::Edit { room, message } => self.edit(room, message),
            Step::Delete { room, message } => self.delete(room, message),
            Step::ReadUpTo { room, who, message } => self.read_up_to(room, who, message),
            Step::ReadAll { room, who, through_chatwork } => self.read_all(room, who, through_chatwork),
            Step::See { room, who, message } => self.see(room, who, message),
            Step::UnreadFrom { room, who, message } => self.unread_from(room, who, message),
        }
    }

    fn make_group(&mut self, through: Through, wanted: [bool; PEOPLE]) {
        let office = self.office;
        self.made += 1;
        let name = format!("Group {} 会議", self.made);
        let others: Vec<usize> = (1..PEOPLE).filter(|who| wanted[*who]).collect();
        let id_list: Vec<i64> = others.iter().map(|who| office.ids[*who]).collect();
        match through {
            Through::Chatwork => {
                let list = id_list.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
                let form = [("name", &*name), ("members_admin_ids", &office.ids[0].to_string()), ("members_member_ids", &list)];
                office.chatwork[0].post("/rooms", &form).ok();
            }
            Through::Cam => {
                let mut members = json!({&office.uids[0]: true});
                for who in &others {
                    members[&office.uids[*who]] = json!(false);
                }
                office.cam.saved(&json!({"name": name, "createUserId": office.uids[0], "memberUids": members}));
            }
            Through::Messenger => {
                let body =
                    json!({"name": name, "organizationID": office.organization, "admins": [office.ids[0]], "assignedUsers": id_list});
                office.messenger.create(&body);
            }
            // Alone one can't make a room there.
            Through::ChatMessages if others.is_empty() => {
                self.made -= 1;
                return;
            }
            Through::ChatMessages => {
                let participants: Vec<&str> = others.iter().map(|who| &*office.uids[*who]).collect();
                let id = office.chats[0].start_room(&participants, &name);
                // Who has such a room with the same people gets that one.
                if let Some(known) = self.rooms.iter().find(|room| room.external == id) {
                    assert_eq!((known.through, known.members().len()), (Through::ChatMessages, others.len() + 1), "{}", known.name);
                    assert!((1..PEOPLE).all(|who| known.views[who].is_member == wanted[who]), "{}", known.name);
                    self.made -= 1;
                    return;
                }
            }
        }
        let mut room = self.find_room(0, &name, true);
        room.through = through;
        (0..PEOPLE).filter(|who| wanted[*who]).for_each(|who| room.join(who));
        self.rooms.push(room);
    }

    /// A room that has just come up, as Chatwork and chat-messages know it.
    fn find_room(&self, reader: usize, name: &str, is_group: bool) -> Room {
        let listed = self.office.chatwork[reader].list("/rooms");
        let shown = listed.iter().find(|room| room["name"] == name && (room["type"] == "group") == is_group).expect("a room in the list");
        let id = number(&shown["room_id"]);
        Room {
            id,
            external: self.office.app.external_id(self.office.ids[reader], id),
            name: name.to_owned(),
            is_group,
            through: Through::Cam,
            reader,
            messages: Vec::new(),
            views: Default::default(),
        }
    }

    fn rename(&mut self, room: f64, through_cam: bool) {
        let Some(room) = self.group(room) else { return };
        self.said += 1;
        let name = format!("Renamed {}", self.said);
        let known = &mut self.rooms[room];
        match through_cam {
            true => drop(self.office.cam.saved(&json!({"id": known.external, "name": name}))),
            false => drop(self.office.chatwork[0].put(&format!("/rooms/{}", known.id), &[("name", &name)]).ok()),
        }
        known.name = name;
    }

    fn set_members(&mut self, room: f64, through_cam: bool, wanted: [bool; PEOPLE]) {
        let Some(room) = self.group(room) else { return };
        let (office, known) = (self.office, &mut self.rooms[room]);
        let others: Vec<usize> = (1..PEOPLE).filter(|who| wanted[*who]).collect();
        if through_cam {
            let mut members = json!({&office.uids[0]: true});
            for who in others {
                members[&office.uids[who]] = json!(false);
            }
            office.cam.saved(&json!({"id": known.external, "memberUids": members}));
        } else {
            let list = others.iter().map(|who| office.ids[*who].to_string()).collect::<Vec<_>>().join(",");
            let form = [("members_admin_ids", &*office.ids[0].to_string()), ("members_member_ids", &list)];
            office.chatwork[0].put(&format!("/rooms/{}/members", known.id), &form).ok();
        }
        for (who, is_wanted) in wanted.into_iter().enumerate().skip(1) {
            match (known.views[who].is_member, is_wanted) {
                (false, true) => known.join(who),
                (true, false) => known.views[who] = View::default(),
                _ => {}
            }
        }
    }

    fn add_user(&mut self, room: f64, who: usize) {
        let Some(room) = self.group(room) else { return };
        let known = &mut self.rooms[room];
        let body = json!({"assignedUsers": [self.office.ids[who]]});
        assert_eq!(self.office.messenger.json("POST", &format!("/chatrooms/{}/users", known.id), &body).status, 200);
        if !known.views[who].is_member {
            known.join(who);
        }
    }

    fn end_group(&mut self, room: f64, through_messenger: bool) {
        let Some(room) = self.group(room) else { return };
        let gone = self.rooms.remove(room);
        match through_messenger {
            true => assert_eq!(self.office.messenger.bare("DELETE", &format!("/chatrooms/{}", gone.id)).status, 200),
            false => self.office.chatwork[0].end_room(gone.id, "delete").no_content(),
        }
    }

    fn post(&mut self, room: f64, who: usize, through_chatwork: bool, self_unread: bool) {
        let Some(room) = self.room_of(who, room) else { return };
        let words = self.words();
        let known = &mut self.rooms[room];
        let self_unread = self_unread && through_chatwork;
        let id = if through_chatwork {
            let form = [("body", &*words), ("self_unread", if self_unread { "1" } else { "0" })];
            let posted = self.office.chatwork[who].post(&format!("/rooms/{}/messages", known.id), &form).ok();
            posted["message_id"].as_str().expect("an id").to_owned()
        } else {
            self.office.chats[who].say(&known.external, &words)
        };
        known.post(id, Some(who), Some(words), self_unread);
    }

    fn post_as_office(&mut self, room: f64, mentions: Option<usize>) {
        let Some(room) = self.group(room) else { return };
        let words = self.words();
        let known = &mut self.rooms[room];
        let users = mentions.map(|who| format!("{}@example.com", NAMES[who])).unwrap_or_default();
        let message = json!({"panelName": known.external, "message": words, "generalPurposes": {"users": users}});
        let sent = self.office.cam.send(&message).message();
        let new = known.post(sent["id"].as_str().expect("an id").to_owned(), None, Some(words), false);
        if let Some(who) = mentions.filter(|who| known.views[*who].is_member) {
            known.views[who].mentions.insert(new);
        }
    }

    /// A direct message of the office's own account; their room comes up with the first one.
    fn write_to(&mut self, who: usize) {
        let words = self.words();
        let message =
            json!({"panelName": "messenger", "message": words, "generalPurposes": {"users": format!("{}@example.com", NAMES[who])}});
        let sent = self.office.cam.send(&message).message();
        let id = sent["id"].as_str().expect("an id").to_owned();
        let place = match self.rooms.iter().position(|room| !room.is_group && room.reader == who) {
            Some(place) => place,
            None => {
                let mut room = self.find_room(who, "API", false);
                room.join(who);
                self.rooms.push(room);
                self.rooms.len() - 1
            }
        };
        // What the server reported before, in their new room, comes first.
        self.take_reports(place, Some(&id));
        self.rooms[place].post(id, None, Some(words), false);
    }

    fn edit(&mut self, room: f64, message: f64) {
        let Some((room, number)) = self.own_message(room, message) else { return };
        let words = self.words();
        let known = &mut self.rooms[room];
        let posted = &mut known.messages[number];
        let author = posted.author.expect("a person");
        self.office.chatwork[author].put(&format!("/rooms/{}/messages/{}", known.id, posted.id), &[("body", &words)]).ok();
        posted.text = Some(words);
        known.forget_mentions(number);
    }

    fn delete(&mut self, room: f64, message: f64) {
        let Some((room, number)) = self.own_message(room, message) else { return };
        let known = &mut self.rooms[room];
        let posted = &mut known.messages[number];
        let author = posted.author.expect("a person");
        self.office.chatwork[author].delete(&format!("/rooms/{}/messages/{}", known.id, posted.id), &[]).ok();
        posted.is_deleted = true;
        known.forget_mentions(number);
    }

    /// A message that its author, who is still there, may change.
    fn own_message(&self, room: f64, message: f64) -> Option<(usize, usize)> {
        let all = self.rooms.iter().enumerate().flat_map(|(place, room)| {
            let is_changeable = move |number: &usize| {
                let posted = &room.messages[*number];
                let sees = |who: usize| room.views[who].is_member && (!room.hides_past() || room.views[who].joined_at <= *number);
                posted.text.is_some() && !posted.is_deleted && posted.author.is_some_and(sees)
            };
            (0..room.messages.len()).filter(is_changeable).map(move |number| (place, number))
        });
        chosen(all, (room + message) / 2.0)
    }

    fn read_up_to(&mut self, room: f64, who: usize, message: f64) {
        let Some((room, number)) = self.message_for(who, room, message) else { return };
        let known = &mut self.rooms[room];
        let form = [("message_id", &*known.messages[number].id)];
        let answer = self.office.chatwork[who].put(&format!("/rooms/{}/messages/read", known.id), &form);
        if known.read_below(who, number + 1) {
            let view = &mut known.views[who];
            view.read_below = number + 1;
            view.seen_below = view.seen_below.max(number + 1);
            answer.ok();
        } else {
            answer.fails(400, "The message is already read");
        }
    }

    fn read_all(&mut self, room: f64, who: usize, through_chatwork: bool) {
        let Some(room) = self.room_of(who, room) else { return };
        let known = &mut self.rooms[room];
        match through_chatwork {
            true => drop(self.office.chatwork[who].put(&format!("/rooms/{}/messages/read", known.id), &[]).ok()),
            false => drop(self.office.chats[who].see(&format!("/chat-rooms/{}", known.external))),
        }
        let last = known.messages.len();
        let view = &mut known.views[who];
        view.unread.clear();
        (view.read_below, view.seen_below) = (last, last);
    }

    fn see(&mut self, room: f64, who: usize, message: f64) {
        let Some((room, number)) = self.message_for(who, room, message) else { return };
        let known = &mut self.rooms[room];
        self.office.chats[who].see(&format!("/chat-messages/{}", known.messages[number].id));
        if !known.seen_by(number).contains(&who) {
            known.messages[number].marks.insert(who);
        }
        if number >= known.views[who].read_below {
            known.read_below(who, number + 1);
            known.views[who].read_below = number + 1;
        }
    }

    fn unread_from(&mut self, room: f64, who: usize, message: f64) {
        let Some((room, number)) = self.message_for(who, room, message) else { return };
        let known = &mut self.rooms[room];
        let form = [("message_id", &*known.messages[number].id)];
        let answer = self.office.chatwork[who].put(&format!("/rooms/{}/messages/unread", known.id), &form);
        if known.views[who].unread.contains(&number) {
            answer.fails(400, "The message is already unread");
            return;
        }
        answer.ok();
        let last = known.messages.len();
        let view = &mut known.views[who];
        view.read_below = view.read_below.min(number);
        view.unread.extend(number..last);
        // Own messages behind unread ones count as unread too (a guess of the design).
        let own = |number: &usize| known.messages[*number].author == Some(who);
        view.unread.extend((view.read_below..number).filter(own));
    }

    /// Takes what the server wrote by itself into the model, up to a message that is known already.
    fn take_reports(&mut self, place: usize, upto: Option<&str>) {
        let (reader, id) = (self.rooms[place].reader, self.rooms[place].id);
        let listed = self.office.chatwork[reader].list(&format!("/rooms/{id}/messages?force=1"));
        assert!(listed.len() < 100, "a history outgrew the list");
        for shown in listed {
            let message = shown["message_id"].as_str().expect("an id").to_owned();
            if Some(&*message) == upto {
                return;
            }
            let known = &mut self.rooms[place];
            if !known.messages.iter().any(|posted| posted.id == message) {
                let author = self.office.person_with_id(number(&shown["account"]["account_id"]));
                known.post(message, author, None, false);
            }
        }
    }

    fn check(&mut self) {
        (0..self.rooms.len()).for_each(|place| self.take_reports(place, None));
        (0..PEOPLE).for_each(|who| self.check_lists(who));
        for room in &self.rooms {
            room.members().into_iter().for_each(|who| self.check_messages(room, who));
        }
        self.check_groups();
    }

    /// Lists of rooms with their counters, in the two dialects that show people their rooms.
    fn check_lists(&self, who: usize) {
        let office = self.office;
        let mine = || self.rooms.iter().filter(|room| room.views[who].is_member);
        let listed = office.chatwork[who].list("/rooms");
        let of_chatwork = |room: &Value| (number(&room["room_id"]), number(&room["unread_num"]), number(&room["mention_num"]));
        let is_ours = |room: &&Value| room["type"] != "my";
        let shown: BTreeSet<_> = listed.iter().filter(is_ours).map(of_chatwork).collect();
        let expected: BTreeSet<_> = mine().map(|room| (room.id, room.counts(who).0, room.counts(who).1)).collect();
        assert_eq!(shown, expected, "Chatwork, {}", NAMES[who]);

        let own = office.app.external_id(office.ids[who], office.chatwork[who].own_room());
        let of_chats = |room: &Value| (room["id"].as_str().expect("an id").to_owned(), number(&room["unseenMessages"][&office.uids[who]]));
        let shown: BTreeSet<_> = office.chats[who].list("/chat-rooms").iter().map(of_chats).filter(|(id, _)| *id != own).collect();
        let expected: BTreeSet<_> = mine().map(|room| (room.external.clone(), room.counts(who).0)).collect();
        assert_eq!(shown, expected, "chat-messages, {}", NAMES[who]);
    }

    /// What is written in a room, and who has seen it.
    fn check_messages(&self, room: &Room, who: usize) {
        let office = self.office;
        let expected: Vec<(&str, Option<&str>)> = room.shown_to(who).map(|(_, posted)| (&*posted.id, posted.text.as_deref())).collect();
        let listed = office.chatwork[who].list(&format!("/rooms/{}/messages?force=1", room.id));
        let is_deleted = |shown: &&Value| shown["body"] == "[deleted]";
        let of_chatwork: Vec<&Value> = listed.iter().filter(|shown| !is_deleted(shown)).collect();
        let found = office.chats[who].list(&format!("/chat-messages?room={}", room.external));
        assert_eq!((of_chatwork.len(), found.len()), (expected.len(), expected.len()), "{} in {}", NAMES[who], room.name);
        for (place, (id, text)) in expected.iter().enumerate() {
            assert_eq!((&of_chatwork[place]["message_id"], &found[place]["id"]), (&json!(id), &json!(id)));
            // Each words reports in its own way; what people wrote is the same to the letter.
            if let Some(text) = text {
                assert_eq!((&of_chatwork[place]["body"], &found[place]["text"]), (&json!(text), &json!(text)));
            }
        }
        for ((number, _), shown) in room.shown_to(who).zip(&found) {
            let seen = shown["seenBy"].as_array().expect("a list").iter().map(|uid| office.person_with_uid(uid)).collect::<BTreeSet<_>>();
            assert_eq!(seen, room.seen_by(number), "seenBy of message {number} in {}", room.name);
        }
    }

    /// Groups, their names and members, in the two dialects that manage an organization's.
    fn check_groups(&self) {
        let office = self.office;
        let listed = office.messenger.get(&format!("/chatrooms?organization_id={}&all=true", office.organization)).ok();
        let people = |room: &Value| {
            let lists = ["admins", "moderators", "assignedUsers"].map(|role| room[role].as_array().expect("a list").clone());
            lists.concat().iter().filter_map(|id| office.person_with_id(number(id))).collect::<BTreeSet<_>>()
        };
        let of_messenger = |room: &Value| (number(&room["id"]), room["name"].as_str().expect("a name").to_owned(), people(room));
        let shown: BTreeSet<_> = listed["entries"].as_array().expect("a list").iter().map(of_messenger).collect();
        let groups = || self.rooms.iter().filter(|room| room.is_group);
        let expected: BTreeSet<_> = groups().map(|room| (room.id, room.name.clone(), room.members())).collect();
        assert_eq!(shown, expected, "Messenger");
        for room in groups() {
            let shown = office.cam.saved(&json!({"id": room.external}));
            let members = shown["memberUids"].as_object().expect("members").keys();
            let members: BTreeSet<usize> = members.filter_map(|uid| office.uids.iter().position(|known| known == uid)).collect();
            assert_eq!((&shown["name"], members), (&json!(room.name), room.members()), "CAM");
        }
    }

    /// Ends what is left, for the next history.
    fn clear(&self) {
        for room in self.rooms.iter().filter(|room| room.is_group) {
            self.office.chatwork[0].end_room(room.id, "delete").no_content();
        }
    }
}

#[test]
fn every_dialect_shows_what_one_naive_model_says() {
    let config = Config { cases: 24, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    let outcome = TestRunner::new(config).run(&steps(), |steps| {
        // A fresh one each time: direct rooms of the office's own account stay.
        let office = Office::open();
        let mut history = History { office: &office, rooms: Vec::new(), made: 0, said: 0 };
        for step in &steps {
            history.apply(step);
            history.check();
        }
        history.clear();
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
