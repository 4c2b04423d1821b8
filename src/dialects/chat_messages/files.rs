//! `/files`: content that is to belong to a message.

use super::requests;
use super::wire::FileOut;
use crate::ops::attachments;
use crate::web::{Body, Call, Out, Reply, data_uri, links};

/// Largest body: base64 makes four bytes of three.
const BODY_BYTES: usize = 14 * 1024 * 1024;

/// POST /files
pub(super) async fn post_file(call: Call, Body(body): Body<BODY_BYTES>) -> Reply<FileOut> {
    let file = data_uri::receive(&call.server().world, &requests::data_uri(body)?).await?;
    let (media_type, content) = (file.media_type(), file.content);
    let kept = call.write(move |tx, actor| attachments::keep_attachment(tx, actor, &media_type, content.bytes, content.hash)).await?;
    let uri = format!("{}{}", call.base(), links::attachment_path(&kept.key));
    Ok(Out(FileOut { uri, id: kept.key, size: kept.bytes, content_type: kept.media_type }))
}
