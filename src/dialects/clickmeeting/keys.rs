//! `/conferences/{room_id}/tokens`, `/token` and `/room/autologin_hash`.

use super::requests;
use super::wire::{AutologinOut, TokensDeletedOut, TokensOut};
use crate::domain::MeetingId;
use crate::domain::civil::Local;
use crate::ops::room_keys;
use crate::web::meeting_links::autologin_hash;
use crate::web::{Call, Id, Out, Reply, Tree};

/// GET /conferences/{room_id}/tokens
pub(super) async fn get_tokens(call: Call, Id(room): Id<MeetingId>) -> Reply<TokensOut> {
    let (meeting, tokens) = call.read(|tx, actor| room_keys::list_tokens(tx, actor, room))?;
    Ok(Out(TokensOut::new(tokens, &Local::of(&meeting.zone))))
}

/// POST /conferences/{room_id}/tokens
pub(super) async fn post_tokens(call: Call, Id(room): Id<MeetingId>, tree: Tree) -> Reply<TokensOut> {
    let (how_many, most) = (requests::how_many(&tree), call.server().config.clickmeeting.most_tokens());
    let (meeting, made) = call.write(move |tx, actor| room_keys::create_tokens(tx, actor, room, how_many, most)).await?;
    Ok(Out(TokensOut::new(made, &Local::of(&meeting.zone))))
}

/// DELETE /conferences/{room_id}/tokens
pub(super) async fn delete_tokens(call: Call, Id(room): Id<MeetingId>, tree: Tree) -> Reply<TokensDeletedOut> {
    let tokens = requests::tokens(&tree);
    call.write(move |tx, actor| room_keys::revoke_tokens(tx, actor, room, tokens)).await?;
    // QUIRK(clickmeeting): the wording, grammar included, is compared by an integrator.
    Ok(Out(TokensDeletedOut { status: "deleted", message: "The tokens is not accessible anymore" }))
}

/// POST /conferences/{room_id}/token
pub(super) async fn post_invitee_token(call: Call, Id(room): Id<MeetingId>, tree: Tree) -> Reply<Vec<String>> {
    let email = requests::invitee(&tree);
    let found = call.read(|tx, actor| room_keys::tokens_of_invitee(tx, actor, room, email))?;
    Ok(Out(found.into_iter().map(|token| token.token).collect()))
}

/// POST /conferences/{room_id}/room/autologin_hash
pub(super) async fn post_autologin_hash(call: Call, Id(room): Id<MeetingId>, tree: Tree) -> Reply<AutologinOut> {
    let cmd = requests::new_autologin(&tree);
    let hash = call.write(move |tx, actor| room_keys::create_autologin(tx, actor, room, cmd, autologin_hash)).await?;
    Ok(Out(AutologinOut { autologin_hash: hash }))
}
