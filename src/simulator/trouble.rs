//! Trouble to order: what a test can have the store do wrong, and when.
//!
//! Owns: the one list of faults ([`Fault`]), the conditions ([`When`]) and the scripts in force. Refuses: to carry a
//! fault out; that happens in one place, [`super::sabotage`].

use std::time::Duration;

/// A record of the store, by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Record {
    /// `customer_id`.
    Customer(u32),
    /// `order_id`.
    Order(u32),
    /// `creditmemo_id`.
    CreditMemo(u32),
    /// `quote_id`.
    Cart(u32),
    /// `subscriber_id`.
    Subscriber(u32),
}

impl From<u32> for Record {
    fn from(customer: u32) -> Self {
        Self::Customer(customer)
    }
}

/// Something a store, its web server or the network does wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Any status and HTML body, with extra headers.
    Status(u16, String, Vec<(String, String)>),
    /// 503 with Magento's maintenance page.
    Maintenance,
    /// 502 with nginx's page.
    BadGateway,
    /// 429 with `Retry-After` in seconds.
    TooManyRequests(u32),
    /// 401 unless the request carries this user and password.
    BasicAuth(String, String),
    /// 404 with a page that is no well-formed XML.
    NotFound,
    /// 301, 302, 307 or 308 to a URL.
    Redirect(u16, String),
    /// The answer comes after this time.
    Slow(Duration),
    /// No answer ever comes.
    Hang,
    /// The connection is closed without an answer, and nothing was done.
    Close,
    /// The call is carried out, then the connection is closed without an answer.
    LoseAnswer,
    /// The body ends in the middle.
    Cut,
    /// 200 without a body.
    Empty,
    /// A PHP notice before the declaration.
    Notice,
    /// A byte order mark before the declaration.
    ByteOrderMark,
    /// Text after the envelope.
    Trailing(String),
    /// A raw vertical tab in the first text.
    RawControl,
    /// The body in ISO-8859-1, declared as UTF-8.
    Latin1,
    /// Bytes that are no UTF-8 in the first text.
    InvalidUtf8,
    /// `&uuml;`, which XML does not know, in the first text.
    UnknownEntity,
    /// A document type with exponentially growing entities.
    BillionLaughs,
    /// This many elements inside one another.
    DeepNesting(usize),
    /// 200 with the challenge page of a web firewall.
    Html,
    /// 200 with plain text, as from an installation that is not finished.
    PlainText(String),
    /// A SOAP fault: code, text, HTTP status.
    Soap(String, String, u16),
    /// A SOAP fault without XML declaration, as `die()` leaves it.
    BareFault(String, String),
    /// All sessions end before the call is answered.
    ExpireSessions,
    /// Lists return everything, whatever the filter.
    IgnoreFilters,
    /// In this customer's row the field is written as this text: `Garbage(17, "updated_at", "N/A")`.
    Garbage(u32, String, String),
    /// In this record's row, and the rows of its parts, the field is written as this text.
    GarbageIn(Record, String, String),
    /// The answer of a `multiCall` has this many entries more, or fewer.
    Miscount(isize),
    /// The body ends in the middle, and the headers say that this is all of it: PHP ran out of memory.
    CutShort,
    /// White space before the envelope's end until the body has this many bytes.
    Huge(usize),
    /// The body compressed, and this many bytes once it is decompressed, a hundred times as many as are sent.
    GzipBomb(usize),
    /// No `Date` header.
    NoDate,
    /// The store's clock moves by these seconds before the call.
    ClockJump(i64),
    /// The body compressed, though nobody asked.
    Gzip,
    /// Somebody else edits this customer at that moment, a field as an update names it: before the call is carried out,
    /// or right after it where the fault waits for a record.
    Meanwhile(u32, String, String),
    /// The store keeps texts of customers without white space around them, and e-mails in lower case.
    Tidy,
}

/// What is written in a field of a record instead of its value.
#[derive(Debug, Clone)]
pub(super) struct Garbage {
    pub(super) record: Record,
    pub(super) field: String,
    pub(super) text: String,
}

impl Fault {
    pub(super) fn garbage(&self) -> Option<Garbage> {
        let (record, field, text) = match self {
            Self::Garbage(customer, field, text) => (Record::Customer(*customer), field, text),
            Self::GarbageIn(record, field, text) => (*record, field, text),
            _ => return None,
        };
        Some(Garbage { record, field: field.clone(), text: text.clone() })
    }
}

/// Which requests a fault hits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct When {
    method: Option<String>,
    record: Option<Record>,
    skip: u32,
    times: Option<u32>,
}

impl When {
    /// Every request.
    pub fn always() -> Self {
        Self::default()
    }

    /// The next request only.
    pub fn once() -> Self {
        Self::next(1)
    }

    /// The next `times` requests.
    pub fn next(times: u32) -> Self {
        Self::always().times(times)
    }

    /// Every call of a method: a v2 operation, a v1 procedure (`multiCall`), a path inside a `multiCall`
    /// (`customer_address.list`; only [`Fault::Soap`] there), `wsdl` or `wsdl_v1`.
    pub fn method(name: &str) -> Self {
        Self { method: Some(name.to_owned()), ..Self::default() }
    }

    /// Every answer that is about this record (a number is a customer's), alone or in a list; inside a `multiCall` a
    /// [`Fault::Soap`] hits the entry alone, any other fault the whole answer, if it is meant for the entry's path.
    pub fn record(record: impl Into<Record>) -> Self {
        Self { record: Some(record.into()), ..Self::default() }
    }

    /// Only in the answers of this method: a list that fails over a record which alone can be read.
    #[must_use]
    pub fn on(self, method: &str) -> Self {
        Self { method: Some(method.to_owned()), ..self }
    }

    /// Only the first `times` of them.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// Not the first `skip` of them.
    #[must_use]
    pub fn after(self, skip: u32) -> Self {
        Self { skip, ..self }
    }
}

/// The faults in force, first come first served.
#[derive(Debug, Default)]
pub(super) struct Scripts {
    scripts: Vec<(Fault, When)>,
}

impl Scripts {
    pub(super) fn add(&mut self, fault: Fault, when: When) {
        self.scripts.push((fault, when));
    }

    pub(super) fn clear(&mut self) {
        self.scripts.clear();
    }

    /// The fault that hits a request for this method, known before it is answered.
    pub(super) fn for_method(&mut self, method: &str) -> Option<Fault> {
        self.pick(|fault, when| {
            *fault != Fault::Tidy
                && when.record.is_none()
                && when.method.as_deref().is_none_or(|wanted| wanted == method)
        })
    }

    /// The fault that hits an answer because of the record in it.
    pub(super) fn for_record(&mut self, record: Record, method: &str) -> Option<Fault> {
        self.pick(|_, when| {
            when.record == Some(record) && when.method.as_deref().is_none_or(|wanted| wanted == method)
        })
    }

    /// Garbage meant for the entries of a `multiCall`, by their path; it stays in force until the scripts are cleared.
    pub(super) fn garbage_in_entries(&self) -> Vec<(Option<String>, Garbage)> {
        let by_path = self.scripts.iter().filter_map(|(fault, when)| {
            let path = when.method.as_ref().filter(|method| method.contains('.'))?;
            Some((Some(path.clone()), fault.garbage()?))
        });
        by_path.collect()
    }

    /// A tidy store is tidy whatever else it does wrong.
    pub(super) fn tidies(&self) -> bool {
        self.scripts.iter().any(|(fault, _)| *fault == Fault::Tidy)
    }

    /// The fault that hits one entry of a `multiCall`.
    pub(super) fn for_entry(&mut self, path: &str, record: Option<Record>) -> Option<Fault> {
        self.pick(|fault, when| {
            let by_path = when.method.as_deref() == Some(path);
            let hit = match when.record {
                Some(_) => when.record == record && (when.method.is_none() || by_path),
                None => by_path,
            };
            hit && matches!(fault, Fault::Soap(..))
        })
    }

    /// The fault that hits a whole `multiCall` because of the record in one entry: PHP dies of it.
    pub(super) fn for_all_entries(&mut self, path: &str, record: Option<Record>) -> Option<Fault> {
        self.pick(|fault, when| {
            let hit = when.record.is_some() && when.record == record && when.method.as_deref() == Some(path);
            hit && !matches!(fault, Fault::Soap(..)) && fault.garbage().is_none()
        })
    }

    pub(super) fn watched(&self) -> Vec<Record> {
        self.scripts.iter().filter_map(|(_, when)| when.record).collect()
    }

    fn pick(&mut self, hits: impl Fn(&Fault, &When) -> bool) -> Option<Fault> {
        let at = self.scripts.iter_mut().position(|(fault, when)| hits(fault, when) && when.is_due())?;
        let (fault, when) = &mut self.scripts[at];
        let fault = fault.clone();
        if when.times.as_mut().is_some_and(|left| {
            *left -= 1;
            *left == 0
        }) {
            self.scripts.remove(at);
        }
        Some(fault)
    }
}

impl When {
    fn is_due(&mut self) -> bool {
        if self.times == Some(0) {
            return false;
        }
        let due = self.skip == 0;
        self.skip = self.skip.saturating_sub(1);
        due
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Scripts, When};

    #[test]
    fn hits_what_it_is_meant_for_and_no_more() {
        let mut scripts = Scripts::default();
        scripts.add(Fault::Empty, When::method("customerCustomerList").after(1).times(1));
        assert_eq!(scripts.for_method("login"), None);
        assert_eq!(scripts.for_method("customerCustomerList"), None);
        assert_eq!(scripts.for_method("customerCustomerList"), Some(Fault::Empty));
        assert_eq!(scripts.for_method("customerCustomerList"), None);
    }
}
