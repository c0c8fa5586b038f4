//! Check Connection on the form: one click, answers step by step in a panel. Nothing is saved by it.
//!
//! A script gets the steps as they end, a line of JSON each; without JavaScript the whole page comes with all of them.

use std::convert::Infallible;
use std::time::Duration;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tokio::sync::mpsc;
use tracing::Instrument;

use super::super::error::PageError;
use super::super::form::Posted;
use super::super::{Web, view};
use super::parse;
use crate::base::clock;
use crate::crm::channels::{Checked, Secrets, Settings, StoreFacts};
use crate::magento::check::{self, CheckOutcome, Facts, Step, StepState};
use crate::sync;

/// The panel under the button.
#[derive(Template)]
#[template(path = "integrations/probe.html")]
pub(super) struct Probe {
    steps: Vec<Step>,
    outcome: CheckOutcome,
    took: Duration,
}

/// It is made by an escaping template.
impl HtmlSafe for Probe {}

impl Probe {
    fn passed(&self) -> bool {
        matches!(self.outcome, CheckOutcome::Passed(_))
    }

    fn cause(&self) -> &str {
        match &self.outcome {
            CheckOutcome::Passed(_) => "Connected. Now choose a website.",
            CheckOutcome::Failed { cause, .. } => cause,
        }
    }

    fn advice(&self) -> Option<&str> {
        match &self.outcome {
            CheckOutcome::Passed(_) => None,
            CheckOutcome::Failed { advice, .. } => advice.as_deref(),
        }
    }

    fn switch_wsi_to(&self) -> Option<bool> {
        match &self.outcome {
            CheckOutcome::Failed { switch_wsi_to, .. } => *switch_wsi_to,
            CheckOutcome::Passed(_) => None,
        }
    }

    /// The store's administrator panel, where the bridge told it.
    pub(super) fn admin_url(&self) -> Option<String> {
        self.facts()?.admin_url.clone()
    }

    fn facts(&self) -> Option<&Facts> {
        match &self.outcome {
            CheckOutcome::Passed(facts) => Some(facts),
            CheckOutcome::Failed { .. } => None,
        }
    }
}

/// A step as it ends.
#[derive(Template)]
#[template(path = "integrations/step.html")]
struct StepLine<'a> {
    step: &'a Step,
}

fn class(step: &Step) -> &'static str {
    match step.state {
        StepState::Ok => "ok",
        StepState::Warn => "warn",
        StepState::Failed => "bad",
        StepState::Skipped => "skip-step",
    }
}

fn mark(step: &Step) -> &'static str {
    match step.state {
        StepState::Ok => "done",
        StepState::Warn => "warning",
        StepState::Failed => "failed",
        StepState::Skipped => "waiting",
    }
}

fn took(span: &Duration) -> String {
    match span.as_millis() {
        0 => String::new(),
        ms @ 1..1000 => format!("{ms} ms"),
        ms => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
    }
}

/// What is to be tried.
pub(super) struct Trial {
    pub(super) settings: Settings,
    pub(super) secrets: Secrets,
}

impl Trial {
    /// The connection's part of the form; it was parsed before.
    pub(super) fn of(typed: &Posted, key: SecretString, password: Option<SecretString>) -> Self {
        let nonblank = |name| Some(typed.get(name).trim().to_owned()).filter(|text| !text.is_empty());
        let settings = Settings {
            name: String::new(),
            wsdl_url: parse::address(typed),
            api_user: typed.get("soap-api-user").trim().to_owned(),
            wsi: typed.has("ws-i-compliance"),
            sync_start_date: chrono::NaiveDate::default(),
            website_id: None,
            admin_url: None,
            owner_id: 0,
            two_way: false,
            priority: crate::crm::channels::Priority::Remote,
            basic_auth_user: nonblank("basic-auth-user"),
            ca_certificate: nonblank("ca-certificate").map(|pem| pem.replace("\r\n", "\n")),
            calls_at_once: None,
            requests_per_minute: None,
            interval_seconds: None,
            guest_customers: true,
            order_notes: true,
            split_by_name: Vec::new(),
            quiet: None,
            cart_budget: None,
            field_rules: std::collections::BTreeMap::new(),
        };
        Self { settings, secrets: Secrets { api_key: key, basic_auth_password: password } }
    }

    async fn run(&self, web: &Web, report: impl FnMut(Step) + Send) -> Result<CheckOutcome, PageError> {
        let way = sync::reach(
            &web.pool,
            &self.settings,
            &self.secrets,
            &StoreFacts::default(),
            web.private_addresses,
        )?;
        Ok(check::check(way.settings, way.gate, report).await)
    }

    /// What a passed check is worth keeping for the choice of a website.
    pub(super) fn checked(&self, outcome: &CheckOutcome) -> Option<Checked> {
        let CheckOutcome::Passed(facts) = outcome else { return None };
        Some(Checked {
            // where it was found after redirects: the address to keep
            wsdl_url: facts.final_url.clone().unwrap_or_else(|| self.settings.wsdl_url.clone()),
            api_user: self.settings.api_user.clone(),
            facts: store_facts(facts),
        })
    }
}

/// Runs the check to its end.
pub(super) async fn whole(web: &Web, trial: &Trial) -> Result<(Probe, Option<Checked>), PageError> {
    let began = tokio::time::Instant::now();
    let mut steps = Vec::new();
    let outcome = trial.run(web, |step| steps.push(step)).await?;
    let checked = trial.checked(&outcome);
    Ok((Probe { steps, outcome, took: began.elapsed() }, checked))
}

/// Runs the check and sends each step as it ends. `keep` takes what was found before the last line is sent.
pub(super) fn streamed<K, F>(web: Web, trial: Trial, keep: K) -> Response
where
    K: FnOnce(Checked) -> F + Send + 'static,
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let (lines, receiver) = mpsc::unbounded_channel::<String>();
    let check = async move {
        let began = tokio::time::Instant::now();
        let mut steps = Vec::new();
        let sender = lines.clone();
        let outcome = trial
            .run(&web, |step| {
                let html = StepLine { step: &step }.render().unwrap_or_default();
                // nobody listens any more when the dialog was closed; the check ends by itself
                let _ = sender.send(json!({ "step": html }).to_string());
                steps.push(step);
            })
            .await;
        let last = match outcome {
            Ok(outcome) => {
                let checked = trial.checked(&outcome);
                if let Some(checked) = checked
                    && let Err(problem) = keep(checked).await
                {
                    tracing::error!("what a check found could not be kept: {problem:#}");
                }
                finished(&Probe { steps, outcome, took: began.elapsed() })
            }
            Err(problem) => {
                tracing::error!("{problem:#}");
                json!({ "broken": "The check could not be made. Close this form, open it again and retry." })
            }
        };
        let _ = lines.send(last.to_string());
    };
    tokio::spawn(check.in_current_span());
    // fused, because a layer on the way out may ask once more after the end
    let body = stream::unfold(receiver, |mut receiver| async move {
        let line = receiver.recv().await?;
        Some((Ok::<_, Infallible>(format!("{line}\n")), receiver))
    })
    .fuse();
    (
        [(header::CONTENT_TYPE, "application/x-ndjson"), (header::CACHE_CONTROL, "no-store")],
        Body::from_stream(body),
    )
        .into_response()
}

fn finished(probe: &Probe) -> serde_json::Value {
    let panel = probe.render().unwrap_or_default();
    match probe.facts() {
        None => json!({ "panel": panel }),
        Some(facts) => {
            let sites = facts.websites.iter().map(|site| (site.id.to_string(), site.name.clone()));
            let all = ("all".to_owned(), "All Websites".to_owned());
            let websites: Vec<(String, String)> = std::iter::once(all).chain(sites).collect();
            json!({ "panel": panel, "websites": websites, "adminUrl": facts.admin_url, "wsdlUrl": facts.final_url })
        }
    }
}

fn store_facts(facts: &Facts) -> StoreFacts {
    StoreFacts {
        namespace: facts.namespace.clone(),
        magento_version: facts.magento_version.clone(),
        magento_edition: facts.magento_edition.clone(),
        bridge_version: facts.bridge_version.clone(),
        bulk: Some(facts.bulk),
        clock_ahead_ms: facts.clock_offset_ms,
        round_trip_ms: facts.round_trip_ms.and_then(|ms| i64::try_from(ms).ok()),
        websites: facts.websites.iter().map(|site| (site.id, site.name.clone())).collect(),
        measured_at: Some(clock::now()),
    }
}

/// Is there a key or password to try with?
pub(super) fn given(typed: &Posted, name: &str) -> Option<SecretString> {
    Some(typed.secret(name)).filter(|secret| !secret.expose_secret().is_empty())
}
