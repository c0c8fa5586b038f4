//! Changing one's own password: the one in force is asked for, so that a page that was left open is no way to take an account.

use axum::extract::State;

use super::super::access::{Origin, SignedIn};
use super::super::form::{Errors, Field, Kind, Posted};
use super::super::page::{self, PageResult};
use super::super::{Web, mailing, session};
use crate::crm::audit::{self, Act, Changes};
use crate::crm::users::{self, Password, User, Verdict};

/// `POST /profile/password`
pub(super) async fn change(State(web): State<Web>, who: SignedIn, posted: Posted) -> PageResult {
    let mut errors = Errors::default();
    if let Err(why) = proves(&web, &who.user, who.origin(), &posted).await? {
        errors.on("current-password", why);
        return super::again(&web, who, errors).await;
    }
    let password = Password::parse(&posted.secret("new-password"), &who.user.name, &who.user.email);
    let Some(password) = errors.take("new-password", password) else {
        return super::again(&web, who, errors).await;
    };
    let here = session::key(&who.session);
    let hash = web.passwords.hash(&password).await.map_err(anyhow::Error::from)?;
    let mut tx = web.pool.begin().await?;
    users::set_password(&mut tx, who.user.id, &hash).await?;
    let secret = Changes::none().secret("Password");
    audit::note(&mut tx, &who.actor(), Act::PasswordChanged, &super::subject(&who.user), &secret).await?;
    users::end_other_sessions(&mut tx, who.user.id, &here).await?;
    mailing::tell(&web, &mut tx, (&who.user.name, &who.user.email), mailing::NEW_PASSWORD).await?;
    tx.commit().await?;
    let (note, link) = super::after_a_new_password(&web, who.user.id).await?;
    session::flash(&who.session, &note, link).await?;
    page::see("/profile")
}

/// Did they type the password in force? Guessing is slowed down, and stands in the trail, as at the sign-in.
pub(in crate::web) async fn proves(
    web: &Web,
    user: &User,
    origin: &Origin,
    posted: &Posted,
) -> anyhow::Result<Result<(), &'static str>> {
    let (email, from) = (&user.email, origin.text());
    if users::attempt(&web.pool, email, &from).await? == Verdict::Wait {
        return Ok(Err("Too many attempts. Wait 15 minutes, then try again."));
    }
    let typed = posted.secret("current-password");
    if users::sign_in(&web.pool, &web.passwords, email, &typed).await?.is_some() {
        users::forget_failures(&web.pool, email, &from).await?;
        return Ok(Ok(()));
    }
    let mut db = web.pool.acquire().await?;
    let what = Changes::none().told("Wrong", "Password, by somebody who is signed in");
    audit::note(&mut db, &origin.user(user.id), Act::SignInFailed, &super::subject(user), &what).await?;
    Ok(Err("This is not your password."))
}

/// The field for the password in force.
pub(super) fn current(errors: &Errors) -> Field {
    Field::new("current-password", "Current password", Kind::Secret, "")
        .required()
        .autocomplete("current-password")
        .errors(errors)
}

pub(super) fn fields(errors: &Errors) -> [Field; 2] {
    let new = Field::new("new-password", "New password", Kind::Secret, "")
        .required()
        .autocomplete("new-password")
        .hint("At least 10 characters; a few words together are easy to remember.")
        .errors(errors);
    [current(errors), new]
}
