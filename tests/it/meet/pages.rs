//! The pages, as a browser without scripts gets them.

use crosstalk::config::PhoneGateway;
use crosstalk::domain::{Access, SettingsPatch, Switch};
use serde_json::Value;

use crate::kit::{Answer, TestApp, TestOptions, Visitor, schedule};

fn has(answer: &Answer, words: &str) -> bool {
    answer.text().contains(words)
}

#[test]
fn the_page_asks_for_what_the_room_asks_for() {
    let app = TestApp::start();
    let open = app.meeting(|_| {});
    let password = app.meeting(|meeting| (meeting.access, meeting.password) = (Access::Password, Some("tulip-9".into())));
    let token = app.meeting(|meeting| meeting.access = Access::Token);
    let registered = app.meeting(|meeting| (meeting.has_registration, meeting.registration_template) = (true, 2));
    let mut browser = Visitor::new(&app);
    let page = browser.get(&format!("/meet/{}", open.slug));
    assert!(page.status == 200 && has(&page, "name=\"name\"") && !has(&page, "name=\"password\"") && !has(&page, "name=\"token\""));
    let page = browser.get(&format!("/meet/{}", password.slug));
    assert!(has(&page, "name=\"password\"") && !has(&page, "tulip-9"));
    let page = browser.get(&format!("/meet/{}/K7D4QP", token.slug));
    assert!(has(&page, "name=\"token\"") && has(&page, "value=\"K7D4QP\""));
    let page = browser.get(&format!("/meet/{}", registered.pin));
    assert!(has(&page, "name=\"first_name\"") && has(&page, "name=\"company\"") && !has(&page, "name=\"phone\""));
    let page = browser.get(&format!("/meet/{}?l={}", password.slug, app.owner_link(&password)));
    assert!(has(&page, "name=\"l\"") && !has(&page, "name=\"password\""));
    let page = browser.get(&format!("/meet/{}?l=nonsense", password.slug));
    assert!(has(&page, "This link is not valid") && has(&page, "name=\"password\"") && !has(&page, "name=\"l\""));
}

#[test]
fn a_page_names_telephone_numbers_where_the_room_has_that_setting_and_the_pin_to_whom_the_door_is_open() {
    let mut options = TestOptions::default();
    options.config.clickmeeting.phone_gateways = PhoneGateway::parse("PL; <Gdańsk>; +48 58 000 00 00; 54.35; 18.64").into_iter().collect();
    let app = TestApp::with(options);
    let office = app.clickmeeting("office");
    let with_phone = |access: &[(&str, &str)]| office.create("Room", &[&[("settings[phonegateway_enabled]", "1")], access].concat());
    let (open, locked) = (with_phone(&[]), with_phone(&[("access_type", "2"), ("password", "tulip-9")]));
    let page = |room: &Value, query: &str| Visitor::new(&app).get(&format!("/meet/{}{query}", room["name_url"].as_str().expect("a slug")));
    let has_pin = |page: &Answer, room: &Value, whose: &str| has(page, &room[format!("phone_{whose}_pin")].to_string());

    let opened = page(&open, "?lang=pl");
    assert!(has(&opened, "Telefonicznie") && has(&opened, "+48 58 000 00 00 (&lt;Gdańsk&gt;)"), "{}", opened.text());
    assert!(has_pin(&opened, &open, "listener") && !has_pin(&opened, &open, "presenter"));
    let outside = page(&locked, "");
    assert!(has(&outside, "+48 58 000 00 00") && !has_pin(&outside, &locked, "listener"), "a PIN would be a way around the password");
    let owner = page(&locked, &format!("?l={}", locked["autologin_hash"].as_str().expect("a hash")));
    assert!(has_pin(&owner, &locked, "presenter"));
    assert!(!has(&page(&office.create("Room", &[]), ""), "+48 58"));
}

#[test]
fn a_page_says_why_nobody_can_enter() {
    let app = TestApp::start();
    let closed = app.meeting(|meeting| meeting.is_closed = true);
    let over = app.meeting(|meeting| meeting.schedule = schedule(-7200, -3600));
    let mut browser = Visitor::new(&app);
    let page = browser.get(&format!("/meet/{}", closed.slug));
    assert!(page.status == 403 && has(&page, "not active") && !has(&page, "<form id=\"entry\""));
    let page = browser.get(&format!("/meet/{}", over.slug));
    assert!(page.status == 410 && has(&page, "is over"));
    let page = browser.get("/meet/nowhere");
    assert!(page.status == 404 && has(&page, "leads nowhere"));
}

#[test]
fn pages_speak_the_readers_language() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let path = format!("/meet/{}", room.slug);
    let browser = Visitor::new(&app);
    for (spoken, words) in
        [("pl-PL,pl;q=0.9", "Wejdź do pokoju"), ("ja", "入室する"), ("fr, vi;q=0.5", "Vào phòng"), ("fr", "Enter the room")]
    {
        assert!(has(&browser.get_with(&path, &[("Accept-Language", spoken)]), words), "{spoken}");
    }
    assert!(has(&browser.get_with(&format!("{path}?lang=pl"), &[("Accept-Language", "ja")]), "Wejdź"));
}

#[test]
fn looking_changes_nothing_but_a_new_browsers_cookie() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let mut browser = Visitor::new(&app);
    let first = browser.get(&format!("/meet/{}", room.slug));
    let cookie = first.header("set-cookie").to_owned();
    assert!(cookie.contains("; Path=/; HttpOnly; SameSite=Lax") && !cookie.contains("Secure"), "{cookie}");
    assert_eq!(browser.get(&format!("/meet/{}", room.slug)).header("set-cookie"), "", "a known browser keeps its own");
    let policy = first.header("content-security-policy");
    assert!(policy.contains("script-src 'self'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
    let page = first.text();
    assert!(!page.contains("style=") && !page.contains(" onclick") && !page.contains("://cdn"), "{page}");
    for part in page.split("<script").skip(1) {
        assert!(part.starts_with(" type=\"module\" src=\"/assets/") || part.starts_with(" type=\"application/json\""), "{part}");
    }
}

#[test]
fn nine_digits_lead_to_the_room_and_may_be_framed_where_they_are_embedded() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let mut browser = Visitor::new(&app);
    let there = browser.get(&format!("/{}?popup=off&lang=pl", room.pin));
    assert_eq!((there.status, there.header("location")), (302, format!("/meet/{}?popup=off&lang=pl", room.pin).as_str()));
    let framed = browser.get(&format!("/meet/{}?popup=off&lang=pl", room.pin));
    assert!(framed.header("content-security-policy").contains("frame-ancestors *"));
    for path in [format!("/meet/{}", room.pin), format!("/meet/{}?popup=off", room.slug)] {
        assert!(browser.get(&path).header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
    }
}

#[test]
fn an_embedding_script_puts_in_a_frame() {
    let app = TestApp::start();
    let room = app.meeting(|meeting| meeting.name = "</script>\"x".into());
    let office = app.in_store(|tx| crosstalk::store::organizations::find_by_slug(tx, "office")).expect("an office").id.to_string();
    let mut browser = Visitor::new(&app);
    let script = browser.get(&format!("/embed_conference.html?r=1{}{office}{}&lang=pl", office.len(), room.id));
    assert_eq!(script.header("content-type"), "application/javascript; charset=utf-8");
    let text = script.text();
    assert!(text.contains(&format!("{}/{}?popup=off&lang=pl\"", app.base, room.pin)) && !text.contains("</script>"), "{text}");
    assert!(browser.get("/embed_conference.html?r=17100000199999").text().contains("no such room"));
}

#[test]
fn an_organization_shows_its_active_rooms_with_the_switch_on() {
    let app = TestApp::start();
    app.meeting(|meeting| meeting.name = "Shown".into());
    app.meeting(|meeting| {
        meeting.name = "Hidden".into();
        meeting.settings.apply(&SettingsPatch { switches: vec![(Switch::PersonalPage, false)], ..SettingsPatch::default() });
    });
    app.meeting(|meeting| (meeting.name, meeting.is_closed) = ("Closed".into(), true));
    let mut browser = Visitor::new(&app);
    let page = browser.get("/o/office");
    assert!(has(&page, "Shown") && !has(&page, "Hidden") && !has(&page, "Closed"));
    assert_eq!(browser.get("/o/nobody").status, 404);
    assert_eq!(browser.get("/meet").header("location"), "/", "there are two organizations");
}

#[test]
fn the_connection_test_is_offered_where_it_is_switched_on() {
    let app = TestApp::start();
    let with = app.meeting(|meeting| {
        meeting.settings.apply(&SettingsPatch { switches: vec![(Switch::ConnectionTester, true)], ..SettingsPatch::default() });
    });
    let without = app.meeting(|_| {});
    let mut browser = Visitor::new(&app);
    assert!(has(&browser.get(&format!("/meet/{}", with.slug)), "id=\"test\""));
    assert!(!has(&browser.get(&format!("/meet/{}", without.slug)), "id=\"test\""));
    assert!(browser.get("/_m/check").ok()["now"].is_i64());
}

#[test]
fn who_has_left_may_rate_and_is_sent_on() {
    let app = TestApp::start();
    let room = app.meeting(|meeting| meeting.settings.thank_you_url = "https://x.example/bye".into());
    let script = app.meeting(|meeting| meeting.settings.thank_you_url = "javascript:alert(1)".into());
    let mut browser = Visitor::new(&app);
    let pass = browser.join(&room, &[("name", "Ada")]).first["rating"].as_str().expect("a pass").to_owned();
    let page = browser.get(&format!("/_m/{}/bye?pass={pass}", room.id));
    assert!(page.status == 200 && has(&page, "name=\"rating\"") && has(&page, "href=\"https://x.example/bye\""));
    let thanks = browser.post(&format!("/_m/{}/rating", room.id), &[("pass", &pass), ("rating", "4")]);
    assert_eq!(thanks.header("refresh"), "4; url=https://x.example/bye");
    let page = browser.get(&format!("/_m/{}/bye?why=kicked&pass=forged", room.id));
    assert!(has(&page, "sent out") && !has(&page, "name=\"rating\"") && !has(&page, "href=\"/meet/"));
    assert!(!has(&browser.get(&format!("/_m/{}/bye", script.id)), "javascript:"));
}
