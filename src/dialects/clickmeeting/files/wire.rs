//! Files of the library as the ClickMeeting API shows them.

use serde::Serialize;

use crate::domain::LibraryFile;
use crate::domain::civil::utc_text;
use crate::web::links;

/// A file of the library.
#[derive(Serialize)]
pub(in crate::dialects::clickmeeting) struct FileOut {
    id: i64,
    name: String,
    document_type: &'static str,
    conversion_progress: u8,
    status: &'static str,
    status_message: &'static str,
    upload_date: String,
    url: String,
    created_at: String,
}

impl FileOut {
    pub(in crate::dialects::clickmeeting) fn new(file: LibraryFile, base: &str) -> Self {
        let (document_type, status, status_message, conversion_progress) = conversion(&file.media_type);
        let utc = utc_text(file.uploaded);
        Self {
            id: file.id.get(),
            document_type,
            conversion_progress,
            status,
            status_message,
            created_at: format!("{}+00:00", utc.replace(' ', "T")),
            upload_date: utc,
            url: format!("{base}/v1/file-library/{}/download", file.id),
            name: file.name.as_str().to_owned(),
        }
    }
}

/// What a file is to the vendor, and how far its conversion is: kind, state, message, percent.
fn conversion(media_type: &str) -> (&'static str, &'static str, &'static str, u8) {
    const NO_CONVERTER: &str = "This server keeps and serves documents; it does not convert them to slides.";
    match media_type.split('/').next().unwrap_or_default() {
        // QUIRK(clickmeeting): pictures are converted with a progress of 0.
        "image" => ("image", "converted", "", 0),
        "audio" => ("audio", "converted", "", 100),
        "video" => ("video", "converted", "", 100),
        _ if media_type == "application/pdf" => ("presentation_pdf", "waiting_for_conversion", NO_CONVERTER, 0),
        // GUESS: only three kinds were ever seen.
        _ => ("document", "waiting_for_conversion", NO_CONVERTER, 0),
    }
}

/// The name of a downloaded file as a header carries it.
pub(in crate::dialects::clickmeeting) fn attachment(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' }).collect();
    if plain == name {
        format!("attachment; filename=\"{plain}\"")
    } else {
        format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", links::segment(name))
    }
}
