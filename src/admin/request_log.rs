//! `/requests`: what was asked of this server and how it was answered, now and as it comes.

mod wire;

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Data;
use futures_util::stream;
use tokio::sync::watch;

use super::desk::Desk;
use super::requests::{self, instant};
use super::way;
use crate::domain::{Error, LoggedRequest, RequestFilter};
use crate::ops::accounts;
use crate::ops::requests::{list_newer, list_requests};
use crate::store::requests::RequestLog;
use crate::web::events::{self, Event};
use crate::web::{Call, Fault, Out, Params, Reply, Server};
use crate::world::World;
pub(super) use wire::LogOut;
use wire::{NewRequestsOut, RequestOut};

/// How long what comes is gathered before it is told.
const GATHERED: Duration = Duration::from_millis(500);
const NOT_KEPT: Error =
    Error::NotHere("no requests are logged here: log.requests is off, or log.db can't be written; the server's log says which");

/// GET /requests
pub(super) async fn get_requests(call: Call) -> Reply<LogOut<RequestOut>> {
    let query = call.query()?;
    let (filter, before) = (filter(&query)?, query.natural("before")?);
    let limit = requests::limit(&query)?;
    let page = call.blocking(move |world| {
        let page = list_requests(log_of(world)?, &filter, before, limit)?;
        Ok(LogOut { items: named(world, page.entries)?, next: page.next })
    });
    Ok(Out(page.await?))
}

/// GET /requests/live: events, each with what came since the one before.
pub(super) async fn get_requests_live(call: Call, desk: Data<Desk>) -> Result<HttpResponse, Fault> {
    let query = call.query()?;
    let (filter, after) = (filter(&query)?, requests::last_event(&call)?.or(query.natural("after")?));
    let server = call.shared_server();
    let news = log_of(&server.world)?.follow();
    let reached = after.unwrap_or_else(|| *news.borrow());
    let following = Following { server, filter, news, reached };
    let told = stream::unfold(following, |mut following| async { Some((following.next().await?, following)) });
    Ok(events::answer(desk.streams.take_seat()?, told, way::guard_of(&call)))
}

fn log_of(world: &World) -> Result<&RequestLog, Error> {
    world.requests().ok_or(NOT_KEPT)
}

/// Requests with the names of those who sent them.
fn named(world: &World, entries: Vec<LoggedRequest>) -> Result<Vec<RequestOut>, Error> {
    let callers = entries.iter().filter_map(|entry| entry.request.caller).map(|caller| caller.account);
    let names = world.read(|tx| accounts::names_of(tx, callers))?;
    Ok(entries.into_iter().map(|entry| RequestOut::new(entry, &names)).collect())
}

/// Somebody who looks on.
struct Following {
    server: Arc<Server>,
    filter: RequestFilter,
    news: watch::Receiver<i64>,
    /// The newest request that was looked at.
    reached: i64,
}

impl Following {
    /// What comes next of what fits; none when the log ends.
    async fn next(&mut self) -> Option<Result<Event, Error>> {
        loop {
            let reached = self.reached;
            // Zero says that nothing was written since the start.
            self.news.wait_for(|newest| *newest != reached && *newest > 0).await.ok()?;
            tokio::time::sleep(GATHERED).await;
            match self.look().await {
                Ok(news) if news.items.is_empty() && !news.has_gap => {}
                news => return Some(news.and_then(|news| Event::new(Some(self.reached), &news))),
            }
        }
    }

    async fn look(&mut self) -> Result<NewRequestsOut, Error> {
        let newest = *self.news.borrow_and_update();
        // Numbers that went back are those of a log that was made anew.
        let after = if newest < self.reached { 0 } else { self.reached };
        self.reached = newest;
        let (server, filter) = (self.server.clone(), self.filter.clone());
        let look = move || {
            let (entries, has_gap) = list_newer(log_of(&server.world)?, &filter, after, newest)?;
            Ok(NewRequestsOut { items: named(&server.world, entries)?, has_gap })
        };
        actix_web::web::block(look).await.map_err(Error::internal)?
    }
}

fn filter(query: &Params) -> Result<RequestFilter, Error> {
    let text = |name| Ok::<_, Error>(query.text(name)?.map(str::to_owned));
    Ok(RequestFilter {
        api: text("dialect")?,
        except_api: text("except")?,
        statuses: query.text("status")?.map(statuses).transpose()?,
        method: query.text("method")?.map(str::to_uppercase),
        path: text("path")?,
        token: query.id("token")?,
        account: query.id("account")?,
        organization: None,
        since: query.text("since")?.map(|text| instant("since", text)).transpose()?,
        until: query.text("until")?.map(|text| instant("until", text)).transpose()?,
        request_id: text("request_id")?,
    })
}

/// `4xx` or `404`.
fn statuses(text: &str) -> Result<(u16, u16), Error> {
    let class = text.strip_suffix("xx").and_then(|digit| digit.parse::<u16>().ok()).map(|digit| (digit * 100, digit * 100 + 99));
    let one = || text.parse::<u16>().ok().map(|status| (status, status));
    let is_status = |(lowest, _): &(u16, u16)| (100..600).contains(lowest);
    class.or_else(one).filter(is_status).ok_or(Error::Invalid("status", "use a class such as 4xx, or a status such as 404"))
}
