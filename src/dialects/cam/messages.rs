//! `sendMessage` and `sendMessages`.

use futures_util::future::join_all;

use super::requests;
use super::wire::{BatchOut, SentOut};
use crate::domain::Error;
use crate::ops::delivery;
use crate::web::{Call, Out, RawForm, Reply};

/// Items of a batch that wait for the disk together.
const AT_ONCE: usize = 25;

/// POST /sendMessage
pub(super) async fn send_message(call: Call, form: RawForm) -> Reply<SentOut> {
    let cmd = requests::message(&form);
    let sent = call.write(move |tx, actor| delivery::deliver(tx, actor, cmd)).await?;
    Ok(Out(SentOut::new(sent)))
}

/// POST /sendMessages. Each item is a unit of work of its own, so one that fails leaves nothing and stops nothing.
pub(super) async fn send_messages(call: Call, form: RawForm) -> Reply<BatchOut> {
    let mut items = requests::messages(&form)?.into_iter().peekable();
    let mut outcomes = Vec::with_capacity(items.len());
    while items.peek().is_some() {
        let some = items.by_ref().take(AT_ONCE).map(|cmd| call.write(move |tx, actor| delivery::deliver(tx, actor, cmd)));
        outcomes.extend(join_all(some).await);
    }
    for fault in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).filter(|error| matches!(error, Error::Internal(_))) {
        tracing::error!(cause = ?fault, "a message of a batch could not be sent");
    }
    Ok(Out(BatchOut::new(outcomes)))
}
