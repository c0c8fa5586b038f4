//! Columns of a record, and the projections that the API's methods show of them.
//!
//! A record has one table of columns, each a name and a way to read it. A method shows some of them in an order of its
//! own, which is that of its WSDL type or, in SOAP v1, of the database table. A [`Projection`] is made once and then
//! writes row after row without looking a name up.

use super::reply::{Reply, Style};
use super::value::{Kind, Value};

/// A column: its name and how it is read from a record `R` that belongs to a `P` (nothing, unless it is a part).
pub(super) type Column<R, P = ()> = (&'static str, for<'a> fn(&'a R, &'a P) -> Value<'a>);

/// The columns a method shows, in its order.
pub(super) struct Projection<R: 'static, P: 'static = ()> {
    fields: Vec<Field<R, P>>,
}

struct Field<R: 'static, P: 'static> {
    name: &'static str,
    kind: Kind,
    /// `None` for a column that is always NULL.
    read: Option<for<'a> fn(&'a R, &'a P) -> Value<'a>>,
}

/// A column by its name. The base currency is always the order's own, so `base_tax_amount` is read as `tax_amount`
/// where it is not a column of itself.
pub(super) fn find<R, P>(
    columns: &[Column<R, P>],
    name: &str,
) -> Option<for<'a> fn(&'a R, &'a P) -> Value<'a>> {
    let exact = |name: &str| columns.iter().find(|column| column.0 == name).map(|column| column.1);
    exact(name).or_else(|| exact(name.strip_prefix("base_")?))
}

impl<R, P> Projection<R, P> {
    /// The plain fields of a WSDL type, written as [`super::method::Type::Record`] writes them.
    pub(super) fn declared(fields: &'static str, columns: &[Column<R, P>]) -> Self {
        let plain = fields.split_whitespace().filter_map(|field| {
            let (name, declared) = field.split_once(':')?;
            let kind = Kind::of(declared.trim_end_matches('?'))?;
            Some(Field { name, kind, read: find(columns, name) })
        });
        Self { fields: plain.collect() }
    }

    /// Columns by their names, separated by white space, as SOAP v1 shows them.
    pub(super) fn named(names: &'static str, columns: &[Column<R, P>]) -> Self {
        let fields =
            names.split_whitespace().map(|name| Field { name, kind: Kind::Text, read: find(columns, name) });
        Self { fields: fields.collect() }
    }

    /// With other types for some columns, as WS-I has them.
    pub(super) fn retyped(mut self, types: &[(&str, &str)]) -> Self {
        for (name, declared) in types {
            let found = self.fields.iter_mut().find(|field| field.name == *name);
            if let Some((field, kind)) = found.zip(Kind::of(declared)) {
                field.kind = kind;
            }
        }
        self
    }

    /// Without some columns.
    pub(super) fn without(mut self, names: &[&str]) -> Self {
        self.fields.retain(|field| !names.contains(&field.name));
        self
    }

    /// With some columns moved to the end, in the order given.
    pub(super) fn last(mut self, names: &[&str]) -> Self {
        for name in names {
            if let Some(at) = self.fields.iter().position(|field| field.name == *name) {
                let field = self.fields.remove(at);
                self.fields.push(field);
            }
        }
        self
    }

    /// Writes the fields of a row.
    pub(super) fn write(&self, reply: &mut Reply, row: &R, parent: &P) {
        let v1 = reply.style == Style::V1;
        for field in &self.fields {
            let value = field.read.map_or(Value::Null, |read| read(row, parent));
            let kind = if v1 { value.kind() } else { field.kind };
            reply.value(field.name, kind, &value);
        }
    }
}
