//! Whether links can be sent by e-mail.

use super::Web;
use crate::crm::settings::Settings;
use crate::notify;

/// The address of the CRM for links in e-mails; `None` while no e-mail can be sent, or nobody has said how the CRM is reached:
/// what a request claims of that goes into no e-mail.
pub(super) async fn address(web: &Web) -> Result<Option<String>, sqlx::Error> {
    let Some(base) = &web.base_url else { return Ok(None) };
    let settings = Settings::load(&web.pool).await?;
    Ok(notify::can_mail(&settings).then(|| base.trim_end_matches('/').to_owned()))
}
