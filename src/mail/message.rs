//! A letter as a message of the internet (RFC 5322). Built again, it is the same, Message-ID included.

use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};

use crate::domain::{Composed, Mail};

/// Why a mail can't be built: an address that is none.
#[derive(Debug, thiserror::Error)]
#[error("the mail can't be built: {0}")]
pub struct MessageError(String);

/// The message of a mail.
pub fn message(mail: &Mail, from: &str, server_name: &str) -> Result<Message, MessageError> {
    let wrong = |cause: &dyn std::fmt::Display| MessageError(cause.to_string());
    let from: Mailbox = from.parse().map_err(|cause| wrong(&cause))?;
    let to: Mailbox = mail.to.parse().map_err(|cause| wrong(&cause))?;
    let written = SystemTime::UNIX_EPOCH + Duration::from_millis(mail.written.ms().unsigned_abs());
    Message::builder()
        .from(from)
        .to(to)
        .subject(&mail.letter.subject)
        .message_id(Some(format!("<{}.{}@{server_name}>", mail.id, mail.key)))
        .date(written)
        .multipart(body(&mail.letter).map_err(|cause| wrong(&cause))?)
        .map_err(|cause| wrong(&cause))
}

fn body(letter: &Composed) -> Result<MultiPart, lettre::message::header::ContentTypeErr> {
    let mut alternative = MultiPart::alternative().singlepart(SinglePart::plain(letter.text.clone()));
    if let Some(html) = &letter.html {
        alternative = alternative.singlepart(SinglePart::html(html.clone()));
    }
    let Some(calendar) = &letter.calendar else { return Ok(MultiPart::mixed().multipart(alternative)) };
    let inline = ContentType::parse("text/calendar; charset=utf-8; method=REQUEST")?;
    alternative = alternative.singlepart(SinglePart::builder().header(inline).body(calendar.clone()));
    let attached = ContentType::parse("text/calendar; charset=utf-8")?;
    let attachment = Attachment::new("invite.ics".to_owned()).body(calendar.clone(), attached);
    Ok(MultiPart::mixed().multipart(alternative).singlepart(attachment))
}

#[cfg(test)]
mod tests {
    use super::message;
    use crate::domain::{Composed, Mail, Timestamp};

    fn mail(subject: &str, to: &str) -> Mail {
        let letter =
            Composed { subject: subject.into(), text: "Hello\n".into(), html: Some("<p>Hello</p>".into()), calendar: Some("BEGIN".into()) };
        Mail { id: 7, to: to.into(), letter, key: "abc".into(), written: Timestamp::from_seconds(1_769_817_600), attempts: 0 }
    }

    #[test]
    fn a_message_has_all_parts_and_stays_the_same_head() {
        let text =
            |mail: &Mail| String::from_utf8(message(mail, "Office <office@example.org>", "host.example").unwrap().formatted()).unwrap();
        let built = text(&mail("Spring – démo", "ada@example.com"));
        for part in [
            "From: Office <office@example.org>\r\n",
            "To: ada@example.com\r\n",
            "Message-ID: <7.abc@host.example>\r\n",
            "Sat, 31 Jan 2026 00:00:00 +0000",
            "text/plain",
            "text/html",
            "method=REQUEST",
            "invite.ics",
            "Subject: ",
        ] {
            assert!(built.contains(part), "{part}\n{built}");
        }
    }

    #[test]
    fn an_address_that_is_none_is_refused() {
        for to in ["a b@c", "@", "a@b@c", "a@b\r\nBcc: x@y"] {
            assert!(message(&mail("x", to), "office@example.org", "host").is_err(), "{to:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_subject_never_adds_a_header(subject in "[^\r\n]{0,80}") {
            let built = message(&mail(&subject, "a@example.com"), "office@example.org", "host").unwrap().formatted();
            let head = String::from_utf8_lossy(&built).split("\r\n\r\n").next().unwrap().to_owned();
            let names: Vec<&str> = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).filter_map(|line| line.split_once(':')).map(|(name, _)| name).collect();
            assert_eq!(names.len(), 7, "{head}");
        }
    }
}
