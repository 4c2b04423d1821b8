//! Cookies of this server's own pages.

use actix_web::dev::RequestHead;
use actix_web::http::header::COOKIE;

/// What stands in a cookie that a request brings.
pub fn cookie<'a>(head: &'a RequestHead, name: &str) -> Option<&'a str> {
    let lines = head.headers.get_all(COOKIE).filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}
