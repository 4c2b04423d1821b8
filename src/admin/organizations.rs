//! `/organizations`.

use actix_web::http::StatusCode;

use super::requests::{self, required};
use super::wire::{ListOut, OrganizationIn, OrganizationOut};
use crate::domain::{Language, OrganizationPatch, Slug};
use crate::ops::organizations;
use crate::web::{Call, Fault, Out, Reply, Typed, With};

/// GET /organizations
pub(super) async fn get_organizations(call: Call) -> Reply<ListOut<OrganizationOut>> {
    let found = call.read(|tx, _| organizations::list_organizations(tx))?;
    Ok(Out(ListOut { items: found.into_iter().map(OrganizationOut::from).collect() }))
}

/// POST /organizations
pub(super) async fn post_organization(call: Call, Typed(body): Typed<OrganizationIn>) -> Result<With<OrganizationOut>, Fault> {
    let slug = Slug::parse(&required(body.slug, "slug")?)?;
    let (name, zone) = (required(body.name, "name")?, requests::zone(&required(body.time_zone, "time_zone")?)?);
    let language = body.language.map(|code| Language::named(&code)).transpose()?;
    let made = call.write(move |tx, _| {
        organizations::create_organization(tx, &slug, &name, &zone)?;
        organizations::edit_organization(tx, slug.as_str(), &OrganizationPatch { language, ..OrganizationPatch::default() })
    });
    Ok(With(StatusCode::CREATED, made.await?.into()))
}

/// PATCH /organizations/{slug}
pub(super) async fn patch_organization(call: Call, Typed(body): Typed<OrganizationIn>) -> Reply<OrganizationOut> {
    let patch = OrganizationPatch {
        name: body.name,
        zone: body.time_zone.map(|name| requests::zone(&name)).transpose()?,
        language: body.language.map(|code| Language::named(&code)).transpose()?,
    };
    let slug = call.place("slug");
    Ok(Out(call.write(move |tx, _| organizations::edit_organization(tx, &slug, &patch)).await?.into()))
}
