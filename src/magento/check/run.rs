//! The steps of a check up to the WSDL and its mode; [`super::inside`] has those that need a session.

use std::sync::Arc;
use std::time::Instant;

use super::report::{Failure, Run};
use super::{CheckOutcome, Facts, Step, StepKind};
use crate::magento::api::session;
use crate::magento::transport::Told;
use crate::magento::wsdl::WsdlProblem;
use crate::magento::{CallError, Gate, Mode, Phase, Settings, Store, Wsdl, WsdlError, WsdlUrl};

/// Runs all steps; the first failure ends them.
pub(super) async fn run(
    settings: Settings,
    gate: Arc<dyn Gate>,
    report: impl FnMut(Step) + Send,
) -> CheckOutcome {
    let mut run = Run { report, facts: Facts::default(), started: Instant::now() };
    match run.all(settings, gate).await {
        Ok(()) => CheckOutcome::Passed(run.facts),
        Err(Failure { step, cause, advice, switch_wsi_to }) => {
            CheckOutcome::Failed { step, cause, advice, switch_wsi_to, facts: run.facts }
        }
    }
}

impl<F: FnMut(Step) + Send> Run<F> {
    async fn all(&mut self, mut settings: Settings, gate: Arc<dyn Gate>) -> Result<(), Failure> {
        let store = Store::new(settings.clone(), Arc::clone(&gate))
            .map_err(|problem| self.failed(StepKind::Tls, &problem))?;
        self.name_resolution(&store).await?;
        let (wsdl, found) = self.wsdl(&store, &settings, &gate).await?;
        self.wsi_compliance(&wsdl, settings.mode)?;
        settings.wsdl_url = found;
        settings.namespace = Some(wsdl.namespace.clone());
        let store = Store::new(settings, gate).map_err(|problem| self.failed(StepKind::Http, &problem))?;
        let result = self.inside(&store, &wsdl).await;
        session::end_session(&store).await;
        result
    }

    async fn name_resolution(&mut self, store: &Store) -> Result<(), Failure> {
        let addresses =
            store.look_up().await.map_err(|problem| self.failed(StepKind::NameResolution, &problem))?;
        let host = store.settings().wsdl_url.host().to_owned();
        let text = match addresses.as_slice() {
            [only] if *only == host => "The URL holds the address itself.".to_owned(),
            _ => format!("{host} is at {}.", addresses.join(", ")),
        };
        self.ok(StepKind::NameResolution, text);
        Ok(())
    }

    /// Fetches the WSDL: TLS, HTTP and WSDL in one request, told apart by how it fails.
    async fn wsdl(
        &mut self,
        store: &Store,
        settings: &Settings,
        gate: &Arc<dyn Gate>,
    ) -> Result<(Wsdl, WsdlUrl), Failure> {
        let typed = &settings.wsdl_url;
        let mut fetched = store.wsdl().await;
        if matches!(fetched, Err(WsdlProblem::Wsdl(WsdlError::NotFound)))
            && let Some(other) = typed.alternative()
            && let Ok(store) = Store::new(Settings { wsdl_url: other, ..settings.clone() }, Arc::clone(gate))
            && let Ok(found) = store.wsdl().await
        {
            fetched = Ok(found);
        }
        if let Err(WsdlProblem::Call(problem)) = &fetched {
            let step = if matches!(problem, CallError::Tls { .. }) { StepKind::Tls } else { StepKind::Http };
            if step == StepKind::Http && !is_unconnected(problem) {
                self.tls(typed);
            }
            return Err(self.failed(step, problem));
        }
        let (Told { value: wsdl, .. }, found) = match fetched {
            Ok(found) => found,
            Err(problem) => {
                self.tls(typed);
                self.ok(StepKind::Http, "The web server answers.".to_owned());
                return Err(self.failed_with(StepKind::Wsdl, &problem.to_string(), None));
            }
        };
        let found = WsdlUrl::from_url(found);
        self.tls(&found);
        self.http(typed, &found);
        self.wsdl_found(&wsdl, &found);
        Ok((wsdl, found))
    }

    fn tls(&mut self, url: &WsdlUrl) {
        if url.as_url().scheme() == "https" {
            self.ok(StepKind::Tls, "The connection is encrypted and the certificate is valid.".to_owned());
        } else {
            let advice = "Use https if the store offers it.";
            self.warn(
                StepKind::Tls,
                "The connection is not encrypted: user and key travel in the clear.".to_owned(),
                advice,
            );
        }
    }

    fn http(&mut self, typed: &WsdlUrl, found: &WsdlUrl) {
        if typed.wsdl() == found.wsdl() {
            self.ok(StepKind::Http, "The web server answers.".to_owned());
        } else {
            let text = format!("The WSDL was found at {found}.");
            self.warn(StepKind::Http, text, "This URL is used and kept instead of the one you entered.");
        }
        self.facts.final_url = Some(found.to_string());
    }

    fn wsdl_found(&mut self, wsdl: &Wsdl, found: &WsdlUrl) {
        self.facts.namespace = Some(wsdl.namespace.clone());
        self.facts.mode = Some(wsdl.mode);
        self.facts.operations.clone_from(&wsdl.operations);
        let text = format!("{} methods, namespace {}.", wsdl.operations.len(), wsdl.namespace);
        match wsdl.address_host.as_deref().filter(|host| *host != found.host()) {
            None => self.ok(StepKind::Wsdl, text),
            Some(host) => {
                let text = format!("{text} It names another host, {host}; the one you entered is used.");
                self.warn(StepKind::Wsdl, text, "Check the store's base URL if this is not intended.");
            }
        }
    }

    fn wsi_compliance(&mut self, wsdl: &Wsdl, asked: Mode) -> Result<(), Failure> {
        let (is, switch) = match wsdl.mode {
            Mode::Wsi => ("on", true),
            Mode::Rpc => ("off", false),
        };
        if wsdl.mode == asked {
            self.ok(StepKind::WsiCompliance, format!("WS-I Compliance is {is} in the store and here."));
            return Ok(());
        }
        let cause = format!("WS-I Compliance is {is} in the store, but not here.");
        let advice = format!("Switch WS-I Compliance {is} here.");
        let mut failure = self.failed_with(StepKind::WsiCompliance, &cause, Some(advice));
        failure.switch_wsi_to = Some(switch);
        Err(failure)
    }
}

/// Failed before a connection stood.
fn is_unconnected(problem: &CallError) -> bool {
    matches!(
        problem,
        CallError::Connect { .. }
            | CallError::Resolve { .. }
            | CallError::Refused { .. }
            | CallError::GateClosed(_)
            | CallError::Settings(_)
            | CallError::Timeout { phase: Phase::Connect, .. }
    )
}
