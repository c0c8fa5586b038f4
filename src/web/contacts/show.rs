//! A contact's page: who they are, and which customers they are.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::SignedIn;
use super::super::desk::Desk;
use super::super::error::PageError;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::view::Lines;
use super::super::{Web, assets, personal_data, view};
use crate::crm::accounts::{self, ContactRecord};
use crate::crm::customers::{self, Member};
use crate::crm::records::{Record, RecordKind};

/// Customers of each channel on the page.
const MEMBERS: i64 = 25;

#[derive(Template)]
#[template(path = "contacts/show.html")]
struct Show {
    shell: Shell,
    desk: Desk,
    contact: ContactRecord,
    members: Vec<Member>,
}

/// `GET /contacts/{id}`
pub(super) async fn show(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let record = Record::new(RecordKind::Contact, id);
    let Some(contact) = accounts::find_contact(&web.pool, id).await? else {
        return personal_data::instead(&web, (&who.session, who.user), record)
            .await?
            .ok_or(PageError::NotFound);
    };
    let members = customers::of_contact(&web.pool, id, MEMBERS).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/contacts").await?;
    let desk = Desk::load(&web, &shell.user, record).await?;
    page::show(&Show { shell, desk, contact, members })
}

impl Show {
    fn many(&self) -> i64 {
        let firsts = self.members.iter().enumerate().filter(|(nr, member)| {
            *nr == 0 || self.members.get(nr - 1).is_some_and(|last| last.channel_id != member.channel_id)
        });
        firsts.map(|(_, member)| member.of).sum()
    }

    fn has_more(&self) -> bool {
        usize::try_from(self.many()).is_ok_and(|many| many > self.members.len())
    }
}
