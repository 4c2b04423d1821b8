//! `/settings`: what the server was started with, and what is set while it runs.

mod wire;

use crate::domain::{Error, Setting};
use crate::ops::settings::{self, Settings};
use crate::web::{Call, Out, Reply, Typed};
use crate::world::World;
use wire::{ChosenOut, SettingIn, SettingsOut};

/// GET /settings
pub(super) async fn get_settings(call: Call) -> Reply<SettingsOut> {
    let query = call.query()?;
    let organization = query.text("organization")?;
    let found = call.read(|tx, _| settings::get_settings(tx, organization))?;
    Ok(Out(SettingsOut::new(&call.server().shown, chosen(&call, &found)?)))
}

/// PUT /settings/{setting}
pub(super) async fn put_setting(call: Call, Typed(body): Typed<SettingIn>) -> Reply<ChosenOut> {
    let setting = Setting::named(&call.place("setting")).ok_or(Error::NoEndpoint)?;
    let (organization, value) = (body.organization, body.value);
    let changed = call.write(move |tx, _| settings::change_setting(tx, organization.as_deref(), setting, value)).await?;
    apply(&call.server().world, setting, value)?;
    Ok(Out(chosen(&call, &changed)?))
}

/// Tells those who don't read the database that something else holds.
fn apply(world: &World, setting: Setting, value: Option<i64>) -> Result<(), Error> {
    match setting {
        Setting::FreeFloorBytes => world.blobs().set_floor(value.and_then(|bytes| u64::try_from(bytes).ok())),
        Setting::RequestDays | Setting::RequestRows => {
            let retention = world.read(settings::find_request_retention)?;
            if let Some(log) = world.requests() {
                log.keep(retention, world.clock().now());
            }
        }
        Setting::MessageDays | Setting::QuotaBytes | Setting::AuditDays => {}
    }
    Ok(())
}

/// What holds, and how much room the disk has.
fn chosen(call: &Call, settings: &Settings) -> Result<ChosenOut, Error> {
    let space = call.server().world.blobs().space().map_err(Error::internal)?;
    Ok(ChosenOut::new(settings, space.floor_bytes, space.free_bytes))
}
