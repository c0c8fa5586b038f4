//! Quiet hours: three fields of the integration's form, and a line on its page.

use chrono::NaiveTime;

use super::super::form::{Errors, Field, Kind, Posted};
use crate::crm::channels::Quiet;

const FROM: &str = "quiet-hours-from";
const TO: &str = "quiet-hours-to";
const ZONE: &str = "quiet-hours-time-zone";

/// Places whose clocks shops go by; one of each in its part of the world.
const ZONES: [&str; 61] = [
    "UTC",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "Africa/Nairobi",
    "America/Anchorage",
    "America/Argentina/Buenos_Aires",
    "America/Bogota",
    "America/Chicago",
    "America/Denver",
    "America/Halifax",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Phoenix",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Toronto",
    "Asia/Bangkok",
    "Asia/Dubai",
    "Asia/Hong_Kong",
    "Asia/Jakarta",
    "Asia/Jerusalem",
    "Asia/Karachi",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Seoul",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Atlantic/Reykjavik",
    "Australia/Adelaide",
    "Australia/Brisbane",
    "Australia/Perth",
    "Australia/Sydney",
    "Europe/Amsterdam",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/Brussels",
    "Europe/Bucharest",
    "Europe/Budapest",
    "Europe/Copenhagen",
    "Europe/Dublin",
    "Europe/Helsinki",
    "Europe/Istanbul",
    "Europe/Kiev",
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Moscow",
    "Europe/Oslo",
    "Europe/Paris",
    "Europe/Prague",
    "Europe/Rome",
    "Europe/Sofia",
    "Europe/Stockholm",
    "Europe/Vienna",
    "Europe/Warsaw",
    "Europe/Zurich",
    "Pacific/Auckland",
    "Pacific/Honolulu",
];

/// The three fields with what was typed and what is wrong with it.
pub(super) fn fields(typed: &Posted, errors: &Errors) -> [Field; 3] {
    let time = |name, label| Field::new(name, label, Kind::Line("time"), typed.get(name)).errors(errors);
    let zones = ZONES.map(|zone| (zone.to_owned(), zone.replace('_', " "))).to_vec();
    [
        time(FROM, "Quiet hours from").hint("From then on the schedule rests, every day. Empty: never."),
        time(TO, "Quiet hours to").hint("Until then. May be on the next morning."),
        Field::new(ZONE, "Time zone of the quiet hours", Kind::Choice(zones), typed.get(ZONE))
            .errors(errors)
            .hint("By whose clock. What somebody schedules by hand runs all the same."),
    ]
}

/// Reads them; `None` where there are none.
pub(super) fn read(typed: &Posted, errors: &mut Errors) -> Option<Quiet> {
    let from = errors.take(FROM, time(typed.get(FROM))).flatten();
    let to = errors.take(TO, time(typed.get(TO))).flatten();
    let zone = match typed.get(ZONE) {
        "" => Some("UTC"),
        word => {
            errors.take(ZONE, ZONES.into_iter().find(|zone| *zone == word).ok_or("Choose one of the places."))
        }
    };
    match (from, to) {
        (Some(from), Some(to)) if from == to => {
            errors.on(
                TO,
                "Quiet hours that end when they begin are none. Enter another time, or leave both empty.",
            );
        }
        (Some(_), None) => errors.on(TO, "Enter when the quiet hours end, or leave both empty."),
        (None, Some(_)) => errors.on(FROM, "Enter when the quiet hours begin, or leave both empty."),
        _ => {}
    }
    Some(Quiet { from: from?, to: to?, zone: zone?.to_owned() })
}

fn time(text: &str) -> Result<Option<NaiveTime>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        // a browser sends seconds where its field has them
        text => NaiveTime::parse_from_str(text, "%H:%M")
            .or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S"))
            .map(Some)
            .map_err(|_| "Enter a time of day, like 22:30."),
    }
}

/// As if it had just been typed.
pub(super) fn as_posted(typed: Posted, quiet: Option<&Quiet>) -> Posted {
    match quiet {
        None => typed.with(ZONE, "UTC"),
        Some(quiet) => typed
            .with(FROM, quiet.from.format("%H:%M").to_string())
            .with(TO, quiet.to.format("%H:%M").to_string())
            .with(ZONE, &quiet.zone),
    }
}

/// "22:00 to 06:00, Europe/Berlin".
pub(super) fn words(quiet: &Quiet) -> String {
    format!(
        "{} to {}, {}",
        quiet.from.format("%H:%M"),
        quiet.to.format("%H:%M"),
        quiet.zone.replace('_', " ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_are_whole_or_none() {
        let read = |from: &str, to: &str, zone: &str| {
            let mut errors = Errors::default();
            let typed = Posted::default().with(FROM, from).with(TO, to).with(ZONE, zone);
            let quiet = read(&typed, &mut errors);
            (quiet.map(|it| words(&it)), [FROM, TO, ZONE].map(|name| errors.get(name).is_some()))
        };
        let none = [false; 3];
        assert_eq!(read("", "", ""), (None, none));
        assert_eq!(
            read("22:00", "06:30:00", "Europe/Berlin"),
            (Some("22:00 to 06:30, Europe/Berlin".to_owned()), none)
        );
        assert_eq!(read("22:00", "", "UTC"), (None, [false, true, false]));
        assert_eq!(read("", "06:00", "UTC"), (None, [true, false, false]));
        assert_eq!(read("06:00", "06:00", "UTC").1, [false, true, false]);
        assert_eq!(read("24:61", "x", "Mars/Olympus").1, [true, true, true]);
    }
}
