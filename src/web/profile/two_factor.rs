//! The code beside the password: set up with a picture for an app, confirmed with a first code, and switched off again.

use askama::Template;
use axum::extract::State;
use qrcode::{Color, QrCode};
use secrecy::ExposeSecret;
use url::form_urlencoded;

use super::super::access::{self, Enrolling, SignedIn};
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, mailing, session, view};
use super::password;
use crate::base::clock;
use crate::crm::audit::{self, Act, Changes};
use crate::crm::users::{self, Verdict, second_factor};

/// A picture that an app reads with its camera: squares on a white ground.
struct Picture {
    width: usize,
    squares: String,
}

#[derive(Template)]
#[template(path = "profile/two_factor.html")]
struct Ask {
    shell: Shell,
    picture: Picture,
    /// The secret in groups of four, to type.
    secret: String,
    link: String,
    code: Field,
    password: Field,
    /// Nothing else is to be had before it is set up.
    required: bool,
}

#[derive(Template)]
#[template(path = "profile/recovery_codes.html")]
struct Codes {
    shell: Shell,
    codes: Vec<String>,
    /// They are the first ones.
    fresh: bool,
}

#[derive(Template)]
#[template(path = "profile/new_recovery_codes.html")]
struct AskCodes {
    shell: Shell,
    password: Field,
}

#[derive(Template)]
#[template(path = "profile/two_factor_removal.html")]
struct Remove {
    shell: Shell,
    password: Field,
    /// They have to set it up again at once.
    required: bool,
}

/// `GET /profile/two-factor`
pub(super) async fn ask(State(web): State<Web>, Enrolling(who): Enrolling) -> PageResult {
    match page_of(&web, who, &Errors::default()).await? {
        Some(ask) => page::show(&ask),
        None => page::see("/profile"),
    }
}

/// `POST /profile/two-factor`: the first code, which proves that the app has the secret; the password proves that it is their app.
pub(super) async fn confirm(State(web): State<Web>, Enrolling(who): Enrolling, posted: Posted) -> PageResult {
    let mut errors = Errors::default();
    if let Err(why) = password::proves(&web, &who.user, who.origin(), &posted).await? {
        errors.on("current-password", why);
        return set_up_again(&web, who, &errors).await;
    }
    let mut tx = web.pool.begin().await?;
    let code = posted.get("code");
    let codes = second_factor::confirm(&mut tx, &web.vault, who.user.id, code, clock::now()).await?;
    if let Some(codes) = codes {
        audit::note(&mut tx, &who.actor(), Act::SecondFactorOn, &super::subject(&who.user), &Changes::none())
            .await?;
        mailing::tell(&web, &mut tx, (&who.user.name, &who.user.email), mailing::CODE_ON).await?;
        tx.commit().await?;
        return show_codes(&web, who, codes, true).await;
    }
    drop(tx);
    errors.on(
        "code",
        "This is not the code of now. Type the six digits that the app shows, while it shows them.",
    );
    set_up_again(&web, who, &errors).await
}

async fn set_up_again(web: &Web, who: SignedIn, errors: &Errors) -> PageResult {
    match page_of(web, who, errors).await? {
        Some(ask) => page::show_again(&ask),
        None => page::see("/profile"),
    }
}

/// `GET /profile/two-factor/recovery-codes`
pub(super) async fn ask_codes(State(web): State<Web>, who: SignedIn) -> PageResult {
    let password = password::current(&Errors::default()).focus();
    let shell = Shell::load(&web, &who.session, who.user, "").await?;
    page::show(&AskCodes { shell, password })
}

/// `POST /profile/two-factor/recovery-codes`
pub(super) async fn new_codes(State(web): State<Web>, who: SignedIn, posted: Posted) -> PageResult {
    if let Err(why) = password::proves(&web, &who.user, who.origin(), &posted).await? {
        let mut errors = Errors::default();
        errors.on("current-password", why);
        let password = password::current(&errors).focus();
        let shell = Shell::load(&web, &who.session, who.user, "").await?;
        return page::show_again(&AskCodes { shell, password });
    }
    let mut tx = web.pool.begin().await?;
    if second_factor::of(&mut tx, who.user.id).await?.is_none() {
        return page::see("/profile");
    }
    let codes = second_factor::new_recovery_codes(&mut tx, who.user.id).await?;
    audit::note(&mut tx, &who.actor(), Act::RecoveryCodesMade, &super::subject(&who.user), &Changes::none())
        .await?;
    mailing::tell(&web, &mut tx, (&who.user.name, &who.user.email), mailing::NEW_CODES).await?;
    tx.commit().await?;
    show_codes(&web, who, codes, false).await
}

/// `GET /profile/two-factor/removal`
pub(super) async fn ask_removal(State(web): State<Web>, who: SignedIn) -> PageResult {
    page::show(&removal(&web, who, &Errors::default()).await?)
}

/// `POST /profile/two-factor/removal`
pub(super) async fn remove(State(web): State<Web>, who: SignedIn, posted: Posted) -> PageResult {
    if let Err(why) = password::proves(&web, &who.user, who.origin(), &posted).await? {
        let mut errors = Errors::default();
        errors.on("current-password", why);
        return page::show_again(&removal(&web, who, &errors).await?);
    }
    let mut tx = web.pool.begin().await?;
    second_factor::switch_off(&mut tx, who.user.id).await?;
    audit::note(&mut tx, &who.actor(), Act::SecondFactorOff, &super::subject(&who.user), &Changes::none())
        .await?;
    mailing::tell(&web, &mut tx, (&who.user.name, &who.user.email), mailing::CODE_OFF).await?;
    tx.commit().await?;
    session::flash(&who.session, "Two-factor sign-in is off: your password is enough now.", None).await?;
    page::see("/profile")
}

async fn removal(web: &Web, who: SignedIn, errors: &Errors) -> Result<Remove, PageError> {
    let required = access::needs_second_factor(web, &who.user).await?;
    let shell = Shell::load(web, &who.session, who.user, "").await?;
    Ok(Remove { shell, password: password::current(errors).focus(), required })
}

/// A code of somebody's, with guessing slowed down as at the sign-in.
pub(in crate::web) async fn takes(
    web: &Web,
    (user, email): (i64, &str),
    from: &str,
    code: &str,
) -> anyhow::Result<Result<(), &'static str>> {
    if users::attempt(&web.pool, email, from).await? == Verdict::Wait {
        return Ok(Err("Too many attempts. Wait 15 minutes, then try again."));
    }
    let mut tx = web.pool.begin().await?;
    let right =
        code.len() < 100 && second_factor::takes(&mut tx, &web.vault, user, code, clock::now()).await?;
    tx.commit().await?;
    if right {
        return Ok(Ok(()));
    }
    Ok(Err("This code is not right, or was used already. Wait for the next one, or use a recovery code."))
}

/// The page that sets it up; `None` when it is set up.
async fn page_of(web: &Web, who: SignedIn, errors: &Errors) -> Result<Option<Ask>, PageError> {
    let mut tx = web.pool.begin().await?;
    let Some(secret) = second_factor::begin(&mut tx, &web.vault, who.user.id).await? else { return Ok(None) };
    tx.commit().await?;
    let link = link(&who.user.email, secret.expose_secret());
    let picture = picture(&link)?;
    let secret = grouped(secret.expose_secret());
    let code = Field::new("code", "Code", Kind::Line("text"), "")
        .required()
        .autocomplete("one-time-code")
        .hint("Six digits.")
        .errors(errors)
        .focus();
    let password = password::current(errors);
    let required = access::needs_second_factor(web, &who.user).await?;
    let shell = Shell::load(web, &who.session, who.user, "").await?;
    Ok(Some(Ask { shell, picture, secret, link, code, password, required }))
}

/// The page with the codes. They are in this answer only: nothing but their hashes is kept.
async fn show_codes(web: &Web, who: SignedIn, codes: Vec<String>, fresh: bool) -> PageResult {
    let shell = Shell::load(web, &who.session, who.user, "").await?;
    page::show(&Codes { shell, codes, fresh })
}

/// What the picture says to an app.
fn link(email: &str, secret: &str) -> String {
    let email: String = form_urlencoded::byte_serialize(email.as_bytes()).collect();
    format!("otpauth://totp/Cartwright:{email}?secret={secret}&issuer=Cartwright")
}

fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// The squares as one path, a row of them at a time.
fn picture(text: &str) -> anyhow::Result<Picture> {
    let code = QrCode::new(text.as_bytes())?;
    let width = code.width();
    let mut squares = String::new();
    for (nr, colour) in code.to_colors().into_iter().enumerate() {
        if colour == Color::Dark {
            squares.push_str(&format!("M{} {}h1v1h-1z", nr % width, nr / width));
        }
    }
    Ok(Picture { width, squares })
}

#[cfg(test)]
mod tests {
    use super::{grouped, link, picture};

    #[test]
    fn an_app_is_told_whose_secret_it_is() {
        assert_eq!(
            link("ada+x@example.org", "ABCD"),
            "otpauth://totp/Cartwright:ada%2Bx%40example.org?secret=ABCD&issuer=Cartwright"
        );
        assert_eq!(grouped("ABCDEFGHIJ"), "ABCD EFGH IJ");
        let found = picture("otpauth://totp/x").unwrap();
        // the finder in the corner
        assert!(found.width >= 21 && found.squares.starts_with("M0 0h1v1h-1zM1 0"));
    }
}
