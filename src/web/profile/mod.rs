//! What somebody says about themselves: name, clock, dates, light or dark; their password in [`password`], where they are signed
//! in in [`sessions`], the code beside the password in [`two_factor`], what their programs show in [`tokens`].

mod password;
mod sessions;
mod tokens;
mod two_factor;

pub(super) use password::proves;
pub(super) use tokens::{after_a_new_password, names as names_of_tokens};
pub(super) use two_factor::takes as takes_code;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use chrono_tz::{TZ_VARIANTS, Tz};
use sqlx::PgConnection;

use super::access::SignedIn;
use super::error::PageError;
use super::form::{Errors, Field, Kind, Posted, line};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, session, view};
use crate::base::clock;
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::users::User;
use crate::crm::users::second_factor::{self, SecondFactor};
use crate::crm::users::{self, DateFormat, Look, OpenSession, ProfileEdit, Theme, UserError};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/profile", get(show).post(save))
        .route("/profile/password", post(password::change))
        .route("/profile/sessions/endings", post(sessions::end))
        .route("/profile/tokens", get(tokens::list).post(tokens::create))
        .route("/profile/tokens/{id}/revocation", post(tokens::revoke))
        .route("/profile/two-factor", get(two_factor::ask).post(two_factor::confirm))
        .route("/profile/two-factor/recovery-codes", get(two_factor::ask_codes).post(two_factor::new_codes))
        .route("/profile/two-factor/removal", get(two_factor::ask_removal).post(two_factor::remove))
}

/// What a name may hold.
const LONGEST_NAME: usize = 200;

#[derive(Template)]
#[template(path = "profile/show.html")]
struct Show {
    shell: Shell,
    fields: Vec<Field>,
    shown_name: String,
    password: [Field; 2],
    sessions: Vec<OpenSession>,
    /// Which of them this is.
    here: String,
    second_factor: Option<SecondFactor>,
    errors: Errors,
}

impl Show {
    fn is_here(&self, session: &OpenSession) -> bool {
        session.key == self.here
    }
}

/// `GET /profile`
async fn show(State(web): State<Web>, who: SignedIn) -> PageResult {
    let typed = as_posted(&who.user.name, who.user.look);
    page::show(&load(&web, who, &typed, Errors::default()).await?)
}

/// `POST /profile`
async fn save(State(web): State<Web>, who: SignedIn, posted: Posted) -> PageResult {
    let mut errors = Errors::default();
    let Some(edit) = parse(&posted, &mut errors) else {
        return page::show_again(&load(&web, who, &posted, errors).await?);
    };
    let mut tx = web.pool.begin().await?;
    match users::save_profile(&mut tx, who.user.id, &edit).await {
        Ok(()) => {
            told(&mut tx, &who, &edit).await?;
            tx.commit().await?;
            session::flash(&who.session, "Profile saved.", None).await?;
            page::see("/profile")
        }
        Err(UserError::ChangedMeanwhile) => {
            let name = who.user.name.clone();
            errors.on(
                "name",
                format!(
                    "An administrator called you “{name}” meanwhile. Save again to put yours in its place."
                ),
            );
            let posted = posted.with("shown-name", name);
            page::show_again(&load(&web, who, &posted, errors).await?)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// Says in the audit trail what became what.
async fn told(db: &mut PgConnection, who: &SignedIn, edit: &ProfileEdit) -> Result<(), sqlx::Error> {
    let (was, is) = (who.user.look, edit.look);
    let changes = Changes::none()
        .field("Name", &who.user.name, &edit.name)
        .field("Time zone", was.zone.name(), is.zone.name())
        .field("Date format", was.dates.key(), is.dates.key())
        .field("Theme", was.theme.word(), is.theme.word());
    if changes.is_empty() {
        return Ok(());
    }
    audit::note(db, &who.actor(), Act::Changed, &subject(&who.user), &changes).await
}

/// Somebody, to the audit trail.
fn subject(user: &User) -> Subject {
    Subject::new(SubjectKind::User, user.id, &user.name)
}

fn parse(posted: &Posted, errors: &mut Errors) -> Option<ProfileEdit> {
    let name = errors.take("name", line(posted.get("name"), "your name", LONGEST_NAME));
    let zone =
        errors.take("time-zone", posted.get("time-zone").parse::<Tz>().map_err(|_| "Choose a time zone."));
    let dates = DateFormat::from_key(posted.get("date-format")).ok_or("Choose how dates are written.");
    let dates = errors.take("date-format", dates);
    let theme = errors.take("theme", Theme::from_key(posted.get("theme")).ok_or("Choose a theme."));
    let look = Look { zone: zone?, dates: dates?, theme: theme? };
    Some(ProfileEdit { name: name?, shown_name: posted.get("shown-name").replace('\0', "\u{fffd}"), look })
}

fn as_posted(name: &str, look: Look) -> Posted {
    Posted::default()
        .with("name", name)
        .with("shown-name", name)
        .with("time-zone", look.zone.name())
        .with("date-format", look.dates.key())
        .with("theme", look.theme.key())
}

async fn load(web: &Web, who: SignedIn, typed: &Posted, errors: Errors) -> Result<Show, PageError> {
    let here = session::key(&who.session);
    let sessions = users::open_sessions(&web.pool, who.user.id).await?;
    let mut db = web.pool.acquire().await?;
    let second_factor = second_factor::of(&mut db, who.user.id).await?;
    drop(db);
    let shell = Shell::load(web, &who.session, who.user, "").await?;
    Ok(Show {
        fields: fields(typed, &errors),
        shown_name: typed.get("shown-name").to_owned(),
        password: password::fields(&errors),
        shell,
        sessions,
        here,
        second_factor,
        errors,
    })
}

fn fields(typed: &Posted, errors: &Errors) -> Vec<Field> {
    let field = |name: &'static str, label, kind| {
        Field::new(name, label, kind, typed.get(name)).required().errors(errors)
    };
    let today = clock::now().date_naive();
    let zones =
        TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|name| name.contains('/') || *name == "UTC");
    let zones =
        zones.filter(|name| !name.starts_with("Etc/")).map(|name| (name.to_owned(), name.replace('_', " ")));
    let dates = DateFormat::ALL.map(|format| (format.key().to_owned(), format.write(today))).to_vec();
    let themes = Theme::ALL.map(|theme| (theme.key().to_owned(), theme.word().to_owned())).to_vec();
    vec![
        field("name", "Name", Kind::Line("text")).autocomplete("name"),
        field("time-zone", "Time zone", Kind::Choice(zones.collect()))
            .hint("Times on the pages are told by this clock. Exports are in UTC."),
        field("date-format", "Date format", Kind::Choice(dates)),
        field("theme", "Theme", Kind::Choice(themes)),
    ]
}

/// The page again, for a form of it that is not the first.
async fn again(web: &Web, who: SignedIn, errors: Errors) -> PageResult {
    let typed = as_posted(&who.user.name, who.user.look);
    page::show_again(&load(web, who, &typed, errors).await?)
}
