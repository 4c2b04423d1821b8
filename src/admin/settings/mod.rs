//! `/settings`: what the server was started with, and what is set while it runs.

mod wire;

use crate::domain::{Error, Setting};
use crate::ops::settings;
use crate::web::{Call, Out, Reply, Typed};
use wire::{ChosenOut, SettingIn, SettingsOut};

/// GET /settings
pub(super) async fn get_settings(call: Call) -> Reply<SettingsOut> {
    let query = call.query()?;
    let organization = query.text("organization")?;
    let found = call.read(|tx, _| settings::get_settings(tx, organization))?;
    let space = call.server().world.blobs().space().map_err(Error::internal)?;
    Ok(Out(SettingsOut::new(&call.server().shown, ChosenOut::new(&found, space))))
}

/// PUT /settings/{setting}
pub(super) async fn put_setting(call: Call, Typed(body): Typed<SettingIn>) -> Reply<ChosenOut> {
    let setting = Setting::named(&call.place("setting")).ok_or(Error::NoEndpoint)?;
    let (organization, value) = (body.organization, body.value);
    let changed = call.write(move |tx, _| settings::change_setting(tx, organization.as_deref(), setting, value)).await?;
    let blobs = call.server().world.blobs();
    blobs.set_floor(changed.free_floor_bytes.and_then(|bytes| u64::try_from(bytes).ok()));
    Ok(Out(ChosenOut::new(&changed, blobs.space().map_err(Error::internal)?)))
}
