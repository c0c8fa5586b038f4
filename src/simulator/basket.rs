//! A basket: the lines that a cart has and an order takes over, with what they cost.
//!
//! Owns: choosing lines by chance, prices in a website's currency, tax and discount of a line, shipping. Refuses: what a
//! cart or an order makes of them.

use fastrand::Rng;

use super::amount::Amount;
use super::products::{Product, SIZES, Sort, on_sale};
use super::records::Text;

/// What one piece weighs, if it weighs anything.
pub(super) const PIECE_WEIGHT: Amount = Amount(12_500);

/// Euro in dollars.
pub(super) const EURO_RATE: Amount = Amount(10_870);

/// Names of the currencies of the two websites.
pub(super) const fn currency(website_id: u32) -> &'static str {
    if website_id == 2 { "EUR" } else { "USD" }
}

/// A product in a basket. A configurable one has a second row for its size, which costs nothing.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) product: Product,
    pub(super) quantity: u32,
    /// Index into [`SIZES`].
    pub(super) size: usize,
    /// In the website's currency, rounded to cents.
    pub(super) price: Amount,
    /// In the website's currency, not rounded.
    pub(super) original_price: Amount,
    pub(super) tax_percent: Amount,
    pub(super) tax: Amount,
    pub(super) discount_percent: Amount,
    pub(super) discount: Amount,
}

/// The lines of a basket and the sums over them.
#[derive(Debug, Clone)]
pub(super) struct Basket {
    pub(super) lines: Vec<Line>,
    pub(super) coupon: Option<Text>,
    pub(super) shipping: Amount,
}

impl Basket {
    /// One to six products; three in ten are taxed, one in eleven has a coupon.
    pub(super) fn choose(rng: &mut Rng, website_id: u32) -> Self {
        let coupon = (rng.u8(..11) == 0).then_some(Text::Borrowed("SAVE10"));
        let tax = if rng.u8(..10) < 3 { Amount(82_500) } else { Amount::ZERO };
        let off = if coupon.is_some() { Amount::whole(10) } else { Amount::ZERO };
        let count = if rng.u8(..30) == 0 { 6 } else { 1 + rng.usize(..4) };
        let lines: Vec<Line> = (0..count).map(|_| line(rng, website_id, tax, off)).collect();
        let pieces: u32 = lines.iter().map(|line| line.quantity).sum();
        let goods = lines.iter().any(|line| line.product.sort != Sort::Virtual);
        let shipping = if goods { Amount::whole(5 * i64::from(pieces)) } else { Amount::ZERO };
        Self { lines, coupon, shipping }
    }

    pub(super) fn subtotal(&self) -> Amount {
        self.lines.iter().map(Line::row_total).sum()
    }

    pub(super) fn tax(&self) -> Amount {
        self.lines.iter().map(|line| line.tax).sum()
    }

    pub(super) fn discount(&self) -> Amount {
        self.lines.iter().map(|line| line.discount).sum()
    }

    pub(super) fn grand_total(&self) -> Amount {
        self.subtotal() + self.tax() + self.shipping - self.discount()
    }

    pub(super) fn is_virtual(&self) -> bool {
        self.lines.iter().all(|line| line.product.sort == Sort::Virtual)
    }

    /// Only the simple products weigh anything.
    pub(super) fn weight(&self) -> Amount {
        self.lines.iter().filter(|line| line.product.sort == Sort::Simple).map(Line::row_weight).sum()
    }

    pub(super) fn pieces(&self) -> Amount {
        self.lines.iter().map(Line::pieces).sum()
    }
}

impl Line {
    pub(super) fn pieces(&self) -> Amount {
        Amount::whole(self.quantity.into())
    }

    pub(super) fn row_total(&self) -> Amount {
        self.price.times(self.pieces())
    }

    pub(super) fn row_weight(&self) -> Amount {
        PIECE_WEIGHT.times(self.pieces())
    }

    pub(super) fn is_configurable(&self) -> bool {
        self.product.sort == Sort::Configurable
    }

    pub(super) fn type_name(&self) -> &'static str {
        match self.product.sort {
            Sort::Simple => "simple",
            Sort::Virtual => "virtual",
            Sort::Configurable => "configurable",
        }
    }

    /// What was bought: of a configurable product the size.
    pub(super) fn sku(&self) -> String {
        if self.is_configurable() {
            format!("SHIRT-{}", SIZES[self.size].1)
        } else {
            self.product.sku.clone()
        }
    }

    /// The request the shopper made, as the options of a simple product keep it.
    pub(super) fn buy_request_option(&self) -> String {
        format!("a:1:{{s:15:\"info_buyRequest\";{}}}", self.buy_request())
    }

    /// The request the shopper made, as PHP serializes it.
    pub(super) fn buy_request(&self) -> String {
        let quantity = self.quantity;
        if !self.is_configurable() {
            return format!("a:1:{{s:3:\"qty\";i:{quantity};}}");
        }
        let option = SIZES[self.size].2;
        format!("a:2:{{s:3:\"qty\";i:{quantity};s:15:\"super_attribute\";a:1:{{i:134;i:{option};}}}}")
    }
}

fn line(rng: &mut Rng, website_id: u32, tax_percent: Amount, discount_percent: Amount) -> Line {
    let product = on_sale(rng.u32(1..=30));
    let quantity = rng.u32(1..=3);
    // Prices are dollars; a website in euros converts them at the rate's reverse.
    let original_price = if website_id == 2 { Amount(product.price.0 * 92 / 100) } else { product.price };
    let price = original_price.to_cents();
    let row_total = price.times(Amount::whole(quantity.into()));
    let discount = row_total.percent(discount_percent);
    Line {
        size: rng.usize(..SIZES.len()),
        tax: (row_total - discount).percent(tax_percent),
        product,
        quantity,
        price,
        original_price,
        tax_percent,
        discount_percent,
        discount,
    }
}
