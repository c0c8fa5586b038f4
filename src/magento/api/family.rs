//! Which item belongs to which: a configurable product is two rows of an order or cart, what was bought and what is sent.

use rust_decimal::Decimal;

use crate::magento::soap::value::Field;

/// What tells an item's place in its family.
pub(super) struct Member<'a> {
    pub(super) item_id: Field<i64>,
    /// Told by SOAP v1 and for carts; never by SOAP v2 and the bridge's orders.
    pub(super) parent_item_id: Field<i64>,
    pub(super) sku: Option<&'a str>,
    pub(super) product_type: Option<&'a str>,
    pub(super) price: Option<Decimal>,
}

/// The place of each item's parent in the list. By id where ids are told; else by position: a simple product without a
/// price right behind a configurable one with the same sku is its child (recording rpc/089).
pub(super) fn parents(members: &[Member<'_>]) -> Vec<Option<usize>> {
    (0..members.len()).map(|place| parent(members, place)).collect()
}

fn parent(members: &[Member<'_>], place: usize) -> Option<usize> {
    let child = members.get(place)?;
    match child.parent_item_id {
        Field::Is(id) => members.iter().position(|member| member.item_id == Field::Is(id)),
        Field::Nil => None,
        Field::Missing => {
            let before = place.checked_sub(1)?;
            is_child_of(child, members.get(before)?).then_some(before)
        }
    }
}

fn is_child_of(child: &Member<'_>, parent: &Member<'_>) -> bool {
    parent.product_type == Some("configurable")
        && child.product_type == Some("simple")
        && child.sku.is_some()
        && child.sku == parent.sku
        && child.price.is_none_or(|price| price.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(item_id: i64, parent: Field<i64>, kind: &'static str, price: i64) -> Member<'static> {
        Member {
            item_id: Field::Is(item_id),
            parent_item_id: parent,
            sku: Some("SHIRT-L"),
            product_type: Some(kind),
            price: Some(price.into()),
        }
    }

    #[test]
    fn a_child_finds_its_parent() {
        use Field::{Is, Missing, Nil};
        let check = |members: &[Member<'_>], expected: &[Option<usize>], what: &str| {
            assert_eq!(parents(members), expected, "{what}");
        };
        let shirt = |told| [member(1, told, "configurable", 20), member(2, told, "simple", 0)];
        check(&shirt(Missing), &[None, Some(0)], "by position");
        check(&shirt(Nil), &[None, None], "not where the store says that there is no parent");
        check(&[member(2, Is(1), "simple", 0), member(1, Nil, "bundle", 20)], &[Some(1), None], "by id");
        check(&[member(2, Is(9), "simple", 0)], &[None], "not one that is not there");
        let twice = [member(1, Missing, "configurable", 20), member(2, Missing, "simple", 20)];
        check(&twice, &[None, None], "not one that was bought for itself");
    }
}
