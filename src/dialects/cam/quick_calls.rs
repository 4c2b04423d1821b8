//! `createQuickCall`.

use super::requests;
use super::wire::QuickCallOut;
use crate::domain::NewQuickCall;
use crate::ops::quick_calls;
use crate::web::{Call, Out, RawForm, Reply, passwords};

/// POST /createQuickCall
pub(super) async fn create_quick_call(call: Call, form: RawForm) -> Reply<QuickCallOut> {
    let (expiry, password) = requests::quick_call(&form)?;
    let password = match password {
        Some(word) => Some(passwords::hash(word.as_str().to_owned()).await?),
        None => None,
    };
    let cmd = Ok(NewQuickCall { expiry, password });
    let made = call.write(move |tx, actor| quick_calls::create_quick_call(tx, actor, cmd)).await?;
    Ok(Out(QuickCallOut::new(made, &call.base())))
}
