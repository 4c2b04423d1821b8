//! `updateChatRoom`.

use super::requests;
use super::wire::SavedOut;
use crate::ops::groups;
use crate::web::{Call, Out, RawForm, Reply};

/// POST /updateChatRoom
pub(super) async fn update_chat_room(call: Call, form: RawForm) -> Reply<SavedOut> {
    let cmd = requests::chat_room(&form);
    let saved = call.write(move |tx, actor| groups::save_group(tx, actor, cmd)).await?;
    Ok(Out(SavedOut::new(saved)))
}
