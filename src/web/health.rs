//! How the server is: alive, ready, and numbers for monitoring.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, web};
use prometheus::{Encoder, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder};

use super::connections::Unsent;
use super::server::Server;
use crate::ops::organizations;
use crate::store::requests::RequestLog;

/// Counters for `/metrics`.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// One counter per API and class of status, ready to count: every request does.
    requests: Vec<(&'static str, [IntCounter; CLASSES.len()])>,
    not_logged: IntCounter,
    /// Bytes of answers that wait in memory for their readers.
    pub unsent: Unsent,
}

/// Classes of status, by hundreds from 200 on.
const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// Name of what belongs to no API.
pub const SERVER: &str = "server";

impl Metrics {
    /// Makes and registers them; `now_s` is the start in seconds since 1970.
    pub fn new(now_s: i64, apis: impl Iterator<Item = &'static str>) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("crosstalk_requests_total", "Requests answered, by API and class of status."),
            &["api", "status"],
        )?;
        let up_since = IntGauge::new("crosstalk_start_time_seconds", "When this server started, in seconds since 1970.")?;
        let not_logged = IntCounter::new("crosstalk_requests_not_logged_total", "Requests that the request log has no place for.")?;
        let unsent = IntGaugeVec::new(
            Opts::new("crosstalk_unsent_bytes", "Bytes of answers that wait in memory for their readers, by where they do."),
            &["in"],
        )?;
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(unsent.clone()))?;
        registry.register(Box::new(not_logged.clone()))?;
        registry.register(Box::new(up_since.clone()))?;
        up_since.set(now_s);
        let ready = |api| (api, CLASSES.map(|class| requests.with_label_values(&[api, class])));
        Ok(Self { requests: apis.chain([SERVER]).map(ready).collect(), not_logged, unsent: Unsent::new(&unsent), registry })
    }

    /// Takes over how many requests are not in the request log.
    fn note_not_logged(&self, dropped: u64) {
        self.not_logged.inc_by(dropped.saturating_sub(self.not_logged.get()));
    }

    /// Counts an answer.
    pub fn count(&self, api: &str, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).saturating_sub(2).min(CLASSES.len() - 1);
        if let Some((_, counters)) = self.requests.iter().find(|(name, _)| *name == api) {
            counters[class].inc();
        }
    }
}

/// `GET /livez`: the process answers.
pub async fn livez() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers and takes changes.
pub async fn readyz(server: web::Data<Server>) -> HttpResponse {
    match server.world.read(organizations::find_identity) {
        Ok(Some(_)) if server.world.is_writing() => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n"),
        _ => HttpResponse::ServiceUnavailable().content_type("text/plain; charset=utf-8").body("the database does not answer\n"),
    }
}

/// `GET /metrics`: numbers, for loopback only. A request that was forwarded does not come from loopback.
pub async fn metrics(req: HttpRequest, server: web::Data<Server>) -> HttpResponse {
    if !is_loopback(&req) {
        return HttpResponse::Forbidden().content_type("text/plain; charset=utf-8").body("Metrics are shown to this machine only.\n");
    }
    server.metrics.note_not_logged(server.world.requests().map_or(0, RequestLog::dropped));
    let encoder = TextEncoder::new();
    let mut text = Vec::new();
    match encoder.encode(&server.metrics.registry.gather(), &mut text) {
        Ok(()) => HttpResponse::Ok().insert_header((CONTENT_TYPE, encoder.format_type())).body(text),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// The peer is on this machine **and** nothing says that the request was forwarded.
pub fn is_loopback(req: &HttpRequest) -> bool {
    let forwarded = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"];
    req.peer_addr().is_some_and(|peer| peer.ip().is_loopback()) && !forwarded.iter().any(|name| req.headers().contains_key(*name))
}
