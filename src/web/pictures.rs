//! Pictures that come in the middle of a body.

use crate::domain::Error;
use crate::files::Received;
use crate::store::Entropy;
use crate::world::World;

/// Largest picture, in bytes.
pub const PICTURE_BYTES: usize = 1024 * 1024;

/// Types that a picture may have.
const TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// The type of a picture by its first bytes; none for anything else.
pub fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let found = infer::get(bytes)?.mime_type();
    TYPES.into_iter().find(|known| *known == found)
}

/// Reads base64 in either alphabet, with or without padding, bare or in a `data:` address.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let coded = match text.strip_prefix("data:") {
        Some(rest) => rest.split_once(";base64,")?.1,
        None => text,
    };
    let plain: Vec<u8> = coded.trim().trim_end_matches('=').bytes().map(standard).collect();
    data_encoding::BASE64_NOPAD.decode(&plain).ok()
}

/// A letter of the alphabet for addresses as the usual one has it.
fn standard(letter: u8) -> u8 {
    match letter {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }
}

/// Puts a picture on the disk. Blocks.
pub fn keep(world: &World, bytes: &[u8]) -> Result<Received, Error> {
    let mut incoming = world.blobs().receive(&Entropy::System.text(32), PICTURE_BYTES as u64)?;
    incoming.write(bytes)?;
    incoming.finish()
}

#[cfg(test)]
mod tests {
    use super::{from_base64, media_type};

    #[test]
    fn base64_comes_in_several_spellings() {
        for text in ["+/+/", "-_-_", "data:image/png;base64,-_-_", " +/+/ "] {
            assert_eq!(from_base64(text), Some(vec![0xfb, 0xff, 0xbf]), "{text}");
        }
        assert_eq!((from_base64("AA=="), from_base64("AA")), (Some(vec![0]), Some(vec![0])));
        for bad in ["A", "*", "data:image/png,x", "data:", "ä"] {
            assert_eq!(from_base64(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_pictures_that_a_browser_shows_are_pictures() {
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Some("image/png"));
        assert_eq!(media_type(b"GIF89a\0\0"), Some("image/gif"));
        for other in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"%PDF-1.4", b"BM\0\0\0\0", b""] {
            assert_eq!(media_type(other), None, "{other:?}");
        }
    }
}
