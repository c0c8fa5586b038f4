//! What SOAP v1 leaks of a configurable product in a cart: PHP's own objects, with references among them.
//!
//! The real store writes up to 400 kB of these: options that hold their item, which holds its options, product and cart,
//! each once with an `id` and from then on as `href`. This is the same shape with less inside. A reader that looks for
//! `sku` anywhere below an item, or does not expect references, goes wrong here as it does there.

use super::record::Cart;
use crate::simulator::columns::Projection;
use crate::simulator::orders::record::OrderItem;
use crate::simulator::reply::{Nulls, Reply};

/// Writes `has_children` and `qty_options` of an item; an empty list for anything but a configurable product.
pub(super) fn write(reply: &mut Reply, item: &OrderItem, cart: &Cart, fields: &Projection<OrderItem, Cart>) {
    let child = cart.items.iter().find(|row| row.parent_id == Some(item.quote_item_id));
    let Some(child) = child else {
        return reply.empty_list("qty_options");
    };
    reply.boolean("has_children", true);
    let number = item.quote_item_id;
    reply.put(&["<item><key xsi:type=\"xsd:string\">qty_options</key><value xsi:type=\"ns2:Map\"><item>"]);
    reply.put(&["<key xsi:type=\"xsd:int\">", &child.product_id.to_string(), "</key>"]);
    reply.put(&[&format!("<value id=\"ref{number}\" xsi:type=\"SOAP-ENC:Struct\">")]);
    data(reply, |reply| {
        reply.int("option_id", number);
        reply.int("item_id", number);
        reply.int("product_id", child.product_id);
        reply.text("code", &format!("product_qty_{}", child.product_id));
        reply.int("value", 1);
    });
    struct_end(reply, "option_id");
    reply.put(&[&format!("<_item id=\"ref{}\" xsi:type=\"SOAP-ENC:Struct\">", child.quote_item_id)]);
    data(reply, |reply| {
        fields.write(reply, item, cart);
        reply
            .put(&["<item><key xsi:type=\"xsd:string\">qty_options</key><value xsi:type=\"ns2:Map\"><item>"]);
        reply.put(&["<key xsi:type=\"xsd:int\">", &child.product_id.to_string(), "</key>"]);
        reply.put(&[&format!("<value href=\"#ref{number}\"/></item></value></item>")]);
    });
    struct_end(reply, "item_id");
    reply.put(&["</_item></value></item></value></item>"]);
}

fn data(reply: &mut Reply, write: impl FnOnce(&mut Reply)) {
    reply.put(&["<_data xsi:type=\"ns2:Map\">"]);
    reply.nulls = Nulls::Show;
    write(reply);
    reply.put(&["</_data>"]);
}

fn struct_end(reply: &mut Reply, id_field: &str) {
    reply.put(&[
        "<_hasDataChanges xsi:type=\"xsd:boolean\">true</_hasDataChanges><_idFieldName xsi:type=\"xsd:string\">",
        id_field,
        "</_idFieldName><_isDeleted xsi:type=\"xsd:boolean\">false</_isDeleted>",
        "<_oldFieldsMap SOAP-ENC:arrayType=\"xsd:ur-type[0]\" xsi:type=\"SOAP-ENC:Array\"/>",
        "<_resource xsi:nil=\"true\"/><_isObjectNew xsi:nil=\"true\"/>",
    ]);
}
