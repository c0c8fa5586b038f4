//! `cartwright user …`: who works here, said on the machine that Cartwright runs on. The same rules as on the pages, and the
//! same audit trail.

use anyhow::{Context, bail};
use sqlx::PgPool;

use crate::chores::{self, Assignment};
use crate::crm::audit::{self, Act, Actor, Changes, Subject, SubjectKind};
use crate::crm::users::{self, NewUser, Passwords, teams};
use crate::crm::{channels, records};

/// Adds somebody to these teams.
///
/// # Errors
/// With what to do: a team that is not there, an address that somebody has.
pub async fn add(pool: &PgPool, user: &NewUser, names: &[String]) -> anyhow::Result<()> {
    let known = teams::list(pool).await?;
    let mut joined = Vec::new();
    for name in names {
        let found = known.iter().find(|(_, team)| team.eq_ignore_ascii_case(name.trim()));
        let (id, _) =
            found.with_context(|| format!("there is no team called \"{name}\"; create it first"))?;
        joined.push(*id);
    }
    let mut tx = pool.begin().await?;
    let id = users::save_user(&mut tx, &Passwords::new()?, user).await?;
    teams::put(&mut tx, id, &joined).await?;
    let whose = Subject::new(SubjectKind::User, id, &user.name);
    let told = Changes::none().told("Email", user.email.as_str()).told("Role", user.role.word());
    audit::note(&mut tx, &Actor::command("user add"), Act::Created, &whose, &told).await?;
    tx.commit().await?;
    Ok(())
}

/// Lets somebody in no more; what they own goes to their successor.
///
/// # Errors
/// With what to do: nobody has the address, the successor cannot take over, they are the last administrator.
pub async fn disable(pool: &PgPool, email: &str, successor: &str) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let person = users::person_by_email(&mut tx, email).await?;
    let person = person.with_context(|| format!("nobody signs in with {email}"))?;
    // from here on nobody else is disabled or changed
    users::disable(&mut tx, person.id).await?;
    let heir = users::person_by_email(&mut tx, successor).await?;
    let heir = heir.with_context(|| format!("nobody signs in with {successor}"))?;
    if heir.id == person.id {
        bail!("{successor} is the one who is to be let in no more; name somebody else as their successor");
    }
    if !heir.is_active() {
        bail!("{successor} is disabled and cannot take over: name somebody else, or enable them first");
    }
    let stores = channels::owned_by(&mut tx, person.id).await?;
    let can = if stores.is_nothing() { heir.role != users::Role::Viewer } else { heir.role.may_see_system() };
    if !can {
        bail!("{successor} cannot take over: choose somebody else who may do as much as that needs");
    }
    channels::hand_over(&mut tx, person.id, heir.id).await?;
    if records::owns_any(&mut tx, person.id).await? {
        let title = format!("Give what {} owned to {}", person.name, heir.name);
        chores::ask(&mut tx, &Assignment::all_of(person.id, heir.id), title, heir.id).await?;
    }
    let whose = Subject::new(SubjectKind::User, person.id, &person.name);
    let told = Changes::none().told("Takes over", &heir.name);
    audit::note(&mut tx, &Actor::command("user disable"), Act::Deactivated, &whose, &told).await?;
    tx.commit().await?;
    Ok(())
}

/// Lets somebody in again.
///
/// # Errors
/// When nobody has the address.
pub async fn enable(pool: &PgPool, email: &str) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let person = users::person_by_email(&mut tx, email).await?;
    let person = person.with_context(|| format!("nobody signs in with {email}"))?;
    users::enable(&mut tx, person.id).await?;
    let whose = Subject::new(SubjectKind::User, person.id, &person.name);
    audit::note(&mut tx, &Actor::command("user enable"), Act::Activated, &whose, &Changes::none()).await?;
    tx.commit().await?;
    Ok(())
}
