//! Meeting rooms with walls: who may have them when, and what a day is.

use crosstalk::domain::civil::Period;
use crosstalk::domain::{
    AccountId, Actor, Count, Dialect, Email, Error, Label, MeetingPlace, Memo, NewPlace, NewReservation, Noun, PlaceId, ReservationId,
    ReservedTime, Scopes, Slug, Start, TimeZone, Timestamp, Title, TokenId,
};
use crosstalk::ops::places::ReservationView;
use crosstalk::ops::{accounts, organizations, places};
use crosstalk::store::{self, Cause, Tx};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::kit::TestApp;

const HOUR_MS: i64 = 3_600_000;

fn write<T: Send + 'static>(app: &TestApp, work: impl FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    app.world.write_blocking(Cause::job("test"), work)
}

fn new_place(name: &str) -> NewPlace {
    let name = Title::parse("name", name).expect("a name");
    NewPlace { name, group: Label::default(), capacity: Count::default(), memo: Memo::default(), sort_order: None, is_valid: true }
}

fn add_place(app: &TestApp, organization: &'static str, new: NewPlace) -> Result<MeetingPlace, Error> {
    write(app, move |tx| places::create_place(tx, Some(organization), &new))
}

/// A reservation of Alice's between two instants.
fn wanted(place: &str, from: &str, to: &str) -> NewReservation {
    let time = ReservedTime::parse_span(from, to).expect("a time");
    let (creator, title) = (Email::parse("alice@example.com").expect("an address"), Title::parse("title", "Weekly").expect("a title"));
    NewReservation { place: place.to_owned(), time, title, memo: Memo::default(), creator, members: Vec::new() }
}

fn reserve(app: &TestApp, new: NewReservation) -> Result<ReservationView, Error> {
    write(app, move |tx| places::reserve_place(tx, Some("office"), &new))
}

fn listed(app: &TestApp, organization: &str, period: &str) -> Vec<ReservationView> {
    let period = Period::parse("period", period).map(Some).expect("a period");
    app.world.read(|tx| places::list_all_reservations(tx, Some(organization), period)).expect("a list")
}

/// Somebody who acts for an organization.
fn acting(app: &TestApp, organization: &str) -> Actor {
    let organization = app.world.read(|tx| store::organizations::find_by_slug(tx, organization)).expect("a read").expect("it").id;
    Actor { account: AccountId::new(0), organization, token: TokenId::new(0), dialect: Dialect::Cam, scopes: Scopes::All }
}

#[test]
fn places_are_listed_by_order_then_name_while_they_are_in_use() {
    let app = TestApp::start();
    let at = |name, sort_order: Option<i64>| {
        let sort_order = sort_order.map(|number| Count::parse("sort-order", number).expect("a number"));
        add_place(&app, "office", NewPlace { sort_order, ..new_place(name) }).expect("a place")
    };
    let (b, a) = (at("B", Some(5)), at("A", Some(5)));
    let (first, last) = (at("会議室", Some(1)), at("Z", None));
    assert_eq!(last.sort_order, 6, "after the last");
    let names = || {
        let found = app.world.read(|tx| places::list_places(tx, &acting(&app, "office"))).expect("places");
        found.into_iter().map(|place| place.name).collect::<Vec<_>>()
    };
    assert_eq!(names(), ["会議室", "A", "B", "Z"]);
    assert!(app.world.read(|tx| places::list_places(tx, &acting(&app, "other"))).expect("places").is_empty());
    assert_eq!(b.id.to_string().len(), 19);
    assert!(a.id > b.id && first.id > a.id);
    assert_eq!(write(&app, move |tx| places::set_place_valid(tx, Some("office"), a.id, false)).map(|place| place.is_valid), Ok(false));
    assert_eq!(names(), ["会議室", "B", "Z"]);
    assert_eq!(app.world.read(|tx| places::list_all_places(tx, Some("office"))).expect("places").len(), 4);
    let unused = reserve(&app, wanted("A", "2026-01-12 09:00", "2026-01-12 10:00"));
    assert_eq!(unused, Err(Error::Invalid("place", "this meeting room is not in use")));
    assert_eq!(write(&app, |tx| places::set_place_valid(tx, Some("other"), PlaceId::new(1), true)), Err(Error::NotFound(Noun::Place)));
}

#[test]
fn a_name_is_one_places_in_its_organization() {
    let app = TestApp::start();
    add_place(&app, "office", new_place("A")).expect("a place");
    assert_eq!(add_place(&app, "office", new_place(" A ")), Err(Error::Taken("name")));
    add_place(&app, "other", new_place("A")).expect("another organization's place");
    assert_eq!(add_place(&app, "nobody", new_place("B")), Err(Error::NotFound(Noun::Organization)));
}

#[test]
fn a_reservation_says_who_when_where_and_what_for() {
    let app = TestApp::start();
    let place = add_place(&app, "office", new_place("A")).expect("a place");
    let person = |name: &str| Email::parse(&format!("{name}@example.com")).expect("an address");
    let members = vec![(person("bob"), false), (person("carol"), true), (person("bob"), false), (person("alice"), false)];
    let made = reserve(
        &app,
        NewReservation { members, memo: Memo::parse(" a\nb ").expect("a memo"), ..wanted("A", "2026-01-12 09:00", "2026-01-12 10:00") },
    );
    let made = made.expect("a reservation");
    let one = &made.reservation;
    assert_eq!((one.place, one.place_name.as_str(), one.title.as_str(), one.memo.as_str()), (place.id, "A", "Weekly", "a\nb"));
    assert_eq!((one.starts.ms(), one.ends.ms() - one.starts.ms(), one.is_all_day), (1_768_208_400_000, HOUR_MS, false));
    assert_eq!((one.creator_name.as_str(), one.creator_email.as_str(), made.day.as_str()), ("Alice", "alice@example.com", "20260112"));
    assert!(one.creator.is_in_charge && one.creator.uid.len() == 20 && one.id.to_string().len() == 19);
    let charge: Vec<bool> = one.members.iter().map(|member| member.is_in_charge).collect();
    assert_eq!(charge, [true, false, true], "Alice, Bob, Carol; who makes it answers for it");
    assert_eq!(one.members[0].uid, one.creator.uid);
    assert_eq!(listed(&app, "office", "2026-01-12").as_slice(), std::slice::from_ref(&made));
    assert_eq!(
        app.world.read(|tx| places::list_reservations(tx, &acting(&app, "office"), Period::parse("period", "202601").map(Some))),
        Ok(vec![made])
    );
    assert!(listed(&app, "other", "202601").is_empty());
}

#[test]
fn only_people_and_places_of_the_organization_are_taken() {
    let app = TestApp::start();
    let place = add_place(&app, "office", new_place("A")).expect("a place");
    add_place(&app, "other", new_place("Theirs")).expect("a place");
    let span = |place: &str| wanted(place, "2026-01-12 09:00", "2026-01-12 10:00");
    let eve = || Email::parse("eve@example.com").expect("an address");
    assert_eq!(reserve(&app, NewReservation { creator: eve(), ..span("A") }), Err(Error::NotFound(Noun::Account)));
    assert_eq!(reserve(&app, NewReservation { members: vec![(eve(), false)], ..span("A") }), Err(Error::NotFound(Noun::Account)));
    assert_eq!(reserve(&app, span("Theirs")), Err(Error::NotFound(Noun::Place)));
    assert_eq!(reserve(&app, span("1")), Err(Error::NotFound(Noun::Place)));
    let crowd = vec![(Email::parse("bob@example.com").expect("an address"), false); 101];
    assert!(matches!(reserve(&app, NewReservation { members: crowd, ..span("A") }), Err(Error::Invalid("member", _))));
    assert!(listed(&app, "office", "202601").is_empty(), "nothing of what was refused is there");
    let made = reserve(&app, span(&place.id.to_string())).expect("a place by its id").reservation;
    let remove =
        |organization: &'static str, id: ReservationId| write(&app, move |tx| places::remove_reservation(tx, Some(organization), id));
    let taken = NewReservation { members: vec![(eve(), false)], ..span("A") };
    assert_eq!(reserve(&app, taken), Err(Error::NotFound(Noun::Account)), "whoever is named is looked for first");
    assert_eq!(remove("other", made.id), Err(Error::NotFound(Noun::Reservation)));
    assert_eq!(remove("office", made.id), Ok(()));
    assert_eq!(remove("office", made.id), Err(Error::NotFound(Noun::Reservation)), "once");
    write(&app, |tx| accounts::set_user_disabled(tx, &Email::parse("alice@example.com")?, true)).expect("a change");
    assert_eq!(reserve(&app, span("A")), Err(Error::NotFound(Noun::Account)), "who is disabled reserves nothing");
}

#[test]
fn one_may_begin_when_another_ends() {
    let app = TestApp::start();
    add_place(&app, "office", new_place("A")).expect("a place");
    add_place(&app, "office", new_place("B")).expect("a place");
    let ask = |place: &str, from: &str, to: &str| reserve(&app, wanted(place, from, to)).map(|made| made.reservation.id);
    let id = ask("A", "2026-01-12 09:00", "2026-01-12 10:00").expect("a reservation");
    for (from, to) in [("09:00", "10:00"), ("08:00", "09:01"), ("09:59", "11:00"), ("09:20", "09:40"), ("08:00", "11:00")] {
        let refused = ask("A", &format!("2026-01-12 {from}"), &format!("2026-01-12 {to}"));
        assert_eq!(refused, Err(Error::Taken("time")), "{from} to {to}");
    }
    ask("A", "2026-01-12 08:00", "2026-01-12 09:00").expect("the hour before");
    ask("A", "2026-01-12 10:00", "2026-01-12 11:00").expect("the hour after");
    ask("B", "2026-01-12 09:00", "2026-01-12 10:00").expect("another room");
    write(&app, move |tx| places::remove_reservation(tx, Some("office"), id)).expect("a removal");
    ask("A", "2026-01-12 09:30", "2026-01-12 09:45").expect("a removed one is in nobody's way");
    let starts: Vec<i64> = listed(&app, "office", "20260112").iter().map(|view| view.reservation.starts.ms()).collect();
    assert!(starts.is_sorted() && starts.len() == 4, "{starts:?}");
}

#[test]
fn days_are_cut_on_the_clocks_of_the_organization_also_when_they_change() {
    let app = TestApp::start();
    for (slug, zone) in [("warsaw", "Europe/Warsaw"), ("newyork", "America/New_York")] {
        write(&app, move |tx| {
            organizations::create_organization(tx, &Slug::parse(slug)?, slug, &TimeZone::parse(zone)?)?;
            let person = crosstalk::domain::NewPerson {
                email: Email::parse(&format!("ada@{slug}.example"))?,
                name: crosstalk::domain::PersonName::parse("Ada")?,
                role: crosstalk::domain::OrganizationRole::Member,
            };
            accounts::create_user(tx, Some(slug), &person)?;
            places::create_place(tx, Some(slug), &new_place("A"))
        })
        .expect("an organization with a place");
    }
    let reserve = |slug: &'static str, time: ReservedTime| {
        let creator = Email::parse(&format!("ada@{slug}.example")).expect("an address");
        let new = NewReservation { creator, time, ..wanted("A", "2026-01-01 00:00", "2026-01-01 01:00") };
        write(&app, move |tx| places::reserve_place(tx, Some(slug), &new)).map(|made| made.day)
    };
    let span = |from: &str, to: &str| ReservedTime::parse_span(from, to).expect("a time");
    let count = |slug: &str, period: &str| listed(&app, slug, period).len();

    // Warsaw, 29 March 2026: 23 hours, from 23:00 UTC to 22:00 UTC.
    assert_eq!(reserve("warsaw", span("2026-03-28T23:00:00Z", "2026-03-28T23:30:00Z")), Ok("20260329".to_owned()));
    assert_eq!(reserve("warsaw", span("2026-03-29T21:30:00Z", "2026-03-29T22:00:00Z")), Ok("20260329".to_owned()));
    assert_eq!(reserve("warsaw", span("2026-03-29T22:00:00Z", "2026-03-29T22:30:00Z")), Ok("20260330".to_owned()));
    assert_eq!((count("warsaw", "20260328"), count("warsaw", "20260329"), count("warsaw", "20260330")), (0, 2, 1));
    assert_eq!(reserve("warsaw", ReservedTime::parse_days("2026-03-29", "2026-03-29").expect("days")), Err(Error::Taken("time")));
    // 25 October 2026 has 25 hours; whole days leave nothing between them.
    for day in ["2026-10-24", "2026-10-25", "2026-10-26"] {
        assert_eq!(reserve("warsaw", ReservedTime::parse_days(day, day).expect("days")), Ok(day.replace('-', "")));
    }
    assert_eq!(reserve("warsaw", span("2026-10-25 02:30", "2026-10-25 02:45")), Err(Error::Taken("time")));
    assert_eq!((count("warsaw", "20261025"), count("warsaw", "202610")), (1, 3));

    // New York, 1 November 2026: 25 hours, from 04:00 UTC to 05:00 UTC of the next day.
    assert_eq!(reserve("newyork", span("2026-11-02T04:30:00Z", "2026-11-02T05:30:00Z")), Ok("20261101".to_owned()));
    assert_eq!((count("newyork", "20261101"), count("newyork", "20261102"), count("newyork", "20261031")), (1, 1, 0));
    // 8 March 2026: half past two does not exist there.
    let skipped = reserve("newyork", span("2026-03-08 02:30", "2026-03-08 03:30"));
    assert!(matches!(skipped, Err(Error::Invalid("start", _))), "{skipped:?}");
    assert_eq!(reserve("newyork", span("2026-03-08 01:30", "2026-03-08 03:30")), Ok("20260308".to_owned()));
    let one = &listed(&app, "newyork", "202603")[0].reservation;
    assert_eq!(one.ends.ms() - one.starts.ms(), HOUR_MS, "an hour is missing");
}

#[test]
fn today_is_the_organizations_today() {
    let app = TestApp::start();
    // In Tokyo, where the other organization is, it is nine hours later.
    add_place(&app, "other", new_place("A")).expect("a place");
    let creator = Email::parse("eve@example.com").expect("an address");
    let ask = |from: &str, to: &str| NewReservation { creator: creator.clone(), ..wanted("A", from, to) };
    let (today, tomorrow) = (ask("2026-01-31 23:00", "2026-01-31 23:30"), ask("2026-02-01 00:00", "2026-02-01 01:00"));
    for new in [today, tomorrow] {
        write(&app, move |tx| places::reserve_place(tx, Some("other"), &new)).expect("a reservation");
    }
    let day = || {
        let found = app.world.read(|tx| places::list_reservations(tx, &acting(&app, "other"), Ok(None))).expect("a list");
        found.into_iter().map(|view| view.day).collect::<Vec<_>>()
    };
    assert_eq!(day(), ["20260131"]);
    app.advance_s(15 * 3_600);
    assert_eq!(day(), ["20260201"]);
}

#[test]
fn a_list_fails_as_its_period_does() {
    let app = TestApp::start();
    let failed = app.world.read(|tx| places::list_reservations(tx, &acting(&app, "office"), Period::parse("period", "2026").map(Some)));
    assert!(matches!(failed, Err(Error::Invalid("period", _))), "{failed:?}");
}

/// A step of a random history: somebody asks for a place, or gives a reservation back.
#[derive(Clone, Debug)]
enum Step {
    Reserve { place: usize, start_h: i64, hours: i64 },
    Remove(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..2_usize, 0..240_i64, 1..60_i64).prop_map(|(place, start_h, hours)| Step::Reserve { place, start_h, hours }),
        1 => (0..20_usize).prop_map(Step::Remove),
    ]
}

/// What is kept in the naive model: place, first hour, hour after it, id.
type Kept = (PlaceId, i64, i64, ReservationId);

#[test]
fn random_histories_never_overlap_and_are_listed_as_a_naive_model_says() {
    let app = TestApp::start();
    let start = Timestamp::from_seconds(1_772_323_200); // 2026-03-01T00:00:00Z
    let mut runner = TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() });
    let case = std::cell::Cell::new(0);
    let outcome = runner.run(&prop::collection::vec(step(), 1..40), |steps| {
        case.set(case.get() + 1);
        let pair = [0, 1].map(|number| add_place(&app, "office", new_place(&format!("{}-{number}", case.get()))).expect("a place"));
        let mut model: Vec<Kept> = Vec::new();
        for step in steps {
            match step {
                Step::Reserve { place, start_h, hours } => {
                    let (from, to) = (start_h, start_h + hours);
                    let place = &pair[place];
                    let time = ReservedTime::Span(Start::At(start.plus_ms(from * HOUR_MS)), Start::At(start.plus_ms(to * HOUR_MS)));
                    let is_free = !model.iter().any(|(id, begins, ends, _)| *id == place.id && *begins < to && from < *ends);
                    match reserve(&app, NewReservation { time, ..wanted(&place.name, "2026-01-01 00:00", "2026-01-01 01:00") }) {
                        Ok(made) => {
                            prop_assert!(is_free, "{from} to {to} was taken");
                            model.push((place.id, from, to, made.reservation.id));
                        }
                        Err(refused) => {
                            prop_assert!(!is_free, "{from} to {to} was free");
                            prop_assert_eq!(refused, Error::Taken("time"));
                        }
                    }
                }
                Step::Remove(which) if which < model.len() => {
                    let (.., id) = model.remove(which);
                    write(&app, move |tx| places::remove_reservation(tx, Some("office"), id)).expect("a removal");
                }
                Step::Remove(_) => {}
            }
        }
        for day in 0..13 {
            let mut expected: Vec<&Kept> = model.iter().filter(|(_, from, to, _)| *from < (day + 1) * 24 && *to > day * 24).collect();
            expected.sort_by_key(|(place, from, ..)| (*from, *place));
            let found = listed(&app, "office", &format!("202603{:02}", day + 1));
            let own = found.iter().map(|view| &view.reservation).filter(|one| pair.iter().any(|place| place.id == one.place));
            prop_assert_eq!(own.map(|one| one.id).collect::<Vec<_>>(), expected.iter().map(|kept| kept.3).collect::<Vec<_>>());
        }
        // The next case starts with an empty calendar; its lists would grow long.
        for (.., id) in model {
            write(&app, move |tx| places::remove_reservation(tx, Some("office"), id)).expect("a removal");
        }
        Ok(())
    });
    outcome.expect("no history breaks the rules");
}

#[test]
fn what_happens_to_places_is_in_the_log_without_words() {
    let app = TestApp::start();
    let place = add_place(&app, "office", new_place("A")).expect("a place");
    let made = reserve(&app, wanted("A", "2026-01-12 09:00", "2026-01-12 10:00")).expect("a reservation").reservation;
    write(&app, move |tx| places::remove_reservation(tx, Some("office"), made.id)).expect("a removal");
    write(&app, move |tx| places::set_place_valid(tx, Some("office"), place.id, false)).expect("a change");
    #[expect(clippy::disallowed_methods, reason = "nothing shows the log yet, so this test looks into the file")]
    let database = rusqlite::Connection::open(app.world.dir().join("app.db")).expect("a database");
    let mut statement = database.prepare("SELECT kind, object_id FROM event WHERE object_id IN (?1, ?2) ORDER BY seq").expect("a query");
    let rows = statement.query_map([place.id.get(), made.id.get()], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    let events: Vec<(String, i64)> = rows.collect::<Result<_, _>>().expect("events");
    let (place, made) = (place.id.get(), made.id.get());
    let expected = [("place-created", place), ("place-reserved", made), ("reservation-removed", made), ("place-edited", place)];
    assert_eq!(events, expected.map(|(kind, id)| (kind.to_owned(), id)));
    let words: i64 =
        database.query_row("SELECT count(*) FROM reservation WHERE title <> '' OR memo <> ''", [], |row| row.get(0)).expect("a number");
    assert_eq!(words, 0, "the words of a removed one are gone");
}
