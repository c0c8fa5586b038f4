//! What the integration form is about, and the form as it is shown.

use askama::Template;
use askama::filters::HtmlSafe;
use secrecy::SecretString;

use super::super::access::Operator;
use super::super::error::PageError;
use super::super::form::{Errors, Posted};
use super::super::shell::Shell;
use super::super::{Web, assets, session, shown, view};
use super::check::{self, Probe};
use super::form::{self, ADVANCED, Around, Fields, SYNCHRONIZATION};
use super::parse;
use super::rules;
use crate::crm::channels::{self, Draft, Integration, StoreFacts};
use crate::crm::users::{self, User};
use crate::magento::WsdlUrl;

/// What the form is about.
pub(super) struct Subject {
    /// The channel it belongs to; `None` while that is being created.
    pub(super) channel: Option<i64>,
    /// The saved integration; `None` while it is a draft.
    pub(super) saved: Option<Integration>,
    /// What this session typed and checked so far.
    pub(super) draft: Draft,
    pub(super) owners: Vec<User>,
    /// Seconds between syncs where nothing else is set.
    pub(super) interval: i32,
}

#[derive(Template)]
#[template(path = "integrations/form_page.html")]
pub(super) struct Page {
    pub(super) shell: Shell,
    pub(super) form: Form,
}

#[derive(Template)]
#[template(path = "integrations/form.html")]
pub(super) struct Form {
    pub(super) title: String,
    pub(super) action: String,
    pub(super) fields: Fields,
    pub(super) probe: Option<Probe>,
    pub(super) problems: Problems,
    /// As of when the values are that were shown.
    pub(super) shown: String,
    /// What somebody else saved meanwhile.
    pub(super) told: Option<String>,
}

/// It is made by an escaping template.
impl HtmlSafe for Form {}

/// Which tabs hold errors.
#[derive(Default)]
pub(super) struct Problems {
    pub(super) any: bool,
    pub(super) synchronization: bool,
    pub(super) advanced: bool,
}

impl Problems {
    pub(super) fn of(errors: &Errors) -> Self {
        Self {
            any: !errors.is_empty(),
            synchronization: errors.any_of(&SYNCHRONIZATION),
            advanced: errors.any_of(&ADVANCED) || rules::any_wrong(errors),
        }
    }
}

impl Subject {
    pub(super) async fn draft(
        web: &Web,
        operator: &Operator,
        channel: Option<i64>,
    ) -> Result<Self, PageError> {
        let key = session::draft_key(&operator.session).await?;
        let draft = channels::open_draft(&web.pool, &key, channel).await?;
        let owners = users::possible_owners(&web.pool).await?;
        Ok(Self { channel, saved: None, draft, owners, interval: web.interval().await? })
    }

    pub(super) async fn saved(web: &Web, operator: &Operator, id: i64) -> Result<Self, PageError> {
        let it = super::find(web, id).await?;
        operator.must_manage(Some(it.settings.owner_id))?;
        let subject = Self::draft(web, operator, Some(it.channel_id)).await?;
        Ok(Self { saved: Some(it), ..subject })
    }

    /// What stands on the form before anything is typed.
    pub(super) fn start(&self, operator: &Operator) -> Posted {
        match (&self.draft.settings, &self.saved) {
            (_, Some(saved)) => form::as_posted(&saved.settings),
            (Some(settings), None) => form::as_posted(settings),
            (None, None) => {
                let channel: Posted =
                    serde_json::from_value(self.draft.channel_form.clone()).unwrap_or_default();
                form::blank(&operator.user, channel.get("name").trim())
            }
        }
    }

    /// What the last check found, when it was about this address and user.
    fn found(&self, typed: &Posted) -> Option<&StoreFacts> {
        let checked = self.draft.checked.as_ref()?;
        let same = parse::address(typed) == checked.wsdl_url
            && typed.get("soap-api-user").trim() == checked.api_user;
        same.then_some(&checked.facts)
    }

    /// The websites to choose from: as just found, else as saved.
    pub(super) fn websites(&self, typed: &Posted) -> Option<&[(i64, String)]> {
        let facts = self.found(typed).or(self.saved.as_ref().map(|saved| &saved.store))?;
        Some(&facts.websites)
    }

    pub(super) fn around<'a>(&'a self, typed: &Posted) -> Around<'a> {
        let websites = self.websites(typed);
        Around {
            saved: self.saved.as_ref(),
            kept: self.saved.as_ref().map(|saved| &saved.settings).or(self.draft.settings.as_ref()),
            key_kept: self.draft.has_key,
            moved: self.moved(typed),
            found: self.found(typed),
            password_kept: self.draft.has_password
                || (!self.moved(typed) && self.saved.as_ref().is_some_and(|it| it.has_basic_auth_password)),
            websites: websites.unwrap_or_default(),
            checked: websites.is_some(),
            owners: &self.owners,
            default_interval: self.interval,
        }
    }

    pub(super) fn action(&self) -> String {
        match (&self.saved, self.channel) {
            (Some(saved), _) => format!("/integrations/{}", saved.id),
            (None, Some(channel)) => format!("/channels/{channel}/integration"),
            (None, None) => "/channels/new/integration".to_owned(),
        }
    }

    pub(super) fn back(&self) -> String {
        match (&self.saved, self.channel) {
            (Some(saved), _) => format!("/integrations/{}", saved.id),
            (None, Some(channel)) => format!("/channels/{channel}/edit"),
            (None, None) => "/channels/new".to_owned(),
        }
    }

    pub(super) fn form(&self, typed: &Posted, errors: &Errors, probe: Option<Probe>) -> Form {
        Form {
            title: self
                .saved
                .as_ref()
                .map_or_else(|| "Configure Integration".to_owned(), |it| it.settings.name.clone()),
            action: self.action(),
            fields: Fields::of(typed, errors, &self.around(typed)),
            probe,
            problems: Problems::of(errors),
            shown: self.shown(typed, errors),
            told: errors.get(shown::FIELD).map(str::to_owned),
        }
    }

    /// What is typed is typed over what was shown then, until its owner was told what stands there now.
    fn shown(&self, typed: &Posted, errors: &Errors) -> String {
        match &self.saved {
            None => String::new(),
            Some(_) if typed.has(shown::FIELD) && errors.get(shown::FIELD).is_none() => {
                typed.get(shown::FIELD).to_owned()
            }
            Some(saved) => shown::as_field(saved.updated_at),
        }
    }

    /// Is what is typed another scheme, host or port than the saved one?
    fn moved(&self, typed: &Posted) -> bool {
        let origin = |url: &str| WsdlUrl::parse(url).map(|(url, _)| url.origin()).ok();
        let saved = self.saved.as_ref().map(|it| origin(&it.settings.wsdl_url));
        saved.is_some_and(|saved| saved != origin(typed.get("soap-wsdl-url")))
    }

    /// The key to try with: typed, kept with the draft, or saved.
    pub(super) async fn secrets(
        &self,
        web: &Web,
        typed: &Posted,
    ) -> Result<(Option<SecretString>, Option<SecretString>), PageError> {
        let saved = match &self.saved {
            // a key belongs to the host that it was entered for and is sent to no other
            Some(it) if !self.moved(typed) => Some(channels::secrets(&web.pool, &web.vault, it.id).await?),
            _ => None,
        };
        let key = check::given(typed, "soap-api-key")
            .or(self.draft.api_key(&web.vault)?)
            .or(saved.as_ref().map(|secrets| secrets.api_key.clone()));
        let password = check::given(typed, "basic-auth-password")
            .or(self.draft.basic_auth_password(&web.vault)?)
            .or(saved.and_then(|secrets| secrets.basic_auth_password));
        Ok((key, password))
    }
}
