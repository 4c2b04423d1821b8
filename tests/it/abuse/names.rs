//! Names that would be header lines or paths, if anybody let them.

use crosstalk::domain::MeetingSlug;
use crosstalk::mail::message;
use crosstalk::{ops, store};

use crate::kit::{Answer, TestApp, Wire, request, send};

/// Names with line ends and quotation marks, in what may stand in JSON and in percent signs.
const SPLITTING: &[&str] = &[
    "a\r\nX-Injected: yes",
    "a\nX-Injected: yes",
    "a\rX-Injected: yes",
    "a\r\n\r\n<script>alert(1)</script>",
    "a\"; filename=\"evil.exe",
    "a\u{2028}X-Injected: yes",
    "a\u{85}X-Injected: yes",
    "嘊嘍X-Injected: yes",
    "a\0b",
    "\u{202e}fdp.exe",
];

/// No header that we did not write, and none with something in it that ends a line.
#[track_caller]
fn is_clean(answer: &Answer, what: &str) {
    assert!(!answer.headers.contains_key("x-injected"), "{what}: {:?}", answer.headers);
    for (name, value) in &answer.headers {
        assert!(!value.chars().any(|c| c.is_control() || c == '\u{2028}'), "{what}: {name}: {value:?}");
    }
}

/// One name for a file, whatever stands inside of its quotation marks.
#[track_caller]
fn is_named_once(answer: &Answer, what: &str) {
    let shown = answer.header("content-disposition");
    let bare: String = shown.split('"').step_by(2).collect();
    assert_eq!((bare.matches("filename=").count(), shown.matches('"').count() % 2), (1, 0), "{what:?}: {shown}");
}

#[test]
fn names_split_no_answer() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let (room, key) = (alice.own_room(), app.clickmeeting("office"));
    for name in SPLITTING {
        // A file's name, in each API that sends files back.
        let kept = alice.post_file(&format!("/rooms/{room}/files"), "file", name, b"hello", &[]);
        is_clean(&kept, name);
        // A name that ends its own line is no name in a multipart body.
        if kept.status == 400 {
            assert!(name.contains(['\r', '\n', '\0']), "{name:?}");
            continue;
        }
        let id = kept.ok()["file_id"].clone();
        let link =
            alice.get(&format!("/rooms/{room}/files/{id}?create_download_url=1")).ok()["download_url"].as_str().expect("a link").to_owned();
        let file = send(request("GET", &link));
        assert_eq!(file.status, 200, "{name:?}");
        is_clean(&file, name);
        is_named_once(&file, name);
        let uploaded = key.post_file("/file-library", "uploaded", name, b"hello", &[]);
        is_clean(&uploaded, name);
        let id = uploaded.json()["id"].clone();
        let file = key.get(&format!("/file-library/{id}/download"));
        is_clean(&file, name);
        is_named_once(&file, name);

        // A room's name, where addresses and other headers could be made of it.
        let slug = MeetingSlug::from_name(name);
        assert!(MeetingSlug::parse(slug.as_str()).is_ok(), "{slug:?}");
        let made = key.post("/conferences", &[("name", name), ("room_type", "meeting"), ("permanent_room", "1"), ("access_type", "1")]);
        is_clean(&made, name);
        let moved = request("GET", &format!("{}/{}", app.base, made.json()["room"]["room_pin"]));
        is_clean(&Answer::read(moved.send().expect("an answer")), name);
    }
}

#[test]
fn paths_and_queries_split_no_answer() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let encoded = "%0d%0aX-Injected:%20yes";
    for path in [
        format!("/g/{encoded}"),
        format!("/meet/{encoded}"),
        format!("/meet/{}/{encoded}", room.slug),
        format!("/meet/{}?lang={encoded}", room.slug),
        format!("/{}?l={encoded}", room.pin),
        format!("/quick/{encoded}"),
        format!("/o/{encoded}"),
        format!("/files/1/{encoded}?Account=1&Expires=1&Signature={encoded}"),
        format!("/files/a/{encoded}"),
        format!("/assets/{encoded}"),
        format!("/docs/{encoded}"),
        format!("/admin/files/{encoded}"),
        format!("/v2/{encoded}.xml"),
        format!("/v1/ping.js?callback={encoded}"),
        format!("/panel/pdf/en/1/{encoded}"),
        format!("/embed_conference.html?r={encoded}"),
        format!("/_matrix/client/v3/account/whoami?access_token={encoded}"),
    ] {
        let (lines, bytes) = Wire::open(&app).send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")).whole_answer();
        assert!(!lines.iter().any(|(name, _)| name.eq_ignore_ascii_case("x-injected")), "{path}: {lines:?}");
        assert!(!String::from_utf8_lossy(&bytes).contains("\r\nX-Injected: yes"), "{path}");
    }
}

#[test]
fn no_path_leads_out_of_its_folder() {
    let app = TestApp::start();
    let secret = app.world.dir().join("outside.txt");
    std::fs::write(&secret, "do not show").expect("a file");
    let climbs = [
        "../outside.txt",
        "../../outside.txt",
        "..%2foutside.txt",
        "..%2f..%2foutside.txt",
        "%2e%2e/outside.txt",
        "%2e%2e%2foutside.txt",
        "..%5coutside.txt",
        "..\\outside.txt",
        "....//outside.txt",
        "..;/outside.txt",
        "%252e%252e%252foutside.txt",
        "..%c0%afoutside.txt",
        "%c0%ae%c0%ae/outside.txt",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "//etc/passwd",
        "file:///etc/passwd",
        "..%00/outside.txt",
        "outside.txt%00.png",
        "./././../outside.txt",
        "app.db",
        "../app.db",
    ];
    for folder in [
        "/assets/",
        "/assets/icon/",
        "/admin/files/",
        "/docs/",
        "/docs/viewer/",
        "/files/a/",
        "/files/rec/",
        "/files/1/",
        "/g/",
        "/meet/",
        "/panel/pdf/en/1/",
        "/",
    ] {
        for climb in climbs {
            let asked = format!("GET {folder}{climb} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            let mut wire = Wire::open(&app);
            let (_, bytes) = wire.send(asked).whole_answer();
            let shown = String::from_utf8_lossy(&bytes);
            assert!(
                !shown.contains("do not show") && !shown.contains("root:") && !shown.contains("SQLite format"),
                "{folder}{climb}: {shown}"
            );
        }
    }
    // Names of uploads and backups are names, wherever they point to.
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    for climb in climbs {
        alice.post_file(&format!("/rooms/{room}/files"), "file", climb, b"harmless", &[]).ok();
    }
    assert_eq!(std::fs::read_to_string(&secret).expect("a file"), "do not show");
    let admin = app.admin();
    for climb in ["..%2f..%2fetc", "%2e%2e", ".", "a%2fb", ".partial-x"] {
        let answer = admin.bare("POST", &format!("/backups/{climb}/verification"));
        assert!([400, 404].contains(&answer.status), "{climb}: {} {}", answer.status, answer.text());
    }
}

#[test]
fn what_people_are_called_gets_into_no_head_of_a_letter() {
    let app = TestApp::start();
    let key = app.clickmeeting("office");
    for name in SPLITTING {
        let subject = format!("{name}\r\nBcc: eve@example.com");
        let made =
            key.post("/conferences", &[("name", &*subject), ("room_type", "meeting"), ("permanent_room", "1"), ("access_type", "1")]);
        if made.status >= 400 {
            continue;
        }
        let id = made.json()["room"]["id"].clone();
        key.post(&format!("/conferences/{id}/invitation/email/en"), &[("attendees[0][email]", "ada@example.com")]);
    }
    for address in ["ada@example.com\r\nBcc: eve@example.com", "ada@example.com, eve@example.com", "<ada@example.com> eve@example.com"] {
        let room = key.post("/conferences", &[("name", "Demo"), ("room_type", "meeting"), ("permanent_room", "1"), ("access_type", "1")]);
        let id = room.json()["room"]["id"].clone();
        let invited = key.post(&format!("/conferences/{id}/invitation/email/en"), &[("attendees[0][email]", address)]);
        assert!(invited.status >= 400, "{address:?}: {}", invited.text());
    }
    let mails = app.world.read(|tx| store::mail::list_of_organization(tx, ops::access::organization(tx, Some("office"))?)).expect("mails");
    assert!(mails.len() >= SPLITTING.len() / 2, "{}", mails.len());
    for (mail, _) in mails {
        let built = message(&mail, "Office <office@example.org>", "host.example").expect("a message");
        let text = String::from_utf8_lossy(&built.formatted()).into_owned();
        let head = text.split("\r\n\r\n").next().unwrap_or_default();
        let names: Vec<&str> =
            head.lines().filter(|line| !line.starts_with([' ', '\t'])).filter_map(|line| line.split(':').next()).collect();
        assert!(!names.iter().any(|name| ["Bcc", "X-Injected"].contains(name)), "{head}");
    }
}
