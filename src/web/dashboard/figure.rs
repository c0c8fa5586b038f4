//! The figures at the top: a number, the list that it counts, and how it moved.

use rust_decimal::Decimal;

use super::links::Links;
use crate::crm::dashboard::{Figures, Period};
use crate::web::money;
use crate::web::view;

/// A number with its name.
pub(super) struct Figure {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) link: String,
    pub(super) moved: Option<Moved>,
}

/// How it is other than before.
pub(super) struct Moved {
    /// "+14.2 %".
    pub(super) words: String,
    /// `up` where that is good news, `down` where it is not, nothing where it is neither.
    pub(super) class: &'static str,
}

/// Is more of it better?
#[derive(Clone, Copy)]
enum Wish {
    More,
    Less,
    /// Whether it is depends.
    Neither,
}

/// The two times that are compared.
pub(super) struct Compared<'a> {
    pub(super) now: &'a Figures,
    pub(super) before: &'a Figures,
    /// Customers who returned, where that can be told.
    pub(super) returned: (Option<i64>, Option<i64>),
    /// Lifetime value on average, as it was last counted.
    pub(super) lifetime: Option<Decimal>,
    pub(super) period: Period,
    pub(super) links: &'a Links,
}

impl Compared<'_> {
    /// All figures, in the order of the page.
    pub(super) fn figures(&self) -> Vec<Figure> {
        let (now, before, period, links) = (self.now, self.before, self.period, self.links);
        let sold = [
            self.amount("Revenue", now.revenue, before.revenue, Wish::More, links.orders(period)),
            number("Orders placed", now.orders, before.orders, Wish::More, links.orders(period)),
            Figure {
                name: "Average order value",
                value: self.some_amount(now.average()),
                link: links.orders(period),
                moved: now
                    .average()
                    .zip(before.average())
                    .and_then(|(now, before)| moved_by(now, before, Wish::More)),
            },
            number(
                "Discounted orders",
                now.discounted,
                before.discounted,
                Wish::Neither,
                links.discounted(period),
            ),
        ];
        let people = [
            number("New customers", now.customers, before.customers, Wish::More, links.registered(period)),
            self.returning(),
            Figure {
                name: "Average lifetime value",
                value: self.some_amount(self.lifetime),
                link: links.spent(),
                moved: None,
            },
        ];
        let left = [
            number("Abandoned carts", now.abandoned, before.abandoned, Wish::Less, links.abandoned(period)),
            self.amount(
                "Abandoned revenue",
                now.abandoned_value,
                before.abandoned_value,
                Wish::Less,
                links.abandoned(period),
            ),
            self.abandon_rate(),
        ];
        sold.into_iter().chain(people).chain(left).collect()
    }

    fn returning(&self) -> Figure {
        let (now, before) = self.returned;
        Figure {
            name: "Returning customers",
            value: now.map(view::number).unwrap_or_default(),
            link: self.links.returning(self.period),
            moved: now
                .zip(before)
                .and_then(|(now, before)| moved_by(Decimal::from(now), Decimal::from(before), Wish::More)),
        }
    }

    fn abandon_rate(&self) -> Figure {
        let (now, before) = (self.now.abandon_rate(), self.before.abandon_rate());
        let moved = now.zip(before).and_then(|(now, before)| {
            let points = (now - before).round_dp(1);
            let words = format!("{} pts", signed(points));
            (!points.is_zero()).then(|| Moved { words, class: class(points, Wish::Less) })
        });
        Figure {
            name: "Abandon rate",
            value: now.map(percent).unwrap_or_default(),
            link: self.links.abandoned(self.period),
            moved,
        }
    }

    fn amount(&self, name: &'static str, now: Decimal, before: Decimal, wish: Wish, link: String) -> Figure {
        Figure {
            name,
            value: money::money(&now, &self.links.currency),
            link,
            moved: moved_by(now, before, wish),
        }
    }

    fn some_amount(&self, amount: Option<Decimal>) -> String {
        amount.map(|amount| money::money(&amount, &self.links.currency)).unwrap_or_default()
    }
}

fn number(name: &'static str, now: i64, before: i64, wish: Wish, link: String) -> Figure {
    let moved = moved_by(Decimal::from(now), Decimal::from(before), wish);
    Figure { name, value: view::number(now), link, moved }
}

/// By how much, in percent of before; nothing where there was nothing before, or where it is the same.
fn moved_by(now: Decimal, before: Decimal, wish: Wish) -> Option<Moved> {
    if before <= Decimal::ZERO {
        return None;
    }
    let share = ((now - before) * Decimal::ONE_HUNDRED).checked_div(before)?.round_dp(1);
    (!share.is_zero()).then(|| Moved { words: format!("{} %", signed(share)), class: class(share, wish) })
}

fn class(moved: Decimal, wish: Wish) -> &'static str {
    match (wish, moved.is_sign_positive()) {
        (Wish::More, true) | (Wish::Less, false) => "up",
        (Wish::More, false) | (Wish::Less, true) => "down",
        (Wish::Neither, _) => "",
    }
}

/// "+14.2", "−3".
fn signed(amount: Decimal) -> String {
    match amount.is_sign_negative() {
        true => money::quantity(&amount),
        false => format!("+{}", money::quantity(&amount)),
    }
}

/// "44.5 %".
pub(super) fn percent(amount: Decimal) -> String {
    format!("{}\u{a0}%", money::quantity(&amount.round_dp(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moved_says_how_much_and_whether_that_is_good() {
        let check = |now: i64, before: i64, wish, expected: Option<(&str, &str)>| {
            let moved = moved_by(Decimal::from(now), Decimal::from(before), wish);
            assert_eq!(moved.as_ref().map(|moved| (moved.words.as_str(), moved.class)), expected);
        };
        check(110, 100, Wish::More, Some(("+10 %", "up")));
        check(2, 3, Wish::More, Some(("−33.3 %", "down")));
        check(2, 3, Wish::Less, Some(("−33.3 %", "up")));
        check(2, 1, Wish::Neither, Some(("+100 %", "")));
        check(5, 5, Wish::More, None);
        check(5, 0, Wish::More, None);
        check(5, -5, Wish::More, None);
    }
}
