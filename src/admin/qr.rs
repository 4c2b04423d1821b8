//! Texts as QR codes.

use qrcodegen::{QrCode, QrCodeEcc};
use serde::Serialize;

use crate::domain::Error;

/// A QR code as a square of so many modules and the outline of its dark ones, in the words of an SVG path whose unit is a module.
/// Around it four light modules have to be left free.
#[derive(Serialize)]
pub(super) struct QrOut {
    size: i32,
    path: String,
}

impl QrOut {
    /// Draws a text, of which there may be at most 2,331 bytes.
    pub(super) fn new(text: &str) -> Result<Self, Error> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(Error::internal)?;
        let size = code.size();
        let path = (0..size).flat_map(|y| (0..size).map(move |x| (x, y))).filter(|(x, y)| code.get_module(*x, *y));
        Ok(Self { size, path: path.map(|(x, y)| format!("M{x} {y}h1v1h-1z")).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::QrOut;

    #[test]
    fn the_corners_are_those_that_cameras_look_for() {
        let drawn = QrOut::new("otpauth://totp/Crosstalk:alice%40example.org?secret=ABC&issuer=Crosstalk").expect("a code");
        let is_dark = |x: i32, y: i32| drawn.path.contains(&format!("M{x} {y}h"));
        let last = drawn.size - 1;
        for (x, y) in [(0, 0), (last - 6, 0), (0, last - 6)] {
            assert!((0..7).all(|step| is_dark(x + step, y) && is_dark(x, y + step)), "a frame at {x}, {y}");
            assert!(is_dark(x + 3, y + 3) && !is_dark(x + 1, y + 1), "and a ring in it");
        }
        assert!(QrOut::new(&"x".repeat(2_332)).is_err());
    }
}
