//! The steps of a check that need a session: credentials, version, bridge, rights, websites, clock.

use std::time::{Duration, Instant};

use super::report::{Failure, Run};
use super::rights;
use super::{Step, StepKind, StepState};
use crate::magento::api::{info, session, stores};
use crate::magento::{CallError, Fault, Store, Wsdl};

/// A difference of clocks that is worth a warning.
const CLOCK_WARNING: i64 = 60_000;

const ROLE_ADVICE: &str = "In Magento open System > Web Services > SOAP/XML-RPC - Roles, and give the user's role these resources (or all).";

impl<F: FnMut(Step) + Send> Run<F> {
    /// Runs them all.
    pub(super) async fn inside(&mut self, store: &Store, wsdl: &Wsdl) -> Result<(), Failure> {
        self.credentials(store).await?;
        self.version(store).await?;
        self.bridge(store, wsdl).await?;
        self.bulk_reads(store).await?;
        self.permissions(store).await?;
        self.websites(store).await?;
        self.clock(store);
        Ok(())
    }

    async fn credentials(&mut self, store: &Store) -> Result<(), Failure> {
        session::login(store).await.map_err(|problem| self.failed(StepKind::Credentials, &problem))?;
        self.ok(StepKind::Credentials, format!("{} is logged in.", store.settings().user));
        Ok(())
    }

    async fn version(&mut self, store: &Store) -> Result<(), Failure> {
        let sent = Instant::now();
        let told = info::magento_info(store).await;
        self.facts.round_trip_ms = Some(millis(sent.elapsed()));
        match told {
            Ok(told) => {
                self.ok(
                    StepKind::Version,
                    format!(
                        "Magento {} {}, answering in {} ms.",
                        told.version,
                        told.edition,
                        millis(sent.elapsed())
                    ),
                );
                self.facts.magento_version = Some(told.version);
                self.facts.magento_edition = Some(told.edition);
            }
            Err(CallError::Fault(fault)) if fault.is_access_denied() => {
                self.facts.missing.push("Core > Magento info".to_owned());
                self.warn(
                    StepKind::Version,
                    "The user may not ask for the version.".to_owned(),
                    "Give its role the resource Core > Magento info.",
                );
            }
            Err(problem) => return Err(self.failed(StepKind::Version, &problem)),
        }
        Ok(())
    }

    async fn bridge(&mut self, store: &Store, wsdl: &Wsdl) -> Result<(), Failure> {
        let bridge = if wsdl.operations.contains("oroPing") { info::oro_ping(store).await } else { Ok(None) };
        match bridge.map_err(|problem| self.failed(StepKind::Bridge, &problem))? {
            Some(bridge) => {
                self.ok(StepKind::Bridge, format!("Bridge {} is installed.", bridge.version));
                self.facts.bridge_version = Some(bridge.version);
                self.facts.admin_url = bridge.admin_url;
            }
            None => self.step(
                StepKind::Bridge,
                StepState::Skipped,
                "No bridge is installed; none is needed. Carts are looked for by their ids, which takes longer; newsletter subscribers need the bridge.".to_owned(),
                None,
            ),
        }
        Ok(())
    }

    async fn bulk_reads(&mut self, store: &Store) -> Result<(), Failure> {
        match info::answers_bulk(store).await {
            Ok(true) => {
                self.facts.bulk = true;
                self.ok(StepKind::BulkReads, "Bulk reads work.".to_owned());
            }
            Ok(false) | Err(_) => {
                let advice = "Ask the store's administrator to allow /api/soap as well: details are read several times faster.";
                self.warn(
                    StepKind::BulkReads,
                    "Bulk reads (SOAP v1) are blocked; details are read one by one.".to_owned(),
                    advice,
                );
            }
        }
        Ok(())
    }

    async fn permissions(&mut self, store: &Store) -> Result<(), Failure> {
        if !self.facts.bulk {
            return self.permissions_by_trying(store).await;
        }
        let may = match info::resources(store).await {
            Ok(may) => may,
            Err(_) => return self.permissions_by_trying(store).await,
        };
        let lacking = rights::lacking(&may, self.facts.bridge_version.is_some());
        self.facts.missing.extend(lacking.vital.iter().chain(&lacking.other).cloned());
        if !lacking.vital.is_empty() {
            let cause = format!("The SOAP user's role lacks {}.", lacking.vital.join("; "));
            return Err(self.failed_with(StepKind::Permissions, &cause, Some(ROLE_ADVICE.to_owned())));
        }
        if lacking.other.is_empty() {
            self.ok(StepKind::Permissions, "The user may call everything that is needed.".to_owned());
        } else {
            let rest = match lacking.resting.as_slice() {
                [] => String::new(),
                resting => format!(" Until it has them, these rest: {}.", resting.join(", ")),
            };
            let text = format!("The user's role lacks {}.{rest}", lacking.other.join("; "));
            self.warn(StepKind::Permissions, text, ROLE_ADVICE);
        }
        Ok(())
    }

    /// Without SOAP v1 nobody tells the rights: the one that matters most is tried.
    async fn permissions_by_trying(&mut self, store: &Store) -> Result<(), Failure> {
        if let Err(problem) = info::may_list_customers(store).await {
            if problem.fault().is_some_and(Fault::is_access_denied) {
                self.facts.missing.push("Customers > Retrieve customer info".to_owned());
            }
            return Err(self.failed(StepKind::Permissions, &problem));
        }
        self.ok(
            StepKind::Permissions,
            "The user may read customers. Other rights cannot be asked for without bulk reads.".to_owned(),
        );
        Ok(())
    }

    async fn websites(&mut self, store: &Store) -> Result<(), Failure> {
        let with_bridge =
            self.facts.operations.contains("oroWebsiteList") && self.facts.bridge_version.is_some();
        let by_bridge =
            if with_bridge { stores::websites(store).await.ok().map(|listing| listing.rows) } else { None };
        let websites = match by_bridge {
            Some(websites) if !websites.is_empty() => websites,
            _ => {
                let views = stores::list(store)
                    .await
                    .map_err(|problem| self.failed(StepKind::WebsiteList, &problem))?;
                stores::websites_of(&views.rows)
            }
        };
        if websites.is_empty() {
            let advice = "Check in Magento's System > Manage Stores that a website with a store view exists.";
            return Err(self.failed_with(
                StepKind::WebsiteList,
                "The store lists no website.",
                Some(advice.to_owned()),
            ));
        }
        let names: Vec<&str> = websites.iter().map(|website| website.name.as_str()).collect();
        self.ok(
            StepKind::WebsiteList,
            format!("{}: {}.", count(websites.len(), "website"), names.join("; ")),
        );
        self.facts.websites = websites;
        Ok(())
    }

    fn clock(&mut self, store: &Store) {
        let Some(clock) = store.clock() else {
            self.warn(
                StepKind::Clock,
                "The store's answers carry no date.".to_owned(),
                "Changes are read with a wider overlap.",
            );
            return;
        };
        let offset = clock.offset().num_milliseconds();
        self.facts.clock_offset_ms = Some(offset);
        let uncertainty = i64::try_from(clock.uncertainty.as_millis()).unwrap_or(i64::MAX);
        let text = match offset {
            _ if offset.abs() <= uncertainty => "The store's clock agrees with ours.".to_owned(),
            1.. => format!("The store's clock is {} s ahead of ours.", offset / 1_000),
            _ => format!("The store's clock is {} s behind ours.", -offset / 1_000),
        };
        if offset.abs() > CLOCK_WARNING {
            self.warn(StepKind::Clock, text, "It is allowed for. Set both clocks by NTP all the same.");
        } else {
            self.ok(StepKind::Clock, text);
        }
    }
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
