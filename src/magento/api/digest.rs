//! A fingerprint of a list's row: it tells whether a record's details must be fetched again.

use sha2::{Digest as _, Sha256};

use crate::magento::soap::value::{Row, Value};

/// A fingerprint over all members of a raw row, also those that become no field: a change of any column is noticed.
pub type Digest = [u8; 16];

/// The fingerprint of a row. Nil, absent and empty members count alike, since the two modes write them differently; the
/// rows of SOAP v2 and v1 have different members and so different fingerprints.
pub(super) fn digest(row: &Row) -> Digest {
    let mut hash = Sha256::new();
    members(row, &mut hash);
    let mut digest = Digest::default();
    digest.iter_mut().zip(hash.finalize()).for_each(|(byte, hashed)| *byte = hashed);
    digest
}

fn members(row: &Row, hash: &mut Sha256) {
    for (name, value) in row.iter() {
        match value {
            Value::Nil => {}
            Value::Text(text) if text.is_empty() => {}
            Value::Text(text) => {
                hash.update(name);
                hash.update([0]);
                hash.update(text);
                hash.update([1]);
            }
            Value::List(values) => nested(name, values.iter().filter_map(Value::as_row), hash),
            Value::Row(inner) => nested(name, std::iter::once(inner), hash),
        }
    }
}

fn nested<'a>(name: &str, rows: impl Iterator<Item = &'a Row>, hash: &mut Sha256) {
    hash.update(name);
    for row in rows.filter(|row| !row.is_empty()) {
        hash.update([2]);
        members(row, hash);
        hash.update([3]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(members: &[(&'static str, Option<&str>)]) -> Digest {
        let value = |text: &Option<&str>| text.map_or(Value::Nil, |text| Value::Text(text.to_owned()));
        digest(&Row(members.iter().map(|(name, text)| ((*name).into(), value(text))).collect()))
    }

    #[test]
    fn any_change_of_any_column_is_noticed() {
        let before = of(&[("order_id", Some("1")), ("custom_column", Some("a"))]);
        let check = |members: &[(&'static str, Option<&str>)], same: bool, what: &str| {
            assert_eq!(of(members) == before, same, "{what}");
        };
        check(&[("order_id", Some("1")), ("custom_column", Some("a"))], true, "the same row");
        check(&[("order_id", Some("1")), ("custom_column", Some("b"))], false, "another value");
        check(&[("order_id", Some("1")), ("other_column", Some("a"))], false, "another column");
        check(&[("order_id", Some("1custom_columna"))], false, "the same letters in one column");
        check(&[("order_id", Some("1")), ("x", None), ("custom_column", Some("a"))], true, "a nil more");
        check(
            &[("order_id", Some("1")), ("x", Some("")), ("custom_column", Some("a"))],
            true,
            "an empty one",
        );
    }
}
