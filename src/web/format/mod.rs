//! The one place that turns a result into bytes, in the format that the extension of the path asked for.

mod json;
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
}

impl Format {
    /// The format of an extension, in any case, without its dot.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match () {
            () if extension.eq_ignore_ascii_case("json") => Some(Self::Json),
            () if extension.eq_ignore_ascii_case("xml") => Some(Self::Xml),
            () => None,
        }
    }

    fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Xml => "application/xml; charset=utf-8",
        })
    }

    fn render<T: Serialize + ?Sized>(self, style: JsonStyle, value: &T) -> Result<Vec<u8>, Error> {
        match self {
            Self::Json => json::render(style, value).map_err(Error::internal),
            Self::Xml => serde_json::to_value(value).map(|tree| xml::render(&tree)).map_err(Error::internal),
        }
    }
}

/// How the answers of a request are to be rendered; kept with the request.
#[derive(Clone, Copy, Debug)]
pub struct Rendering {
    /// Asked for by the extension.
    pub format: Format,
    /// The dialect's way.
    pub style: JsonStyle,
}

impl Rendering {
    /// A complete answer.
    pub fn answer<T: Serialize + ?Sized>(self, status: StatusCode, value: &T) -> HttpResponse {
        match self.format.render(self.style, value) {
            Ok(body) => HttpResponse::build(status).insert_header((CONTENT_TYPE, self.format.content_type())).body(body),
            Err(cause) => {
                tracing::error!(?cause, "an answer could not be rendered");
                HttpResponse::InternalServerError().finish()
            }
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

/// How to render the answer to a request.
pub fn rendering(req: &HttpRequest) -> Rendering {
    req.extensions().get::<Rendering>().copied().unwrap_or(Rendering { format: Format::Json, style: JsonStyle::Utf8 })
}
