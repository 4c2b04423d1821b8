//! Files as the Chatwork API shows them.

use serde::Serialize;

use super::{PersonOut, Urls};
use crate::domain::StoredFile;

#[derive(Serialize)]
pub(in crate::dialects::chatwork) struct FileOut {
    file_id: i64,
    account: PersonOut,
    message_id: String,
    filename: String,
    filesize: u64,
    upload_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    download_url: Option<String>,
}

impl FileOut {
    pub(in crate::dialects::chatwork) fn new(file: StoredFile, urls: &Urls, download_url: Option<String>) -> Self {
        Self {
            file_id: file.id.get(),
            account: PersonOut::new(file.uploader, urls),
            message_id: file.message.to_string(),
            filename: file.name.as_str().to_owned(),
            filesize: file.bytes,
            upload_time: file.uploaded.seconds(),
            download_url,
        }
    }
}

#[derive(Serialize)]
pub(in crate::dialects::chatwork) struct FileIdOut {
    pub(in crate::dialects::chatwork) file_id: i64,
}
