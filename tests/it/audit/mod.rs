//! The audit log: who did what is in it once, what is nobody's business is not, and nobody changes it unseen.

mod actions;
mod chain;
mod commands;

use crosstalk::domain::{AuditEntry, AuditFilter, ChainVerdict};
use crosstalk::ops::audit;
use crosstalk::world::World;

use crate::kit::TestApp;

/// The whole log, oldest first.
fn entries(world: &World) -> Vec<AuditEntry> {
    let pages = audit::export(|after| world.read(|tx| audit::list_after(tx, after)));
    pages.collect::<Result<Vec<_>, _>>().expect("the log").concat()
}

/// What `work` added to the log.
fn added(app: &TestApp, work: impl FnOnce()) -> Vec<AuditEntry> {
    let before = entries(&app.world).len();
    work();
    entries(&app.world).split_off(before)
}

fn actions(entries: &[AuditEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.action.as_str()).collect()
}

/// Entries that fit, newest first.
fn list(world: &World, filter: &AuditFilter) -> Vec<AuditEntry> {
    world.read(|tx| audit::list_audit(tx, filter, None, 200)).expect("the log").entries
}

fn verdict(world: &World) -> ChainVerdict {
    audit::verify_chain(|check| world.read(|tx| check.step(tx))).expect("a verdict")
}
