//! ClickMeeting: a key reaches everything of its organization, and nothing else.

use crosstalk::domain::{Dialect, Scopes, SessionId};

use super::{Body, Door, Ids, Key, MARK, Matrix, Verdict, filled, with};
use crate::kit::{Answer, ClickMeeting, Operation, TestApp, number};

const DOOR: Door = Door {
    name: "clickmeeting",
    kinds: &[Dialect::ClickMeeting],
    key: |_, secret| Key { header: "x-api-key", value: secret.to_owned() },
    verdict,
};

fn verdict(answer: &Answer) -> Verdict {
    match answer.status {
        401 => Verdict::Unknown,
        403 => Verdict::Denied,
        404 => Verdict::Missing,
        _ => Verdict::Through,
    }
}

/// A meeting of the first organization with something of everything, marked.
fn meeting(app: &TestApp, office: &ClickMeeting) -> Ids {
    furnished(app, "office", office, MARK)
}

/// A meeting with something of everything, with these words wherever words may stand.
fn furnished(app: &TestApp, organization: &'static str, office: &ClickMeeting, words: &'static str) -> Ids {
    let room = office.create_id(words, &[("registration[enabled]", "1"), ("access_type", "3"), ("lobby_description", words)]);
    let session = app.past_session_in(organization, room, words);
    let recording = app.recording_in(organization, room, words.as_bytes());
    let registrant = [("registration[1]", words), ("registration[2]", "x"), ("registration[3]", "zebra@example.com")];
    office.post(&format!("/conferences/{room}/registration"), &registrant).ok();
    office.post(&format!("/conferences/{room}/tokens"), &[]).ok();
    let file =
        office.upload(&format!("/file-library/conferences/{room}"), &format!("{words}.txt"), words.as_bytes()).ok()["id"].to_string();
    ids(&room.to_string(), &session.to_string(), &recording.to_string(), &file)
}

fn ids(room: &str, session: &str, recording: &str, file: &str) -> Ids {
    let fixed = [("lang", "en"), ("status", "active"), ("country", "pl")];
    let named = [("room_id", room), ("session_id", session), ("recording_id", recording), ("file_id", file)];
    fixed.into_iter().chain(named).map(|(name, id)| (name, id.to_owned())).collect()
}

/// Places of a path whose things belong to somebody.
fn owned_places(operation: &Operation) -> Vec<&'static str> {
    ["room_id", "session_id", "recording_id", "file_id"].into_iter().filter(|place| super::names(operation, place)).collect()
}

fn body(operation: &Operation) -> Body {
    match &*operation.id {
        "post-file" | "post-room-file" => Body::File("uploaded"),
        // What goes with a key has to be asked for.
        "post-invitee-token" => Body::Form(vec![("email", "nobody@".to_owned())]),
        _ => Body::Nothing,
    }
}

#[test]
fn every_route_lets_through_whom_it_should_and_nobody_else() {
    let app = TestApp::start();
    let matrix = Matrix::new(&app, &DOOR);
    let (office, other) = (app.clickmeeting("office"), app.clickmeeting("other"));
    let key = |secret: &str| (DOOR.key)(Dialect::ClickMeeting, secret);
    let scoped = |name: &str| app.token(Dialect::ClickMeeting, None, Scopes::Only(vec![name.to_owned()]), None).1;
    let personal = app.token(Dialect::ClickMeeting, Some("Bob"), Scopes::All, None).1;
    let callers = [("a key", office.token.clone()), ("a person's key", personal), ("reads", scoped("read")), ("writes", scoped("write"))];

    let second = meeting(&app, &office);
    let gone = meeting(&app, &office);
    office.delete(&format!("/file-library/{}", gone["file_id"]), &[]).ok();
    office.delete(&format!("/conferences/{}", gone["room_id"]), &[]).ok();
    let of_other = number(&other.create("Elsewhere", &[])["id"]).to_string();
    let never = ids("1", "1", "1", "1");

    for operation in matrix.operations() {
        let places = owned_places(operation);
        for (who, secret) in &callers {
            let own = meeting(&app, &office);
            let needed = if operation.method == "GET" { "reads" } else { "writes" };
            let is_covered = !["reads", "writes"].contains(who) || *who == needed;
            let verdict = |found| if is_covered { found } else { Verdict::Denied };
            if !places.is_empty() {
                for (what, ids) in [("deleted", &gone), ("never there", &never)] {
                    let answer = matrix.ask(Some(&key(secret)), operation, ids, body(operation));
                    matrix.expect(verdict(Verdict::Missing), &answer, operation, &format!("{who}: {what}"));
                }
            }
            for (place, id) in places.iter().flat_map(|place| [(place, &of_other), (place, &second[place])]) {
                let is_inside = *place != "room_id" && places.contains(&"room_id");
                let is_foreign = *place == "room_id" && *id == of_other;
                if is_inside || is_foreign {
                    let answer = matrix.ask(Some(&key(secret)), operation, &with(&own, place, id), body(operation));
                    matrix.expect(verdict(Verdict::Missing), &answer, operation, &format!("{who}: another one's {place}"));
                }
            }
            let answer = matrix.ask(Some(&key(secret)), operation, &own, body(operation));
            matrix.expect(verdict(Verdict::Through), &answer, operation, &format!("{who}: the own one"));
        }
        let own = meeting(&app, &office);
        let expected = if places.is_empty() { Verdict::Through } else { Verdict::Missing };
        let answer = matrix.ask(Some(&key(&other.token)), operation, &own, body(operation));
        matrix.expect_nothing_of_ours(expected, &answer, operation, "a stranger");
        if !places.is_empty() {
            let nowhere = matrix.ask(Some(&key(&other.token)), operation, &never, body(operation));
            assert_eq!(answer.text(), nowhere.text(), "{}: a stranger can tell what is hidden from what is not there", operation.id);
        }
    }
    matrix.tokens_without_scope();
    matrix.secrets_that_do_not_work();
    assert!(matrix.count() >= 1_100, "{} cases", matrix.count());
}

/// The text of a chat's archive, the body of everything else.
fn unpacked(answer: Answer) -> Answer {
    if answer.header("content-type") != "application/zip" {
        return answer;
    }
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&answer.bytes)).expect("a ZIP");
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut archive.by_name("chat.csv").expect("a member"), &mut bytes).expect("its text");
    Answer { bytes, ..answer }
}

#[test]
fn no_list_format_archive_or_report_shows_one_organization_what_is_anothers() {
    let app = TestApp::start();
    let matrix = Matrix::new(&app, &DOOR);
    let (office, other) = (app.clickmeeting("office"), app.clickmeeting("other"));
    meeting(&app, &office);
    let ids = furnished(&app, "other", &other, "Lion");
    for operation in matrix.operations().filter(|operation| operation.method == "GET") {
        for extension in ["", ".xml", ".js", ".php", ".printr"] {
            let answer = unpacked(other.get(&format!("{}{extension}", filled(operation, &ids))));
            matrix.expect_nothing_of_ours(Verdict::Through, &answer, operation, extension);
        }
    }
    let session = SessionId::new(ids["session_id"].parse().expect("a number"));
    let told = app.world.read(|tx| crosstalk::ops::reports::tell_session(tx, session)).expect("what a report tells");
    let told = format!("{told:?}");
    assert!(told.contains("Lion") && !told.contains(MARK), "{told}");
    assert!(office.get("/conferences").text().contains(MARK), "the mark would show");
}
