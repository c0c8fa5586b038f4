//! From what was typed about a note, a call or an e-mail to what is written down, and the fields that it is typed into.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::super::form::{self, Errors, Field, Posted};
use super::super::look::worn;
use super::super::{audited, view};
use crate::crm::activities::{self, Activity, Direction, Kind, LONGEST, LONGEST_CALL, Said};
use crate::crm::audit::{self, Act, Actor, Changes};

/// The longest subject of an e-mail.
const LONGEST_SUBJECT: usize = 250;
/// A clock may be ahead of ours by so much.
const AHEAD: TimeDelta = TimeDelta::minutes(5);
/// How a time is typed.
const TYPED: &str = "%Y-%m-%dT%H:%M";
/// The furthest that a clock on Earth is from UTC, in minutes.
const FURTHEST_ZONE: i64 = 14 * 60;

/// What the heading of its form says.
pub(super) fn heading(kind: Kind) -> &'static str {
    match kind {
        Kind::Note => "Add Note",
        Kind::Call => "Log Call",
        Kind::Email => "Log Email",
    }
}

/// What is to be written down; what is wrong is noted beside its field. `when` reads a time.
pub(in crate::web) fn parse(
    posted: &Posted,
    kind: Kind,
    when: impl FnOnce(&str) -> Result<DateTime<Utc>, String>,
    errors: &mut Errors,
) -> Option<Said> {
    let name = |field: &str| format!("{}-{field}", kind.key());
    let text = |field: &str| posted.get(&name(field));
    let body = match kind {
        Kind::Note => block(text("text"), Some("a note")),
        Kind::Call | Kind::Email => block(text("text"), None),
    };
    let body = errors.take(name("text"), body);
    if kind == Kind::Note {
        return Some(Said::Note { body: body? });
    }
    let direction = Direction::from_key(text("direction")).ok_or("Choose who turned to whom.");
    let direction = errors.take(name("direction"), direction);
    let at = errors.take(name("at"), when(text("at")));
    if kind == Kind::Call {
        let minutes = errors.take(name("minutes"), form::number(text("minutes"), 0, LONGEST_CALL));
        return Some(Said::Call { direction: direction?, at: at?, minutes: minutes?, body: body? });
    }
    let subject = errors.take(name("subject"), form::line(text("subject"), "a subject", LONGEST_SUBJECT));
    Some(Said::Email { direction: direction?, at: at?, subject: subject?, body: body? })
}

/// Takes back what somebody wrote down. The audit trail is told that it was there, not what it said: that is gone for good.
pub(in crate::web) async fn take_back(
    db: &mut PgConnection,
    activity: &Activity,
    name: &str,
    by: &Actor,
) -> Result<(), sqlx::Error> {
    let Some(user) = by.id() else { return Ok(()) };
    if !activities::remove(db, activity.id, user).await? {
        return Ok(());
    }
    let what = match activity.said.kind() {
        Kind::Note => "Note",
        Kind::Call => "Call",
        Kind::Email => "E-mail",
    };
    let told = Changes::none().told(what, &activity.at.format("Of %Y-%m-%d %H:%M UTC, deleted").to_string());
    audit::note(db, by, Act::Changed, &audited::record(activity.record, name), &told).await
}

/// The fields of a kind with what was typed into them.
pub(in crate::web) fn fields(kind: Kind, typed: &Posted, errors: &Errors) -> Vec<Field> {
    let field = |field: &str, label, kind_of_field| {
        let name = format!("{}-{field}", kind.key());
        let value = typed.get(&name).to_owned();
        Field::new(name, label, kind_of_field, value).errors(errors)
    };
    let area = |label| field("text", label, form::Kind::Area).full();
    let direction = |words: [&str; 2]| {
        let choices =
            Direction::ALL.map(|way| way.key().to_owned()).into_iter().zip(words.map(str::to_owned));
        field("direction", "Direction", form::Kind::Choice(choices.collect()))
    };
    let at = || {
        let hint = format!("Empty means now. In {}.", worn().zone.name().replace('_', " "));
        field("at", "When", form::Kind::Line("datetime-local")).hint(hint)
    };
    match kind {
        Kind::Note => vec![area("Note").required()],
        Kind::Call => vec![
            direction(["We called", "They called"]),
            at(),
            field("minutes", "Minutes", form::Kind::Line("number")).hint("How long it took, if you know."),
            area("What was said"),
        ],
        Kind::Email => vec![
            direction(["We wrote", "They wrote"]),
            at(),
            field("subject", "Subject", form::Kind::Line("text")).required().full(),
            area("Text"),
        ],
    }
}

/// What was written down, as a form holds it.
pub(in crate::web) fn as_posted(said: &Said) -> Posted {
    let posted = Posted::default();
    let at = |at: &DateTime<Utc>| at.with_timezone(&worn().zone).format(TYPED).to_string();
    match said {
        Said::Note { body } => posted.with("note-text", body),
        Said::Call { direction, at: when, minutes, body } => posted
            .with("call-direction", direction.key())
            .with("call-at", at(when))
            .with("call-minutes", minutes.map(|minutes| minutes.to_string()).unwrap_or_default())
            .with("call-text", body),
        Said::Email { direction, at: when, subject, body } => posted
            .with("email-direction", direction.key())
            .with("email-at", at(when))
            .with("email-subject", subject)
            .with("email-text", body),
    }
}

/// A text of several lines, as it was typed. Without `what` it may be left empty.
pub(in crate::web) fn block(text: &str, what: Option<&str>) -> Result<String, String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}'));
    if let (true, Some(what)) = (text.is_empty(), what) {
        return Err(format!("Write {what}."));
    }
    let length = text.chars().count();
    if length > LONGEST {
        let (most, these) = (view::number(LONGEST as i64), view::number(length as i64));
        return Err(format!("Use at most {most} characters; these are {these}."));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err("Remove the control characters: they cannot be seen, but they are there.".to_owned());
    }
    Ok(text.to_owned())
}

/// A time up to now, by the clock of whoever types it. Of those who have not chosen one `zone` is what a browser says: the
/// minutes by which its clock is behind UTC.
pub(super) fn moment(text: &str, zone: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(now);
    }
    let typed = NaiveDateTime::parse_from_str(text, TYPED)
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S"))
        .map_err(|_| "Enter a date and a time, like 2026-05-12T09:30.".to_owned())?;
    let behind = zone.parse::<i64>().ok().filter(|minutes| minutes.abs() <= FURTHEST_ZONE).unwrap_or(0);
    let at = match worn().zone {
        Tz::UTC => typed.and_utc().checked_add_signed(TimeDelta::minutes(behind)),
        // an hour that a clock strikes twice is the first, one that it leaves out is none
        chosen => typed.and_local_timezone(chosen).earliest().map(|at| at.with_timezone(&Utc)),
    };
    past(at, now)
}

/// A time that may have been: not before there were computers to ask, not after now.
pub(in crate::web) fn past(at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
    let at = at.filter(|at| at.year() >= 1970).ok_or("Enter a time since 1970.")?;
    if at > now + AHEAD {
        return Err("This has not happened yet: enter a time up to now.".to_owned());
    }
    Ok(at.min(now))
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 5, 12, 9, 40, 0).unwrap()
    }

    #[test]
    fn times_are_taken_as_the_clock_on_the_wall_has_them_and_not_before_they_come() {
        let check = |text: &str, zone: &str, expected: Result<&str, &str>| match (
            moment(text, zone, now()),
            expected,
        ) {
            (Ok(at), Ok(iso)) => assert_eq!(at.to_rfc3339(), iso, "{text} {zone}"),
            (Err(why), Err(part)) => assert!(why.contains(part), "{text} {zone}: {why}"),
            (found, _) => panic!("{text} {zone}: {found:?}"),
        };
        check("", "", Ok("2026-05-12T09:40:00+00:00"));
        check("2026-05-12T08:15", "", Ok("2026-05-12T08:15:00+00:00"));
        // Berlin in summer
        check("2026-05-12T10:15", "-120", Ok("2026-05-12T08:15:00+00:00"));
        check("2026-05-12T08:15", "99999", Ok("2026-05-12T08:15:00+00:00"));
        check("2026-05-12T08:15", "soon", Ok("2026-05-12T08:15:00+00:00"));
        // a clock that is a little ahead
        check("2026-05-12T09:44", "", Ok("2026-05-12T09:40:00+00:00"));
        check("2026-05-12T09:46", "", Err("not happened yet"));
        check("1066-10-14T09:00", "", Err("since 1970"));
        check("+262142-12-31T23:59", "720", Err("time"));
        check("yesterday", "", Err("Enter a date and a time"));
    }

    #[test]
    fn texts_keep_their_lines_and_lose_what_cannot_be_seen() {
        assert_eq!(block(" a\r\n\r\n b\t<script>\u{202e}x ", None).unwrap(), "a\n\n b\t<script>\u{202e}x");
        assert_eq!(block(" \u{feff} ", None).unwrap(), "");
        assert!(block(" \n ", Some("a note")).unwrap_err().contains("Write a note"));
        assert!(block("a\0b", None).unwrap_err().contains("control characters"));
        assert!(block(&"ü".repeat(LONGEST + 1), None).unwrap_err().contains("at most 10,000"));
        assert!(block(&"ü".repeat(LONGEST), None).is_ok());
    }
}
