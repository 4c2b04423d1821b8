//! What is found, by which words, and where.

use crosstalk::domain::{AccountId, MessageId, RoomId, SearchPage, SearchQuery, Span, Timestamp};
use serde_json::json;

use crate::kit::{NOW_S, TestApp, asking};

#[test]
fn words_of_many_languages_are_found_as_people_type_them() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    for (body, queries) in [
        ("明日は会議室で会います", &["会議", "会議室で", "室", "明日 会い"][..]),
        ("anh Đặng Văn Hậu ơi", &["dang", "đặng", "dang van hau", "ĐẶNG", "\"van hau\""]),
        ("jadę do Łodzi, Łódź czeka", &["lodz", "łódź", "LODZI jade"]),
        ("Rødgrød på bordet", &["rodgrod", "pa BORDET"]),
        ("Die Straße ist gesperrt", &["strasse", "STRAẞE", "gesper"]),
        ("ＡＢＣ ｶﾞﾗｽ １２３", &["abc", "ガラス", "123"]),
        ("shipped 🎉 👍🏽", &["🎉", "👍", "shipped 🎉"]),
        ("第3会議室AでMTG", &["3", "会議室a", "mtg", "第3"]),
        ("Ждём вас в 10:30", &["ждем", "10:30"]),
        ("오늘 회의실에서", &["회의", "오늘"]),
    ] {
        alice.say(room, body);
        for query in queries {
            assert_eq!(app.finds(query), [body], "{query}");
        }
    }
    for query in ["会室", "odz", "abcd", "lodzie", "\"hau van\"", "gesperrt shipped", "회실"] {
        assert_eq!(app.finds(query), Vec::<String>::new(), "{query}");
    }
}

#[test]
fn a_hit_says_who_said_what_where_and_when_and_marks_what_was_looked_for() {
    let app = TestApp::start();
    let (alice, bob) = (app.chatwork("Alice"), app.chatwork("Bob"));
    let room = alice.create_room("会議", &[&bob], &[]);
    app.advance_s(60);
    let id = bob.say(room, "[To:1] Łódź – łódź 会議室");
    let page = app.search(&asking("lodz 会議"), SearchPage::FIRST);
    let [hit] = &page.hits[..] else { panic!("{page:?}") };
    assert_eq!((hit.id.to_string(), hit.room.get(), hit.author.id.get(), &*hit.author.name), (id, room, bob.id(), "Bob"));
    assert_eq!((hit.sent, page.next), (Timestamp::from_seconds(NOW_S + 60), None));
    let marked: Vec<&str> = hit.marks.iter().map(|mark| &hit.text[mark.clone()]).collect();
    assert_eq!(marked, ["Łódź", "łódź", "会議"]);
}

#[test]
fn reports_of_the_server_are_not_searched_but_what_people_say_with_a_file_is() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.create_room("Launch", &[], &[]);
    alice.put(&format!("/rooms/{room}"), &[("name", "Landing")]).ok();
    alice.give_task(room, &alice, "Lunch");
    alice.upload(room, "launch.txt", b"x", Some("the plan of the year")).ok();
    for query in ["launch", "landing", "lunch", "Alice"] {
        assert_eq!(app.finds(query), Vec::<String>::new(), "{query}");
    }
    assert_eq!(app.finds("plan"), ["the plan of the year"]);
}

#[test]
fn a_long_message_is_found_to_its_last_word() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let long: String =
        (0..).flat_map(|number| format!("語{number} ").chars().collect::<Vec<_>>()).take(65_520).chain("the-end 会議".chars()).collect();
    alice.say(alice.own_room(), &long);
    for query in ["end 会議", "語1", "\"語5 語6\"", "議"] {
        assert_eq!(app.finds(query).len(), 1, "{query}");
    }
}

#[test]
fn hits_come_page_by_page_newest_first() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let ids: Vec<String> = (0..7).map(|number| alice.say(room, &format!("word {number}"))).collect();
    for is_indexed in [false, true] {
        if is_indexed {
            app.index();
        }
        let (mut shown, mut before) = (Vec::new(), None);
        loop {
            let page = app.search(&asking("word"), SearchPage { before, limit: 3 });
            assert!(page.hits.len() <= 3);
            shown.extend(page.hits.into_iter().map(|hit| hit.id.to_string()));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert!(shown.iter().eq(ids.iter().rev()), "{shown:?}");
    }
    let over = app.search(&asking("word"), SearchPage { before: Some(MessageId::new(1)), limit: usize::MAX });
    assert!(over.hits.is_empty() && over.next.is_none());
    assert_eq!(app.search(&asking("word"), SearchPage { before: None, limit: 0 }).hits.len(), 1, "a page has at least one hit");
}

#[test]
fn a_search_can_be_narrowed_to_a_room_an_author_and_a_time() {
    let app = TestApp::start();
    let (alice, bob) = (app.chatwork("Alice"), app.chatwork("Bob"));
    let (one, other) = (alice.create_room("One", &[&bob], &[]), alice.create_room("Other", &[&bob], &[]));
    for (person, room, body) in [(&alice, one, "word 1"), (&bob, one, "word 2"), (&alice, other, "word 3"), (&bob, other, "word 4")] {
        person.say(room, body);
        app.advance_s(60);
    }
    let at = |minute: i64| Timestamp::from_seconds(NOW_S + 60 * minute);
    let (room, author) = (Some(RoomId::new(one)), Some(AccountId::new(bob.id())));
    let all = asking("word");
    let cases = [
        (SearchQuery { room, ..all.clone() }, &["word 2", "word 1"][..]),
        (SearchQuery { author, ..all.clone() }, &["word 4", "word 2"]),
        (SearchQuery { room, author, ..all.clone() }, &["word 2"]),
        (SearchQuery { span: Span { from: at(1), upto: at(2) }, ..all.clone() }, &["word 3", "word 2"]),
        (SearchQuery { author, span: Span { from: at(2), ..Span::ALWAYS }, ..all.clone() }, &["word 4"]),
        (SearchQuery { span: Span { upto: at(0), ..Span::ALWAYS }, ..all.clone() }, &["word 1"]),
        (SearchQuery { room: Some(RoomId::new(1)), ..all.clone() }, &[]),
    ];
    for is_indexed in [false, true] {
        if is_indexed {
            app.index();
        }
        for (query, expected) in &cases {
            let texts: Vec<String> = app.search(query, SearchPage::FIRST).hits.into_iter().map(|hit| hit.text).collect();
            assert_eq!(&texts, expected, "{query:?}");
        }
    }
}

#[test]
fn an_organization_finds_nothing_of_another_one() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let eve = crate::kit::ChatMessages::new(&app.base, &app.bearer_in_other());
    let theirs = eve.list("/chat-rooms")[0]["id"].clone();
    eve.say(theirs.as_str().expect("an id"), "their marker 会議");
    alice.say(alice.own_room(), "our own marker");
    let elsewhere = |words: &str| app.search_in("other", &asking(words), SearchPage::FIRST).expect("a page").hits.len();
    let room = app.search_in("other", &asking("marker"), SearchPage::FIRST).expect("a page").hits[0].room;
    for _ in 0..2 {
        assert_eq!((app.finds("marker"), app.finds("会議"), app.finds("their")), (vec!["our own marker".to_owned()], vec![], vec![]));
        assert_eq!((elsewhere("marker"), elsewhere("our"), elsewhere("会")), (1, 0, 1));
        let within = SearchQuery { room: Some(room), ..asking("marker") };
        assert!(app.search(&within, SearchPage::FIRST).hits.is_empty(), "the room of another organization");
    }
}

#[test]
fn whatever_is_typed_is_no_syntax() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    alice.say(alice.own_room(), "one NEAR two, AND three: \"four\"");
    for (query, hits) in [
        ("NEAR(one two)", 0),
        ("one NEAR two", 1),
        ("\"one near two\"", 1),
        ("one AND three", 1),
        ("two OR nothing", 0),
        ("NOT one", 0),
        ("on*", 0),
        ("one*", 1),
        ("-one", 1),
        ("^one : three", 1),
        ("terms:one", 0),
        ("(one", 1),
        ("'four\"", 1),
        ("\"\"four\"\"", 1),
        ("one'; DROP TABLE message; --", 0),
        ("o\u{0}ne", 0),
    ] {
        assert_eq!(app.finds(query).len(), hits, "{query}");
    }
}

#[test]
fn what_is_posted_through_any_api_is_found() {
    let app = TestApp::start();
    let (alice, cam, messages) = (app.chatwork("Alice"), app.cam("office"), app.chat_messages("Bob"));
    let room = app.messenger().create_id(&app, "Made elsewhere", &[alice.id(), app.person("Bob")]);
    alice.say(room, "会議 through one");
    messages.say(&messages.room_called("Made elsewhere"), "会議 through another");
    cam.send(&json!({"panelName": "messenger", "message": "会議 to a person", "users": "bob@example.com"})).message();
    cam.send(&json!({"panelName": "Made elsewhere", "message": "会議 into a room"})).message();
    assert_eq!(app.finds("会議"), ["会議 into a room", "会議 to a person", "会議 through another", "会議 through one"]);
}
