//! The query language.

use serde_json::{Value, json};

use crate::kit::{ChatMessages, NOW_S, TestApp};

/// A room with five messages a second apart, two of them Bob's, one with media, one with a session.
struct Talk {
    app: TestApp,
    alice: ChatMessages,
    bob: ChatMessages,
    room: String,
    ids: Vec<String>,
}

impl Talk {
    fn new() -> Self {
        let app = TestApp::start();
        let (alice, bob) = (app.chat_messages("Alice"), app.chat_messages("Bob"));
        let room = alice.start_room(&[&app.uid("Bob")], "Talk");
        let mut ids = Vec::new();
        for (number, (who, more)) in [
            (&alice, json!({})),
            (&bob, json!({"session": "s1"})),
            (&alice, json!({"media": "https://x.example/a.png"})),
            (&bob, json!({})),
            (&alice, json!({})),
        ]
        .into_iter()
        .enumerate()
        {
            let mut body = json!({"room": room, "text": format!("m{number}"), "createdAt": 1_000_000_000_000_i64 + number as i64 * 1000});
            body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            ids.push(who.post_message(&body)["id"].as_str().expect("an id").to_owned());
        }
        Self { app, alice, bob, room, ids }
    }

    /// Numbers of Alice's finds, in order.
    #[track_caller]
    fn found(&self, query: &str) -> String {
        let texts = self.alice.texts(&format!("room={}&{}", self.room, query.replace('#', "%23")));
        texts.iter().filter_map(|text| text.strip_prefix('m').filter(|rest| rest.len() == 1)).collect()
    }

    #[track_caller]
    fn refused(&self, query: &str) -> Value {
        self.alice.get(&format!("/chat-messages?{query}")).feathers(400, "BadRequest")
    }
}

#[test]
fn conditions_compare_combine_and_know_what_is_missing() {
    let talk = Talk::new();
    let (alice, bob) = (talk.app.uid("Alice"), talk.app.uid("Bob"));
    let ids = &talk.ids;
    talk.bob.see(&format!("/chat-messages/{}", ids[0]));
    for (query, expected) in [
        ("text[$ne]=x", "01234".to_owned()),
        (&*format!("id={}", ids[2]), "2".to_owned()),
        (&format!("id[$in][0]={}&id[$in][1]={}", ids[3], ids[1]), "13".to_owned()),
        (&format!("id[$in][]={}&id[$in][]=x", ids[3]), "3".to_owned()),
        (&format!("id[$nin][]={}&id[$nin][]={}&createdAt[$lt]=2000000000000&text[$ne]=x", ids[3], ids[0]), "124".to_owned()),
        (&format!("id[$gt]={}", ids[2]), "34".to_owned()),
        (&format!("createdBy={bob}"), "13".to_owned()),
        (&format!("createdBy={bob}&createdBy={alice}&text[$ne]=x"), "01234".to_owned()),
        (&format!("createdBy[$ne]={bob}"), "024".to_owned()),
        ("createdBy=nobody", String::new()),
        ("session=s1", "1".to_owned()),
        ("session", "0234".to_owned()),
        ("session[$ne]", "1".to_owned()),
        ("media", "0134".to_owned()),
        ("media[$ne]", "2".to_owned()),
        ("media=https%3A%2F%2Fx.example%2Fa.png", "2".to_owned()),
        ("text=m3", "3".to_owned()),
        ("text[$in][]=m3&text[$in][]=m0", "03".to_owned()),
        (&format!("seenBy={bob}"), "0".to_owned()),
        (&format!("seenBy[$ne]={bob}"), "1234".to_owned()),
        ("seenBy=#[]", "1234".to_owned()),
        (&format!("seenBy[$in][]={bob}&seenBy[$in][]=x"), "0".to_owned()),
        ("createdAt=1000000002000", "2".to_owned()),
        ("createdAt[$gt]=1000000002000", "34".to_owned()),
        ("createdAt[$gte]=1000000002000&createdAt[$lt]=1000000004000", "23".to_owned()),
        ("createdAt[$lte]=1000000001000", "01".to_owned()),
        ("createdAt[$gt]=2001-09-09T01:46:42.000Z", "34".to_owned()),
        ("createdAt[$ne]=1000000002000", "0134".to_owned()),
        ("createdAt[$gt]=9007199254740993", String::new()),
        ("createdAt[$gte]=-99999999999999999999", "01234".to_owned()),
        ("createdAt=abc", String::new()),
        ("createdAt=null", String::new()),
        ("$or[0][text]=m0&$or[1][session]=s1", "01".to_owned()),
        ("$and[0][text]=m0&$and[1][session]", "0".to_owned()),
        (&format!("$or[0][$and][0][createdBy]={bob}&$or[0][$and][1][session]&$or[1][text]=m4"), "34".to_owned()),
        ("text[$in]=#[]", String::new()),
        ("text[$nin]=#[]", "01234".to_owned()),
        ("unknown=1", String::new()),
        ("__proto__[x]=1", String::new()),
        ("constructor[prototype][y]=1", String::new()),
        ("toString=1", String::new()),
    ] {
        assert_eq!(talk.found(query), expected, "{query}");
    }
}

#[test]
fn values_come_in_three_encodings_mixed_freely() {
    let talk = Talk::new();
    for query in [
        "$limit=2&$sort[createdAt]=-1",
        "%24limit=%232&%24sort%5BcreatedAt%5D=%23-1",
        "$limit[$coerce][type]=number&$limit[$coerce][value]=2&$sort[createdAt][$coerce][type]=number&$sort[createdAt][$coerce][value]=-1",
        "$limit=#2&$sort[createdAt][$coerce][type]=number&$sort[createdAt][$coerce][value]=-1",
    ] {
        assert_eq!(talk.found(&format!("{query}&text[$gte]=m0")), "43", "{query}");
    }
    let date = "createdAt[$gt][$coerce][type]=date&createdAt[$gt][$coerce][value]=2001-09-09T01:46:42.000Z";
    assert_eq!(talk.found(date), "34");
    assert_eq!(talk.found("createdAt[$gt]=%231000000002000"), "34");
    assert_eq!(talk.found(&format!("id[$in][0][$coerce][type]=number&id[$in][0][$coerce][value]={}", 5)), "");
    let pattern = |pattern: &str| format!("text[$coerce][type]=regex&text[$coerce][value]={pattern}");
    assert_eq!(talk.found(&pattern("/%5EM[13]$/i")), "13");
    assert_eq!(talk.found(&pattern("/%5EM[13]$/")), "");
    assert_eq!(talk.found("text=%23hash"), "", "a text that starts with # is a text");
    talk.alice.say(&talk.room, "#hash");
    assert_eq!(talk.alice.texts("text=%23hash"), ["#hash"]);
}

#[test]
fn pages_and_orders() {
    let talk = Talk::new();
    for (query, expected) in [
        ("text[$ne]=x", "01234"),
        ("$sort[createdAt]=1&$limit=2", "01"),
        ("$sort[createdAt]=-1&$limit=2&text[$gte]=m0", "43"),
        ("$sort[createdAt]=-1&$limit=2&$skip=3", "21"),
        ("$sort[createdAt]=1&$skip=4", "4"),
        ("$skip=100", ""),
        ("$limit=99999999999999999999", "01234"),
        ("$sort[createdBy]=1&$sort[createdAt]=-1&text[$ne]=x", if talk.app.uid("Alice") < talk.app.uid("Bob") { "42031" } else { "31420" }),
        ("$sort[text]=-1&text[$gte]=m0", "43210"),
        ("$sort[media]=-1&text[$gte]=m0&$limit=1", "2"),
        ("$sort[id]=-1&text[$gte]=m0&$skip=1&$limit=2", "32"),
        ("$sort[nothing]=1&text[$gte]=m0&createdAt[$lt]=1769817600000", "01234"),
        ("createdBy[$ne]=x&text[$gte]=m0&$skip=1&$limit=3&createdAt[$lt]=1769817600000", "123"),
    ] {
        assert_eq!(talk.found(query), expected, "{query}");
    }
    let total = |query: &str| talk.alice.get(&format!("/chat-messages?room={}&{query}", talk.room)).ok();
    assert_eq!(total("$limit=0"), json!({"total": 6, "limit": 0, "skip": 0, "data": []}));
    assert_eq!(total("$limit[$coerce][type]=number&$limit[$coerce][value]=0")["total"], 6);
    assert_eq!(total("$limit=0&text[$gte]=m0")["total"], 5);
    assert_eq!(total("$limit=0&createdAt[$gt]=1000000002000&createdAt[$lt]=1700000000000")["total"], 2);
    assert_eq!(total(&format!("$limit=0&createdBy={}", talk.app.uid("Bob")))["total"], 2);
    let paged = total("$total=true&$limit=2&$skip=1");
    assert_eq!(
        (&paged["total"], &paged["limit"], &paged["skip"], paged["data"].as_array().map(Vec::len)),
        (&json!(6), &json!(2), &json!(1), Some(2))
    );
    assert_eq!(total("$paginate=%23true")["limit"], 1000);
}

#[test]
fn only_the_named_fields_are_shown() {
    let talk = Talk::new();
    let keys = |query: &str| {
        let found = talk.alice.list(&format!("/chat-messages?id={}&{query}", talk.ids[2]));
        found[0].as_object().expect("an object").keys().cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(keys(""), "id createdAt createdBy room text media seenBy");
    assert_eq!(keys("$select[]=text&$select[]=media"), "id text media");
    assert_eq!(keys("$select[0]=session&$select[1]=nothing"), "id");
    assert_eq!(keys("$project=text"), "id text");
    assert_eq!(keys("$select=%23[]"), "id");
    assert_eq!(keys("$select[]=creator&$select[]=id"), "id creator");
    let one = talk.alice.get(&format!("/chat-messages/{}?$select[]=creator", talk.ids[1])).ok();
    assert_eq!(one["creator"]["name"], json!({"firstName": "Bob"}));
}

#[test]
fn hostile_queries_are_refused_and_harmless() {
    let talk = Talk::new();
    let pattern = |pattern: &str| format!("text[$coerce][type]=regex&text[$coerce][value]={pattern}");
    let many = "a[]&".repeat(10_000);
    let hundred_and_one: String = (0..101).map(|number| format!("&id[$in][{number}]=1")).collect();
    for query in [
        "$where=1",
        "$where=function(){while(1);}",
        "$search=x",
        "$regex=x",
        "text[$regex]=x",
        "text[$where]=1",
        "text[$exists]=true",
        "$or[0][$where]=1",
        "$or[0][$nor][0][text]=a",
        "$or=1",
        "$or=%23[]",
        "$or[0]=a",
        "$or[a][text]=a",
        "$and[0]",
        "$limit=-1",
        "$limit=1.5",
        "$limit=abc",
        "$limit=%23-1",
        "$limit[$gt]=1",
        "$limit",
        "$skip=-1",
        "$sort=createdAt",
        "$sort[createdAt]=2",
        "$sort[createdAt]=desc",
        "$select[a][b]=c",
        "$total=maybe",
        "createdAt[$gt]=abc",
        "createdAt[$gt][a]=1",
        "id[$in][a]=1",
        "id[$in][0][b]=1",
        "text[$ne][a]=1",
        "text=%ff",
        "%ff=1",
        "text[$coerce][type]=number&text[$coerce][value]=abc",
        "text[$coerce][type]=function&text[$coerce][value]=abc",
        "text[$coerce][type]=regex",
        "text[$coerce]=1",
        "createdAt[$coerce][type]=date&createdAt[$coerce][value]=soon",
        "media[$coerce][type]=regex&media[$coerce][value]=/a/",
        &pattern("abc"),
        &pattern("/(/"),
        &pattern("/a/x"),
        &pattern("/(%3F=a)/"),
        &pattern("/(a)%5C1/"),
        &pattern("/((a{1,1000}){1,1000}){1,1000}/"),
        &pattern(&format!("/{}/", "a".repeat(201))),
        &format!("a{}=1", "[b]".repeat(100)),
        &format!("$or[0]{}[text]=1", "[$or][0]".repeat(50)),
        &many,
        &hundred_and_one[1..],
        &"a=1&".repeat(1_001),
    ] {
        talk.refused(query);
    }
    assert_eq!(talk.refused("$where=1").as_object().map(serde_json::Map::len), Some(1));
    let bomb = pattern("/(a%2B%2B)%2B%2B$|(.*)*b|(x%2Bx%2B)%2By/");
    talk.alice.say(&talk.room, &"x".repeat(20_000));
    assert_eq!(talk.found(&bomb), "", "it is searched in time that grows with the text alone");
    let deep = "$or[0][$and][0][$or][0][$and][0][text]=m1";
    assert_eq!(talk.found(deep), "1", "eight levels are understood");
}

#[test]
fn without_a_room_all_rooms_are_searched_and_others_rooms_never() {
    let talk = Talk::new();
    let second = talk.alice.start_room(&[&talk.app.uid("Carol")], "Second");
    for number in 0..70 {
        let at = 1_000_000_000_500_i64 + number * 100;
        talk.alice.post_message(&json!({"room": second, "text": format!("n{number}"), "createdAt": at}));
    }
    let all = talk.alice.list("/chat-messages?createdAt[$lt]=1700000000000");
    assert_eq!(all.len(), 75);
    let times: Vec<i64> = all.iter().map(|message| message["createdAt"].as_i64().expect("a time")).collect();
    assert!(times.is_sorted());
    let newest = talk.alice.list("/chat-messages?createdAt[$lt]=1700000000000&$sort[createdAt]=-1&$skip=5&$limit=40");
    let backwards: Vec<&Value> = all.iter().rev().skip(5).take(40).collect();
    assert_eq!(newest.iter().collect::<Vec<_>>(), backwards);
    let both = format!("room[$in][]={}&room[$in][]={second}&room[$in][]=1&$limit=0", talk.room);
    assert_eq!(talk.alice.get(&format!("/chat-messages?{both}")).ok()["total"], 77);
    assert_eq!(talk.bob.get("/chat-messages?$limit=0").ok()["total"], 7, "his own room and the talk");
    assert_eq!(talk.bob.texts(&format!("room={second}")), Vec::<String>::new());
    assert_eq!(talk.bob.texts(&format!("$or[0][room]={second}")), Vec::<String>::new());
}

#[test]
fn newest_first_in_many_rooms_is_oldest_first_backwards() {
    let app = TestApp::start();
    let (chatwork, alice) = (app.chatwork("Alice"), app.chat_messages("Alice"));
    for number in 0..80 {
        app.advance_s(30);
        chatwork.create_room(&format!("Room {number}"), &[], &[]);
    }
    // What clients say about times reaches from the first room to five minutes ahead of now; much comes later and shows less.
    let rooms: Vec<Value> = alice.list("/chat-rooms").into_iter().map(|room| room["id"].clone()).collect();
    for (number, room) in rooms.iter().step_by(3).enumerate() {
        let at = NOW_S * 1_000 + number as i64 * 100_000;
        alice.post_message(&json!({"room": room, "text": format!("n{number}"), "createdAt": at}));
    }
    for number in 0..2 {
        app.advance_s(1);
        let batch: Vec<Value> = (0..70).map(|_| json!({"room": rooms[1], "text": format!("later {number}")})).collect();
        alice.json("POST", "/chat-messages", &Value::Array(batch)).ok();
    }
    let mut all = alice.list("/chat-messages");
    all.reverse();
    assert!(rooms.len() > 80 && all.len() > 100, "{} rooms, {} messages", rooms.len(), all.len());
    for (skip, limit) in [(0, 1), (0, 50), (3, 20), (60, 30), (0, 1_000)] {
        let page = alice.get(&format!("/chat-messages?$sort[createdAt]=-1&$skip={skip}&$limit={limit}&$total=true")).ok();
        let expected: Vec<Value> = all.iter().skip(skip).take(limit).cloned().collect();
        assert_eq!((&page["data"], page["total"].as_u64()), (&json!(expected), Some(all.len() as u64)), "{limit} behind {skip}");
    }
}

#[test]
fn an_answer_has_at_most_a_thousand_messages() {
    let talk = Talk::new();
    for _ in 0..10 {
        let batch: Vec<Value> = (0..100).map(|number| json!({"room": talk.room, "text": format!("n{number}")})).collect();
        talk.alice.json("POST", "/chat-messages", &Value::Array(batch)).ok();
    }
    let query = format!("/chat-messages?room={}", talk.room);
    assert_eq!(talk.alice.list(&query).len(), 1_000);
    assert_eq!(talk.alice.list(&format!("{query}&$limit=5000&$skip=900")).len(), 106);
    let found = talk.alice.list(&format!("{query}&text[$gte]=n&$limit=2000"));
    let distinct: std::collections::BTreeSet<String> = found.iter().map(|message| message["id"].to_string()).collect();
    assert_eq!((found.len(), distinct.len()), (1_000, 1_000));
}
