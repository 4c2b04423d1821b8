//! What links open: pages for people who have a link and perhaps no token, and the meetings behind some of them.

mod acts;
pub mod doors;
mod forms;
pub mod invitation;
mod live;
pub mod meetings;
pub mod page;
pub mod pages;
pub mod socket;
mod texts;
pub mod trust;
mod visitor;
mod wire;

pub use meetings::Meetings;

use actix_web::web;

/// Everything that the links of meetings lead to.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/{pin:[0-9]{9}}", web::get().to(pages::by_pin))
        .route("/meet", web::get().to(pages::start))
        .route("/meet/{room}", web::get().to(pages::room))
        .route("/meet/{room}/{token}", web::get().to(pages::room_with_token))
        .route("/quick/{call}", web::get().to(pages::quick_call))
        .route("/o/{organization}", web::get().to(pages::public))
        .route("/embed_conference.html", web::get().to(pages::embed))
        .route("/_m/ws", web::get().to(socket::connect))
        .route("/_m/check", web::get().to(doors::check))
        .route("/_m/{room:[0-9]+}/enter", web::post().to(doors::enter))
        .route("/_m/{room:[0-9]+}/register", web::post().to(doors::register))
        .route("/_m/{room:[0-9]+}/leave", web::post().to(doors::leave))
        .route("/_m/{room:[0-9]+}/rating", web::post().to(doors::rate))
        .route("/_m/{room:[0-9]+}/bye", web::get().to(pages::bye));
}

/// What fuzzers say in a room.
#[cfg(any(test, feature = "fuzzing"))]
pub fn fuzz(text: &str) {
    wire::fuzz(text);
}
