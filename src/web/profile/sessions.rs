//! Where somebody is signed in, and ending it there.

use axum::extract::State;

use super::super::access::SignedIn;
use super::super::form::Posted;
use super::super::page::{self, PageResult};
use super::super::{Web, session};
use crate::crm::audit::{self, Act, Changes};
use crate::crm::users;

/// `POST /profile/sessions/endings`: one of them, or all others.
pub(super) async fn end(State(web): State<Web>, who: SignedIn, posted: Posted) -> PageResult {
    let (here, wanted) = (session::key(&who.session), posted.get("session"));
    let mut tx = web.pool.begin().await?;
    let (ended, note) = if wanted == "others" {
        match users::end_other_sessions(&mut tx, who.user.id, &here).await? {
            0 => (false, "You are signed in nowhere else."),
            _ => (true, "All your other sessions have ended."),
        }
    } else if users::end_session(&mut tx, who.user.id, wanted).await? {
        (true, "That session has ended.")
    } else {
        (false, "That session had ended already.")
    };
    if ended {
        let whose = super::subject(&who.user);
        audit::note(&mut tx, &who.actor(), Act::SessionEnded, &whose, &Changes::none()).await?;
    }
    tx.commit().await?;
    if wanted != here {
        session::flash(&who.session, note, None).await?;
    }
    page::see("/profile")
}
