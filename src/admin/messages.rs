//! `/messages`: what was said, found by its words, and one message as each API shows it.

mod wire;

use self::wire::{FoundOut, RenderingsOut};
use super::requests;
use crate::dialects::access::{self, Access};
use crate::domain::{
    AccountId, Actor, Error, Exhibit, MessageId, Noun, RoomId, Scopes, SearchPage, SearchQuery, Span, Timestamp, Witness, Words,
};
use crate::ops::{catalogue, search, stewards};
use crate::store::Tx;
use crate::web::loopback::{self, Answered};
use crate::web::{Call, Out, Params, Reply};

/// Messages of a page, unless the caller says otherwise and at most.
const ON_PAGE: i64 = 20;
const MOST_ON_PAGE: i64 = 100;

/// GET /messages. Without words, the newest ones.
pub(super) async fn get_messages(call: Call) -> Reply<FoundOut> {
    let query = call.query()?;
    let organization = requests::organization(&query)?;
    let (limit, before) = requests::stretch(&query, ON_PAGE, MOST_ON_PAGE)?;
    let (room, before) = (query.id::<RoomId>("room")?, before.map(MessageId::new));
    let most = usize::try_from(limit).unwrap_or_default();
    let Some(words) = query.text("q")?.filter(|words| !words.trim().is_empty()) else {
        let find = move |tx: &Tx<'_>| catalogue::list_messages(tx, organization.as_deref(), room, before, most);
        return Ok(Out(FoundOut::new(call.blocking(move |world| world.read(find)).await?, None)));
    };
    let wanted = search_query(&query, words, room)?;
    let page = SearchPage { before, limit: most };
    let find = move |tx: &Tx<'_>| {
        let found = catalogue::search_messages(tx, organization.as_deref(), &wanted, page)?;
        Ok(FoundOut::new(found, Some(search::get_progress(tx)?)))
    };
    Ok(Out(call.blocking(move |world| world.read(find)).await?))
}

fn search_query(query: &Params, words: &str, room: Option<RoomId>) -> Result<SearchQuery, Error> {
    let words = Words::parse(words).map_err(|error| match error {
        Error::Invalid(_, why) => Error::Invalid("q", why),
        other => other,
    })?;
    let span =
        Span { from: instant(query, "from")?.unwrap_or(Span::ALWAYS.from), upto: instant(query, "to")?.unwrap_or(Span::ALWAYS.upto) };
    Ok(SearchQuery { words, room, author: query.id::<AccountId>("author")?, span })
}

fn instant(query: &Params, name: &'static str) -> Result<Option<Timestamp>, Error> {
    let text = query.text(name)?;
    text.map(|text| text.parse().map_err(|_| Error::Invalid(name, "write it as 2027-01-31T00:00:00Z"))).transpose()
}

/// An API that has words for a message, and how it is asked for one.
pub(super) struct Exhibition {
    pub(super) access: &'static Access,
    scope: &'static str,
    path: fn(&Exhibit) -> String,
}

/// All of them. CAM only writes messages, the Messenger API manages rooms, and ClickMeeting has the chat of its sessions.
const EXHIBITIONS: [Exhibition; 2] = [
    Exhibition {
        access: &access::CHATWORK,
        scope: "rooms.messages:read",
        path: |exhibit| format!("/v2/rooms/{}/messages/{}", exhibit.room.id, exhibit.id),
    },
    Exhibition { access: &access::CHAT_MESSAGES, scope: "read", path: |exhibit| format!("/chat-messages/{}", exhibit.id) },
];

/// POST /messages/{message_id}/renderings. Each answer comes from the API itself, which is asked as somebody in the room; no
/// read mark moves.
pub(super) async fn post_renderings(call: Call) -> Reply<RenderingsOut> {
    let id: MessageId = requests::id_in_path(&call, "message_id", Error::NotFound(Noun::Message))?;
    let organization = requests::organization(&call.query()?)?;
    let exhibit = call.read(|tx, _| catalogue::find_exhibit(tx, organization.as_deref(), id))?;
    let mut shown = Vec::new();
    if let Some((witness, _)) = &exhibit.witness {
        let (room, account) = (exhibit.room.id, witness.account);
        call.write(move |tx, _| stewards::note_inspection(tx, room, id, account)).await?;
        for exhibition in &EXHIBITIONS {
            let path = (exhibition.path)(&exhibit);
            let answered = ask(&call, exhibition, &path, *witness).await?;
            shown.push((exhibition, path, answered));
        }
    }
    Ok(Out(RenderingsOut::new(exhibit, shown)))
}

/// Asks an API as somebody, with a pass that is good for this one request.
async fn ask(call: &Call, exhibition: &Exhibition, path: &str, witness: Witness) -> Result<Answered, Error> {
    let Witness { account, organization } = witness;
    let access = exhibition.access;
    let scopes = Scopes::Only(vec![exhibition.scope.to_owned()]);
    let actor = Actor { account, organization, dialect: access.dialect, token: call.actor().token, scopes };
    let pass = call.server().passes.issue(actor, call.base())?;
    let secret = format!("{}{}", access.scheme, pass.secret);
    loopback::get(call.server(), path, &[(access.header, secret)]).await
}
