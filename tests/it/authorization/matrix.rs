//! Matrix: what needs a session is closed to every other secret.

use crosstalk::domain::{Dialect, Scopes};

use super::{Body, Door, Ids, Key, Matrix, Verdict};
use crate::kit::{Answer, TestApp};

const DOOR: Door =
    Door { name: "matrix", kinds: &[], key: |_, secret| Key { header: "authorization", value: format!("Bearer {secret}") }, verdict };

fn verdict(answer: &Answer) -> Verdict {
    if answer.status == 401 { Verdict::Unknown } else { Verdict::Through }
}

/// What anybody may ask: where the server is, what it speaks, and a way in.
const OPEN: [&str; 6] = ["versions", "login", "refresh", "well-known", "discovery", "client"];

#[test]
fn sessions_are_opened_by_nothing_but_their_own_tokens() {
    let app = TestApp::start();
    let matrix = Matrix::new(&app, &DOOR);
    let closed = matrix.operations().filter(|operation| !OPEN.iter().any(|open| operation.id.contains(open)));
    let live = |kind: Dialect| app.token(kind, kind.is_personal().then_some("Alice"), Scopes::All, None).1;
    let mut secrets: Vec<(String, Option<String>)> = vec![("no secret".into(), None), ("an unknown secret".into(), Some("x".repeat(40)))];
    secrets.extend(Dialect::ALL.map(|kind| (format!("a token of {}", kind.name()), Some(live(kind)))));
    for operation in closed {
        for (what, secret) in &secrets {
            let key = secret.as_ref().map(|secret| (DOOR.key)(Dialect::Matrix, secret));
            let answer = matrix.ask(key.as_ref(), operation, &Ids::new(), Body::Nothing);
            matrix.expect(Verdict::Unknown, &answer, operation, what);
        }
    }
    assert!(matrix.count() >= 60, "{} cases", matrix.count());
}
