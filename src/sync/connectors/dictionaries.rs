//! What customers refer to by number: read whole, because there is little of it.

use anyhow::Context;
use async_trait::async_trait;
use chrono::TimeDelta;
use futures_util::{StreamExt, TryStreamExt, stream};
use sqlx::PgConnection;

use super::{Connector, Done, GROUPS, REGIONS, WEBSITES};
use crate::base::clock;
use crate::crm::channels;
use crate::crm::customers::{self, Country, Group, Region, Saved, Store, Website};
use crate::jobs::{Counts, Level};
use crate::magento::CallError;
use crate::magento::api::directory::{self, Region as WireRegion};
use crate::magento::api::{groups, stores};
use crate::sync::cursor;
use crate::sync::visit::{Visit, patiently};

/// Regions are read at most once a day.
const REGIONS_ARE_GOOD_FOR: TimeDelta = TimeDelta::days(1);
/// Countries in one bulk read.
const COUNTRIES_AT_ONCE: usize = 100;

/// Websites and store views.
pub(super) struct WebsitesAndStores;

#[async_trait]
impl Connector for WebsitesAndStores {
    fn name(&self) -> &'static str {
        WEBSITES
    }

    async fn changes(&self, visit: &Visit) -> anyhow::Result<Done> {
        let views = patiently(visit, WEBSITES, || stores::list(&visit.store)).await?;
        let sites = if visit.it.store.bridge_version.is_some() {
            patiently(visit, WEBSITES, || stores::websites(&visit.store)).await?.rows
        } else {
            stores::websites_of(&views.rows)
        };
        let websites: Vec<Website> = sites
            .into_iter()
            .map(|site| Website { website_id: site.id, code: site.code.unwrap_or_default(), name: site.name })
            .collect();
        let views: Vec<Store> = views
            .rows
            .into_iter()
            .map(|view| Store {
                store_id: view.store_id,
                website_id: Some(view.website_id),
                code: view.code,
                name: view.name,
            })
            .collect();
        let read = websites.len() + views.len();
        let mut tx = visit.pool().begin().await?;
        visit.run.hold(&mut tx).await?;
        let channel = visit.it.channel_id;
        let changed = customers::save_websites(&mut tx, channel, &websites).await?
            + customers::save_stores(&mut tx, channel, &views).await?;
        let mut facts = visit.it.store.clone();
        facts.websites = websites.iter().map(|site| (site.website_id, site.name.clone())).collect();
        if facts != visit.it.store {
            channels::save_facts(&mut tx, visit.it.id, &facts).await?;
        }
        count(visit, &mut tx, WEBSITES, read, changed).await?;
        tx.commit().await?;
        Ok(Done::with(format!("{} websites, {} stores", websites.len(), views.len())))
    }
}

/// Customer groups.
pub(super) struct CustomerGroups;

#[async_trait]
impl Connector for CustomerGroups {
    fn name(&self) -> &'static str {
        GROUPS
    }

    async fn changes(&self, visit: &Visit) -> anyhow::Result<Done> {
        let list = patiently(visit, GROUPS, || groups::list(&visit.store)).await?;
        let rows: Vec<Group> =
            list.rows.into_iter().map(|group| Group { group_id: group.group_id, name: group.name }).collect();
        let mut tx = visit.pool().begin().await?;
        visit.run.hold(&mut tx).await?;
        let changed = customers::save_groups(&mut tx, visit.it.channel_id, &rows).await?;
        count(visit, &mut tx, GROUPS, rows.len(), changed).await?;
        tx.commit().await?;
        Ok(Done::with(format!("{} groups", rows.len())))
    }
}

/// Countries and their regions, at most once a day.
pub(super) struct Regions;

#[async_trait]
impl Connector for Regions {
    fn name(&self) -> &'static str {
        REGIONS
    }

    async fn changes(&self, visit: &Visit) -> anyhow::Result<Done> {
        let known = cursor::find(visit.pool(), visit.it.id, REGIONS).await?;
        if known.read_at.is_some_and(|at| clock::now() - at < REGIONS_ARE_GOOD_FOR) {
            return Ok(Done::skipped("read once a day"));
        }
        let countries = patiently(visit, REGIONS, || directory::countries(&visit.store)).await?.rows;
        let ids: Vec<String> = countries.iter().map(|country| country.country_id.clone()).collect();
        let regions = if visit.bulk { in_bulk(visit, &ids).await? } else { one_by_one(visit, &ids).await? };
        let countries: Vec<Country> = countries
            .into_iter()
            .map(|country| Country { country_id: country.country_id, name: country.name })
            .collect();
        let mut tx = visit.pool().begin().await?;
        visit.run.hold(&mut tx).await?;
        let channel = visit.it.channel_id;
        let changed = customers::save_countries(&mut tx, channel, &countries).await?
            + customers::save_regions(&mut tx, channel, &regions).await?;
        cursor::read_whole(&mut tx, visit.it.id, REGIONS).await?;
        count(visit, &mut tx, REGIONS, countries.len() + regions.len(), changed).await?;
        tx.commit().await?;
        Ok(Done::with(format!("{} countries, {} regions", countries.len(), regions.len())))
    }
}

async fn in_bulk(visit: &Visit, countries: &[String]) -> anyhow::Result<Vec<Region>> {
    let some: Vec<Vec<String>> = countries.chunks(COUNTRIES_AT_ONCE).map(<[String]>::to_vec).collect();
    let parts: Vec<_> = stream::iter(some)
        .map(|some| async move {
            let told = patiently(visit, REGIONS, || directory::regions_bulk(&visit.store, &some)).await?;
            Ok::<_, CallError>(some.into_iter().zip(told.entries).collect::<Vec<_>>())
        })
        .buffered(visit.calls_at_once())
        .try_collect()
        .await?;
    let mut all = Vec::new();
    for (country, entry) in parts.into_iter().flatten() {
        match entry {
            Ok(regions) => all.extend(regions.into_iter().map(|region| of(&country, region))),
            Err(problem) => {
                let text = format!("The regions of {country} could not be read: {problem}");
                visit.run.log(Level::Warning, REGIONS, &text).await?;
            }
        }
    }
    Ok(all)
}

async fn one_by_one(visit: &Visit, countries: &[String]) -> anyhow::Result<Vec<Region>> {
    let lists: Vec<Vec<Region>> = stream::iter(countries.to_vec())
        .map(|country| async move {
            let list = patiently(visit, REGIONS, || directory::regions(&visit.store, &country)).await?;
            Ok::<_, CallError>(list.rows.into_iter().map(|region| of(&country, region)).collect())
        })
        .buffered(visit.calls_at_once())
        .try_collect()
        .await
        .context("the regions could not be read")?;
    Ok(lists.into_iter().flatten().collect())
}

fn of(country: &str, region: WireRegion) -> Region {
    Region {
        country_id: country.to_owned(),
        region_id: region.region_id,
        code: region.code,
        name: region.name,
    }
}

async fn count(
    visit: &Visit,
    db: &mut PgConnection,
    connector: &str,
    read: usize,
    saved: Saved,
) -> Result<(), sqlx::Error> {
    let read = i64::try_from(read).unwrap_or(i64::MAX);
    let unchanged = read - saved.created - saved.updated;
    let counts =
        Counts { read, created: saved.created, updated: saved.updated, unchanged, ..Counts::default() };
    // a job that was asked for again reads them again, and there are no more of them by that
    visit.run.count_whole(db, connector, counts).await
}
