//! Registrations as the ClickMeeting API shows them.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::domain::civil::Local;
use crate::domain::link::registration_url;
use crate::domain::{Meeting, Registration, SessionId};

/// A registration.
#[derive(Serialize)]
pub(in crate::dialects::clickmeeting) struct RegistrationOut {
    id: i64,
    visitor_nickname: String,
    email: String,
    registration_date: String,
    registration_confirmed: String,
    session_id: Option<i64>,
    fields: FieldsOut,
    url: String,
    r: String,
    http_referer: Option<String>,
    geo: GeoOut,
}

#[derive(Serialize)]
struct GeoOut {
    country: Option<String>,
    city: Option<String>,
}

/// Answers by label.
struct FieldsOut(Vec<(String, String)>);

impl Serialize for FieldsOut {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (label, answer) in &self.0 {
            map.serialize_entry(label, answer)?;
        }
        map.end()
    }
}

/// GUESS: labels of further fields; no vendor's form was ever seen whole.
fn label(number: u32) -> String {
    match number {
        10 => "Company".to_owned(),
        11 => "Phone".to_owned(),
        other => format!("Field {other}"),
    }
}

impl RegistrationOut {
    pub(in crate::dialects::clickmeeting) fn new(registration: Registration, meeting: &Meeting, base: &str, local: &Local) -> Self {
        let nickname = format!("{} {}", registration.first_name, registration.last_name);
        let mut fields = vec![
            ("First Name".to_owned(), registration.first_name),
            ("Last Name".to_owned(), registration.last_name),
            ("Email Address".to_owned(), registration.email.clone()),
        ];
        fields.extend(registration.answers.into_iter().map(|(number, answer)| (label(number), answer)));
        Self {
            id: registration.id.get(),
            visitor_nickname: nickname.trim().to_owned(),
            email: registration.email,
            registration_date: local.iso(registration.registered),
            // QUIRK(clickmeeting): four letters in a text where nothing was confirmed.
            registration_confirmed: registration.confirmed.map_or_else(|| "null".to_owned(), |at| local.iso(at)),
            session_id: registration.session.map(SessionId::get),
            fields: FieldsOut(fields),
            url: registration_url(base, meeting.pin, &registration.hash),
            r: registration.hash,
            http_referer: registration.referer,
            geo: GeoOut { country: None, city: None },
        }
    }
}

/// What signing up answers.
#[derive(Serialize)]
pub(in crate::dialects::clickmeeting) struct RegisteredOut {
    pub(in crate::dialects::clickmeeting) status: &'static str,
    pub(in crate::dialects::clickmeeting) exist: u8,
    pub(in crate::dialects::clickmeeting) url: String,
    pub(in crate::dialects::clickmeeting) r: String,
}
