//! What there has been before makes nothing slower: the same requests in worlds of hundreds or thousands of things that they don't ask
//! for. SQLite's steps are bounded so that a query which goes through those is stopped, and its request fails. (SQLite counts the steps of a
//! prepared statement together, however often it runs: each is run a few times at most.)

use crosstalk::domain::{
    Access, AccountId, Actor, BlobHash, Body, Deadline, Dialect, Error, FileId, FileName, MeetingKind, MeetingName, MeetingPatch,
    MessageId, NewMeeting, NewTask, NewToken, OrganizationId, PostMessage, RoomId, Scopes, TokenId,
};
use crosstalk::ops::{self, files::PostFile};
use crosstalk::store::{self, Cause, Tx, catalogue};

use crate::kit::{TestApp, TestOptions, number};

/// Steps that suffice for a page of a few entries.
const FEW: i32 = 6_000;
/// Things that are in the way.
const MANY: usize = 1_500;
/// Entries that are looked at.
const PIECE: i64 = 50;

fn app() -> TestApp {
    TestApp::with(TestOptions { max_read_steps: FEW, ..TestOptions::default() })
}

fn write<T: Send + 'static>(app: &TestApp, work: impl FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static) -> T {
    app.world.write_blocking(Cause::job("test"), work).expect("a write")
}

/// A person, by e-mail address, as an API sees them.
fn actor(tx: &Tx<'_>, email: &str, dialect: Dialect) -> Result<Actor, Error> {
    let found = store::accounts::find_by_email(tx, email)?.expect("a person").account;
    Ok(Actor { account: found.person.id, organization: found.organization, token: TokenId::new(0), dialect, scopes: Scopes::All })
}

fn say(tx: &Tx<'_>, actor: &Actor, room: RoomId, text: &str) -> Result<MessageId, Error> {
    let body = Body::parse(text.to_owned())?;
    ops::messages::post_message(tx, actor, room, Ok(PostMessage { body, self_unread: false }))
}

/// A room that somebody is alone in.
fn another_room(tx: &Tx<'_>, alone: &Actor) -> Result<RoomId, Error> {
    let room = store::rooms::RoomRow {
        organization: alone.organization,
        kind: crosstalk::domain::RoomKind::Group,
        name: "Another",
        description: "",
        icon: crosstalk::domain::Icon::default(),
        maker: alone.account,
    };
    let room = store::rooms::insert_room(tx, &room)?;
    store::memberships::insert_membership(tx, room, alone.account, crosstalk::domain::Role::Admin, 0)?;
    Ok(room)
}

/// The room for notes of somebody.
fn notes(tx: &Tx<'_>, account: AccountId) -> Result<RoomId, Error> {
    Ok(store::accounts::find_profile(tx, account)?.expect("a person").own_room)
}

#[test]
fn a_room_is_found_without_going_through_all_that_one_is_in() {
    let app = app();
    let alice = app.chatwork("Alice");
    let room = alice.create_room("The one", &[], &[]);
    write(&app, |tx| {
        let alice = actor(tx, "alice@example.com", Dialect::Chatwork)?;
        for _ in 0..MANY {
            another_room(tx, &alice)?;
        }
        Ok(())
    });
    let external = app.external_id(alice.id(), room);
    let one = app.chat_messages("Alice");
    one.say(&external, "hello");
    assert_eq!(one.texts(&format!("room={external}&$limit=1&$sort[createdAt]=-1")), ["hello"]);
    assert_eq!(one.get(&format!("/chat-rooms/{external}")).ok()["title"], "The one");
    alice.say(room, "hello again");
    assert_eq!(alice.list(&format!("/rooms/{room}/messages?force=1")).len(), 3);
}

#[test]
fn the_newest_messages_of_all_rooms_are_found_without_looking_into_each() {
    // To count the rooms in an index takes some 13 steps for each; whoever looks into each takes twice as many.
    let app = TestApp::with(TestOptions { max_read_steps: 16 * MANY as i32, ..TestOptions::default() });
    let rooms = write(&app, |tx| {
        let alice = actor(tx, "alice@example.com", Dialect::Chatwork)?;
        let rooms = (0..MANY).map(|_| another_room(tx, &alice)).collect::<Result<Vec<_>, _>>()?;
        rooms.iter().try_for_each(|room| say(tx, &alice, *room, "long ago").map(|_| ()))?;
        Ok(rooms)
    });
    app.advance_s(60 * 60);
    write(&app, move |tx| {
        let alice = actor(tx, "alice@example.com", Dialect::Chatwork)?;
        for (room, text) in [(rooms[700], "one"), (rooms[20], "two"), (rooms[700], "three")] {
            say(tx, &alice, room, text)?;
        }
        Ok(())
    });
    let alice = app.chat_messages("Alice");
    assert_eq!(alice.texts("$limit=3&$sort[createdAt]=-1"), ["three", "two", "one"]);
}

#[test]
fn the_rooms_in_which_something_happened_last_are_found_without_sorting_all() {
    // To count the rooms in an index, the first time, takes 12 steps for each; to sort them, 15.
    let app = TestApp::with(TestOptions { max_read_steps: 14 * MANY as i32, ..TestOptions::default() });
    let rooms = write(&app, |tx| {
        let alice = actor(tx, "alice@example.com", Dialect::Chatwork)?;
        let rooms = (0..MANY).map(|_| another_room(tx, &alice)).collect::<Result<Vec<_>, _>>()?;
        rooms.iter().try_for_each(|room| say(tx, &alice, *room, "long ago").map(|_| ()))?;
        Ok(rooms)
    });
    app.advance_s(60 * 60);
    let latest = [rooms[20], rooms[700]];
    write(&app, move |tx| {
        let alice = actor(tx, "alice@example.com", Dialect::Chatwork)?;
        latest.iter().rev().try_for_each(|room| say(&tx.at(tx.now.plus_ms(-room.get())), &alice, *room, "lately").map(|_| ()))
    });
    let alice = app.chatwork("Alice").id();
    let listed = app.chat_messages("Alice").get("/chat-rooms?$limit=2").ok();
    let ids = listed.as_array().expect("a list").iter().map(|room| room["id"].as_str().map(str::to_owned));
    assert_eq!(ids.collect::<Vec<_>>(), latest.map(|room| Some(app.external_id(alice, room.get()))));
    let page = app.admin().get("/rooms?limit=2&organization=office");
    assert_eq!(page.status, 200);
    let page = page.json();
    assert_eq!([number(&page["items"][0]["id"]), number(&page["items"][1]["id"])], latest.map(RoomId::get), "{page}");
}

#[test]
fn what_is_unread_is_summed_up_without_looking_at_each_room_again() {
    // A first look takes some 30 steps for each room; ten of them would take many more than this.
    let app = TestApp::with(TestOptions { max_read_steps: 100 * MANY as i32, ..TestOptions::default() });
    let (alice, rooms) = write(&app, |tx| {
        let alice = actor(tx, "alice@example.com", Dialect::Chatwork)?;
        let rooms = (0..MANY).map(|_| another_room(tx, &alice)).collect::<Result<Vec<_>, _>>()?;
        Ok((alice, rooms))
    });
    let look = || app.world.read(|tx| ops::reading::get_status(tx, &alice)).expect("a status");
    let before = look();
    for (room, posted) in rooms.into_iter().zip(1..=10) {
        let one = alice.clone();
        write(&app, move |tx| {
            let post = PostMessage { body: Body::parse("a note".to_owned())?, self_unread: true };
            ops::messages::post_message(tx, &one, room, Ok(post))
        });
        let now = look();
        assert_eq!((now.unread_rooms, now.unread), (before.unread_rooms + posted, before.unread + posted));
    }
}

#[test]
fn a_group_is_found_by_its_name_without_looking_at_all_groups() {
    let app = app();
    let organization = write(&app, |tx| {
        let alice = actor(tx, "alice@example.com", Dialect::Chatwork)?;
        (0..MANY).try_for_each(|_| another_room(tx, &alice).map(|_| ()))?;
        Ok(alice.organization)
    });
    let looked = app.world.read(|tx| {
        let is_named = store::chatrooms::is_named(tx, organization, "Nowhere")?;
        let named = store::rooms::list_groups_named(tx, organization, "Nowhere")?;
        Ok((is_named, named, store::rooms::list_groups_called(tx, organization, "NOWHERE")?))
    });
    assert_eq!(looked, Ok((false, Vec::new(), Vec::new())));
}

#[test]
fn the_newest_message_is_found_where_many_were_deleted() {
    let app = app();
    let (room, first) = write(&app, |tx| {
        let alice = actor(tx, "alice@example.com", Dialect::Chatwork)?;
        let room = notes(tx, alice.account)?;
        let first = say(tx, &alice, room, "the only one left")?;
        for _ in 0..2_500 {
            let message = say(tx, &alice, room, "gone")?;
            store::messages::blank_message(tx, message)?;
        }
        Ok((room, first))
    });
    let one = app.chat_messages("Alice");
    let external = app.external_id(app.chatwork("Alice").id(), room.get());
    let found = one.get(&format!("/chat-rooms/{external}")).ok();
    assert_eq!(found["lastMessage"]["id"].as_str().map(str::to_owned), Some(first.to_string()), "{found}");
}

#[test]
fn conference_rooms_that_are_over_do_not_slow_down_the_list_of_others() {
    let app = app();
    write(&app, |tx| {
        let office = actor(tx, "alice@example.com", Dialect::ClickMeeting)?;
        for n in 0..MANY {
            let rest = MeetingPatch { duration_ms: Some(60 * 60 * 1_000), ..MeetingPatch::default() };
            let name = MeetingName::parse(&format!("Over {n}"))?;
            let meeting = NewMeeting { name, kind: MeetingKind::Meeting, is_permanent: false, access: Access::Open, rest };
            ops::meetings::create_meeting(tx, &office, Ok(meeting))?;
        }
        Ok(())
    });
    app.advance_s(48 * 60 * 60);
    let office = app.clickmeeting("office");
    let room = office.create("Going on", &[]);
    let listed = office.list("/conferences/active");
    assert_eq!(listed.iter().map(|listed| number(&listed["id"])).collect::<Vec<_>>(), [number(&room["id"])]);
}

#[test]
fn an_administrator_s_lists_look_at_a_bounded_number_of_other_things() {
    let app = app();
    let bob = app.chatwork("Bob").id();
    write(&app, move |tx| {
        let alice = actor(tx, "alice@example.com", Dialect::Chatwork)?;
        let room = notes(tx, alice.account)?;
        for _ in 0..MANY {
            let message = say(tx, &alice, room, "gone")?;
            store::messages::blank_message(tx, message)?;
        }
        ops::files::post_file(tx, &alice, room, Ok(file(0)))?;
        task(tx, &alice, room, alice.account)?;
        let group = ops::rooms::create_room(tx, &alice, group("Busy", &alice, AccountId::new(bob)))?;
        let eve = actor(tx, "eve@example.com", Dialect::Chatwork)?;
        let strange = notes(tx, eve.account)?;
        for n in 0..MANY as i64 {
            say(tx, &eve, strange, "the others'")?;
            ops::files::post_file(tx, &eve, strange, Ok(file(n)))?;
            if n % 2 == 0 {
                task(tx, &alice, group, AccountId::new(bob))?;
            }
            device(tx, alice.organization, alice.account, n)?;
        }
        Ok(())
    });
    let (alice, own, admin) = (app.chatwork("Alice"), app.chatwork("Alice").own_room(), app.admin());
    let office = OrganizationId::new(app.organization("office"));
    let read = |what: &str, look: &dyn Fn(&Tx<'_>) -> Result<usize, Error>| {
        let looked_at = app.world.read(|tx| look(tx));
        assert_eq!(looked_at, Ok(PIECE as usize), "{what}");
    };
    let (last, own) = (i64::MAX, RoomId::new(own));
    read("messages", &|tx| Ok(catalogue::list_said(tx, office, None, MessageId::new(last), PIECE)?.len()));
    read("messages of a room", &|tx| Ok(catalogue::list_said(tx, office, Some(own), MessageId::new(last), PIECE)?.len()));
    read("files", &|tx| Ok(catalogue::list_files(tx, office, None, FileId::new(last), PIECE)?.len()));
    for list in ["/tokens?".to_owned(), format!("/tasks?room={own}"), format!("/tasks?assignee={}", alice.id())] {
        let found = admin.get(&format!("{list}&organization=office"));
        assert_eq!(found.status, 200, "{list}");
        assert!(!found.json()["items"].as_array().expect("a list").is_empty(), "{list}");
    }
}

fn file(n: i64) -> PostFile {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&n.to_be_bytes());
    PostFile { name: FileName::sanitize("notes.txt"), media_type: "text/plain".into(), bytes: 1, hash: BlobHash(hash), message: None }
}

fn task(tx: &Tx<'_>, actor: &Actor, room: RoomId, assignee: AccountId) -> Result<(), Error> {
    let task = NewTask::parse(Body::parse("to do".into())?, vec![assignee], Deadline::None);
    ops::tasks::create_tasks(tx, actor, room, task).map(|_| ())
}

fn group(name: &str, maker: &Actor, other: AccountId) -> Result<crosstalk::domain::NewRoom, Error> {
    let members = crosstalk::domain::MemberList::parse(vec![maker.account], vec![other], Vec::new())?;
    let name = crosstalk::domain::RoomName::parse(name.to_owned())?;
    Ok(crosstalk::domain::NewRoom { name, description: String::new(), icon: crosstalk::domain::Icon::default(), members, invitation: None })
}

/// The token of a device that somebody signed in with.
fn device(tx: &Tx<'_>, organization: OrganizationId, account: AccountId, n: i64) -> Result<(), Error> {
    let mut hash = [7; 32];
    hash[..8].copy_from_slice(&n.to_be_bytes());
    let token = NewToken { dialect: Dialect::Matrix, scopes: Scopes::All, expires: None, note: String::new() };
    store::tokens::insert_token(tx, organization, account, &token, &hash, "").map(|_| ())
}
