//! The time zones there are, and which countries have which.

use std::sync::LazyLock;

/// Country, coordinates, name, remark: one line for each zone that a country has.
const TABLE: &str = include_str!("../../static/data/zone.tab");

/// Country codes and zone names, by name.
static ZONES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let mut zones: Vec<_> = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(zone).collect();
    zones.sort_by_key(|(_, name)| *name);
    zones
});

fn zone(line: &str) -> Option<(&str, &str)> {
    let mut columns = line.split('\t');
    let country = columns.next()?;
    Some((country, columns.nth(1)?))
}

/// All of them by name, and at last `UTC`.
pub fn all() -> impl Iterator<Item = &'static str> {
    ZONES.iter().map(|(_, name)| *name).chain(["UTC"])
}

/// Those of a country, by its ISO 3166 code in any case; an unknown country has none.
pub fn of_country(code: &str) -> impl Iterator<Item = &'static str> {
    ZONES.iter().filter(move |(country, _)| country.eq_ignore_ascii_case(code)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::{all, of_country};
    use crate::domain::TimeZone;

    #[test]
    fn all_zones_are_listed_by_name_and_utc_comes_last() {
        let names: Vec<&str> = all().collect();
        assert!(names.len() > 400 && names.contains(&"Africa/Accra") && names.contains(&"Arctic/Longyearbyen"));
        assert!(names[..names.len() - 1].is_sorted());
        assert_eq!((names.first(), names.last()), (Some(&"Africa/Abidjan"), Some(&"UTC")));
    }

    #[test]
    fn every_listed_zone_and_older_names_are_accepted() {
        for name in all() {
            assert_eq!(TimeZone::parse(name).unwrap().as_str(), name);
        }
        for alias in ["Europe/Kiev", "Europe/Kyiv", "Asia/Calcutta", "america/new_york"] {
            assert!(TimeZone::parse(alias).is_ok(), "{alias}");
        }
        for bad in ["", "Mars/Olympus", "+01:00", "Europe"] {
            assert!(TimeZone::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_country_has_its_own() {
        assert_eq!(of_country("pl").collect::<Vec<_>>(), ["Europe/Warsaw"]);
        assert!(of_country("US").count() > 20 && of_country("us").eq(of_country("US")));
        assert_eq!(of_country("XX").count(), 0);
    }
}
