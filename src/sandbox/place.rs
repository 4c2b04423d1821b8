//! The sandbox's meeting rooms with walls, and who has them in January 2026.

use crate::domain::{Count, Email, Error, Label, Memo, NewPlace, NewReservation, ReservedTime, Title};
use crate::ops::places;
use crate::store::Tx;

/// Three rooms in two towns, and four reservations.
pub(super) fn furnish(tx: &Tx<'_>, [alice, bob, carol]: [&str; 3]) -> Result<(), Error> {
    for (name, group, capacity, memo) in [
        ("Meeting room A", "Tokyo 3F", 8, "screen, whiteboard"),
        ("大会議室", "Tokyo 3F", 20, "プロジェクターあり"),
        ("Phòng họp Sen", "Hà Nội", 6, "bảng trắng, màn hình"),
    ] {
        let (name, group, memo) = (Title::parse("name", name)?, Label::parse("group", group)?, Memo::parse(memo)?);
        let capacity = Count::parse("capacity", capacity)?;
        places::create_place(tx, None, &NewPlace { name, group, capacity, memo, sort_order: None, is_valid: true })?;
    }
    let weekly = |start, end| ReservedTime::parse_span(start, end);
    for (place, time, title, memo, creator, members) in [
        ("Meeting room A", weekly("2026-01-12 09:00", "2026-01-12 10:00")?, "Weekly", "", alice, vec![(bob, false), (carol, false)]),
        ("大会議室", ReservedTime::parse_span("2026-01-15 13:00", "2026-01-15 15:00")?, "キックオフ", "Launch", bob, vec![(alice, true)]),
        ("Phòng họp Sen", ReservedTime::parse_days("2026-01-20", "2026-01-21")?, "Đào tạo", "", carol, Vec::new()),
        ("Meeting room A", weekly("2026-01-26 09:00", "2026-01-26 10:00")?, "Weekly", "", alice, vec![(bob, false)]),
    ] {
        let members = members.into_iter().map(|(email, leads)| Email::parse(email).map(|email| (email, leads)));
        let new = NewReservation {
            place: place.to_owned(),
            time,
            title: Title::parse("title", title)?,
            memo: Memo::parse(memo)?,
            creator: Email::parse(creator)?,
            members: members.collect::<Result<_, _>>()?,
        };
        places::reserve_place(tx, None, &new)?;
    }
    Ok(())
}
