//! Logs go to stderr: one line an event, as text or JSON.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Loaded, LogFormat, LogLevel};

/// Starts logging, at `usual` unless a level was set. Libraries speak up only about trouble.
pub(super) fn start(loaded: &Loaded, usual: LogLevel) {
    let level = if loaded.is_set("log.level") { loaded.config.log.level } else { usual };
    let own = match level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
        LogLevel::Trace => "trace",
    };
    let others = if level == LogLevel::Error { "error" } else { "warn" };
    let filter = EnvFilter::new(format!("{others},crosstalk={own}"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        // A line that can't be written – the disk is full, nobody reads – is lost; telling that on stderr would panic.
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal());
    // A second start in one process (tests) keeps the first.
    let _ = match loaded.config.log.format {
        LogFormat::Text => builder.finish().try_init(),
        LogFormat::Json => builder.json().finish().try_init(),
    };
}
