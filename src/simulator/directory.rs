//! The directory of countries and regions.

use super::call::Call;
use super::countries::COUNTRIES;
use super::fault::Refusal;
use super::method::{Method, Noun, Resource, Type};
use super::regions::REGIONS;
use super::reply::{List, Reply, Style};

const COUNTRY_LIST: List = List { item: "directoryCountryEntity", array: "directoryCountryEntityArray" };
const REGION_LIST: List = List { item: "directoryRegionEntity", array: "directoryRegionEntityArray" };

pub(super) const NOUN: Noun = Noun {
    bridge: false,
    resources: &[
        Resource { name: "directory_country", title: "Country API", alias: "country" },
        Resource { name: "directory_region", title: "Region API", alias: "region" },
    ],
    methods: &[
        Method {
            name: "directoryCountryList",
            title: "List of countries",
            path: "directory_country.list",
            alias: "country.list",
            parts: &[],
            returns: ("countries", COUNTRY_LIST.array),
            run: countries,
        },
        Method {
            name: "directoryRegionList",
            title: "List of regions in specified country",
            path: "directory_region.list",
            alias: "region.list",
            parts: &[("country", "string", true)],
            returns: ("countries", REGION_LIST.array),
            run: regions,
        },
    ],
    types: &[
        Type::Record(COUNTRY_LIST.item, "country_id:string iso2_code:string iso3_code:string name:string"),
        Type::Array(&COUNTRY_LIST),
        Type::Record(REGION_LIST.item, "region_id:string code:string name:string"),
        Type::Array(&REGION_LIST),
    ],
};

fn countries(_: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    reply.list(&COUNTRY_LIST, COUNTRIES.iter(), |reply, country| {
        reply.text("country_id", country.iso2);
        reply.text("iso2_code", country.iso2);
        reply.text("iso3_code", country.iso3);
        reply.text("name", country.name);
    });
    Ok(())
}

fn regions(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let wanted = call.argument("country").map(|argument| argument.text.as_str()).unwrap_or_default();
    if !COUNTRIES.iter().any(|country| country.iso2 == wanted) {
        return Err(Refusal::new("101", "Country not exists."));
    }
    let regions: Vec<_> = REGIONS.iter().filter(|region| region.country == wanted).collect();
    reply.list(&REGION_LIST, regions.into_iter(), |reply, region| {
        // v2 declares the id a string, v1 passes the number on.
        match reply.style {
            Style::V1 => reply.int("region_id", region.id),
            Style::Rpc | Style::Wsi => reply.text("region_id", &region.id.to_string()),
        }
        reply.text("code", &region.code);
        reply.text("name", region.name);
    });
    Ok(())
}
