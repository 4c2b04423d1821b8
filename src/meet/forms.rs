//! Pieces of the pages of meetings, made on the server so that they stand there before any script runs.

use super::page::safe;
use super::pages::instant;
use super::texts::text;
use crate::config::PhoneGateway;
use crate::domain::{Access, Meeting, MeetingId, Refusal};
use crate::ops::entry::Doorstep;

/// Fields of a registration form by its template. GUESS: 1 asks for name and address, 2 also for a company, 3 for a telephone, too.
fn registration_fields(template: i64) -> &'static [(&'static str, &'static str, &'static str, bool)] {
    const FIELDS: &[(&str, &str, &str, bool)] = &[
        ("first_name", "text", "given-name", true),
        ("last_name", "text", "family-name", false),
        ("email", "email", "email", true),
        ("company", "text", "organization", false),
        ("phone", "tel", "tel", false),
    ];
    match template {
        3 => FIELDS,
        2 => FIELDS.get(..4).unwrap_or(FIELDS),
        _ => FIELDS.get(..3).unwrap_or(FIELDS),
    }
}

fn field(language: &str, name: &str, kind: &str, fill: &str, is_required: bool, value: &str) -> String {
    let label = safe(text(language, &format!("field_{name}")));
    let (required, optional) = match is_required {
        true => (" required", String::new()),
        false => ("", format!(" <span class=\"quiet\">({})</span>", safe(text(language, "optional")))),
    };
    let most = if matches!(kind, "password") { 1_000 } else { 100 };
    format!(
        "<label for=\"{name}\">{label}{optional}</label>\
         <input id=\"{name}\" name=\"{name}\" type=\"{kind}\" autocomplete=\"{fill}\" maxlength=\"{most}\" value=\"{}\"{required}>",
        safe(value)
    )
}

/// The form before the door: it asks for what the room asks for, and for nothing that the link says already.
pub(super) fn entry(language: &str, step: &Doorstep, token: Option<&str>, query: &str) -> String {
    let meeting = &step.meeting;
    let is_registering = step.refusal == Some(Refusal::MustRegister);
    let mut fields = String::new();
    if step.refusal == Some(Refusal::Wrong) {
        fields += &format!("<p class=\"problem\" role=\"alert\">{}</p>", safe(text(language, "bad_link")));
    }
    if is_registering {
        fields += &format!("<p>{}</p>", safe(text(language, "register_text")));
        for (name, kind, fill, is_required) in registration_fields(meeting.registration_template) {
            fields += &field(language, name, kind, fill, *is_required, "");
        }
    } else if let Some(guest) = &step.guest {
        fields += &guest_fields(language, guest.nickname.as_deref());
    } else {
        fields += &field(language, "name", "text", "name", true, "");
        fields += &field(language, "email", "email", "email", false, "");
    }
    if step.guest.is_none() {
        fields += &match meeting.access {
            Access::Open => String::new(),
            Access::Password => field(language, "password", "password", "off", true, ""),
            Access::Token => field(language, "token", "text", "off", true, token.unwrap_or_default()),
        };
    }
    let (action, button) = if is_registering { ("register", "register") } else { ("enter", "enter") };
    let mut carried = if step.refusal == Some(Refusal::Wrong) { String::new() } else { carried(query) };
    if let Some(id) = &step.quick_call {
        carried += &hidden("call", id);
    }
    format!(
        "<form id=\"entry\" method=\"post\" action=\"/_m/{}/{action}\" data-action=\"{action}\"><fieldset disabled>{fields}{carried}\
         <p class=\"problem\" id=\"problem\" role=\"alert\" hidden></p><button>{}</button></fieldset></form>",
        meeting.id,
        safe(text(language, button)),
    )
}

fn guest_fields(language: &str, nickname: Option<&str>) -> String {
    match nickname {
        Some(name) => format!("<p>{} <strong>{}</strong></p>", safe(text(language, "enter_as")), safe(name)),
        None => field(language, "name", "text", "name", true, ""),
    }
}

/// What the link carries goes along with the form.
fn carried(query: &str) -> String {
    let fields = query.split('&').filter_map(|pair| pair.split_once('=')).filter(|(name, _)| matches!(*name, "l" | "r"));
    fields
        .map(|(name, value)| {
            let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
            hidden(name, &value)
        })
        .collect()
}

fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", safe(value))
}

/// Why one can't enter.
pub(super) fn notice(language: &str, title: &str, words: &str) -> String {
    format!(
        "<div class=\"problem\" role=\"status\"><strong>{}</strong><br>{}</div>",
        safe(text(language, title)),
        safe(text(language, words))
    )
}

/// When a meeting takes place, and whether it is going on.
pub(super) fn when(language: &str, meeting: &Meeting, is_running: bool) -> String {
    let running = if is_running { format!("<span class=\"badge\">{}</span> ", safe(text(language, "running"))) } else { String::new() };
    let times = match meeting.schedule {
        Some(schedule) => format!("{} – {}", instant(schedule.starts), instant(schedule.ends)),
        None if meeting.is_closed => String::new(),
        None => safe(text(language, "always_open")),
    };
    format!("{running}{times}")
}

/// The numbers under which people without a computer may call, and the PIN for whoever may know it; nothing where there are none.
pub(super) fn phone(language: &str, numbers: &[PhoneGateway], pin: Option<i64>) -> String {
    if numbers.is_empty() {
        return String::new();
    }
    let lines = numbers.iter().map(|gateway| format!("<li>{} ({})</li>", safe(&gateway.number), safe(&gateway.location)));
    let pin = pin.map(|pin| format!("<p>{}: {pin}</p>", safe(text(language, "phone_pin")))).unwrap_or_default();
    format!("<section class=\"phone\"><h2>{}</h2><ul>{}</ul>{pin}</section>", safe(text(language, "by_phone")), lines.collect::<String>())
}

/// The button of the connection test, and where its results go.
pub(super) fn tester(language: &str) -> String {
    format!(
        "<section class=\"tester\"><button type=\"button\" class=\"quiet\" id=\"test\">{}</button><ul id=\"results\" aria-live=\"polite\"></ul></section>",
        safe(text(language, "test"))
    )
}

/// Why a meeting ended for somebody.
pub(super) fn why(language: &str, why: &str) -> Option<&'static str> {
    let key = match why {
        "host" => "why_host",
        "kicked" => "why_kicked",
        "closed" => "why_closed",
        "empty" => "why_empty",
        "restart" => "why_restart",
        _ => return None,
    };
    Some(text(language, key))
}

/// One to five stars and a comment, without any script.
pub(super) fn rating(language: &str, meeting: MeetingId, pass: &str) -> String {
    let stars: String = (1..=5)
        .map(|stars| {
            let label = safe(text(language, &format!("stars_{stars}")));
            format!("<label class=\"star\"><input type=\"radio\" name=\"rating\" value=\"{stars}\" required><span>{stars}<small>{label}</small></span></label>")
        })
        .collect();
    format!(
        "<form method=\"post\" action=\"/_m/{meeting}/rating\"><fieldset><legend>{}</legend><div class=\"stars\">{stars}</div>\
         <label for=\"comment\">{} <span class=\"quiet\">({})</span></label><textarea id=\"comment\" name=\"comment\" rows=\"3\" maxlength=\"2000\"></textarea>\
         <input type=\"hidden\" name=\"pass\" value=\"{}\"><input type=\"hidden\" name=\"lang\" value=\"{language}\"><button>{}</button></fieldset></form>",
        safe(text(language, "rate_title")),
        safe(text(language, "comment")),
        safe(text(language, "optional")),
        safe(pass),
        safe(text(language, "send")),
    )
}

/// Where the owner wants people to go afterwards: web addresses only.
pub(super) fn thank_you_url(meeting: &Meeting) -> Option<&str> {
    let url = meeting.settings.thank_you_url.as_str();
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    (is_web && url.bytes().all(|byte| byte.is_ascii_graphic())).then_some(url)
}

/// Links onwards.
pub(super) fn next(language: &str, meeting: &Meeting, back: Option<&str>) -> String {
    let mut links = String::new();
    if let Some(url) = thank_you_url(meeting) {
        links += &format!("<a class=\"button\" href=\"{}\">{}</a> ", safe(url), safe(text(language, "go_on")));
    }
    if let Some(back) = back {
        links += &format!("<a href=\"{}\">{}</a>", safe(back), safe(text(language, "come_back")));
    }
    format!("<p class=\"next\">{links}</p>")
}

/// A list of rooms.
pub(super) fn rooms(language: &str, rooms: &[Meeting]) -> String {
    if rooms.is_empty() {
        return format!("<p>{}</p>", safe(text(language, "no_rooms")));
    }
    let items = rooms.iter().map(|room| {
        format!(
            "<li><a href=\"/meet/{}\">{}</a><span class=\"quiet\">{}</span></li>",
            safe(&room.slug),
            safe(&room.name),
            when(language, room, false)
        )
    });
    format!("<ul class=\"rooms\">{}</ul>", items.collect::<String>())
}

/// A script that puts a frame where it stands.
pub(super) fn embedding(url: &str, title: &str, lang: Option<&str>) -> String {
    let lang = lang.and_then(super::texts::known).map(|code| format!("&lang={code}")).unwrap_or_default();
    let literal = |text: &str| {
        serde_json::Value::from(text).to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
    };
    format!(
        "(function () {{\n  var script = document.currentScript, frame = document.createElement('iframe');\n  frame.src = {};\n  frame.title = {};\n  \
         frame.allow = 'camera; microphone; display-capture; fullscreen';\n  frame.style.cssText = 'border:0;width:100%;height:640px';\n  \
         script.parentNode.insertBefore(frame, script);\n}})();\n",
        literal(&format!("{url}{lang}")),
        literal(title),
    )
}
