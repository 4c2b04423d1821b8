//! `/session` and `/sessions`: signing in and out, showing the password again, one-time codes.

use std::net::IpAddr;

use actix_web::http::StatusCode;
use actix_web::http::header::SET_COOKIE;

use super::qr::QrOut;
use super::wire::{
    CodeIn, ConfirmationIn, DoneOut, ListOut, ListedSessionOut, PasswordIn, RecoveryCodesOut, SessionOut, SignInIn, TotpKeyOut,
    session_number,
};
use super::{Admin, CONFIRMED, requests, way};
use crate::domain::{AccountId, AdminLogin, Dialect, Email, Error, LimitKind, Noun, PasswordHash, Scopes, TokenId, TotpKey};
use crate::ops::{accounts, administration, totp};
use crate::web::{Call, Dialect as _, Fault, Out, Reply, Server, Typed, Visit, With, forwarded, links, passwords};

/// POST /session
pub(super) async fn post_session(visit: Visit, Typed(body): Typed<SignInIn>) -> Reply<DoneOut> {
    let email = Email::parse(&requests::required(body.email, "email")?)?;
    let password = requests::required(body.password, "password")?;
    let server = visit.server();
    let login = server.world.read(|tx| administration::find_login(tx, &email))?;
    visit.check_tries()?;
    take_try(server, login.as_ref(), visit.network())?;
    let (account, compared) = match compare(login, password).await {
        Ok(compared) => compared,
        Err((Error::WrongPassword, account)) => {
            visit.write(Dialect::Admin, move |tx| administration::note_failure(tx, account)).await?;
            return Err(visit.judge(Admin::MOUNT.name, Error::WrongPassword).into());
        }
        Err((error, _)) => return Err(error.into()),
    };
    let code = body.code.unwrap_or_default();
    let guessed_at = (account, compared.clone());
    let signed_in = visit.write(Dialect::Admin, move |tx| administration::sign_in(tx, account, &compared, &code)).await;
    let signed_in = signed_in.map_err(|error| visit.judge(Admin::MOUNT.name, error))?;
    server.admin_tries.refill(&(Some(guessed_at), visit.network()));
    greet(&visit, &signed_in)?;
    Ok(Out(DoneOut {}))
}

/// Few tries for each account and network, and more for each account from everywhere: a new password gives all of them again.
/// Whoever guesses from many addresses shuts nobody out who comes from where the account signed in before.
fn take_try(server: &Server, login: Option<&AdminLogin>, network: IpAddr) -> Result<(), Error> {
    let now = server.world.clock().now();
    let refused = |seconds| Error::RateLimited(LimitKind::SignIn(seconds));
    let guessed_at = login.map(|login| (login.account, login.password.clone()));
    server.admin_tries.take((guessed_at.clone(), network), now).map_err(refused)?;
    let (Some(login), Some(guessed_at)) = (login, guessed_at) else { return Ok(()) };
    let known = server.world.read(|tx| administration::list_addresses(tx, login.account))?;
    if known.iter().any(|address| address.parse().is_ok_and(|address| forwarded::network(address) == network)) {
        return Ok(());
    }
    server.admin_tries_of_account.take(guessed_at, now).map_err(refused)
}

/// Compares a password; for somebody whom nobody knows it takes as long.
async fn compare(login: Option<AdminLogin>, password: String) -> Result<(AccountId, PasswordHash), (Error, Option<AccountId>)> {
    let Some(login) = login else {
        passwords::take_as_long(password).await.map_err(|error| (error, None))?;
        return Err((Error::WrongPassword, None));
    };
    match passwords::fits(password, login.password.clone()).await {
        Ok(true) => Ok((login.account, login.password)),
        Ok(false) => Err((Error::WrongPassword, Some(login.account))),
        Err(error) => Err((error, None)),
    }
}

/// Gives the browser its session.
pub(super) fn greet(visit: &Visit, secret: &str) -> Result<(), Error> {
    visit.add_header(SET_COOKIE, way::set_cookie(secret, visit.base().starts_with("https:"))?);
    Ok(())
}

/// GET /session
pub(super) async fn get_session(call: Call) -> Reply<SessionOut> {
    let (server, actor) = (call.server(), call.actor());
    let is_open_door = actor.scopes == Scopes::All;
    let (profile, login, left) = call.read(|tx, actor| {
        let login = if is_open_door { None } else { Some(administration::own_login(tx, actor)?) };
        Ok((accounts::get_own_profile(tx, actor)?, login, administration::count_recovery_codes(tx, actor)?))
    })?;
    Ok(Out(SessionOut {
        id: session_number(actor.token),
        account_id: actor.account.get(),
        name: profile.account.person.name,
        email: profile.email,
        mode: server.world.mode().name(),
        version: env!("CARGO_PKG_VERSION"),
        is_open_door,
        csrf_token: way::proof(server, actor.token),
        is_confirmed: actor.scopes.allows(CONFIRMED),
        has_totp: login.is_some_and(|login| login.totp.is_some()),
        recovery_codes_left: left,
        base_url: call.base(),
        now: server.world.clock().now().to_string(),
    }))
}

/// DELETE /session
pub(super) async fn delete_session(call: Call) -> Reply<DoneOut> {
    call.write(administration::sign_out).await?;
    call.add_header(SET_COOKIE, way::set_cookie("", call.base().starts_with("https:"))?);
    Ok(Out(DoneOut {}))
}

/// POST /session/confirmation
pub(super) async fn post_confirmation(call: Call, Typed(body): Typed<ConfirmationIn>) -> Reply<DoneOut> {
    let password = requests::required(body.password, "password")?;
    let login = call.read(administration::own_login)?;
    take_try(call.server(), Some(&login), call.network())?;
    let judge = |error| call.judge(Admin::MOUNT.name, error);
    let (account, compared) = compare(Some(login), password).await.map_err(|(error, _)| judge(error))?;
    let code = body.code.unwrap_or_default();
    let guessed_at = (account, compared.clone());
    call.write(move |tx, actor| administration::confirm(tx, actor, &compared, &code)).await.map_err(judge)?;
    call.server().admin_tries.refill(&(Some(guessed_at), call.network()));
    Ok(Out(DoneOut {}))
}

/// PUT /session/password
pub(super) async fn put_password(call: Call, Typed(body): Typed<PasswordIn>) -> Reply<DoneOut> {
    let hash = passwords::hash(requests::new_password(body.password)?).await?;
    call.write(move |tx, actor| administration::change_password(tx, actor, &hash)).await?;
    Ok(Out(DoneOut {}))
}

/// POST /session/totp
pub(super) async fn post_totp(call: Call) -> Result<With<TotpKeyOut>, Fault> {
    let key = TotpKey::random(call.server().world.entropy().bytes());
    let key = call.write(move |tx, actor| administration::begin_totp(tx, actor, key)).await?;
    let profile = call.read(accounts::get_own_profile)?;
    let (text, name) = (totp::key_text(&key), links::segment(&profile.email));
    let url = format!("otpauth://totp/Crosstalk:{name}?secret={text}&issuer=Crosstalk");
    let qr = QrOut::new(&url)?;
    Ok(With(StatusCode::CREATED, TotpKeyOut { key: text, url, qr }))
}

/// PUT /session/totp
pub(super) async fn put_totp(call: Call, Typed(body): Typed<CodeIn>) -> Reply<RecoveryCodesOut> {
    let code = requests::required(body.code, "code")?;
    let recovery_codes = call.write(move |tx, actor| administration::finish_totp(tx, actor, &code)).await?;
    Ok(Out(RecoveryCodesOut { recovery_codes }))
}

/// DELETE /session/totp
pub(super) async fn delete_totp(call: Call) -> Reply<DoneOut> {
    call.write(|tx, actor| administration::remove_totp(tx, actor.account)).await?;
    Ok(Out(DoneOut {}))
}

/// GET /sessions
pub(super) async fn get_sessions(call: Call) -> Reply<ListOut<ListedSessionOut>> {
    let found = call.read(|tx, _| administration::list_sessions(tx))?;
    let own = call.actor().token;
    Ok(Out(ListOut { items: found.into_iter().map(|session| ListedSessionOut::new(session, own)).collect() }))
}

/// DELETE /sessions/{session_id}
pub(super) async fn delete_other_session(call: Call) -> Reply<DoneOut> {
    let number: TokenId = requests::id_in_path(&call, "session_id", Error::NotFound(Noun::Session))?;
    let token = TokenId::new(session_number(number));
    call.write(move |tx, _| administration::end_session(tx, token)).await?;
    Ok(Out(DoneOut {}))
}
