//! The views of a list: which one is asked for, what it asks, and the menu by the list's title.

use askama::Template;
use askama::filters::HtmlSafe;
use url::form_urlencoded;

use super::super::error::PageError;
use super::super::{Web, view};
use super::Asked;
use crate::base::listing::Listing;
use crate::crm::users::User;
use crate::crm::views::{self, View};

/// The word for "no view" in an address.
const NONE: &str = "all";

/// The menu by a list's title.
#[derive(Template)]
#[template(path = "grid/menu.html")]
pub(in crate::web) struct Menu {
    listing: &'static Listing,
    views: Vec<View>,
    /// The view that is shown.
    chosen: Option<View>,
    /// Something else than it keeps is shown.
    edited: bool,
    /// The view that this list shows this user by itself.
    usual: Option<i64>,
    may_change: bool,
    may_share: bool,
    /// What would be kept.
    state: String,
}

impl HtmlSafe for Menu {}

/// What an address asks of a list, with what the view asks that it means; and why not, if it means one that is not there.
pub(super) async fn choose(
    web: &Web,
    user: &User,
    listing: &'static Listing,
    asked: Asked,
) -> Result<(Asked, Menu, Option<String>), PageError> {
    let views = views::of_list(&web.pool, listing.name, user.id).await?;
    let usual = views::default_of(&web.pool, listing.name, user.id).await?;
    let explicit = asked.names().any(|name| !matches!(name, "view" | "from"));
    let word = asked.get("view");
    let meant = match word.as_str() {
        NONE => None,
        "" if explicit => None,
        "" => usual,
        id => Some(id.parse().unwrap_or(0)),
    };
    let chosen = meant.and_then(|id| views.iter().find(|view| view.id == id)).cloned();
    let gone = (meant.is_some() && chosen.is_none()).then(|| {
        "This view is not there any more, or not shared with you. The whole list is shown.".to_owned()
    });
    let asked = match &chosen {
        Some(view) if !explicit => {
            let kept = Asked::parse(&view.query).set("view", &[view.id.to_string()]);
            kept.set("from", asked.all("from"))
        }
        Some(_) => asked,
        None => asked.set("view", if word == NONE { &asked.all("view")[..1] } else { &[] }),
    };
    let state = state_of(&asked);
    let edited = chosen.as_ref().is_some_and(|view| view.query != state);
    let may_change = chosen.as_ref().is_some_and(|view| view.may_be_changed_by(user));
    Ok((
        asked,
        Menu { listing, views, chosen, edited, usual, may_change, may_share: views::may_share(user), state },
        gone,
    ))
}

/// What a view keeps of an address.
pub(in crate::web) fn state_of(asked: &Asked) -> String {
    let kept = asked.without(&["view", "from", "edited"]).query();
    kept.trim_start_matches('?').to_owned()
}

impl Menu {
    fn title(&self) -> String {
        match &self.chosen {
            Some(view) => view.name.clone(),
            None => format!("All {}", self.listing.title),
        }
    }

    fn is_chosen(&self, id: &i64) -> bool {
        self.chosen.as_ref().is_some_and(|view| view.id == *id)
    }

    /// The page that asks for the new view's name.
    fn save_as(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("list", self.listing.name)
            .append_pair("query", &self.state)
            .finish();
        format!("/views/new?{query}")
    }

    fn is_usual(&self) -> bool {
        self.usual == self.chosen.as_ref().map(|view| view.id)
    }

    /// What is shown, as the form that makes it the default has it; empty = all.
    fn chosen_id(&self) -> String {
        self.chosen.as_ref().map(|view| view.id.to_string()).unwrap_or_default()
    }
}
