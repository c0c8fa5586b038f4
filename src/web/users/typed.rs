//! From what was typed about a user to what is saved, and what to say when somebody else was quicker.

use super::super::form::{Errors, Posted, line, optional_line};
use crate::base::email::Email;
use crate::crm::users::{NewInvitation, Person, PersonEdit, Role};

/// What a name may hold.
const LONGEST_NAME: usize = 200;

/// A user as they were typed; what is wrong is noted beside its field.
pub(super) fn edit(posted: &Posted, teams: &[(i64, String)], errors: &mut Errors) -> Option<PersonEdit> {
    let name = errors.take("name", line(posted.get("name"), "a name", LONGEST_NAME));
    let email = errors.take("email", Email::parse(posted.get("email")));
    let role = errors.take("role", role(posted));
    Some(PersonEdit { name: name?, email: email?, role: role?, teams: chosen(posted, teams) })
}

/// Somebody who is to be invited: their name may be left to them.
pub(super) fn invitation(
    posted: &Posted,
    teams: &[(i64, String)],
    errors: &mut Errors,
) -> Option<NewInvitation> {
    let name = errors.take("name", optional_line(posted.get("name"), LONGEST_NAME));
    let email = errors.take("email", Email::parse(posted.get("email")));
    let role = errors.take("role", role(posted));
    Some(NewInvitation {
        name: name?.unwrap_or_default(),
        email: email?,
        role: role?,
        teams: chosen(posted, teams),
    })
}

fn role(posted: &Posted) -> Result<Role, &'static str> {
    Role::from_key(posted.get("role")).ok_or("Choose what they may do.")
}

fn chosen(posted: &Posted, teams: &[(i64, String)]) -> Vec<i64> {
    let ticked: Vec<&str> = posted.all("team").collect();
    let is_ticked = |id: &i64| ticked.contains(&id.to_string().as_str());
    teams.iter().map(|(id, _)| *id).filter(is_ticked).collect()
}

/// Says beside each field what stands there now that somebody else has saved, where that is not what was typed.
pub(super) fn meanwhile(person: &Person, posted: &Posted, errors: &mut Errors) {
    let mut tell = |field: &'static str, typed: &str, now: &str| {
        if typed.trim() != now {
            errors.on(
                field,
                format!("Somebody else saved “{now}” here meanwhile. Save again to put yours in its place."),
            );
        }
    };
    tell("name", posted.get("name"), &person.name);
    tell("email", posted.get("email"), &person.email);
    let typed = Role::from_key(posted.get("role")).map_or("", Role::word);
    tell("role", typed, person.role.word());
    let ticked: Vec<&str> = posted.all("team").collect();
    let is_same = ticked.len() == person.teams.len()
        && person.teams.iter().all(|(id, _)| ticked.contains(&id.to_string().as_str()));
    if !is_same {
        let now = if person.teams.is_empty() { "no team".to_owned() } else { person.teams_line() };
        errors.on(
            "team",
            format!("Somebody else saved “{now}” meanwhile. Save again to put yours in its place."),
        );
    }
    if errors.is_empty() {
        errors.on("name", "Somebody else saved this user meanwhile, and it says what you typed. Save again.");
    }
}

/// A user as the form holds them.
pub(super) fn as_posted(person: &Person) -> Posted {
    let posted = Posted::default()
        .with("name", &person.name)
        .with("email", &person.email)
        .with("role", person.role.key())
        .with("shown", person.updated_at.to_rfc3339());
    person.teams.iter().fold(posted, |posted, (id, _)| posted.and("team", id.to_string()))
}
