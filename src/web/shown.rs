//! Two people with the same form open: each form carries as of when its values are, and the second to save is told what the
//! first has saved. **Invariant:** nobody overwrites what they have not seen.

use chrono::{DateTime, Utc};

/// The name of the field that carries it.
pub(super) const FIELD: &str = "shown";

/// The moment of a record's last change, as a form carries it.
pub(super) fn as_field(at: DateTime<Utc>) -> String {
    at.timestamp_micros().to_string()
}

/// Reads it back; a form that carries none, or something else, is not held to it.
pub(super) fn read(text: &str) -> Option<DateTime<Utc>> {
    text.parse().ok().and_then(DateTime::from_timestamp_micros)
}

/// What the second of two is told who have the same form open; `now` is what stands there since.
pub(super) fn overtaken(now: &[String]) -> String {
    let now = if now.is_empty() { String::new() } else { format!(" By now {}.", now.join("; ")) };
    format!(
        "Somebody else saved this while you had it open, so nothing was overwritten.{now} What you typed is still here: save it \
         again to put it in place of theirs."
    )
}

#[cfg(test)]
mod tests {
    use super::{as_field, read};
    use crate::base::clock;

    #[test]
    fn a_moment_comes_back_to_the_microsecond_and_garbage_holds_nobody_up() {
        let now = clock::now();
        let back = read(&as_field(now)).map(|at| at.timestamp_micros());
        assert_eq!(back, Some(now.timestamp_micros()));
        for garbage in ["", "x", "-", "9999999999999999999999", "<script>"] {
            assert_eq!(read(garbage), None, "{garbage}");
        }
    }
}
