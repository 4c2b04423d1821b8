//! A page costs about the same whatever is searched, and however many messages there are.
//!
//! `CROSSTALK_SEARCH_MESSAGES` sets another number of messages; with `--nocapture` the cost and the time of each search are shown.
#![expect(clippy::print_stdout, reason = "the numbers of a large run are for people")]

use std::sync::Arc;
use std::time::Instant;

use crosstalk::domain::{
    AccountId, Body, Content, Email, Event, FoundPage, NewPerson, OrganizationId, OrganizationRole, PersonName, RoomId, SearchPage,
    SearchQuery, Slug, TimeZone, Timestamp,
};
use crosstalk::store::{self, Cause, Clock, Durability, Entropy, Tx};
use crosstalk::world::{World, WorldOptions};
use crosstalk::{jobs, ops};

use crate::kit::asking;

/// Messages of one write.
const AT_ONCE: usize = 10_000;

/// People with a room for notes each: two of one organization, one of another.
struct Library {
    _folder: tempfile::TempDir,
    world: Arc<World>,
    people: Vec<(OrganizationId, AccountId, RoomId)>,
}

impl Library {
    fn found() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let options = WorldOptions {
            mode: None,
            durability: Durability::Off,
            clock: Clock::fixed(Timestamp::from_seconds(1_700_000_000)),
            entropy: Entropy::seeded(1),
            server_name: "test.local".into(),
            max_read_steps: None,
        };
        let world = World::open(folder.path(), options).expect("a world");
        let people = world.write_blocking(Cause::job("test"), |tx| {
            ops::organizations::create_organization(tx, &Slug::parse("other")?, "Other", &TimeZone::parse("Asia/Tokyo")?)?;
            [("office", "Aki"), ("office", "Ben"), ("other", "Eve")].into_iter().map(|(slug, name)| join(tx, slug, name)).collect()
        });
        Self { _folder: folder, world, people: people.expect("people") }
    }

    /// Fills the rooms. Each message is said by the person whose turn `who` says it is.
    fn fill(&self, numbers: std::ops::Range<usize>, say: fn(usize) -> (usize, String)) {
        for from in numbers.clone().step_by(AT_ONCE) {
            let (people, upto) = (self.people.clone(), (from + AT_ONCE).min(numbers.end));
            let written = self.world.write_blocking(Cause::job("test"), move |tx| {
                let open = |(_, account, room): &(_, AccountId, RoomId)| {
                    store::rooms::find_room_of(tx, *account, *room)?.expect("a room").writable()
                };
                let rooms = people.iter().map(open).collect::<Result<Vec<_>, _>>()?;
                for number in from..upto {
                    let (who, text) = say(number);
                    // As people write: one after the other. Ids follow from it, and the size of an index from ids.
                    let tx = &tx.at(tx.now.plus_ms(number as i64 * 20_000));
                    let posted = store::messages::insert_message(tx, &rooms[who], &Content::text(Body::parse(text)?), true)?;
                    tx.record(Event::MessagePosted(rooms[who].id, posted.id, posted.version))?;
                }
                Ok(())
            });
            written.expect("messages");
        }
    }

    fn index(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(jobs::index_messages(self.world.clone())).expect("an index");
    }

    fn search(&self, query: &SearchQuery, page: SearchPage) -> FoundPage {
        let organization = self.people[0].0;
        self.world.read(|tx| ops::search::search_messages(tx, organization, query, page)).expect("a page")
    }

    /// Effort of the first page, and how many hits it has.
    fn cost(&self, what: &str, query: &SearchQuery) -> (usize, usize) {
        let timed = || {
            let started = Instant::now();
            (self.search(query, SearchPage::FIRST), started.elapsed())
        };
        // The shortest of some: other programs run, too.
        let (page, time) = (0..5).map(|_| timed()).min_by_key(|(_, time)| *time).expect("a page");
        println!("{what}: {} hits, effort {}, {time:?}, goes on: {}", page.hits.len(), page.effort, page.next.is_some());
        (page.effort, page.hits.len())
    }
}

fn join(tx: &Tx<'_>, slug: &str, name: &str) -> Result<(OrganizationId, AccountId, RoomId), crosstalk::domain::Error> {
    let email = Email::parse(&format!("{name}@example.com"))?;
    let person = NewPerson { email, name: PersonName::parse(name)?, role: OrganizationRole::Member };
    ops::accounts::create_user(tx, Some(slug), &person)?;
    let email = format!("{name}@example.com").to_lowercase();
    let account = store::accounts::find_by_email(tx, &email)?.expect("a person").account.person.id;
    let organization = store::organizations::find_by_slug(tx, slug)?.expect("an organization").id;
    Ok((organization, account, store::rooms::list_rooms_of(tx, account)?[0].id))
}

/// Words by how many messages have them: all, every tenth, every hundredth, every thousandth; some that never meet; a room
/// of one in fifty; and as many messages again of another organization, which have a word of their own.
fn say(number: usize) -> (usize, String) {
    let turn = number / 2;
    if number % 2 == 1 {
        return (2, format!("their marker {turn} 会議"));
    }
    let mut text = format!("all day {turn} 明日の午後は");
    for (every, word) in [(10, " tenth 会議室"), (100, " hundredth"), (1_000, " thousandth 打合せ")] {
        if turn % every == every / 2 {
            text += word;
        }
    }
    text += if turn.is_multiple_of(2) { " even" } else { " odd" };
    (usize::from(turn % 50 == 7), text)
}

#[test]
fn a_page_costs_about_the_same_whatever_is_searched() {
    let messages = std::env::var("CROSSTALK_SEARCH_MESSAGES").ok().and_then(|text| text.parse().ok()).unwrap_or(40_000);
    let library = Library::found();
    let mut efforts = Vec::new();
    let mut filled = 0;
    for upto in [messages / 10, messages] {
        let started = Instant::now();
        library.fill(filled..upto, say);
        println!("{upto} messages after {:?}", started.elapsed());
        library.index();
        println!("{upto} messages are in the index after {:?}", started.elapsed());
        filled = upto;
        let few = [
            "all",
            "even",
            "tenth",
            "hundredth",
            "tenth all",
            "会議",
            "議",
            "会議室",
            "明日",
            "午後は 会議室",
            "tent",
            "thousandth",
            "打合",
        ];
        for words in few {
            let (effort, hits) = library.cost(words, &asking(words));
            let most = if words.contains(' ') || words == "会議室" { 20_000 } else { 2_000 };
            assert!(effort < most, "{words}: {effort}");
            assert!(hits == 20 || words.contains("thousand") || words.contains("打合"), "{words}: {hits}");
            efforts.push((words, effort));
        }
        for words in ["marker", "their", "nowhere", "どこ"] {
            let (effort, hits) = library.cost(words, &asking(words));
            assert!(effort < 1_000 && hits == 0, "{words}: {effort}");
        }
        let (_, author, room) = library.people[1];
        let in_room = SearchQuery { room: Some(room), ..asking("all") };
        let by_author = SearchQuery { author: Some(author), ..asking("odd 会議") };
        for (what, query) in [("all in a small room", in_room), ("odd 会議 by one of few words", by_author)] {
            let (effort, hits) = library.cost(what, &query);
            assert!(effort < 110_000 && hits <= 20, "{what}: {effort}, {hits}");
        }
        // They never meet: a page says so for as far as it looked.
        let (effort, hits) = library.cost("even odd", &asking("even odd"));
        assert!(effort < 110_000 && hits == 0, "{effort}");
    }
    let (small, large) = efforts.split_at(efforts.len() / 2);
    for ((words, few), (_, many)) in small.iter().zip(large) {
        assert!(*many <= few * 2 + 1_000, "{words}: {few} entries with a tenth of the messages, {many} with all");
    }
}
