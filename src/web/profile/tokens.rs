//! Tokens of the REST API: made with a name, a reach and an end, shown once, revoked. The password is asked for, so that a page
//! that was left open is no way to keep a door open.

use askama::Template;
use axum::extract::{Path, State};
use secrecy::ExposeSecret;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted, line};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, mailing, session, view};
use super::password;
use crate::base::clock;
use crate::crm::audit::{self, Act, Changes};
use crate::crm::tokens::{self, Lifetime, NewToken, Scope, Token};

/// What a token's name may hold.
const LONGEST_NAME: usize = 100;

/// A note names so many.
const NAMED: usize = 5;

#[derive(Template)]
#[template(path = "profile/tokens.html")]
struct List {
    shell: Shell,
    tokens: Vec<Token>,
    fields: Vec<Field>,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "profile/token.html")]
struct Shown {
    shell: Shell,
    name: String,
    token: String,
}

/// `GET /profile/tokens`
pub(super) async fn list(State(web): State<Web>, who: SignedIn) -> PageResult {
    page::show(&load(&web, who, &Posted::default(), Errors::default()).await?)
}

/// `POST /profile/tokens`: the token is in this answer only.
pub(super) async fn create(State(web): State<Web>, who: SignedIn, posted: Posted) -> PageResult {
    let mut errors = Errors::default();
    let new = parse(&posted, &mut errors);
    if errors.is_empty()
        && let Err(why) = password::proves(&web, &who.user, who.origin(), &posted).await?
    {
        errors.on("current-password", why);
    }
    let Some(new) = new.filter(|_| errors.is_empty()) else {
        return page::show_again(&load(&web, who, &posted, errors).await?);
    };
    let mut tx = web.pool.begin().await?;
    let token = tokens::issue(&mut tx, who.user.id, &new).await?;
    let reach: Vec<&str> = new.scopes.iter().map(|scope| scope.key()).collect();
    let told = Changes::none().told("Token", &new.name).told("Reach", &reach.join(", "));
    audit::note(&mut tx, &who.actor(), Act::TokenMade, &super::subject(&who.user), &told).await?;
    let what = mailing::new_token(&new.name);
    mailing::tell(&web, &mut tx, (&who.user.name, &who.user.email), &what).await?;
    tx.commit().await?;
    let shell = Shell::load(&web, &who.session, who.user, "").await?;
    page::show(&Shown { shell, name: new.name, token: token.expose_secret().to_owned() })
}

/// `POST /profile/tokens/{id}/revocation`
pub(super) async fn revoke(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let mut tx = web.pool.begin().await?;
    let revoked = tokens::revoke(&mut tx, who.user.id, id).await?;
    if let Some(name) = &revoked {
        let told = Changes::none().told("Token", name);
        audit::note(&mut tx, &who.actor(), Act::TokenRevoked, &super::subject(&who.user), &told).await?;
    }
    tx.commit().await?;
    let note = match revoked {
        Some(name) => format!("The token “{name}” opens nothing any more."),
        None => "That token was gone already.".to_owned(),
    };
    session::flash(&who.session, &note, None).await?;
    page::see("/profile/tokens")
}

/// What somebody is told who has set a new password, with a link: tokens that somebody made while they knew the former one go on
/// working.
pub(in crate::web) async fn after_a_new_password(
    web: &Web,
    user: i64,
) -> Result<(String, Option<(&'static str, String)>), sqlx::Error> {
    let set = "Your new password is set. All other sessions of yours have ended.";
    Ok(match names(web, user).await? {
        None => (set.to_owned(), None),
        Some(names) => {
            let link = ("See whether you know them", "/profile/tokens".to_owned());
            (format!("{set} API tokens that still work: {names}."), Some(link))
        }
    })
}

/// The tokens with which programs come in as this user, the newest first; `None` where there are none.
pub(in crate::web) async fn names(web: &Web, user: i64) -> Result<Option<String>, sqlx::Error> {
    let now = clock::now();
    let tokens = tokens::of_user(&web.pool, user).await?.into_iter().filter(|token| !token.has_ended(now));
    let mut names: Vec<String> = tokens.map(|token| format!("“{}”", token.name)).collect();
    let more = names.split_off(names.len().min(NAMED)).len();
    if more > 0 {
        names.push(format!("{more} more"));
    }
    Ok(Some(names.join(", ")).filter(|names| !names.is_empty()))
}

fn parse(posted: &Posted, errors: &mut Errors) -> Option<NewToken> {
    let name = errors.take("name", line(posted.get("name"), "what the token is for", LONGEST_NAME));
    let reach = Scope::from_key(posted.get("reach")).ok_or("Choose what the token may do.");
    let reach = errors.take("reach", reach);
    let lifetime = Lifetime::from_key(posted.get("good-for")).ok_or("Choose how long it is good for.");
    let lifetime = errors.take("good-for", lifetime);
    let scopes = match reach? {
        Scope::Read => vec![Scope::Read],
        Scope::Write => Scope::ALL.to_vec(),
    };
    Some(NewToken { name: name?, scopes, expires_at: lifetime?.end(clock::now()) })
}

async fn load(web: &Web, who: SignedIn, typed: &Posted, errors: Errors) -> Result<List, PageError> {
    let tokens = tokens::of_user(&web.pool, who.user.id).await?;
    let fields = fields(typed, &errors);
    let shell = Shell::load(web, &who.session, who.user, "").await?;
    Ok(List { shell, tokens, fields, errors })
}

fn fields(typed: &Posted, errors: &Errors) -> Vec<Field> {
    let owned = |(key, word): (&str, &str)| (key.to_owned(), word.to_owned());
    let reaches = [(Scope::Read.key(), "Read"), (Scope::Write.key(), "Read and write")].map(owned);
    let lifetimes = Lifetime::ALL.map(|(_, key, word)| owned((key, word)));
    vec![
        Field::new("name", "Name", Kind::Line("text"), typed.get("name"))
            .required()
            .errors(errors)
            .hint("What it is for, such as the program’s name."),
        Field::new("reach", "It may", Kind::Choice(reaches.into()), typed.get("reach")).errors(errors),
        Field::new("good-for", "Good for", Kind::Choice(lifetimes.into()), typed.get("good-for"))
            .errors(errors),
        password::current(errors),
    ]
}
