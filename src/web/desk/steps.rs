//! The bar of a follow-up: where an order or a cart stands, and the steps that can be taken from there.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::{self, Errors, Field, Posted};
use super::super::grid::Asked;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, view};
use super::ordering::Ordering;
use super::said::block;
use super::{Editing, find, said};
use crate::crm::records::{Head, Record, RecordKind};
use crate::crm::steps::{self, Action, Change, Standing, Step, Taken};
use crate::crm::users::User;

/// The bar; without a standing, nothing.
#[derive(Template)]
#[template(path = "desk/steps.html")]
pub(in crate::web) struct StepsPart {
    record: Record,
    standing: Option<Standing>,
    offers: Vec<Action>,
    email: String,
}

impl HtmlSafe for StepsPart {}

/// Orders are followed up, carts are won back.
pub(in crate::web) fn has_steps(kind: RecordKind) -> bool {
    !Step::all_of(kind).is_empty()
}

impl StepsPart {
    pub(super) async fn load(
        web: &Web,
        user: &User,
        record: Record,
        head: &Head,
        ordering: Option<&Ordering>,
    ) -> Result<Self, PageError> {
        let standing = steps::standing(&web.pool, record).await?;
        let may = |action: &Action| match action {
            _ if !user.may_edit() => false,
            Action::Email => !head.email.is_empty(),
            Action::PlaceOrder => ordering.is_some(),
            _ => true,
        };
        let offered = |action: &Action| {
            standing.as_ref().is_some_and(|it| steps::next(record.kind, it.step, *action).is_some())
        };
        let offers = Action::ALL.into_iter().filter(|action| may(action) && offered(action)).collect();
        Ok(Self { record, standing, offers, email: head.email.clone() })
    }

    /// Has somebody followed it up?
    pub(in crate::web) fn is_begun(&self) -> bool {
        self.standing.as_ref().is_some_and(|standing| standing.at.is_some())
    }

    fn title(&self) -> &'static str {
        if self.record.kind == RecordKind::Cart { "Abandoned Shopping Cart" } else { "Order Follow Up" }
    }

    fn pill(&self, standing: &Standing) -> Pill {
        pill(standing.step)
    }

    /// The step that is usual from here.
    fn is_first(&self, action: &Action) -> bool {
        matches!(action, Action::Feedback | Action::PlaceOrder)
    }
}

/// A step as a pill.
#[derive(Template)]
#[template(source = r#"<span class="pill {{ class }}">{{ word }}</span>"#, ext = "html")]
pub(in crate::web) struct Pill {
    class: &'static str,
    word: &'static str,
}

impl HtmlSafe for Pill {}

/// The pill of a step.
pub(in crate::web) fn pill(step: Step) -> Pill {
    let class = match step {
        Step::NotContacted | Step::Open | Step::Abandoned => "",
        Step::Emailed | Step::Called => "info",
        Step::NoReply => "warn",
        Step::Contacted | Step::Converted => "ok",
    };
    Pill { class, word: step.word() }
}

/// The form of a step that has something to say.
#[derive(Template)]
#[template(path = "desk/step_form.html")]
struct Form {
    shell: Shell,
    record: Record,
    name: String,
    action: Action,
    fields: Vec<Field>,
}

/// `GET /{records}/{id}/steps/new`
pub(super) async fn new(
    State(web): State<Web>,
    Editing { who, record, .. }: Editing,
    asked: Asked,
) -> PageResult {
    let action = Action::from_key(&asked.get("action")).filter(|action| has_words(*action));
    let action = action.ok_or(PageError::NotFound)?;
    page::show(&form(&web, who, record, action, &Posted::default(), &Errors::default()).await?)
}

/// `POST /{records}/{id}/steps`
pub(super) async fn take(
    State(web): State<Web>,
    Editing { who, record, .. }: Editing,
    posted: Posted,
) -> PageResult {
    let action = Action::from_key(posted.get("action")).filter(|action| is_taken_here(*action));
    let action = action.ok_or(PageError::NotFound)?;
    let mut errors = Errors::default();
    let Some(change) = parse(action, &posted, &mut errors) else {
        return page::show_again(&form(&web, who, record, action, &posted, &errors).await?);
    };
    let mut tx = web.pool.begin().await?;
    let taken = steps::take(&mut tx, record, &change, who.user.id).await?;
    tx.commit().await?;
    tell(&who, record, taken).await
}

/// A step with what is said about it; what is wrong is noted beside its field.
pub(in crate::web) fn parse(action: Action, posted: &Posted, errors: &mut Errors) -> Option<Change> {
    let needed = (action == Action::Feedback).then_some("what the buyer said");
    let feedback = errors.take("step-feedback", block(posted.get("step-feedback"), needed));
    let notes = errors.take("step-notes", block(posted.get("step-notes"), None));
    Some(Change { action, feedback: feedback?, notes: notes? })
}

async fn tell(who: &SignedIn, record: Record, taken: Taken) -> PageResult {
    let note = match taken {
        Taken::Now(step) => format!("Step taken: {}.", step.word()),
        Taken::NotOffered(step) => {
            format!("Somebody took a step meanwhile: it stands at “{}”. Nothing was changed.", step.word())
        }
        Taken::NoRecord => return Err(PageError::NotFound),
    };
    said(who, &note, record).await
}

/// Is it taken by itself? An e-mail and a call are written down, which takes their steps, and an order is placed.
pub(in crate::web) fn is_taken_here(action: Action) -> bool {
    has_words(action) || action == Action::Reopen
}

/// Is something said with it?
fn has_words(action: Action) -> bool {
    matches!(action, Action::NoReply | Action::Feedback | Action::Abandon)
}

async fn form(
    web: &Web,
    who: SignedIn,
    record: Record,
    action: Action,
    typed: &Posted,
    errors: &Errors,
) -> Result<Form, PageError> {
    let area = |name, label| Field::new(name, label, form::Kind::Area, typed.get(name)).errors(errors).full();
    let mut fields = Vec::new();
    if action == Action::Feedback {
        fields.push(area("step-feedback", "Feedback").required());
    }
    fields.push(area("step-notes", "Notes"));
    let head = find(web, record).await?;
    let shell = Shell::load(web, &who.session, who.user, super::here(record.kind)).await?;
    Ok(Form { shell, record, name: head.name, action, fields })
}
