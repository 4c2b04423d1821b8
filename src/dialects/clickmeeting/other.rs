//! `/ping`, `/time_zone_list`, `/phone_gateways` and `/conference/availability`.

use actix_web::web::Path;

use super::requests;
use super::wire::{GatewayOut, PingOut, PlaceOut, StatusOut};
use crate::domain::zones;
use crate::web::{Call, Out, Reply, Tree};

/// GET /ping
pub(super) async fn ping(_: Call) -> Reply<PingOut> {
    Ok(Out(PingOut { ping: "pong" }))
}

/// GET /time_zone_list
pub(super) async fn get_time_zones(_: Call) -> Reply<Vec<&'static str>> {
    Ok(Out(zones::all().collect()))
}

/// GET /time_zone_list/{country}
pub(super) async fn get_time_zones_of_country(_: Call, country: Path<String>) -> Reply<Vec<&'static str>> {
    Ok(Out(zones::of_country(&country).collect()))
}

/// GET /phone_gateways
pub(super) async fn get_phone_gateways(call: Call) -> Reply<Vec<GatewayOut>> {
    let shown = call.server().config.clickmeeting.phone_gateways.iter().map(|gateway| GatewayOut {
        code: gateway.country.clone(),
        location: gateway.location.clone(),
        value: gateway.number.clone(),
        geo: PlaceOut { lat: gateway.latitude.clone(), long: gateway.longitude.clone() },
    });
    Ok(Out(shown.collect()))
}

/// POST /conference/availability. There is no limit of events at the same time, so every slot is free.
pub(super) async fn post_availability(_: Call, tree: Tree) -> Reply<StatusOut> {
    requests::check_slot(&tree)?;
    Ok(Out(StatusOut { status: "OK" }))
}
