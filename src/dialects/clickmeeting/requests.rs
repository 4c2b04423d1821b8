//! What requests of the ClickMeeting API ask for: parameters into domain types. Nothing here decides anything.

use super::skins;
use super::wire::kind_named;
use crate::domain::civil::parse_duration;
use crate::domain::{
    Access, Address, AttendeeRole, Email, Error, Language, MeetingKind, MeetingName, MeetingPatch, MeetingSlug, MeetingStatus, NewMeeting,
    NewRegistration, RegistrationStatus, SettingsPatch, Start, Switch, TimeZone,
};
use crate::ops::inviting::Invite;
use crate::ops::library::KeepFile;
use crate::ops::room_keys::NewAutologin;
use crate::web::upload::Upload;
use crate::web::{Node, Reader, Tree};

/// Longest text that people wait with, in bytes. GUESS: the vendor names 160 and shows more.
const LOBBY_BYTES: usize = 64 * 1024;
/// Longest of all other texts, in characters.
const TEXT_CHARS: usize = 255;
/// Longest address of a page.
const URL_CHARS: usize = 2_000;
/// Most people in one invitation, and tokens in one request.
const MOST_AT_ONCE: usize = 1_000;
/// Most further fields of a registration.
const MOST_ANSWERS: usize = 50;
const ANSWER_CHARS: usize = 1_000;

/// The page of a list, from 1.
pub(super) fn page(tree: &Tree) -> i64 {
    tree.reader().leading_number("page").unwrap_or(1)
}

/// `POST /conferences`.
pub(super) fn new_meeting(tree: &Tree) -> Result<NewMeeting, Error> {
    let mut reader = tree.reader();
    let name = reader.required_as("name", MeetingName::parse);
    let kind = reader.required_as("room_type", parse_kind);
    let is_permanent = required_flag(&mut reader, "permanent_room");
    let access = reader.required_as("access_type", parse_access);
    let rest = patch(&mut reader);
    if access == Some(Access::Password) && rest.password.is_none() {
        reader.problem("password", "a room of access type 2 needs a password");
    }
    reader.finish()?;
    let missing = || Error::Missing("name");
    Ok(NewMeeting {
        name: name.ok_or_else(missing)?,
        kind: kind.ok_or_else(missing)?,
        is_permanent: is_permanent.ok_or_else(missing)?,
        access: access.ok_or_else(missing)?,
        rest,
    })
}

fn required_flag(reader: &mut Reader<'_>, path: &str) -> Option<bool> {
    reader.required(path)?;
    reader.flag(path)
}

/// `PUT /conferences/{room_id}`.
pub(super) fn meeting_patch(tree: &Tree) -> Result<MeetingPatch, Error> {
    let mut reader = tree.reader();
    let patch = MeetingPatch {
        name: reader.parsed("name", MeetingName::parse),
        kind: reader.parsed("room_type", parse_kind),
        is_permanent: reader.flag("permanent_room"),
        access: reader.parsed("access_type", parse_access),
        ..patch(&mut reader)
    };
    reader.finish()?;
    Ok(patch)
}

/// What making and editing have in common.
fn patch(reader: &mut Reader<'_>) -> MeetingPatch {
    MeetingPatch {
        slug: reader.parsed("custom_room_url_name", MeetingSlug::parse),
        starts: reader.parsed("starts_at", Start::parse),
        duration_ms: reader.parsed("duration", parse_duration),
        zone: reader.parsed("timezone", TimeZone::parse),
        password: short(reader, "password"),
        has_lobby: reader.flag("lobby_enabled"),
        lobby_text: lobby_text(reader),
        has_registration: reader.flag("registration[enabled]"),
        registration_template: reader.number("registration[template]", 1, 3),
        skin: reader.parsed("skin_id", skins::parse),
        status: reader.parsed("status", parse_status),
        settings: settings(reader),
        ..MeetingPatch::default()
    }
}

const SWITCHES: [(&str, Switch); 8] = [
    ("settings[show_on_personal_page]", Switch::PersonalPage),
    ("settings[thank_you_emails_enabled]", Switch::ThankYouMail),
    ("settings[connection_tester_enabled]", Switch::ConnectionTester),
    ("settings[phonegateway_enabled]", Switch::PhoneGateway),
    ("settings[recorder_autostart_enabled]", Switch::RecorderAutostart),
    ("settings[room_invite_button_enabled]", Switch::Invite),
    ("settings[social_media_sharing_enabled]", Switch::Sharing),
    ("settings[connection_status_enabled]", Switch::ConnectionStatus),
];

fn settings(reader: &mut Reader<'_>) -> SettingsPatch {
    SettingsPatch {
        switches: SWITCHES.into_iter().filter_map(|(path, switch)| Some((switch, reader.flag(path)?))).collect(),
        thank_you_url: thank_you_url(reader),
        is_encrypted: reader.flag("settings[encryption_enabled]"),
    }
}

/// GUESS: here an empty value counts: there is no other way to take the text away.
fn lobby_text(reader: &mut Reader<'_>) -> Option<String> {
    const PATH: &str = "lobby_description";
    if reader.is_empty(PATH) {
        return Some(String::new());
    }
    reader.parsed(PATH, |text| match text.len() {
        0..=LOBBY_BYTES => Ok(text.to_owned()),
        _ => Err(Error::Invalid("", "use at most 65,536 bytes")),
    })
}

/// GUESS: here an empty value counts: it brings the built-in page back.
fn thank_you_url(reader: &mut Reader<'_>) -> Option<String> {
    const PATH: &str = "settings[thank_you_page_url]";
    if reader.is_empty(PATH) {
        return Some(String::new());
    }
    reader.parsed(PATH, |text| {
        let is_web = text.starts_with("https://") || text.starts_with("http://");
        let is_plain = text.chars().count() <= URL_CHARS && !text.chars().any(|c| c.is_control() || c == ' ');
        if is_web && is_plain {
            Ok(text.to_owned())
        } else {
            Err(Error::Invalid("", "use an address that starts with http:// or https://"))
        }
    })
}

fn parse_kind(text: &str) -> Result<MeetingKind, Error> {
    kind_named(text).ok_or(Error::Invalid("room_type", "use meeting or webinar"))
}

fn parse_access(text: &str) -> Result<Access, Error> {
    match text.trim() {
        "1" => Ok(Access::Open),
        "2" => Ok(Access::Password),
        "3" => Ok(Access::Token),
        _ => Err(Error::Invalid("access_type", "use 1 (open), 2 (password) or 3 (token)")),
    }
}

/// `active` or `inactive`, in any case.
pub(super) fn parse_status(text: &str) -> Result<MeetingStatus, Error> {
    match text.to_ascii_lowercase().as_str() {
        "active" => Ok(MeetingStatus::Active),
        "inactive" => Ok(MeetingStatus::Inactive),
        _ => Err(Error::Invalid("status", "use active or inactive")),
    }
}

/// `all` or `active`, in any case.
pub(super) fn parse_registration_status(text: &str) -> Option<RegistrationStatus> {
    match text.to_ascii_lowercase().as_str() {
        "all" => Some(RegistrationStatus::All),
        "active" => Some(RegistrationStatus::Active),
        _ => None,
    }
}

/// A text of one line.
fn short(reader: &mut Reader<'_>, path: &str) -> Option<String> {
    reader.parsed(path, parse_short)
}

fn required_short(reader: &mut Reader<'_>, path: &str) -> Option<String> {
    reader.required_as(path, parse_short)
}

fn parse_short(text: &str) -> Result<String, Error> {
    let clean: String = text.chars().filter(|c| !c.is_control()).collect();
    match clean.chars().count() {
        0 => Err(Error::Missing("")),
        1..=TEXT_CHARS => Ok(clean),
        _ => Err(Error::Invalid("", "use at most 255 characters")),
    }
}

/// `POST …/tokens`.
pub(super) fn how_many(tree: &Tree) -> Result<i64, Error> {
    let mut reader = tree.reader();
    // GUESS: one token when nobody says how many.
    let how_many = reader.number("how_many", 1, MOST_AT_ONCE as i64).unwrap_or(1);
    reader.finish().map(|()| how_many)
}

/// `DELETE …/tokens`.
pub(super) fn tokens(tree: &Tree) -> Result<Vec<String>, Error> {
    let mut reader = tree.reader();
    let tokens: Vec<String> = reader.list("tokens").into_iter().filter_map(Node::text).map(str::to_owned).collect();
    if tokens.is_empty() {
        reader.problem("tokens", "name at least one token");
    }
    reader.finish().map(|()| tokens)
}

/// `POST …/token`.
pub(super) fn invitee(tree: &Tree) -> Result<Email, Error> {
    let mut reader = tree.reader();
    let email = reader.required_as("email", Email::parse);
    reader.finish()?;
    email.ok_or(Error::Missing("email"))
}

/// `POST …/room/autologin_hash`.
pub(super) fn new_autologin(tree: &Tree) -> Result<NewAutologin, Error> {
    let mut reader = tree.reader();
    let email = reader.required_as("email", Email::parse);
    let nickname = required_short(&mut reader, "nickname");
    let role = reader.required_as("role", |word| AttendeeRole::named(word).ok_or(Error::Invalid("", "use listener, presenter or host")));
    let (password, token) = (short(&mut reader, "password"), short(&mut reader, "token"));
    reader.finish()?;
    let missing = || Error::Missing("email");
    Ok(NewAutologin {
        email: email.ok_or_else(missing)?,
        nickname: nickname.ok_or_else(missing)?,
        role: role.ok_or_else(missing)?,
        password,
        token,
    })
}

/// `POST …/invitation/email/{lang}`.
pub(super) fn invitation(tree: &Tree, lang: &str) -> Result<Invite, Error> {
    let mut reader = tree.reader();
    let role = reader.parsed("role", parse_invited_role).unwrap_or(AttendeeRole::Listener);
    let template = reader.parsed("template", |word| match word {
        "advanced" => Ok(true),
        "basic" => Ok(false),
        _ => Err(Error::Invalid("", "use advanced or basic")),
    });
    let entries = reader.entries("attendees");
    if entries.is_empty() || entries.len() > MOST_AT_ONCE {
        reader.problem("attendees", "name 1 to 1,000 people, each with an e-mail address");
    }
    let mut attendees = Vec::new();
    for (place, node) in entries.into_iter().take(MOST_AT_ONCE) {
        let path = format!("attendees[{place}][email]");
        let address = node.text().or_else(|| node.member("email").and_then(Node::text)).unwrap_or_default();
        let email = reader.take(&path, Email::parse(address));
        let own_role = node.member("role").and_then(Node::text).map(parse_invited_role);
        let own_role = own_role.map_or(Some(role), |own| reader.take(&format!("attendees[{place}][role]"), own));
        attendees.extend(email.zip(own_role));
    }
    reader.finish()?;
    Ok(Invite { people: attendees, is_advanced: template.unwrap_or(true), language: Language::of_mail(lang) })
}

fn parse_invited_role(word: &str) -> Result<AttendeeRole, Error> {
    let role = AttendeeRole::named(word).filter(|role| *role != AttendeeRole::Host);
    role.ok_or(Error::Invalid("", "use listener or presenter"))
}

/// A registration, and in which language it is to be confirmed by mail, if at all.
pub(super) fn new_registration(tree: &Tree, referer: Option<&str>) -> Result<(NewRegistration, Option<Language>), Error> {
    let mut reader = tree.reader();
    let first_name = required_short(&mut reader, "registration[1]");
    let last_name = short(&mut reader, "registration[2]").unwrap_or_default();
    let email = reader.required_as("registration[3]", Email::parse);
    let answers = answers(&mut reader);
    let is_confirmed = reader.flag("confirmation_email[enabled]").unwrap_or(false);
    let language = Language::of_mail(reader.text("confirmation_email[lang]").unwrap_or("en"));
    reader.finish()?;
    let missing = || Error::Missing("registration[3]");
    let referer = referer.map(|page| page.chars().take(URL_CHARS).collect());
    let confirmed_in = is_confirmed.then_some(language);
    let new = NewRegistration {
        email: email.ok_or_else(missing)?,
        first_name: first_name.ok_or_else(missing)?,
        last_name,
        answers,
        referer,
        language: confirmed_in,
    };
    Ok((new, confirmed_in))
}

/// Answers to the fields beyond the first three. A field has one spelling, so none is answered twice: `010` and `+10` are not 10.
fn answers(reader: &mut Reader<'_>) -> Vec<(u32, String)> {
    let field = |key: &str| key.parse::<u32>().ok().filter(|number| *number > 3 && number.to_string() == key);
    let numbered = |(key, node): (&str, &Node)| Some((field(key)?, node.text()?.to_owned()));
    let answers: Vec<(u32, String)> = reader.entries("registration").into_iter().filter_map(numbered).collect();
    if answers.len() > MOST_ANSWERS || answers.iter().any(|(_, answer)| answer.chars().count() > ANSWER_CHARS) {
        reader.problem("registration", "use at most 50 further fields of at most 1,000 characters");
    }
    answers
}

/// `POST /contacts`.
pub(super) fn address(tree: &Tree) -> Result<Address, Error> {
    let mut reader = tree.reader();
    let email = reader.required_as("email", Email::parse);
    let (first_name, last_name) = (required_short(&mut reader, "firstname"), required_short(&mut reader, "lastname"));
    let phone = short(&mut reader, "phone").unwrap_or_default();
    let company = short(&mut reader, "company").unwrap_or_default();
    let country = reader.parsed("country", |code| {
        let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
        if is_code { Ok(code.to_ascii_uppercase()) } else { Err(Error::Invalid("", "use the two letters of ISO 3166")) }
    });
    reader.finish()?;
    let missing = || Error::Missing("email");
    Ok(Address {
        email: email.ok_or_else(missing)?,
        first_name: first_name.ok_or_else(missing)?,
        last_name: last_name.ok_or_else(missing)?,
        phone,
        company,
        country: country.unwrap_or_default(),
    })
}

/// A file for the library.
pub(super) fn file(upload: Upload) -> Result<KeepFile, Error> {
    let file = upload.file.ok_or(Error::Missing("uploaded"))?;
    Ok(KeepFile { media_type: file.media_type(), name: file.name, bytes: file.content.bytes, hash: file.content.hash })
}

/// `POST /conference/availability`: whether the question makes sense.
pub(super) fn check_slot(tree: &Tree) -> Result<(), Error> {
    let mut reader = tree.reader();
    reader.parsed("start_time", Start::parse);
    reader.parsed("duration", parse_duration);
    reader.number("id", 0, i64::MAX);
    reader.finish()
}
