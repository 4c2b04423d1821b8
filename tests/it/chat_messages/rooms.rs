//! `/chat-rooms`.

use serde_json::{Value, json};

use crate::kit::TestApp;

#[test]
fn a_room_is_shown_with_its_people_and_what_they_have_read() {
    let app = TestApp::start();
    let (alice, bob) = (app.chat_messages("Alice"), app.chat_messages("Bob"));
    let (a, b) = (app.uid("Alice"), app.uid("Bob"));
    let made =
        alice.json("POST", "/chat-rooms", &json!({"participants": [b], "title": "Lunch", "description": "Where?", "createdBy": "x"})).ok();
    let id = made["id"].as_str().expect("an id");
    let last = alice.say(id, "Noodles?");
    let shown = bob.get(&format!("/chat-rooms/{id}")).ok();
    let person = |uid: &str, name: &str, colour: &str| json!({"uid": uid, "picURL": format!("{}/assets/avatar/ico_default_{colour}.png", app.base), "name": {"firstName": name}});
    let colour = |shown: &Value, place: usize| {
        let url = shown["participantsPopulated"][place]["picURL"].as_str().expect("an address").to_owned();
        url.rsplit('_').next().expect("a colour").trim_end_matches(".png").to_owned()
    };
    let (first, second) = (colour(&shown, 0), colour(&shown, 1));
    assert_eq!(
        shown,
        json!({
            "id": id,
            "createdAt": crate::kit::NOW_S * 1000,
            "createdBy": a,
            "title": "Lunch",
            "description": "Where?",
            "picURL": format!("{}/assets/icon/ico_group.png", app.base),
            "participants": [a, b],
            "participantsLastMessageSeen": {},
            "participantsPopulated": [person(&a, "Alice", &first), person(&b, "Bob", &second)],
            "creator": person(&a, "Alice", &first),
            "lastMessage": bob.get(&format!("/chat-messages/{last}")).ok(),
            "unseenMessages": {&a: 0, &b: 2},
        })
    );
    assert_eq!(bob.list("/chat-rooms")[0], shown, "newest activity first");
    let keys = bob.get(&format!("/chat-rooms/{id}?$select[]=title")).ok();
    assert_eq!(keys, json!({"id": id, "title": "Lunch"}));
}

#[test]
fn two_people_without_a_title_have_their_direct_room() {
    let app = TestApp::start();
    let (alice, bob) = (app.chat_messages("Alice"), app.chat_messages("Bob"));
    let (a, b) = (app.uid("Alice"), app.uid("Bob"));
    let made = alice.json("POST", "/chat-rooms", &json!({"participants": [b]})).ok();
    assert!(made.get("title").is_none() && made.get("picURL").is_none(), "{made}");
    let contacts = app.chatwork("Alice").list("/contacts");
    assert_eq!(contacts.len(), 1, "they are contacts now");
    for body in [
        json!({"participants": [b]}),
        json!({"participants": [a, b, b]}),
        json!({"participants": b}),
        json!({"participants": [b], "title": "Duo"}),
    ] {
        assert_eq!(alice.json("POST", "/chat-rooms", &body).ok()["id"], made["id"], "{body}");
    }
    assert_eq!(bob.json("POST", "/chat-rooms", &json!({"participants": [a]})).ok()["id"], made["id"]);
    assert_eq!(bob.list("/chat-rooms").len(), 2);
}

#[test]
fn a_room_with_the_same_people_is_returned_only_if_it_was_made_here() {
    let app = TestApp::start();
    let (chatwork, bob, carol) = app.trio();
    chatwork.create_room("Elsewhere", &[&bob, &carol], &[]);
    let alice = app.chat_messages("Alice");
    let (a, b, c) = (app.uid("Alice"), app.uid("Bob"), app.uid("Carol"));
    let made = alice.json("POST", "/chat-rooms", &json!({"participants": [b, c]})).ok();
    assert_eq!(made["title"], "Bob, Carol, Alice", "without a title it bears their names");
    assert_ne!(made["id"], json!(alice.room_called("Elsewhere")));
    let again = json!({"participants": [c, a, b], "title": "Other"});
    assert_eq!(
        app.chat_messages("Carol").json("POST", "/chat-rooms", &again).ok(),
        alice.get(&format!("/chat-rooms/{}", made["id"].as_str().expect("an id"))).ok()
    );
    let duo = alice.json("POST", "/chat-rooms", &json!({"participants": [b], "title": "Duo"})).ok();
    assert_eq!(duo["participants"], json!([a, b]), "fewer people are another room");
    let same = alice.json("POST", "/chat-rooms", &json!({"participants": [b], "title": "Duo again"})).ok();
    assert_eq!(same["id"], duo["id"]);
    let role = |who: &crate::kit::Chatwork, name: &str| {
        let room = who.list("/rooms").into_iter().find(|room| room["name"] == name).expect("a room");
        room["role"].as_str().expect("a role").to_owned()
    };
    assert_eq!((role(&chatwork, "Duo"), role(&bob, "Duo")), ("admin".to_owned(), "member".to_owned()));
}

#[test]
fn who_may_be_put_into_a_room_is_checked() {
    let app = TestApp::start();
    let alice = app.chat_messages("Alice");
    let (a, b, eve) = (app.uid("Alice"), app.uid("Bob"), app.uid("Eve"));
    let named = |body: Value| alice.json("POST", "/chat-rooms", &body).feathers(400, "BadRequest");
    for participants in [
        json!([]),
        json!([a]),
        json!([eve]),
        json!([b, eve]),
        json!(["nobody"]),
        json!([1]),
        json!({}),
        json!(""),
        json!([null]),
        json!(vec!["x"; 5_001]),
    ] {
        assert!(named(json!({"participants": participants})).get("participants").is_some(), "{participants}");
    }
    assert_eq!(named(json!({"title": "x"})), json!({"participants": "required"}));
    assert!(named(json!({"participants": [b], "title": "t".repeat(256)})).get("title").is_some());
    assert!(named(json!({"participants": [b], "title": 5})).get("title").is_some());
    assert!(named(json!({"participants": [b], "description": "d".repeat(10_001)})).get("description").is_some());
    assert_eq!(alice.list("/chat-rooms").len(), 1, "nothing was made");
    app.chatwork("Alice").befriend(&app, "Eve", "Alice");
    assert_eq!(alice.json("POST", "/chat-rooms", &json!({"participants": [eve]})).ok()["participants"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_list_of_rooms_is_made_as_a_whole() {
    let app = TestApp::start();
    let alice = app.chat_messages("Alice");
    let (b, c) = (app.uid("Bob"), app.uid("Carol"));
    let made =
        alice.json("POST", "/chat-rooms", &json!([{"participants": [b], "title": "One"}, {"participants": [b, c], "title": "Two"}])).ok();
    assert_eq!((&made[0]["title"], &made[1]["title"]), (&json!("One"), &json!("Two")));
    alice.json("POST", "/chat-rooms", &json!([{"participants": [c], "title": "Three"}, {"participants": []}])).feathers(400, "BadRequest");
    assert_eq!(alice.list("/chat-rooms").len(), 3);
}

#[test]
fn rooms_are_found_by_the_same_language() {
    let app = TestApp::start();
    let alice = app.chat_messages("Alice");
    let (a, b, c) = (app.uid("Alice"), app.uid("Bob"), app.uid("Carol"));
    let one = alice.start_room(&[&b], "One");
    app.advance_s(1);
    let two = alice.start_room(&[&b, &c], "Two");
    app.advance_s(1);
    alice.say(&one, "newest");
    let titles = |query: &str| {
        let found = alice.list(&format!("/chat-rooms?{query}"));
        found.iter().map(|room| room["title"].as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>().join(" ")
    };
    for (query, expected) in [
        ("", "One Two -".to_owned()),
        (&*format!("id={two}"), "Two".to_owned()),
        (&format!("id[$in][]={two}&id[$in][]={one}"), "One Two".to_owned()),
        ("title", "-".to_owned()),
        ("title[$ne]", "One Two".to_owned()),
        (&format!("participants={c}"), "Two".to_owned()),
        (&format!("participants={b}"), "One Two".to_owned()),
        (&format!("participants[$nin][]={b}"), "-".to_owned()),
        (&format!("createdBy={a}"), "One Two -".to_owned()),
        ("$sort[createdAt]=-1", "Two One -".to_owned()),
        ("$sort[title]=1", "- One Two".to_owned()),
        ("$sort[title]=-1&$limit=1", "Two".to_owned()),
        ("$skip=1&$limit=1", "Two".to_owned()),
        ("$or[0][title]=One&$or[1][title]=Two", "One Two".to_owned()),
        ("nothing=1", String::new()),
    ] {
        assert_eq!(titles(query), expected, "{query}");
    }
    assert_eq!(alice.get("/chat-rooms?$limit=0").ok(), json!({"total": 3, "limit": 0, "skip": 0, "data": []}));
    for query in ["$where=1", "title[$regex]=a", "$limit=x", "title[$coerce][type]=regex&title[$coerce][value]=/a/"] {
        alice.get(&format!("/chat-rooms?{query}")).feathers(400, "BadRequest");
    }
    assert_eq!(app.chat_messages("Carol").list("/chat-rooms").len(), 2);
}

#[test]
fn who_manages_a_room_renames_it() {
    let app = TestApp::start();
    let (alice, bob) = (app.chat_messages("Alice"), app.chat_messages("Bob"));
    let room = alice.start_room(&[&app.uid("Bob")], "Lunch");
    let path = format!("/chat-rooms/{room}");
    let renamed = alice.json("PATCH", &path, &json!({"title": "Dinner", "description": "At eight"})).ok();
    assert_eq!((&renamed["title"], &renamed["description"]), (&json!("Dinner"), &json!("At eight")));
    assert_eq!(renamed["lastMessage"]["text"], "Alice named the room \"Dinner\" and changed the description.");
    bob.json("PATCH", &path, &json!({"title": "Mine"})).feathers(403, "Forbidden");
    alice.json("PATCH", &path, &json!({"title": "t".repeat(256)})).feathers(400, "BadRequest");
    let same = alice.json("PATCH", &path, &json!({"participants": ["x"], "id": "1", "picURL": "x"})).ok();
    assert_eq!(same["participants"].as_array().map(Vec::len), Some(2), "what is not documented is ignored");
    let direct = alice.json("POST", "/chat-rooms", &json!({"participants": [app.uid("Carol")]})).ok();
    alice
        .json("PATCH", &format!("/chat-rooms/{}", direct["id"].as_str().expect("an id")), &json!({"title": "x"}))
        .feathers(403, "Forbidden");
    app.chat_messages("Carol").json("PATCH", &path, &json!({"title": "x"})).feathers(404, "NotFound");
}
