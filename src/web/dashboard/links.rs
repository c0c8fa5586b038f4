//! Where a figure leads: the list of exactly what it counts.

use url::form_urlencoded::Serializer;

use crate::crm::dashboard::Period;

/// The words that narrow lists down to what is shown.
#[derive(Clone)]
pub(in crate::web) struct Links {
    pub(in crate::web) channel: Option<i64>,
    pub(in crate::web) currency: String,
}

impl Links {
    /// Orders that count in the period.
    pub(in crate::web) fn orders(&self, period: Period) -> String {
        self.list("/orders", Some(period), true, &[("counts", "yes")])
    }

    /// Those among them with a discount.
    pub(in crate::web) fn discounted(&self, period: Period) -> String {
        self.list("/orders", Some(period), true, &[("counts", "yes"), ("discounted", "yes")])
    }

    /// Carts that did not become an order.
    pub(in crate::web) fn abandoned(&self, period: Period) -> String {
        self.list("/carts", Some(period), true, &[("abandoned", "yes")])
    }

    /// Customers who registered.
    pub(in crate::web) fn registered(&self, period: Period) -> String {
        self.list("/customers", Some(period), false, &[("removed", "no")])
    }

    /// Customers who ordered in the period and before it; also those who are hidden or gone by now.
    pub(in crate::web) fn returning(&self, period: Period) -> String {
        let before = period.before().to.to_string();
        let (from, to) = (period.from.to_string(), period.to.to_string());
        let words =
            [("ordered-from", &*from), ("ordered-to", &*to), ("first-order-to", &*before), ("hidden", "any")];
        self.list("/customers", None, false, &words)
    }

    /// Customers of a segment.
    pub(in crate::web) fn segment(&self, key: &str) -> String {
        self.list("/customers", None, false, &[("segment", key), ("removed", "no")])
    }

    /// Customers with an order in the currency.
    pub(in crate::web) fn spent(&self) -> String {
        self.list("/customers", None, true, &[("currency-how", "equals"), ("removed", "no")])
    }

    fn list(&self, path: &str, period: Option<Period>, in_currency: bool, words: &[(&str, &str)]) -> String {
        let mut query = Serializer::new(String::new());
        if let Some(period) = period {
            query.append_pair("created-at-from", &period.from.to_string());
            query.append_pair("created-at-to", &period.to.to_string());
        }
        if let Some(channel) = self.channel {
            query.append_pair("channel", &channel.to_string());
        }
        if in_currency && !self.currency.is_empty() {
            query.append_pair("currency", &self.currency);
        }
        query.extend_pairs(words);
        format!("{path}?{}", query.finish())
    }
}
