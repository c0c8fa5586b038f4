//! The preview of an integration: asked for, watched while it is made, decided.
//!
//! `POST …/previews` asks for one of the next sync; the form asks for one of other terms ([`super::done`]). The page works
//! by itself without scripts, and follows the job with them. A decision names the preview that was seen.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::{Path, State};

use super::super::access::Operator;
use super::super::customers::waiting;
use super::super::error::PageError;
use super::super::form::Posted;
use super::super::live::{self, Watched};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, audited, session, view};
use super::{overtaken, rules};
use crate::crm::audit::{self, Act};
use crate::crm::changes::Becomes;
use crate::crm::channels::{Integration, Terms};
use crate::crm::merge::Field;
use crate::jobs::{self, JobRow, Status};
use crate::sync::preview::{self, Decision, Example, Preview, Totals};
use crate::sync::{self, Wish};

/// Why a decision is not carried out.
const STALE: &str = "Nothing was changed: the settings or the preview are others by now. Look again.";

#[derive(Template)]
#[template(path = "integrations/preview.html")]
struct Page {
    shell: Shell,
    live: Live,
}

/// The part of the page that changes while the preview is made.
#[derive(Template)]
#[template(path = "integrations/preview_live.html")]
struct Live {
    it: Integration,
    preview: Option<Preview>,
    job: Option<JobRow>,
    may_manage: bool,
}

/// It is made by an escaping template.
impl HtmlSafe for Live {}

impl Watched for Live {
    async fn load(web: &Web, operator: &Operator, id: i64) -> Result<Self, PageError> {
        let it = super::find(web, id).await?;
        let preview = preview::find(&web.pool, id).await?;
        let job = match preview.as_ref().and_then(|preview| preview.job_id) {
            Some(job) => jobs::find(&web.pool, job).await?,
            None => None,
        };
        let may_manage = operator.user.may_manage(Some(it.settings.owner_id));
        Ok(Self { it, preview, job, may_manage })
    }

    fn is_over(&self) -> bool {
        self.job.as_ref().is_none_or(|job| job.status.is_over())
    }
}

impl Live {
    fn title(&self) -> &'static str {
        match self.preview.as_ref().map(|preview| (&preview.present, &preview.proposed)) {
            Some((present, proposed)) if present == proposed => "Preview of the next sync",
            Some((present, proposed)) if present.two_way == proposed.two_way => {
                "Preview before the rules change"
            }
            Some((_, Terms { two_way: true, .. })) => "Preview before two way sync is switched on",
            Some(_) => "Preview before two way sync is switched off",
            None => "Preview",
        }
    }

    /// What was made here and the store does not have.
    fn new_records(&self, totals: &Totals) -> String {
        let customers = counted(totals.new_customers, "new customer", "new customers");
        let addresses = counted(totals.new_addresses, "new address", "new addresses");
        match (totals.new_customers, totals.new_addresses) {
            (_, 0) => customers,
            (0, _) => addresses,
            _ => format!("{customers} and {addresses}"),
        }
    }

    fn has_more_new(&self, preview: &Preview) -> bool {
        i64::try_from(preview.found.new.len()).is_ok_and(|shown| shown < preview.found.totals.new_customers)
    }

    fn subscriptions(&self, totals: &Totals) -> String {
        counted(totals.subscriptions, "newsletter subscription", "newsletter subscriptions")
    }

    /// What the button says that puts the terms in force.
    fn apply(&self, preview: &Preview) -> &'static str {
        let seen = preview.finished_at.is_some();
        match (preview.present.two_way == preview.proposed.two_way, preview.proposed.two_way) {
            (false, true) if seen => "Switch on now",
            (false, true) => "Switch on without a preview",
            (false, false) => "Switch off now",
            (true, _) if seen => "Change the rules now",
            (true, _) => "Change without a preview",
        }
    }

    /// What is set, as it is and as it would be.
    fn terms(&self, preview: &Preview) -> Vec<(String, String, String)> {
        let (present, proposed) = (&preview.present, &preview.proposed);
        let two_way = |terms: &Terms| view::on_off(&terms.two_way).to_owned();
        let priority = |terms: &Terms| terms.priority.word().to_owned();
        let mut lines = vec![
            ("Enable two way sync".to_owned(), two_way(present), two_way(proposed)),
            ("Sync priority".to_owned(), priority(present), priority(proposed)),
        ];
        let (now, then) = (rules::in_words(&present.field_rules), rules::in_words(&proposed.field_rules));
        let of = |rules: &[(String, &'static str)], field: &str| {
            let own = rules.iter().find(|(other, _)| other == field);
            own.map_or("As the integration", |(_, rule)| rule).to_owned()
        };
        let only_now = now.iter().filter(|(field, _)| !then.iter().any(|(other, _)| other == field));
        for (field, _) in then.iter().chain(only_now) {
            lines.push((field.clone(), of(&now, field), of(&then, field)));
        }
        lines
    }

    /// Examples, what matters most first.
    fn examples<'a>(&self, preview: &'a Preview) -> Vec<&'a Example> {
        let mut examples: Vec<&Example> = preview.found.examples.iter().collect();
        examples.sort_by_key(|example| example.becomes);
        examples
    }

    fn field(&self, example: &Example) -> String {
        match (example.becomes, Field::from_key(&example.field)) {
            (Becomes::Created | Becomes::Removed, Some(field)) if example.customer.is_some() => {
                format!("Address ({})", field.unit.word())
            }
            (_, field) => field.map(Field::word).unwrap_or_default(),
        }
    }

    /// What would become of it: the pill's class, and the word.
    fn becomes(&self, example: &Example) -> (&'static str, &'static str) {
        match example.becomes {
            Becomes::LocalWins => ("warn", "Conflict: Local wins"),
            Becomes::RemoteWins => ("warn", "Conflict: Remote wins"),
            Becomes::Asked => ("warn", "Conflict: you are asked"),
            Becomes::Waits => ("warn", "Waits for your answer"),
            Becomes::Sent => ("info", "Sent to Magento"),
            Becomes::Kept => ("", "Stays here, not sent"),
            Becomes::Rejected => ("bad", "Stays rejected"),
            Becomes::Lost => ("bad", "Gone in Magento: you are asked"),
            Becomes::Taken => ("ok", "Taken over here"),
            Becomes::Created => ("ok", "Created here"),
            Becomes::Removed => ("", "Removed in Magento"),
        }
    }

    fn broke_off(&self) -> Option<&JobRow> {
        self.job.as_ref().filter(|job| matches!(job.status, Status::Failed | Status::Cancelled))
    }
}

pub(super) async fn show(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let live = Live::load(&web, &operator, id).await?;
    let shell = Shell::load(&web, &operator.session, operator.user, "/integrations").await?;
    page::show(&Page { shell, live })
}

/// `GET /integrations/{id}/preview/events`: the live part, again whenever it has changed.
pub(super) async fn events(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    Live::load(&web, &operator, id).await?;
    Ok(live::events::<Live>(web, operator, id))
}

/// `POST /integrations/{id}/previews`: of the next sync, or once more of the terms that wait.
pub(super) async fn ask(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let it = super::find(&web, id).await?;
    operator.must_manage(Some(it.settings.owner_id))?;
    let present = it.settings.terms();
    let last = preview::find(&web.pool, id).await?.filter(Preview::is_open);
    let proposed = last.map_or(present, |preview| preview.proposed);
    let mut tx = web.pool.begin().await?;
    preview::ask(&mut tx, &it, &proposed, operator.user.id).await?;
    tx.commit().await?;
    page::see(&format!("/integrations/{id}/preview"))
}

/// `POST /integrations/{id}/preview/decision`: the terms are put in force, or left as they are.
pub(super) async fn decide(
    State(web): State<Web>,
    operator: Operator,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let it = super::find(&web, id).await?;
    operator.must_manage(Some(it.settings.owner_id))?;
    let seen = posted.get("preview").parse().unwrap_or_default();
    let last = preview::find(&web.pool, id).await?.filter(|last| last.id == seen);
    let applies = posted.get("decision") == "apply";
    let mut tx = web.pool.begin().await?;
    let done = if applies {
        preview::apply(&mut tx, id, seen).await?
    } else {
        preview::leave(&mut tx, id, seen).await?
    };
    let Some(last) = last.filter(|_| done) else {
        // what was half done is rolled back
        tx.rollback().await?;
        session::refuse(&operator.session, STALE, None).await?;
        return page::see(&format!("/integrations/{id}/preview"));
    };
    if applies {
        let after = it.settings.clone().with_terms(last.proposed.clone());
        let told = overtaken::changes(&it, &after, &[]);
        audit::note(&mut tx, &operator.actor(), Act::Changed, &audited::integration(&it), &told).await?;
    }
    if let Some(job) = last.job_id {
        jobs::cancel(&mut tx, job, operator.user.id).await?;
    }
    let (note, job) = match (applies, it.active) {
        (false, _) => ("Left as it is. Nothing was changed, here or in Magento.".to_owned(), None),
        (true, false) => (in_force(&last), None),
        (true, true) => {
            let asked =
                sync::enqueue(&mut tx, id, &it.settings.name, Some(operator.user.id), Wish::Changes).await?;
            (format!("{} {}", in_force(&last), super::ADDED), Some(asked.id()))
        }
    };
    tx.commit().await?;
    let link = job.map(|job| ("Check progress", format!("/jobs/{job}")));
    session::flash(&operator.session, &note, link).await?;
    page::see(&format!("/integrations/{id}"))
}

fn in_force(last: &Preview) -> String {
    match (last.present.two_way, last.proposed.two_way) {
        (false, true) => "Two way sync is on.",
        (true, false) => "Two way sync is off.",
        _ => "The rules are changed.",
    }
    .to_owned()
}

fn counted(n: i64, one: &str, many: &str) -> String {
    format!("{} {}", view::number(n), if n == 1 { one } else { many })
}
