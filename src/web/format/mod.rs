//! The one place that turns a result into bytes, in the format that the extension of the path asked for.

mod js;
mod json;
mod php;
#[cfg(any(test, feature = "fuzzing"))]
pub(super) mod reading;
mod xml;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, Responder};
use serde::Serialize;

use crate::domain::Error;

/// How JSON text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonStyle {
    /// As it is, in UTF-8.
    Utf8,
    /// Characters outside ASCII as `\uXXXX`.
    Ascii,
}

/// A format of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `.json`, and without an extension.
    Json,
    /// `.xml`.
    Xml,
    /// `.js`: JSON as a script.
    Js,
    /// `.php`: what PHP unserializes.
    Php,
    /// `.printr`: what PHP prints for people.
    PrintR,
}

impl Format {
    /// The format of an extension, in any case, without its dot.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.extension().eq_ignore_ascii_case(extension))
    }

    /// All of them.
    pub const ALL: [Self; 5] = [Self::Json, Self::Xml, Self::Js, Self::Php, Self::PrintR];

    fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
            Self::Js => "js",
            Self::Php => "php",
            Self::PrintR => "printr",
        }
    }

    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Xml => "application/xml; charset=utf-8",
            Self::Js => "application/javascript; charset=utf-8",
            Self::Php => "application/vnd.php.serialized",
            Self::PrintR => "text/plain; charset=utf-8",
        })
    }

    /// A value as bytes of this format.
    pub fn render<T: Serialize + ?Sized>(self, style: JsonStyle, value: &T) -> Result<Vec<u8>, Error> {
        match self {
            Self::Json | Self::Js => json::render(style, value).map_err(Error::internal),
            Self::Xml => xml::render(value).map_err(Error::internal),
            Self::Php => serde_json::to_value(value).map(|tree| php::serialized(&tree)).map_err(Error::internal),
            Self::PrintR => serde_json::to_value(value).map(|tree| php::printed(&tree)).map_err(Error::internal),
        }
    }
}

/// What stands around the entries of a list that is written entry by entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Before the first.
    pub(super) head: String,
    /// Between two.
    pub(super) between: &'static str,
    /// After the last.
    pub(super) tail: &'static str,
}

/// Lists that are written entry by entry are XML or JSON; the dialects that have them offer no other formats.
impl Format {
    /// Around a list that stands alone, or else as `data` behind some numbers.
    pub(super) fn frame(self, numbers: Option<[(&str, u64); 3]>) -> Frame {
        let (is_xml, mut head) = (self == Self::Xml, String::new());
        for (name, number) in numbers.iter().flatten() {
            head.push_str(&if is_xml { format!("<{name}>{number}</{name}>") } else { format!("\"{name}\":{number},") });
        }
        match (is_xml, numbers) {
            (true, None) => Frame { head: format!("{}<response>", xml::PROLOG), between: "", tail: "</response>" },
            (true, Some(_)) => Frame { head: format!("{}<response>{head}<data>", xml::PROLOG), between: "", tail: "</data></response>" },
            (false, None) => Frame { head: "[".to_owned(), between: ",", tail: "]" },
            (false, Some(_)) => Frame { head: format!("{{{head}\"data\":["), between: ",", tail: "]}" },
        }
    }

    /// Writes an entry behind what is there.
    pub fn write_entry<T: Serialize + ?Sized>(self, into: &mut Vec<u8>, entry: &T) -> Result<(), Error> {
        let written = if self == Self::Xml { xml::write_item(into, entry) } else { serde_json::to_writer(into, entry) };
        written.map_err(Error::internal)
    }
}

/// The function that a script hands its JSON to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callback {
    /// None was asked for.
    None,
    /// This one.
    Named(String),
    /// What was asked for is not a name.
    Refused,
}

impl Callback {
    /// From what the query asks for.
    pub fn parse(name: &str) -> Self {
        if js::is_callback(name) { Self::Named(name.to_owned()) } else { Self::Refused }
    }
}

/// How the answers of a request are to be rendered; kept with the request.
#[derive(Clone, Debug)]
pub struct Rendering {
    /// Asked for by the extension.
    pub format: Format,
    /// The dialect's way.
    pub style: JsonStyle,
    /// For scripts.
    pub callback: Callback,
}

impl Rendering {
    /// Plain JSON.
    const PLAIN: Self = Self { format: Format::Json, style: JsonStyle::Utf8, callback: Callback::None };

    /// A complete answer.
    pub fn answer<T: Serialize + ?Sized>(&self, status: StatusCode, value: &T) -> HttpResponse {
        let rendered = self.format.render(self.style, value);
        match rendered.map(|body| self.called(body)) {
            Ok(body) => HttpResponse::build(status).insert_header((CONTENT_TYPE, self.format.content_type())).body(body),
            Err(cause) => {
                tracing::error!(?cause, "an answer could not be rendered");
                HttpResponse::InternalServerError().finish()
            }
        }
    }
}

impl Rendering {
    /// A script's JSON handed to the page's function.
    fn called(&self, body: Vec<u8>) -> Vec<u8> {
        match &self.callback {
            Callback::Named(name) if self.format == Format::Js => js::called(name, body),
            _ => body,
        }
    }
}

/// A successful result, answered with 200.
#[derive(Debug)]
pub struct Out<T>(pub T);

impl<T: Serialize> Responder for Out<T> {
    type Body = BoxBody;

    fn respond_to(self, req: &HttpRequest) -> HttpResponse {
        rendering(req).answer(StatusCode::OK, &self.0)
    }
}

/// A result with a status of its own.
#[derive(Debug)]
pub struct With<T>(pub StatusCode, pub T);

impl<T: Serialize> Responder for With<T> {
    type Body = BoxBody;

    fn respond_to(self, req: &HttpRequest) -> HttpResponse {
        rendering(req).answer(self.0, &self.1)
    }
}

/// How to render the answer to a request.
pub fn rendering(req: &HttpRequest) -> Rendering {
    req.extensions().get::<Rendering>().cloned().unwrap_or(Rendering::PLAIN)
}
