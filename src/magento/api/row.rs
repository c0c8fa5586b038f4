//! From rows to records: the door where texts become types.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use super::{BadRow, Listing};
use crate::magento::soap::parse::{self, ParseProblem};
use crate::magento::soap::value::{Field, Row, Value};
use crate::magento::store::Call;
use crate::magento::{CallError, Store};

/// Why a row is not a record.
#[derive(Debug, thiserror::Error)]
pub(super) enum RowProblem {
    #[error("{0}")]
    Parse(#[from] ParseProblem),
    #[error("the row has no {0}")]
    Absent(&'static str),
    #[error("the row is no record but a plain value")]
    NotARecord,
    #[error("something else came where a list should be")]
    NotAList,
}

/// A record that can be read from a row.
pub(super) trait Record: Sized + Send + 'static {
    /// The wire's name of its id.
    const ID: &'static str;

    /// Reads it.
    fn read(row: &Row) -> Result<Self, RowProblem>;
}

/// Calls a method that returns an array of records.
pub(super) async fn list<T: Record>(store: &Store, call: Call) -> Result<Listing<T>, CallError> {
    list_with(store, call, T::ID, T::read).await
}

/// The same with another way to read the rows.
pub(super) async fn list_with<T: Send + 'static>(
    store: &Store,
    call: Call,
    id: &'static str,
    read: impl Fn(&Row) -> Result<T, RowProblem> + Clone + Send + 'static,
) -> Result<Listing<T>, CallError> {
    let told = store.call_list(call, move |value| record(&value, id, &read)).await?;
    let mut listing = Listing {
        rows: Vec::with_capacity(told.value.len()),
        bad: Vec::new(),
        bytes: told.bytes,
        took: told.took,
    };
    for row in told.value {
        match row {
            Ok(row) => listing.rows.push(row),
            Err(bad) => listing.bad.push(bad),
        }
    }
    Ok(listing)
}

/// Reads one record, or keeps what is needed to show why not.
pub(super) fn record<T>(
    value: &Value,
    id: &str,
    read: impl Fn(&Row) -> Result<T, RowProblem>,
) -> Result<T, BadRow> {
    let result = value.as_row().ok_or(RowProblem::NotARecord).and_then(&read);
    result.map_err(|problem| BadRow {
        remote_id: value.as_row().and_then(|row| row.text(id).value()).map(str::to_owned),
        cause: problem.to_string(),
        raw_xml: value.to_xml("row"),
    })
}

/// Access to the members of a row by type. A member that the call declares and the row omits is nil; one that the call
/// does not declare in every version is read `…_if_told`, and stays missing when it is not there.
pub(super) trait RowExt {
    fn required_id(&self, name: &'static str) -> Result<i64, RowProblem>;
    fn required_time(&self, name: &'static str) -> Result<DateTime<Utc>, RowProblem>;
    fn required_text(&self, name: &'static str) -> Result<String, RowProblem>;
    fn string(&self, name: &str) -> Field<String>;
    fn string_if_told(&self, name: &str) -> Field<String>;
    fn int(&self, name: &str) -> Result<Field<i64>, RowProblem>;
    /// A reference to another record; the wire's 0 refers to none.
    fn id(&self, name: &str) -> Result<Field<i64>, RowProblem>;
    fn id_if_told(&self, name: &str) -> Result<Field<i64>, RowProblem>;
    fn decimal(&self, name: &str) -> Result<Field<Decimal>, RowProblem>;
    fn decimal_if_told(&self, name: &str) -> Result<Field<Decimal>, RowProblem>;
    fn flag(&self, name: &str) -> Result<Field<bool>, RowProblem>;
    fn date(&self, name: &str) -> Result<Field<NaiveDate>, RowProblem>;
    fn date_if_told(&self, name: &str) -> Result<Field<NaiveDate>, RowProblem>;
    fn time(&self, name: &str) -> Result<Field<DateTime<Utc>>, RowProblem>;
    /// A struct that may be empty or absent, such as the shipping address of a virtual order.
    fn part(&self, name: &str) -> Option<&Row>;
    /// The rows of an array inside a row, all of them or none: half an order would look like a changed one. No array
    /// at all is not an empty one.
    fn parts<T>(
        &self,
        name: &'static str,
        read: impl Fn(&Row) -> Result<T, RowProblem>,
    ) -> Result<Vec<T>, RowProblem>;
    /// The same for notes and comments, whose absence loses nothing.
    fn parts_if_told<T>(
        &self,
        name: &'static str,
        read: impl Fn(&Row) -> Result<T, RowProblem>,
    ) -> Result<Vec<T>, RowProblem> {
        match self.parts(name, read) {
            Err(RowProblem::Absent(absent)) if absent == name => Ok(Vec::new()),
            told => told,
        }
    }
}

impl RowExt for Row {
    fn required_id(&self, name: &'static str) -> Result<i64, RowProblem> {
        parse::int(name, self.text(name))?.value().ok_or(RowProblem::Absent(name))
    }

    fn required_time(&self, name: &'static str) -> Result<DateTime<Utc>, RowProblem> {
        parse::time(name, self.text(name))?.value().ok_or(RowProblem::Absent(name))
    }

    fn required_text(&self, name: &'static str) -> Result<String, RowProblem> {
        self.text(name).value().map(str::to_owned).ok_or(RowProblem::Absent(name))
    }

    fn string(&self, name: &str) -> Field<String> {
        self.string_if_told(name).declared()
    }

    fn string_if_told(&self, name: &str) -> Field<String> {
        self.text(name).map(str::to_owned)
    }

    fn int(&self, name: &str) -> Result<Field<i64>, RowProblem> {
        Ok(parse::int(name, self.text(name).declared())?)
    }

    fn id(&self, name: &str) -> Result<Field<i64>, RowProblem> {
        Ok(self.id_if_told(name)?.declared())
    }

    fn id_if_told(&self, name: &str) -> Result<Field<i64>, RowProblem> {
        Ok(parse::int(name, self.text(name))?.filter(|id| *id != 0))
    }

    fn decimal(&self, name: &str) -> Result<Field<Decimal>, RowProblem> {
        Ok(self.decimal_if_told(name)?.declared())
    }

    fn decimal_if_told(&self, name: &str) -> Result<Field<Decimal>, RowProblem> {
        Ok(parse::decimal(name, self.text(name))?)
    }

    fn flag(&self, name: &str) -> Result<Field<bool>, RowProblem> {
        Ok(parse::boolean(name, self.text(name).declared())?)
    }

    fn date(&self, name: &str) -> Result<Field<NaiveDate>, RowProblem> {
        Ok(self.date_if_told(name)?.declared())
    }

    fn date_if_told(&self, name: &str) -> Result<Field<NaiveDate>, RowProblem> {
        Ok(parse::date(name, self.text(name))?)
    }

    fn time(&self, name: &str) -> Result<Field<DateTime<Utc>>, RowProblem> {
        Ok(parse::time(name, self.text(name).declared())?)
    }

    fn part(&self, name: &str) -> Option<&Row> {
        self.get(name)?.as_row().filter(|part| !part.is_empty())
    }

    fn parts<T>(
        &self,
        name: &'static str,
        read: impl Fn(&Row) -> Result<T, RowProblem>,
    ) -> Result<Vec<T>, RowProblem> {
        match self.get(name) {
            None => Err(RowProblem::Absent(name)),
            // some SOAP servers write an array of one as the one itself
            Some(Value::Row(only)) if !only.is_empty() => Ok(vec![read(only)?]),
            Some(value) => {
                let rows = value.as_list().ok_or(RowProblem::NotAList)?;
                rows.iter().map(|row| row.as_row().ok_or(RowProblem::NotARecord).and_then(&read)).collect()
            }
        }
    }
}

/// Reads an array of records, all of them or none: a bulk read's entry is one unit.
pub(super) fn records<T: Record>(value: &Value) -> Result<Vec<T>, BadRow> {
    let Value::List(rows) = value else {
        let cause = "something else came where a list should be".to_owned();
        return Err(BadRow { remote_id: None, cause, raw_xml: value.to_xml("entry") });
    };
    rows.iter().map(|row| record(row, T::ID, T::read)).collect()
}
