//! How rooms may look. GUESS: the list is the vendor's of 2016; the pictures are ours.

use super::wire::SkinOut;
use crate::domain::Error;

/// Numbers and names, in the vendor's order.
const SKINS: [(i64, &str); 11] = [
    (5, "Business 2"),
    (6, "Business 3"),
    (7, "Education 1"),
    (8, "Education 2"),
    (9, "Education 3"),
    (10, "Elegance 1"),
    (12, "Christmas 1"),
    (13, "Christmas 2"),
    (14, "Christmas 3"),
    (15, "Christmas 4"),
    (4, "Business 1"),
];

/// All skins, with pictures that this server has.
pub(super) fn list(base: &str) -> Vec<SkinOut> {
    let shown = SKINS.into_iter().map(|(id, name)| SkinOut {
        id: id.to_string(),
        name,
        thumbnail_url: format!("{base}/assets/skin/{}/preview.png", name.to_ascii_lowercase().replace(' ', "_")),
    });
    shown.collect()
}

/// The number of a skin that there is.
pub(super) fn parse(text: &str) -> Result<i64, Error> {
    let found = text.trim().parse().ok().filter(|id| SKINS.iter().any(|(known, _)| known == id));
    found.ok_or(Error::Invalid("skin_id", "there is no such skin; GET /conferences/skins lists them"))
}
