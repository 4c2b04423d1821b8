//! Content that comes inside an address: `data:image/png;base64,…`.

use actix_web::web;
use data_encoding::BASE64_NOPAD;
use percent_encoding::percent_decode_str;

use super::upload::UploadedFile;
use crate::domain::{Error, FileName};
use crate::store::Entropy;
use crate::world::World;

/// Longest media type.
const TYPE_BYTES: usize = 200;

/// Puts the content of such an address on the disk. Its name follows from the type that the address claims.
pub async fn receive(world: &World, uri: &str) -> Result<UploadedFile, Error> {
    let (media_type, content) = parse(uri)?;
    let mut incoming = world.blobs().receive(&Entropy::System.text(32), content.len() as u64)?;
    let content = web::block(move || incoming.write(&content).and_then(|()| incoming.finish())).await.map_err(Error::internal)??;
    let extension = mime_guess::get_mime_extensions_str(&media_type).and_then(|known| known.first()).copied().unwrap_or("bin");
    Ok(UploadedFile { name: FileName::sanitize(&format!("file.{extension}")), content })
}

/// The type and the bytes.
pub(super) fn parse(uri: &str) -> Result<(String, Vec<u8>), Error> {
    const BAD: Error = Error::Invalid("uri", "use an address of the form data:image/png;base64,…");
    let is_data = uri.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
    let (head, body) = uri.get(5..).filter(|_| is_data).and_then(|rest| rest.split_once(',')).ok_or(BAD)?;
    let (head, is_base64) = match head.rsplit_once(';') {
        Some((head, last)) if last.trim().eq_ignore_ascii_case("base64") => (head, true),
        _ => (head, false),
    };
    if head.len() > TYPE_BYTES {
        return Err(BAD);
    }
    let mut bytes: Vec<u8> = percent_decode_str(body).collect();
    if is_base64 {
        bytes.retain(|byte| !byte.is_ascii_whitespace());
        let length = bytes.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
        bytes = BASE64_NOPAD.decode(&bytes[..length]).map_err(|_| Error::Invalid("uri", "the data is not base64"))?;
    }
    if bytes.is_empty() {
        return Err(Error::Invalid("uri", "there is no data in it"));
    }
    let media_type = head.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Ok((if media_type.is_empty() { "text/plain".to_owned() } else { media_type }, bytes))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn both_forms_are_read() {
        for (uri, media_type, content) in [
            ("data:text/plain;charset=utf-8;base64,aGk=", "text/plain", "hi"),
            ("DATA:IMAGE/PNG;BASE64,aGk", "image/png", "hi"),
            ("data:;base64,aGk%3D", "text/plain", "hi"),
            ("data:,a%20b", "text/plain", "a b"),
            ("data:text/csv,a;b", "text/csv", "a;b"),
        ] {
            assert_eq!(parse(uri), Ok((media_type.to_owned(), content.as_bytes().to_vec())), "{uri}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for uri in [
            "",
            "data:",
            "data:text/plain",
            "http://x/a,b",
            "data:;base64,!!",
            "data:;base64,",
            "data:,",
            &format!("data:{},x", "a".repeat(300)),
            "dataé,",
        ] {
            assert!(parse(uri).is_err(), "{uri}");
        }
    }
}
