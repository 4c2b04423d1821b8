//! Sizes as people read them: one way of writing them wherever this program says one.

/// So many bytes, in the unit that suits them.
pub fn size_in_words(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let mut unit = 0;
    let mut amount = bytes as f64;
    while amount >= 1024.0 && unit + 1 < UNITS.len() {
        amount /= 1024.0;
        unit += 1;
    }
    let unit_name = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 { format!("{bytes} {unit_name}") } else { format!("{amount:.1} {unit_name}") }
}

#[cfg(test)]
mod tests {
    use super::size_in_words;

    #[test]
    fn sizes_are_read_by_people() {
        for (bytes, text) in
            [(0, "0 bytes"), (1_023, "1023 bytes"), (1_024, "1.0 KiB"), (1_572_864, "1.5 MiB"), (u64::MAX, "16777216.0 TiB")]
        {
            assert_eq!(size_in_words(bytes), text);
        }
    }
}
