//! What the store sells: thirty products, from cheap items to virtual services and one configurable shirt.
//!
//! Owns: the catalogue and the awkward names in it. Refuses: taxes, discounts and quantities ([`super::basket`]).

use super::amount::Amount;

/// How a product is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Simple,
    Virtual,
    /// Sold as one of its sizes, which is a second row of the order.
    Configurable,
}

/// A product.
#[derive(Debug, Clone)]
pub(super) struct Product {
    pub(super) id: u32,
    pub(super) sku: String,
    pub(super) name: String,
    pub(super) price: Amount,
    pub(super) sort: Sort,
}

/// Id of the shirt; its sizes are the products before it.
const SHIRT: u32 = 30;

/// Names of simple products, again and again with their number.
const NAMES: [&str; 7] =
    ["Hammer", "Saw \"Pro\"", "Nägel & Schrauben", "Bohrer <5mm>", "T-Shirt", "книга", "本"];

/// A size of the shirt: product id, letter, option id.
pub(super) const SIZES: [(u32, &str, u32); 3] = [(27, "L", 5), (28, "M", 4), (29, "S", 3)];

/// The product with a number from 1 to 30 that is on sale by itself: the sizes stand for the shirt.
pub(super) fn on_sale(number: u32) -> Product {
    let cents = 337 + i64::from(number) * 744 + i64::from(number * number % 13) * 3;
    let simple = |price| Product {
        id: number,
        sku: format!("SKU-{number:03}"),
        name: format!("{} {number}", NAMES[(number % 7) as usize]),
        price: Amount::cents(price),
        sort: Sort::Simple,
    };
    match number {
        24 => service(24, "VIRT-001", "Extended warranty", 4990),
        25 => service(25, "VIRT-002", "Gift wrap service", 450),
        26 => Product { sku: "SKU-024".into(), name: "Cheap item".into(), ..simple(1) },
        27..=SHIRT => Product {
            id: SHIRT,
            sku: "SHIRT".into(),
            name: "Shirt (configurable)".into(),
            price: Amount::cents(1999),
            sort: Sort::Configurable,
        },
        _ => simple(cents),
    }
}

fn service(id: u32, sku: &str, name: &str, cents: i64) -> Product {
    Product { id, sku: sku.into(), name: name.into(), price: Amount::cents(cents), sort: Sort::Virtual }
}
