//! An office whose index goes on only when a test says so.

use std::path::Path;
use std::sync::Arc;

use crosstalk::domain::{
    AccountId, Actor, Body, Dialect, OrganizationId, PostMessage, RoomId, Scopes, SearchPage, SearchProgress, TokenId,
};
use crosstalk::ops;
use crosstalk::store::Cause;
use crosstalk::world::World;

use crate::kit::{asking, open_office};

/// An office that nobody serves, with its one person's room for notes.
pub struct Office {
    pub world: Arc<World>,
    pub actor: Actor,
    pub room: RoomId,
}

impl Office {
    /// The office of a directory, made if it is not there.
    pub fn open(dir: &Path) -> Self {
        let world = open_office(dir);
        let known = world.read(|tx| ops::accounts::list_users(tx, None)).expect("people");
        if known.is_empty() {
            world
                .write_blocking(Cause::job("test"), |tx| {
                    let email = crosstalk::domain::Email::parse("aki@example.com")?;
                    let name = crosstalk::domain::PersonName::parse("Aki")?;
                    ops::accounts::create_user(
                        tx,
                        None,
                        &crosstalk::domain::NewPerson { email, name, role: crosstalk::domain::OrganizationRole::Admin },
                    )
                    .map(|_| ())
                })
                .expect("a person");
        }
        let (account, organization): (AccountId, OrganizationId) = world
            .read(|tx| {
                let aki = crosstalk::store::accounts::find_by_email(tx, "aki@example.com")?.expect("Aki");
                Ok((aki.account.person.id, ops::organizations::list_organizations(tx)?[0].id))
            })
            .expect("Aki");
        let actor = Actor { account, organization, token: TokenId::new(0), dialect: Dialect::Chatwork, scopes: Scopes::All };
        let room = world.read(|tx| crosstalk::store::rooms::list_rooms_of(tx, account)).expect("rooms")[0].id;
        Self { world, actor, room }
    }

    /// Posts a message for each number.
    pub fn say(&self, numbers: std::ops::Range<i64>) {
        let (actor, room) = (self.actor.clone(), self.room);
        let said = self.world.write_blocking(Cause::job("test"), move |tx| {
            for number in numbers {
                let cmd = PostMessage { body: Body::parse(format!("number {number}"))?, self_unread: false };
                ops::messages::post_message(tx, &actor, room, Ok(cmd))?;
            }
            Ok(())
        });
        said.expect("messages");
    }

    /// Puts a piece into the index; says whether there was one.
    pub fn index_piece(&self) -> bool {
        let piece = self.world.read(ops::indexing::prepare).expect("a piece");
        let was_there = piece.is_some();
        if let Some(piece) = piece {
            self.world.write_blocking(Cause::job("test"), move |tx| ops::indexing::keep(tx, piece)).expect("a kept piece");
        }
        was_there
    }

    /// How many hits the first page shows.
    pub fn hits(&self, words: &str) -> usize {
        let page = SearchPage { before: None, limit: SearchPage::MAX };
        self.world.read(|tx| ops::search::search_messages(tx, self.actor.organization, &asking(words), page)).expect("a page").hits.len()
    }

    /// How far the index is.
    pub fn progress(&self) -> SearchProgress {
        self.world.read(ops::search::get_progress).expect("a progress")
    }
}
