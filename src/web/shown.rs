//! Two people with the same form open. **Invariant:** nobody overwrites what they have not seen.
//!
//! Most forms carry what their fields were filled with, and are settled field by field ([`settle`]): what one of the two left
//! alone stays as the other saved it, and where both typed something else the second to save is told. Forms whose fields count
//! together only carry as of when their values are, and the second is told what the first has saved.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::form::{Errors, Posted};

/// The name of the field that carries as of when a form's values are.
pub(super) const FIELD: &str = "shown";
/// The name of the field that carries what a form's fields were filled with.
pub(super) const VALUES: &str = "shown-values";

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

/// What a form's fields are filled with, and the field that carries it.
pub(super) fn carried(fields: Posted) -> Posted {
    let values = fields.as_query();
    fields.with(VALUES, values)
}

/// Brings a posted form up to date with what its fields hold `now`, which is [`carried`]: a field that this person left as it
/// was shown holds what is there now. Where somebody else changed a field that this person changed to something else, what is
/// there now, as `said`, is told beside it, and what was typed stays. A form that carries nothing is not held to it.
pub(super) fn settle(
    now: &Posted,
    typed: Posted,
    said: impl Fn(&str) -> String,
    errors: &mut Errors,
) -> Posted {
    let shown = Posted::of_query(typed.get(VALUES));
    let settled = typed.clone().with(VALUES, now.get(VALUES));
    if typed.get(VALUES).is_empty() {
        return settled;
    }
    let names: BTreeSet<&str> = now.names().chain(shown.names()).filter(|name| *name != VALUES).collect();
    names.into_iter().fold(settled, |settled, name| {
        let [was, is, mine] = [&shown, now, &typed].map(|form| plain(form, name));
        if mine == was || mine == is {
            return now.all(name).fold(settled.without(&[name]), |settled, value| settled.and(name, value));
        }
        if is != was {
            errors.on(name.to_owned(), became(&said(name)));
        }
        settled
    })
}

/// What is said beside a field that two people changed.
pub(super) fn became(now: &str) -> String {
    let now = if now.trim().is_empty() { "nothing" } else { now };
    format!("This became “{now}” while the form was open. Save once more to put yours there.")
}

/// What a field holds, as browsers send it or not: their line breaks are others, and boxes have no order.
fn plain(form: &Posted, name: &str) -> Vec<String> {
    let plain = |value: &str| value.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();
    let mut values: Vec<String> = form.all(name).map(plain).filter(|value| !value.is_empty()).collect();
    values.sort_unstable();
    values
}

#[cfg(test)]
mod tests {
    use super::{as_field, carried, read, settle};
    use crate::base::clock;
    use crate::web::form::{Errors, Posted};

    /// What one field holds in the end, and whether its person is told.
    #[test]
    fn a_field_is_settled_by_who_changed_it() {
        let check = |case: &str, [was, is, mine]: [&str; 3], expected: &str, is_told: bool| {
            let form = |value: &str| Posted::default().with("name", value);
            let typed = form(mine).with(super::VALUES, carried(form(was)).get(super::VALUES));
            let mut errors = Errors::default();
            let settled = settle(&carried(form(is)), typed, |_| is.to_owned(), &mut errors);
            assert_eq!((settled.get("name"), errors.get("name").is_some()), (expected, is_told), "{case}");
            let mut errors = Errors::default();
            let again = settle(&carried(form(is)), settled, |_| is.to_owned(), &mut errors);
            assert_eq!((again.get("name"), errors.is_empty()), (expected, true), "{case}: told twice");
        };
        check("nobody did", ["Ada", "Ada", "Ada"], "Ada", false);
        check("I did", ["Ada", "Ada", "Mine"], "Mine", false);
        check("I emptied it", ["Ada", "Ada", ""], "", false);
        check("they did", ["Ada", "Theirs", "Ada"], "Theirs", false);
        check("they emptied it", ["Ada", "", "Ada"], "", false);
        check("both did the same", ["Ada", "Same", " Same "], "Same", false);
        check("both did", ["Ada", "Theirs", "Mine"], "Mine", true);
        check("they emptied what I changed", ["Ada", "", "Mine"], "Mine", true);
        check("I emptied what they changed", ["Ada", "Theirs", ""], "", true);
        check("a browser's line breaks are no change", ["a\nb", "Theirs", "a\r\nb"], "Theirs", false);
    }

    #[test]
    fn boxes_are_one_field_and_a_form_that_carries_nothing_is_as_it_was_typed() {
        let boxes = |ticked: &[&str]| ticked.iter().fold(Posted::default(), |all, it| all.and("box", *it));
        let typed = boxes(&["b", "a"]).with(super::VALUES, carried(boxes(&["a", "b"])).get(super::VALUES));
        let mut errors = Errors::default();
        let settled = settle(&carried(boxes(&["c"])), typed, |_| String::new(), &mut errors);
        assert_eq!((settled.all("box").collect::<Vec<_>>(), errors.is_empty()), (vec!["c"], true));
        let settled = settle(&carried(boxes(&["c"])), boxes(&["a"]), |_| String::new(), &mut errors);
        assert_eq!((settled.all("box").collect::<Vec<_>>(), errors.is_empty()), (vec!["a"], true));
    }

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
