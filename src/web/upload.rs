//! Multipart bodies: files streamed to the disk piece by piece, everything else read as fields.

use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use actix_web::{HttpRequest, web};
use futures_util::StreamExt;

use super::params::{BODY_BYTES, Fields, IDLE, Params, TOO_SLOW, has_type};
use crate::domain::{Error, FileName};
use crate::files::{Incoming, Received};
use crate::store::Entropy;
use crate::world::World;

/// What came with an upload.
#[derive(Debug)]
pub struct Upload {
    /// The file, if its part was there.
    pub file: Option<UploadedFile>,
    /// Everything else.
    pub params: Params,
}

/// A file that is on the disk.
#[derive(Debug)]
pub struct UploadedFile {
    /// Its name, made harmless.
    pub name: FileName,
    /// Its content.
    pub content: Received,
}

impl UploadedFile {
    /// Its media type: what the content is, else what the name says, else unknown.
    pub fn media_type(&self) -> String {
        let by_name = mime_guess::from_path(self.name.as_str()).first_raw();
        let by_content = infer::get(&self.content.head).map(|kind| kind.mime_type());
        match (by_content, by_name) {
            // Office documents and the like are archives inside; the name then says more than the content.
            (Some("application/zip" | "application/gzip" | "text/xml"), Some(name)) if name.starts_with("application/") => name,
            (Some(content), _) => content,
            // Content without a signature is text or nothing known, whatever a name claims to be an image or a film.
            (None, Some(name)) if name.starts_with("text/") || name.starts_with("application/") => name,
            (None, _) if is_text(&self.content.head) && !self.content.head.is_empty() => "text/plain",
            (None, _) => "application/octet-stream",
        }
        .to_owned()
    }
}

fn is_text(head: &[u8]) -> bool {
    // The head may end in the middle of a character.
    let text = std::str::from_utf8(head);
    text.is_ok_and(|text| !text.contains('\0')) || text.is_err_and(|bad| bad.valid_up_to() + 4 > head.len() && !head.contains(&0))
}

/// Longest time for a whole upload.
const WHOLE: Duration = Duration::from_secs(30 * 60);

/// Receives an upload whose file stands in the part `file_part` and has at most `limit` bytes. One that says beforehand that it
/// is larger is refused before anything of it is read.
pub async fn receive(req: &HttpRequest, payload: web::Payload, world: &World, file_part: &str, limit: u64) -> Result<Upload, Error> {
    // Fields beside the file and the frame of the parts come on top.
    let announced = req.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|bytes| bytes > limit.saturating_add(2 * BODY_BYTES as u64)) {
        return Err(Error::BodyTooLarge(limit));
    }
    tokio::time::timeout(WHOLE, receive_parts(req, payload, world, file_part, limit)).await.unwrap_or(Err(TOO_SLOW))
}

async fn receive_parts(req: &HttpRequest, payload: web::Payload, world: &World, file_part: &str, limit: u64) -> Result<Upload, Error> {
    let mut fields = Fields::default();
    if !is_multipart(req) {
        return Ok(Upload { file: None, params: Params::new(vec![fields]) });
    }
    let mut multipart = Multipart::new(&headers_of(req), payload.into_inner());
    let mut file = None;
    let mut budget = BODY_BYTES;
    while let Some(part) = next_part(&mut multipart).await? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == file_part && file.is_none() {
            file = receive_file(part, world.blobs().receive(&Entropy::System.text(32), limit)?).await?;
        } else {
            let value = read_field(part, &mut budget).await?;
            fields.push(name, String::from_utf8(value).ok())?;
        }
    }
    Ok(Upload { file, params: Params::new(vec![fields]) })
}

/// Reads a multipart body as fields alone; files in it count against the limit of a form.
pub(super) async fn fields(req: &HttpRequest, payload: Payload) -> Result<Fields, Error> {
    let mut fields = Fields::default();
    for (name, value) in parts(req, payload).await? {
        fields.push(name, String::from_utf8(value).ok())?;
    }
    Ok(fields)
}

/// The same as bytes, for those who find out themselves what text it is.
pub(super) async fn parts(req: &HttpRequest, payload: Payload) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut multipart = Multipart::new(&headers_of(req), payload);
    let (mut parts, mut budget) = (Vec::new(), BODY_BYTES);
    while let Some(part) = next_part(&mut multipart).await? {
        // Empty parts cost something too.
        budget = budget.checked_sub(1).ok_or(Error::BodyTooLarge(BODY_BYTES as u64))?;
        let name = part.name().unwrap_or_default().to_owned();
        let value = read_field(part, &mut budget).await?;
        parts.push((name, value));
    }
    Ok(parts)
}

/// Whether a request announces a multipart body.
pub(super) fn is_multipart(req: &HttpRequest) -> bool {
    has_type(req, "multipart/form-data")
}

/// The request's headers as the multipart reader wants them. Some clients write a comma before the boundary.
fn headers_of(req: &HttpRequest) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let given = req.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if let Ok(value) = HeaderValue::from_str(&given.replacen("multipart/form-data,", "multipart/form-data;", 1)) {
        headers.insert(CONTENT_TYPE, value);
    }
    headers
}

async fn next_part(multipart: &mut Multipart) -> Result<Option<Field>, Error> {
    match tokio::time::timeout(IDLE, multipart.next()).await {
        Ok(None) => Ok(None),
        Ok(Some(part)) => part.map(Some).map_err(|cause| malformed(&cause)),
        Err(_) => Err(TOO_SLOW),
    }
}

async fn next_piece(part: &mut Field) -> Result<Option<web::Bytes>, Error> {
    match tokio::time::timeout(IDLE, part.next()).await {
        Ok(None) => Ok(None),
        Ok(Some(piece)) => piece.map(Some).map_err(|cause| malformed(&cause)),
        Err(_) => Err(TOO_SLOW),
    }
}

async fn read_field(mut part: Field, budget: &mut usize) -> Result<Vec<u8>, Error> {
    let mut value = Vec::new();
    while let Some(piece) = next_piece(&mut part).await? {
        *budget = budget.checked_sub(piece.len()).ok_or(Error::BodyTooLarge(BODY_BYTES as u64))?;
        value.extend_from_slice(&piece);
    }
    Ok(value)
}

/// A part without a file name is not a file.
async fn receive_file(mut part: Field, mut incoming: Incoming) -> Result<Option<UploadedFile>, Error> {
    let Some(name) = file_name(&part) else {
        while next_piece(&mut part).await?.is_some() {}
        return Ok(None);
    };
    // Pieces are at most 64 KiB and go to the page cache; only the flush at the end waits for the disk.
    while let Some(piece) = next_piece(&mut part).await? {
        incoming.write(&piece)?;
    }
    let content = web::block(move || incoming.finish()).await.map_err(Error::internal)??;
    Ok(Some(UploadedFile { name, content }))
}

/// The extended name (`filename*`) counts before the plain one.
fn file_name(part: &Field) -> Option<FileName> {
    let disposition = part.content_disposition()?;
    let extended = disposition.get_filename_ext().map(|name| String::from_utf8_lossy(&name.value).into_owned());
    extended.or_else(|| disposition.get_filename().map(str::to_owned)).map(|name| FileName::sanitize(&name))
}

fn malformed(cause: &MultipartError) -> Error {
    match cause {
        MultipartError::Incomplete | MultipartError::Payload(_) => Error::Malformed("the body was cut off"),
        _ => Error::Malformed("the multipart body can't be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::UploadedFile;
    use crate::domain::{BlobHash, FileName};
    use crate::files::Received;

    #[test]
    fn content_decides_before_the_name() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        let cases: [(&str, &[u8], &str); 9] = [
            ("a.png", png, "image/png"),
            ("a.txt", png, "image/png"),
            ("a.png", b"<script>", "text/html"),
            ("a.png", b"words", "text/plain"),
            ("a.txt", b"hello", "text/plain"),
            ("a.json", b"{}", "application/json"),
            ("a.docx", b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            ("a", b"\0\x01", "application/octet-stream"),
            ("a", b"", "application/octet-stream"),
        ];
        for (name, head, expected) in cases {
            let content = Received { hash: BlobHash([0; 32]), bytes: 0, head: head.to_vec() };
            let file = UploadedFile { name: FileName::sanitize(name), content };
            assert_eq!(file.media_type(), expected, "{name}");
        }
    }
}
