//! `/rooms/{room_id}/files`, and the signed links that lead to contents

use std::path::Path;

use serde_json::json;

use crate::kit::{Answer, Chatwork, NOW_S, RawAnswer, TestApp, Wire, number, send};

const GET: &str = "You don't have permission to get files in this room";
const UPLOAD: &str = "You don't have permission to upload files in this room";
const CUT: &str = "Invalid request: the body was cut off";
/// Largest file, in bytes.
const MOST: usize = 5 * 1024 * 1024;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

fn all(room: i64) -> String {
    format!("/rooms/{room}/files")
}

fn one(room: i64, file: i64) -> String {
    format!("/rooms/{room}/files/{file}")
}

/// Uploads; gives the id.
#[track_caller]
fn put_file(person: &Chatwork, room: i64, name: &str, content: &[u8]) -> i64 {
    number(&person.upload(room, name, content, None).ok()["file_id"])
}

/// A link that works without a token.
#[track_caller]
fn link(person: &Chatwork, room: i64, file: i64) -> String {
    let shown = person.get(&format!("{}?create_download_url=1", one(room, file))).ok();
    shown["download_url"].as_str().expect("a link").to_owned()
}

/// GET without a token.
fn fetch(url: &str, headers: &[(&str, &str)]) -> Answer {
    let client = reqwest::blocking::Client::new();
    send(headers.iter().fold(client.get(url), |request, (name, value)| request.header(*name, *value)))
}

fn newest_body(reader: &Chatwork, room: i64) -> String {
    let listed = reader.list(&format!("/rooms/{room}/messages?force=1"));
    listed.last().expect("a message")["body"].as_str().expect("a text").to_owned()
}

/// Files below a folder.
fn count_files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.map(|path| if path.is_dir() { count_files(&path) } else { 1 }).sum()
}

/// Contents on the disk, finished or not.
fn contents(app: &TestApp) -> usize {
    count_files(&app.world.dir().join("files"))
}

/// The head of an upload whose body has these framing headers.
fn upload_head(person: &Chatwork, room: i64, framing: &str) -> String {
    format!(
        "POST /v2/rooms/{room}/files HTTP/1.1\r\nHost: localhost\r\nX-ChatWorkToken: {}\r\n\
         Content-Type: multipart/form-data; boundary=XX\r\n{framing}\r\n\r\n",
        person.token
    )
}

/// An upload whose body is written by hand.
fn upload_raw(app: &TestApp, person: &Chatwork, room: i64, body: impl AsRef<[u8]>) -> RawAnswer {
    let body = body.as_ref();
    let head = upload_head(person, room, &format!("Content-Length: {}", body.len()));
    app.raw([head.as_bytes(), body].concat())
}

#[test]
fn answers_have_exactly_the_vendors_bytes() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    app.advance_s(100);
    let uploaded = bob.upload(room, "計画.pdf", b"%PDF-1.7 hello", None);
    let file = number(&uploaded.json()["file_id"]);
    let wire = [uploaded, alice.get(&all(room)), alice.get(&one(room, file))];
    for answer in &wire {
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json; charset=utf-8"));
    }
    let wire = wire.map(|answer| answer.text().replace(&app.base, "http://[host]")).join("\n");
    insta::assert_snapshot!(wire, @r#"
    {"file_id":1000016}
    [{"file_id":1000016,"account":{"account_id":1000006,"name":"Bob","avatar_image_url":"http://[host]/assets/avatar/ico_default_pink.png"},"message_id":"1769817700000000000","filename":"\u8a08\u753b.pdf","filesize":14,"upload_time":1769817700}]
    {"file_id":1000016,"account":{"account_id":1000006,"name":"Bob","avatar_image_url":"http://[host]/assets/avatar/ico_default_pink.png"},"message_id":"1769817700000000000","filename":"\u8a08\u753b.pdf","filesize":14,"upload_time":1769817700}
    "#);
}

#[test]
fn an_upload_is_announced_by_a_message_with_its_words_before_the_box() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let shown = |id: i64, preview: &str, rest: &str| {
        let preview = if preview.is_empty() { String::new() } else { format!("[preview id={id} ht=111]") };
        format!("[info][title][dtext:file_uploaded][/title]{preview}[download:{id}]{rest}[/download][/info]")
    };
    let id = put_file(&alice, room, "empty.txt", b"");
    assert_eq!(newest_body(&bob, room), shown(id, "", "empty.txt (0 B)"));
    let id = put_file(&alice, room, "photo.png", &[PNG, &[0; 3691][..]].concat());
    assert_eq!(newest_body(&bob, room), shown(id, "preview", "photo.png (3.62 KB)"));
    let id = put_file(&alice, room, "fake.png", &[b'x'; 13_752]);
    assert_eq!(newest_body(&bob, room), shown(id, "", "fake.png (13.43 KB)"), "no preview of what is no image");
    for (message, words) in [("see\r\n[info]x[/info]", "see\r\n[info]x[/info]\n"), ("", "")] {
        let id = number(&alice.upload(room, "a.txt", b"a", Some(message)).ok()["file_id"]);
        assert_eq!(newest_body(&bob, room), format!("{words}{}", shown(id, "", "a.txt (1 B)")));
    }
    let room = bob.get(&format!("/rooms/{room}")).ok();
    assert_eq!([&room["unread_num"], &room["message_num"], &room["file_num"]].map(number), [6, 6, 5]);
}

#[test]
fn contents_come_back_byte_by_byte_up_to_five_mebibytes() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let most: Vec<u8> = (0..MOST).map(|number| (number % 251) as u8).collect();
    for content in [&[][..], b"x", b"\r\n--XX--\r\n", &most] {
        let file = put_file(&alice, room, "a.bin", content);
        assert_eq!(number(&alice.get(&one(room, file)).ok()["filesize"]), i64::try_from(content.len()).expect("a size"));
        assert!(fetch(&link(&alice, room, file), &[]).bytes == content, "{} bytes", content.len());
    }
    let before = contents(&app);
    alice.upload(room, "a.bin", &[&most[..], b"x"].concat(), None).fails(400, "Invalid request: at most 5242880 bytes are accepted");
    assert_eq!(contents(&app), before, "nothing is left of what was too large");
    assert_eq!(alice.list(&all(room)).len(), 4);
}

#[test]
fn equal_contents_are_kept_once() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let files = [put_file(&alice, room, "a.txt", b"same"), put_file(&alice, room, "b.txt", b"same")];
    assert_eq!(contents(&app), 1);
    for file in files {
        assert_eq!(fetch(&link(&alice, room, file), &[]).text(), "same");
    }
}

#[test]
fn messages_of_uploads_have_up_to_65535_characters() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let most = "日".repeat(65_535);
    alice.upload(room, "a.txt", b"a", Some(&most)).ok();
    assert!(newest_body(&alice, room).starts_with(&format!("{most}\n[info]")));
    alice.upload(room, "a.txt", b"a", Some(&format!("{most}x"))).fails(400, "Parameter 'message' is invalid");
    assert_eq!(alice.list(&all(room)).len(), 1);
    let bad = "--XX\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\n";
    let file = "\r\n--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\na\r\n--XX--\r\n";
    upload_raw(&app, &alice, room, [bad.as_bytes(), b"\xff\xfe", file.as_bytes()].concat()).fails(400, "Parameter 'message' is invalid");
}

/// Bodies as various clients write them, all with the content `hello`.
#[test]
fn bodies_are_read_in_every_spelling() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let head = |disposition: &str| format!("--XX\r\nContent-Disposition: form-data; {disposition}\r\n\r\nhello\r\n");
    let quoted = head("name=\"file\"; filename=\"a.txt\"");
    let typed = "--XX\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n";
    let field = |name: &str, value: &str| format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let cases = [
        ("quoted, no content type", format!("{quoted}--XX--\r\n"), "a.txt"),
        ("with a content type", format!("{typed}--XX--\r\n"), "a.txt"),
        ("unquoted", format!("{}--XX--\r\n", head("name=file; filename=a.txt")), "a.txt"),
        ("name last", format!("{}--XX--\r\n", head("filename=\"a.txt\"; name=\"file\"")), "a.txt"),
        ("UTF-8 in quotes", format!("{}--XX--\r\n", head("name=\"file\"; filename=\"計画.pdf\"")), "計画.pdf"),
        ("extended", format!("{}--XX--\r\n", head("name=\"file\"; filename*=UTF-8''%E8%A8%88%20x.pdf")), "計 x.pdf"),
        ("both", format!("{}--XX--\r\n", head("name=\"file\"; filename=\"_.pdf\"; filename*=utf-8''%E8%A8%88.pdf")), "計.pdf"),
        ("escaped quotes", format!("{}--XX--\r\n", head("name=\"file\"; filename=\"a \\\"b\\\".txt\"")), "a \"b\".txt"),
        ("no line break at the end", format!("{quoted}--XX--"), "a.txt"),
        ("a blank extra line at the end", format!("{quoted}--XX--\r\n\r\n"), "a.txt"),
        ("an epilogue", format!("{quoted}--XX--\r\nthat was it"), "a.txt"),
        ("a preamble", format!("this is multipart\r\n{quoted}--XX--\r\n"), "a.txt"),
        ("a line break before", format!("\r\n{quoted}--XX--\r\n"), "a.txt"),
        ("extra parts", format!("{}{quoted}{}--XX--\r\n", field("file_name", "other.txt"), field("x", "")), "a.txt"),
        ("an empty message", format!("{}{quoted}--XX--\r\n", field("message", "")), "a.txt"),
        ("a second file", format!("{quoted}{}--XX--\r\n", quoted.replace("hello", "other").replace("a.txt", "b.txt")), "a.txt"),
    ];
    for (what, body, name) in cases {
        let answer = upload_raw(&app, &alice, room, body);
        let file = number(&answer.ok()["file_id"]);
        let shown = alice.get(&one(room, file)).ok();
        assert_eq!((&shown["filename"], &shown["filesize"]), (&json!(name), &json!(5)), "{what}");
        assert_eq!(fetch(&link(&alice, room, file), &[]).text(), "hello", "{what}");
    }
}

#[test]
fn a_chunked_upload_of_unknown_length_is_accepted() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    let mut wire = Wire::open(&app);
    wire.send(upload_head(&alice, room, "Transfer-Encoding: chunked"));
    for piece in ["--XX\r\nContent-Disposition: form-data; na", "me=\"file\"; filename=\"a.txt\"\r\n\r", "\nhel", "lo\r\n-", "-XX--\r\n"] {
        wire.send(chunk(piece));
    }
    let file = number(&wire.send("0\r\n\r\n").answer().ok()["file_id"]);
    assert_eq!(fetch(&link(&alice, room, file), &[]).text(), "hello");
    // Nobody says beforehand how much it will be, so the limit is found byte by byte.
    let upload = |bytes: usize| {
        let large = "y".repeat(bytes);
        let body = format!("--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n{large}\r\n--XX--");
        let mut wire = Wire::open(&app);
        wire.send(upload_head(&alice, room, "Transfer-Encoding: chunked")).send(chunk(&body)).send("0\r\n\r\n").answer()
    };
    upload(MOST).ok();
    let before = contents(&app);
    upload(MOST + 1).fails(400, "Invalid request: at most 5242880 bytes are accepted");
    assert_eq!((contents(&app), alice.list(&all(room)).len()), (before, 2), "nothing is left of what was too large");
}

#[test]
fn requests_without_a_file_say_so() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let missing = "Parameter 'file' is required";
    alice.post(&all(room), &[("message", "x")]).fails(400, missing);
    alice.post(&all(room), &[]).fails(400, missing);
    let part = |disposition: &str| format!("--XX\r\nContent-Disposition: form-data; {disposition}\r\n\r\nhello\r\n--XX--\r\n");
    for body in [part("name=\"message\""), part("name=\"file\""), part("name=\"files\"; filename=\"a\""), "--XX--\r\n".to_owned()] {
        upload_raw(&app, &alice, room, body).fails(400, missing);
    }
    let unreadable = "Invalid request: the multipart body can't be read";
    for body in ["--XX\r\nContent-Disposition: attachment\r\n\r\nx\r\n--XX--", "--XX\r\nno header\r\n\r\nx\r\n--XX--"] {
        upload_raw(&app, &alice, room, body).fails(400, unreadable);
    }
    for body in ["", "hello", "--YY\r\n", "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhello"] {
        upload_raw(&app, &alice, room, body).fails(400, CUT);
    }
    assert_eq!(contents(&app), 0);
    alice.get(&all(room)).no_content();
}

#[test]
fn an_upload_that_breaks_off_leaves_nothing_behind() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let start = "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n";
    let half = "x".repeat(300_000);
    for framing in ["Content-Length: 1000000", "Transfer-Encoding: chunked"] {
        let is_chunked = framing.starts_with('T');
        let body = format!("{start}{half}");
        let body = if is_chunked { format!("{:x}\r\n{body}\r\n", body.len()) } else { body };
        let mut wire = Wire::open(&app);
        wire.send(upload_head(&alice, room, framing)).send(body).end();
        // Either answer is fine for somebody who went away; what counts is that the request is over.
        assert!(wire.is_closed() || wire.answer().status == 400);
        assert_eq!(contents(&app), 0, "{framing}");
    }
    alice.get(&all(room)).no_content();
    let room = alice.get(&format!("/rooms/{room}")).ok();
    assert_eq!((number(&room["file_num"]), number(&room["message_num"])), (0, 1));
}

#[test]
fn names_are_made_harmless() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let long = format!("{}.tar.gz", "あ".repeat(98));
    let cases = [
        ("..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("C:%5Cwindows%5Csystem32%5Ccmd.exe", "cmd.exe"),
        ("a%00b%0D%0Ac%1F.txt", "abc.txt"),
        ("%E2%80%AEgpj.exe", "gpj.exe"),
        ("%2E%2E", "file"),
        ("%2F", "file"),
        ("%20%20", "file"),
        ("a%22%3E%3Cscript%3E.html", "a\"><script>.html"),
        ("%F0%9F%8E%89.txt", "🎉.txt"),
        ("%FF.txt", "\u{fffd}.txt"),
        (&*long.replace('あ', "%E3%81%82"), &*format!("{}.gz", "あ".repeat(84))),
    ];
    for (encoded, clean) in cases {
        let body = format!("--XX\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''{encoded}\r\n\r\nhello\r\n--XX--\r\n");
        let file = number(&upload_raw(&app, &alice, room, body).ok()["file_id"]);
        assert_eq!(alice.get(&one(room, file)).ok()["filename"], json!(clean), "{encoded}");
        assert!(clean.len() <= 255);
        let answer = fetch(&link(&alice, room, file), &[]);
        assert_eq!((answer.status, &*answer.text()), (200, "hello"), "{encoded}");
        assert!(!answer.header("content-disposition").contains(['\r', '\n', '\u{202e}']), "{encoded}");
    }
    let outside: Vec<_> = std::fs::read_dir(app.world.dir()).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert!(outside.iter().all(|name| name != "passwd" && name != "file"), "{outside:?}");
}

#[test]
fn lists_show_the_newest_hundred_first_and_filter_by_uploader() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob, &carol], &[]);
    alice.get(&all(room)).no_content();
    let mut files: Vec<i64> = (0..101).map(|_| put_file(&alice, room, "a", b"a")).collect();
    let of_bob = put_file(&bob, room, "b", b"b");
    files.push(of_bob);
    files.reverse();
    let ids = |query: &str| carol.list(&format!("{}{query}", all(room))).iter().map(|file| number(&file["file_id"])).collect::<Vec<_>>();
    assert_eq!(ids(""), files[..100]);
    assert_eq!(ids("?account_id="), files[..100]);
    assert_eq!(ids(&format!("?account_id={}", alice.id())), files[1..101]);
    assert_eq!(ids(&format!("?account_id={}", bob.id())), [of_bob]);
    for who in [carol.id(), 1] {
        carol.get(&format!("{}?account_id={who}", all(room))).no_content();
    }
    carol.get(&format!("{}?account_id=x", all(room))).fails(400, "Parameter 'account_id' is invalid");
    assert_eq!(number(&carol.get(&format!("/rooms/{room}")).ok()["file_num"]), 102);
}

#[test]
fn a_link_is_made_only_on_demand() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let file = put_file(&alice, room, "a b.txt", b"a");
    let plain = alice.get(&one(room, file)).ok();
    assert_eq!(alice.list(&all(room)), std::slice::from_ref(&plain), "alone as in the list");
    for query in
        ["create_download_url=0", "create_download_url=false", "create_download_url=", "createDownloadUrl=1", "create_download_flag=1"]
    {
        assert_eq!(alice.get(&format!("{}?{query}", one(room, file))).ok(), plain, "{query}");
    }
    for query in ["create_download_url=1", "create_download_url=true"] {
        let mut shown = alice.get(&format!("{}?{query}", one(room, file))).ok();
        let url = shown.as_object_mut().expect("an object").remove("download_url").expect("a link");
        assert_eq!(shown, plain);
        let start =
            format!("{}/files/{file}/a%20b.txt?response-content-disposition=attachment%3Bfilename%2A%3DUTF-8%27%27a%20b.txt&", app.base);
        let url = url.as_str().expect("a text");
        assert!(url.starts_with(&start) && url.contains(&format!("&Expires={}&Signature=", NOW_S + 30)), "{url}");
    }
    alice.get(&format!("{}?create_download_url=2", one(room, file))).fails(400, "Parameter 'create_download_url' is invalid");
}

#[test]
fn a_link_works_without_a_token_for_thirty_seconds() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let file = put_file(&alice, room, "a.txt", b"hello");
    let url = link(&alice, room, file);
    for seconds in [0, 29, 1] {
        app.advance_s(seconds);
        let answer = fetch(&url, &[]);
        assert_eq!((answer.status, &*answer.text()), (200, "hello"));
    }
    app.advance_s(1);
    let answer = fetch(&url, &[]);
    assert_eq!((answer.status, &*answer.text()), (403, "This link has expired or is not valid. Ask for a new one.\n"));
    assert_eq!(fetch(&link(&alice, room, file), &[]).status, 200, "a new one");
}

#[test]
fn a_link_that_was_changed_is_refused() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.own_room();
    let [file, other] = [put_file(&alice, room, "a.txt", b"hello"), put_file(&alice, room, "b.txt", b"secret")];
    let url = link(&alice, room, file);
    let (address, signature) = url.split_once("&Signature=").expect("a signature");
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    let changes = [
        url.replace(&format!("/files/{file}/"), &format!("/files/{other}/")),
        url.replace(&format!("Account={}", alice.id()), &format!("Account={}", bob.id())),
        url.replace(&format!("Expires={}", NOW_S + 30), &format!("Expires={}", NOW_S + 3000)),
        format!("{address}&Signature={flipped}{}", &signature[1..]),
        format!("{address}&Signature={}", &signature[..signature.len() - 1]),
        format!("{address}&Signature="),
        address.to_owned(),
        format!("{}/files/{file}/a.txt", app.base),
        format!("{}/files/x/a.txt?{}", app.base, url.split_once('?').expect("a query").1),
    ];
    for changed in changes {
        assert_ne!(changed, url);
        let answer = fetch(&changed, &[]);
        assert_eq!((answer.status, &*answer.text()), (403, "This link has expired or is not valid. Ask for a new one.\n"), "{changed}");
    }
    let renamed = url.replace("/a.txt?", "/other.txt?");
    assert_eq!(fetch(&renamed, &[]).text(), "hello", "the name in the path is for people");
}

#[test]
fn a_link_dies_with_its_file() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let files = [put_file(&bob, room, "b.txt", b"b"), put_file(&alice, room, "a.txt", b"a")];
    let urls = files.map(|file| link(&alice, room, file));
    bob.delete(&format!("/rooms/{room}"), &[("action_type", "leave")]).no_content();
    let gone = |url: &str| {
        let answer = fetch(url, &[]);
        assert_eq!((answer.status, &*answer.text()), (404, "This file does not exist any more.\n"));
    };
    gone(&urls[0]);
    alice.get(&one(room, files[0])).fails(404, "The file is not found");
    assert_eq!(alice.list(&all(room)).len(), 1);
    assert_eq!(fetch(&urls[1], &[]).text(), "a");
    alice.delete(&format!("/rooms/{room}"), &[("action_type", "delete")]).no_content();
    gone(&urls[1]);
}

#[test]
fn downloads_are_saved_not_shown_and_can_do_nothing() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let html = b"<!doctype html><html><script>alert(1)</script>";
    let svg = b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>";
    // Its name stands where a name of another format could stand, in the first 256 bytes.
    let webm = [&b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm"[..], &[0; 300]].concat();
    let shown: [(&str, &[u8], &str); 12] = [
        ("photo.png", PNG, "image/png"),
        ("photo.txt", PNG, "image/png"),
        ("photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image/jpeg"),
        ("moving.gif", b"GIF89a\x01\0\x01\0", "image/gif"),
        ("small.webp", b"RIFF\x04\0\0\0WEBPVP8 ", "image/webp"),
        ("song.mp3", b"ID3\x04\0\0\0\0\0\0", "audio/mpeg"),
        ("song.ogg", b"OggS\0\x02\0\0\0\0", "audio/ogg"),
        ("clip.mp4", b"\0\0\0\x18ftypisom\0\0\x02\0isommp42", "video/mp4"),
        ("clip.webm", &webm, "video/webm"),
        ("clip of no name", &webm, "video/webm"),
        ("no image.png", b"just words", "text/plain"),
        ("notes", "日本".as_bytes(), "text/plain"),
    ];
    let saved: [(&str, &[u8], &str); 10] = [
        ("script.png", b"<script>alert(1)</script>", "text/html"),
        ("holiday.jpg", html, "text/html"),
        ("song.mp3", html, "text/html"),
        ("clip.webm", html, "text/html"),
        ("page.html", html, "text/html"),
        ("計画.pdf", b"%PDF-1.7", "application/pdf"),
        ("drawing.svg", svg, "text/xml"),
        ("drawing.webp", svg, "text/xml"),
        ("unknown", b"\0\x01\x02", "application/octet-stream"),
        ("empty", b"", "application/octet-stream"),
    ];
    let as_shown = shown.into_iter().map(|case| (case, "inline"));
    for ((name, content, media_type), kind) in as_shown.chain(saved.into_iter().map(|case| (case, "attachment"))) {
        let url = link(&alice, room, put_file(&alice, room, name, content));
        let (bare, query) = url.split_once("response-content-disposition").expect("a query");
        let unasked = format!("{bare}{}", query.split_once('&').expect("more").1);
        let answer = fetch(&url, &[]);
        let names = |kind: &str| {
            let plain: String = name.chars().map(|c| if c.is_ascii_graphic() { c } else { '_' }).collect();
            let full = url.split_once("UTF-8%27%27").and_then(|(_, rest)| rest.split_once('&')).expect("a name").0;
            format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{full}")
        };
        assert_eq!(answer.header("content-disposition"), names("attachment"), "{name}");
        assert_eq!(answer.header("content-type").split(';').next(), Some(media_type), "{name}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(answer.header("cache-control"), "private, max-age=0");
        let opened = fetch(&unasked, &[]);
        assert_eq!(opened.header("content-disposition"), names(kind), "{name}, opened by hand");
        assert_eq!(opened.header("content-type"), answer.header("content-type"), "{name}");
    }
}

#[test]
fn downloads_come_in_ranges_and_only_when_they_changed() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let small = link(&alice, room, put_file(&alice, room, "a.txt", b"0123456789"));
    let large_content: Vec<u8> = (0..3_000_000).map(|number| (number % 253) as u8).collect();
    let large = link(&alice, room, put_file(&alice, room, "b.bin", &large_content));
    for (range, expected, shown) in [
        ("bytes=0-3", "0123", "bytes 0-3/10"),
        ("bytes=4-", "456789", "bytes 4-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=9-100", "9", "bytes 9-9/10"),
    ] {
        let answer = fetch(&small, &[("range", range)]);
        assert_eq!((answer.status, &*answer.text(), answer.header("content-range")), (206, expected, shown), "{range}");
    }
    let answer = fetch(&large, &[("range", "bytes=1999999-2000002")]);
    assert_eq!((answer.status, &answer.bytes[..]), (206, &large_content[1_999_999..2_000_003]));
    let answer = fetch(&small, &[("range", "bytes=10-")]);
    assert_eq!((answer.status, answer.header("content-range")), (416, "bytes */10"));

    let mut wire = Wire::open(&app);
    wire.send(format!("HEAD {} HTTP/1.1\r\nHost: localhost\r\n\r\n", &small[app.base.len()..]));
    let head = wire.bodiless_answer();
    assert_eq!((head.status, head.header("content-length")), (200, "10"));
    let whole = fetch(&small, &[]);
    assert_eq!((whole.status, whole.header("accept-ranges")), (200, "bytes"));
    let (etag, modified) = (whole.header("etag"), whole.header("last-modified"));
    for (name, value, status) in [
        ("if-none-match", etag, 304),
        ("if-none-match", "*", 304),
        ("if-none-match", "\"other\"", 200),
        ("if-modified-since", modified, 304),
        ("if-modified-since", "Sat, 01 Jan 2000 00:00:00 GMT", 200),
    ] {
        let answer = fetch(&small, &[(name, value)]);
        assert_eq!((answer.status, answer.bytes.is_empty()), (status, status == 304), "{name}: {value}");
    }
}

#[test]
fn each_role_may_do_what_it_may() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let stranger = app.add_person("office", "Dave");
    let room = alice.create_room("Launch", &[&bob], &[&carol]);
    for person in [&alice, &bob] {
        put_file(person, room, "a.txt", b"a");
    }
    let file = put_file(&alice, room, "b.txt", b"b");
    carol.upload(room, "c.txt", b"c", None).fails(403, UPLOAD);
    assert_eq!(carol.list(&all(room)).len(), 3);
    assert_eq!(fetch(&link(&carol, room, file), &[]).text(), "b");

    let before = contents(&app);
    for room in [room, 1] {
        stranger.upload(room, "d.txt", b"nothing that was here before", None).fails(403, UPLOAD);
        stranger.post(&all(room), &[]).fails(403, UPLOAD);
        stranger.get(&format!("{}?account_id=x", all(room))).fails(403, GET);
        stranger.get(&format!("{}?create_download_url=1", one(room, file))).fails(403, GET);
    }
    assert_eq!(contents(&app), before);
    assert_eq!(number(&alice.get(&format!("/rooms/{room}")).ok()["file_num"]), 3);
}

#[test]
fn a_stranger_is_refused_before_the_body_is_sent() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[], &[]);
    let mut wire = Wire::open(&app);
    wire.send(upload_head(&bob, room, "Content-Length: 5000000"));
    wire.answer().fails(403, UPLOAD);
}

#[test]
fn files_that_are_not_in_the_room_are_not_found() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.create_room("Launch", &[], &[]);
    let elsewhere = put_file(&alice, alice.own_room(), "a", b"a").to_string();
    for id in ["1", "0", "99999999999999999999", &elsewhere] {
        for query in ["", "?create_download_url=1", "?create_download_url=x"] {
            alice.get(&format!("/rooms/{room}/files/{id}{query}")).fails(404, "The file is not found");
        }
    }
}
