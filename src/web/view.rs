//! The small words of every page: icons, times, numbers, states, "none". Each is HTML that is safe by its type, made
//! by an escaping template, so that pages never switch escaping off.

use std::borrow::Borrow;
use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{DateTime, NaiveDate, Utc};

use super::look::worn;
use crate::base::clock;
use crate::base::keyset::Total;
use crate::base::listing::Meaning;
use crate::jobs::{self, Status};
use crate::web::assets;

/// Do the days of whoever asks begin when those of UTC do, by which lists are filtered?
pub(super) fn in_utc() -> bool {
    worn().zone == chrono_tz::Tz::UTC
}

/// An icon of the sprite.
#[derive(Template)]
#[template(
    source = r#"<svg class="icon{% if small %} icon-s{% endif %}" aria-hidden="true"><use href="{{ assets::url("img/icons.svg") }}#{{ name }}"/></svg>"#,
    ext = "html"
)]
pub(super) struct Icon<'a> {
    name: &'a str,
    small: bool,
}

impl HtmlSafe for Icon<'_> {}

/// The icon with this name.
pub(super) fn icon(name: &str) -> Icon<'_> {
    Icon { name, small: false }
}

/// The same, small.
pub(super) fn small_icon(name: &str) -> Icon<'_> {
    Icon { name, small: true }
}

/// A way to where the handbook says more; in a tab of its own, so that nothing that was typed is lost.
#[derive(Template)]
#[template(
    source = r#"<a class="help-link" href="/help/{{ to }}" target="_blank" rel="noopener" title="Help" aria-label="Help: {{ about }}">{{ self::icon("help") }}</a>"#,
    ext = "html"
)]
pub(super) struct Help<'a> {
    to: &'a str,
    about: &'a str,
}

impl HtmlSafe for Help<'_> {}

/// The way to a place in the handbook, such as `sync#priority`.
pub(super) fn help<'a>(to: &'a str, about: &'a str) -> Help<'a> {
    Help { to, about }
}

/// A point in time: relative to read, exact to look up; by the clock of whoever asks.
#[derive(Template)]
#[template(
    source = r#"<time datetime="{{ at.to_rfc3339() }}" title="{{ exact }}" data-relative>{{ text }}</time>"#,
    ext = "html"
)]
pub(super) struct Moment {
    at: DateTime<Utc>,
    exact: String,
    text: String,
}

impl HtmlSafe for Moment {}

/// "2 min ago", "in 3 min", "12 May 2026".
pub(super) fn ago(at: &DateTime<Utc>) -> Moment {
    Moment { at: *at, exact: exact(at), text: relative(*at, clock::now()) }
}

/// "12 May 2026".
pub(super) fn day(at: &DateTime<Utc>) -> Moment {
    Moment { at: *at, exact: exact(at), text: date(&worn().day_of(*at)) }
}

/// "09:40:31".
pub(super) fn time_of_day(at: &DateTime<Utc>) -> Moment {
    Moment { at: *at, exact: exact(at), text: worn().clock(*at) }
}

/// "12 May 2026".
pub(super) fn date(day: &NaiveDate) -> String {
    worn().dates.write(*day)
}

fn exact(at: &DateTime<Utc>) -> String {
    worn().exact(*at)
}

fn relative(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = (now - at).num_seconds();
    let amount = seconds.abs();
    let text = match amount {
        0..=4 => return "now".to_owned(),
        5..=59 => format!("{amount} s"),
        60..=3599 => format!("{} min", amount / 60),
        3600..=86_399 => format!("{} h", amount / 3600),
        86_400..=604_799 => format!("{} d", amount / 86_400),
        _ => return date(&worn().day_of(at)),
    };
    if seconds > 0 { format!("{text} ago") } else { format!("in {text}") }
}

/// "1 h 2 min", "5 min 42 s", "0.4 s".
pub(super) fn duration(span: chrono::Duration) -> String {
    let millis = span.num_milliseconds().max(0);
    let seconds = millis / 1000;
    match seconds {
        0..=9 => format!("{}.{} s", seconds, millis % 1000 / 100),
        10..=59 => format!("{seconds} s"),
        60..=3599 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// A text, or an en dash that a screen reader calls "none".
#[derive(Template)]
#[template(
    source = r#"{% if text.is_empty() %}<span class="faint" aria-hidden="true">–</span><span class="hidden">none</span>{% else %}{{ text }}{% endif %}"#,
    ext = "html"
)]
pub(super) struct OrNone {
    text: String,
}

impl HtmlSafe for OrNone {}

/// The text, or "none".
pub(super) fn or_none(text: impl AsRef<str>) -> OrNone {
    OrNone { text: text.as_ref().trim().to_owned() }
}

/// The text of an option, or "none".
pub(super) fn some_or_none(text: &Option<String>) -> OrNone {
    or_none(text.as_deref().unwrap_or_default())
}

/// A count in a table: zero is fainter, trouble is strong.
#[derive(Template)]
#[template(
    source = r#"{% if n == 0 %}<span class="faint">0</span>{% else if loud %}<strong class="nowrap">{{ text }}</strong>{% else %}{{ text }}{% endif %}"#,
    ext = "html"
)]
pub(super) struct CountCell {
    n: i64,
    loud: bool,
    text: String,
}

impl HtmlSafe for CountCell {}

/// A count.
pub(super) fn count(n: &i64) -> CountCell {
    CountCell { n: *n, loud: false, text: number(*n) }
}

/// A count of something that wants to be seen.
pub(super) fn loud_count(n: &i64) -> CountCell {
    CountCell { n: *n, loud: true, text: number(*n) }
}

/// "31,204".
pub(super) fn number(n: impl Borrow<i64>) -> String {
    let n = *n.borrow();
    let digits = n.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if n < 0 { format!("-{text}") } else { text }
}

/// "31,204 records", "about 1.2 million records".
pub(super) fn total(total: Total) -> String {
    match total {
        Total::Exactly(1) => "1 record".to_owned(),
        Total::Exactly(n) => format!("{} records", number(n)),
        Total::About(n) if n >= 1_000_000 => {
            format!("about {}.{} million records", n / 1_000_000, n % 1_000_000 / 100_000)
        }
        Total::About(n) => format!("about {} records", number(n / 100 * 100)),
    }
}

/// "4.2 MB".
pub(super) fn bytes(n: u64) -> String {
    match n {
        0..1_000 => format!("{n} B"),
        1_000..1_000_000 => format!("{} kB", n / 1_000),
        _ => format!("{}.{} MB", n / 1_000_000, n % 1_000_000 / 100_000),
    }
}

/// A job's status as a pill.
#[derive(Template)]
#[template(source = r#"<span class="pill {{ class }}">{{ word }}</span>"#, ext = "html")]
pub(super) struct Pill {
    class: &'static str,
    word: &'static str,
}

impl HtmlSafe for Pill {}

/// The pill of a job's status.
pub(super) fn status(status: &Status) -> Pill {
    let (_, meaning) = jobs::state(status.key(), "");
    Pill { class: class(meaning), word: status.word() }
}

/// The class of a pill that means this.
pub(super) fn class(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Good => "ok",
        Meaning::Underway => "info",
        Meaning::Live => "info live",
        Meaning::Warning => "warn",
        Meaning::Bad => "bad",
        Meaning::Neutral => "",
    }
}

/// The pill of something that is on or off.
pub(super) fn active(active: &bool) -> Pill {
    if *active { Pill { class: "ok", word: "Active" } } else { Pill { class: "", word: "Inactive" } }
}

/// "On" or "Off".
pub(super) fn on_off(on: &bool) -> &'static str {
    if *on { "On" } else { "Off" }
}

/// The link to write somebody an e-mail (RFC 6068): what stands on either side of the @ is encoded, it itself is not.
pub(super) fn mailto(email: &str) -> String {
    let Ok(encoded) = askama::filters::urlencode_strict(email);
    let encoded = encoded.to_string();
    match encoded.rsplit_once("%40") {
        Some((local, domain)) => format!("mailto:{local}@{domain}"),
        None => format!("mailto:{encoded}"),
    }
}

/// Lines of a text with breaks between them.
pub(super) struct Lines<'a>(pub(super) &'a str);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nr, line) in self.0.lines().filter(|line| !line.trim().is_empty()).enumerate() {
            if nr > 0 {
                f.write_str("<br>")?;
            }
            let escaped = askama::filters::escape(line, askama::filters::Html).map_err(|_| fmt::Error)?;
            write!(f, "{escaped}")?;
        }
        Ok(())
    }
}

impl HtmlSafe for Lines<'_> {}

#[cfg(test)]
mod tests {
    use chrono::{Duration, TimeZone, Utc};

    use super::*;

    #[test]
    fn numbers_and_times_read_well() {
        assert_eq!(
            [number(0), number(999), number(1000), number(-1_234_567)],
            ["0", "999", "1,000", "-1,234,567"]
        );
        assert_eq!(total(Total::About(1_234_567)), "about 1.2 million records");
        assert_eq!(total(Total::About(48_312)), "about 48,300 records");
        let now = Utc.with_ymd_and_hms(2026, 5, 12, 9, 40, 0).unwrap();
        let check = |seconds, text: &str| assert_eq!(relative(now - Duration::seconds(seconds), now), text);
        check(2, "now");
        check(130, "2 min ago");
        check(-200, "in 3 min");
        check(90_000, "1 d ago");
        check(9_000_000, "28 Jan 2026");
        assert_eq!(duration(Duration::seconds(342)), "5 min 42 s");
        assert_eq!(duration(Duration::milliseconds(1640)), "1.6 s");
    }

    #[test]
    fn a_mail_goes_to_the_address_as_it_is_written() {
        for (email, link) in [
            ("ada@example.org", "mailto:ada@example.org"),
            ("\"a@b\"?cc=x&y@example.org", "mailto:%22a%40b%22%3Fcc%3Dx%26y@example.org"),
            ("a%40b@example.org", "mailto:a%2540b@example.org"),
            ("nobody", "mailto:nobody"),
        ] {
            assert_eq!(mailto(email), link);
        }
    }

    #[test]
    fn hostile_text_stays_text() {
        assert_eq!(or_none("<script>").to_string(), "&#60;script&#62;");
        assert_eq!(Lines("a<b\n\nc").to_string(), "a&#60;b<br>c");
    }
}
