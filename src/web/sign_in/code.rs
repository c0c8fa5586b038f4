//! The second step of a sign-in: the code beside the password, asked of those who want to be asked.

use askama::Template;
use axum::extract::State;
use tower_sessions::Session;

use super::super::access::Origin;
use super::super::form::{Field, Kind, Posted};
use super::super::page::{self, PageResult};
use super::super::profile::takes_code;
use super::super::session::{self, Pending};
use super::super::{Web, assets, view};
use crate::base::clock;
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::users;

#[derive(Template)]
#[template(path = "users/code.html")]
struct Page {
    code: Field,
    problem: Option<&'static str>,
}

/// `GET /login/code`
pub(in crate::web) async fn show(session: Session) -> PageResult {
    match session::pending(&session, clock::now()).await? {
        Some(_) => page::show(&form(None)),
        None => page::see("/login"),
    }
}

/// `POST /login/code`
pub(in crate::web) async fn create(
    State(web): State<Web>,
    session: Session,
    origin: Origin,
    posted: Posted,
) -> PageResult {
    let Some(Pending { user, next, .. }) = session::pending(&session, clock::now()).await? else {
        return page::see("/login");
    };
    let Some(user) = users::find(&web.pool, user).await? else { return page::see("/login") };
    let whose = (user.id, user.email.as_str());
    match takes_code(&web, whose, &origin.text(), posted.get("code")).await? {
        Ok(()) => {
            // what led here may have left a note for the first page
            let note = session::take_flash(&session).await?;
            let in_now = super::let_in(&web, &session, &origin, &user, &next).await?;
            if let Some(note) = note {
                session::leave(&session, note).await?;
            }
            Ok(in_now)
        }
        Err(why) => {
            // the password is known to whoever guesses here: that has to be seen
            let mut db = web.pool.acquire().await?;
            let whose = Subject::new(SubjectKind::User, user.id, &user.name);
            let wrong = Changes::none().told("Wrong", "Code; the password was right");
            audit::note(&mut db, &origin.visitor(), Act::SignInFailed, &whose, &wrong).await?;
            page::show_again(&form(Some(why)))
        }
    }
}

fn form(problem: Option<&'static str>) -> Page {
    let code = Field::new("code", "Code", Kind::Line("text"), "")
        .autocomplete("one-time-code")
        .hint("Six digits from your app, or one of your recovery codes.")
        .focus();
    Page { code, problem }
}
