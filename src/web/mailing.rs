//! Whether links can be sent by e-mail, and the word to somebody whose way in was changed.

use sqlx::PgConnection;

use super::Web;
use crate::crm::settings::Settings;
use crate::notify::{self, Mail};

/// What is told of a new password.
pub(super) const NEW_PASSWORD: &str = "You have a new password. All your other sessions have ended.";
/// What is told of a second factor that is set up.
pub(super) const CODE_ON: &str = "From now on a code from your app is asked for beside your password.";
/// What is told of a second factor that is no more.
pub(super) const CODE_OFF: &str = "No code is asked for beside your password any more.";
/// What is told of new recovery codes.
pub(super) const NEW_CODES: &str = "You have new recovery codes. The former ones are good no more.";

/// What is told, at the former address, of a new one.
pub(super) fn new_address(email: &str) -> String {
    format!("From now on you sign in with another address: {email}. No more mail comes here.")
}

/// What is told of a new token.
pub(super) fn new_token(name: &str) -> String {
    format!(
        "There is a new API token, “{name}”: a program that shows it comes in as you, without your password."
    )
}

/// The address of the CRM for links in e-mails; `None` while no e-mail can be sent, or nobody has said how the CRM is reached:
/// what a request claims of that goes into no e-mail.
pub(super) async fn address(web: &Web) -> Result<Option<String>, sqlx::Error> {
    let Some(base) = &web.base_url else { return Ok(None) };
    let settings = Settings::load(&web.pool).await?;
    Ok(notify::can_mail(&settings).then(|| base.trim_end_matches('/').to_owned()))
}

/// Tells somebody that their way in is another one now, where e-mail is set up: if it was not them, they have to know.
pub(super) async fn tell(
    web: &Web,
    db: &mut PgConnection,
    (name, email): (&str, &str),
    what: &str,
) -> anyhow::Result<()> {
    if !notify::can_mail(&Settings::load(&mut *db).await?) {
        return Ok(());
    }
    let mail = Mail {
        to: email.to_owned(),
        subject: "Your way into Cartwright was changed".to_owned(),
        text: format!(
            "Hello {name},\n\n{what}\n\nIf it was you, all is well. If it was not, tell an administrator at once.\n"
        ),
    };
    notify::mail(db, &web.vault, &mail).await
}
