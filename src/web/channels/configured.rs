//! What is to be known of an integration that was configured on a channel's form before both are saved: that it is the one that
//! the form showed, and that its store is the one whose records the channel keeps.

use super::super::Web;
use super::super::form::{Errors, Posted};
use crate::crm::channels::{self, Draft};

const MISSING: &str = "A Magento channel needs an integration. Configure it first.";

/// The field that tells which settings a form showed.
const CONFIGURED: &str = "configured";

/// The tick that says that a store is the one whose records were kept, though its address is another.
pub(super) const SAME_STORE: &str = "same-store";

/// The settings that are saved are finished, and those whose name stood on the form: a session may have it open twice.
pub(super) fn judge(posted: &Posted, draft: Option<&Draft>, is_finished: bool, errors: &mut Errors) {
    let now = draft.map(Draft::mark).unwrap_or_default();
    if posted.has(CONFIGURED) && posted.get(CONFIGURED) != now {
        let name = draft.and_then(|draft| draft.settings.as_ref()).map(|settings| settings.name.as_str());
        let told = match name.filter(|_| !now.is_empty()) {
            Some(name) => format!("“{name}” was configured meanwhile, in another tab or window."),
            None => "What was configured here was saved or removed meanwhile, in another tab or window."
                .to_owned(),
        };
        errors.on("integration", format!("{told} Look whether it is the right one, then save again."));
    }
    if !is_finished {
        errors.on("integration", MISSING);
    }
}

/// Another store's records are not mixed into those that the channel keeps, unless a person says that it is the same one.
pub(super) async fn judge_store(
    web: &Web,
    channel: i64,
    posted: &Posted,
    draft: Option<&Draft>,
    errors: &mut Errors,
) -> Result<(), sqlx::Error> {
    let Some(settings) = draft.and_then(|draft| draft.settings.as_ref()) else { return Ok(()) };
    let kept_of = channels::kept_of_another(&web.pool, channel, &settings.wsdl_url).await?;
    if let Some(store) = kept_of.filter(|_| !posted.has(SAME_STORE)) {
        let told = format!(
            "The records that were kept here came from {store}. Another store’s would be mixed up with them: its numbers mean \
             other customers. Create a channel of its own for another store."
        );
        errors.on("integration", told);
        errors.on(SAME_STORE, "");
    }
    Ok(())
}

/// That customers come in by other channels, too.
pub(in crate::web) fn twice(others: &[String]) -> String {
    if others.is_empty() {
        return String::new();
    }
    let names: Vec<String> = others.iter().map(|name| format!("“{name}”")).collect();
    format!(
        " Customers of its store come in by {}, too: figures over all channels count them twice.",
        names.join(" and ")
    )
}
