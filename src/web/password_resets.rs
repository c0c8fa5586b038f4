//! "Forgot your password?": a link by e-mail to whoever has an account. The answer is the same for everybody.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use secrecy::SecretString;

use super::access::Origin;
use super::error::PageError;
use super::form::{Errors, Field, Kind, Posted};
use super::page::{self, PageResult};
use super::{Web, assets, mailing, view};
use crate::base::email::Email;
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::users::{self, Person, Verdict};
use crate::notify::{self, Mail};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/password-resets", get(show).post(create))
}

#[derive(Template)]
#[template(path = "users/forgotten.html")]
struct Page {
    /// E-mail is set up.
    sends: bool,
    /// Where the link went, if there is somebody.
    sent: Option<String>,
    email: Field,
}

/// `GET /password-resets`
async fn show(State(web): State<Web>) -> PageResult {
    let sends = mailing::address(&web).await?.is_some();
    page::show(&Page { sends, sent: None, email: field("", &Errors::default()) })
}

/// `POST /password-resets`
async fn create(State(web): State<Web>, origin: Origin, posted: Posted) -> PageResult {
    let mut errors = Errors::default();
    let Some(base) = mailing::address(&web).await? else { return show(State(web)).await };
    let typed = posted.get("email");
    if let Some(email) = errors.take("email", Email::parse(typed)) {
        // counted apart from sign-ins, and for addresses that nobody has as well
        let (account, from) = (format!("reset {email}"), origin.text());
        if users::attempt(&web.pool, &account, &from).await? == Verdict::Try {
            // beside something that takes longer, so that nobody reads from the time who has an account
            let nothing = SecretString::from("");
            let (sent, waited) = tokio::join!(
                send(&web, &origin, email.as_str(), &base),
                web.passwords.verify(&nothing, None)
            );
            sent?;
            waited.map_err(anyhow::Error::from)?;
            let email_field = field("", &Errors::default());
            return page::show(&Page {
                sends: true,
                sent: Some(email.as_str().to_owned()),
                email: email_field,
            });
        }
        errors.on("email", "Too many links were asked for. Wait 15 minutes, then try again.");
    }
    let short: String = typed.chars().take(1000).collect();
    page::show_again(&Page { sends: true, sent: None, email: field(&short, &errors) })
}

async fn send(web: &Web, origin: &Origin, email: &str, base: &str) -> Result<(), PageError> {
    let mut tx = web.pool.begin().await?;
    let person = users::person_by_email(&mut tx, email).await?.filter(Person::is_active);
    let Some(person) = person else { return Ok(()) };
    let token = users::issue_password_link(&mut tx, person.id, None).await?;
    let mail = Mail {
        to: person.email.clone(),
        subject: "A new password for Cartwright".to_owned(),
        text: format!(
            "Hello {},\n\nsomebody, we hope you, asked for a new password for Cartwright. Set it here within an hour:\n\n\
             {base}/password?token={token}\n\nIf it was not you, you need do nothing: your password stays as it is.\n",
            person.name
        ),
    };
    notify::mail(&mut tx, &web.vault, &mail).await?;
    let whose = Subject::new(SubjectKind::User, person.id, &person.name);
    audit::note(&mut tx, &origin.visitor(), Act::ResetAsked, &whose, &Changes::none()).await?;
    tx.commit().await?;
    Ok(())
}

fn field(typed: &str, errors: &Errors) -> Field {
    Field::new("email", "Email", Kind::Line("email"), typed)
        .required()
        .autocomplete("username")
        .errors(errors)
        .focus()
}
