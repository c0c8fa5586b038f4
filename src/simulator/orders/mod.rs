//! Orders in the API: the list's flat rows, and single orders with items, addresses, payment and status history.
//!
//! Owns: the methods, their faults, and which fields each shows. Submodules: the [`record`], where its [`columns`] and
//! the names of its [`fields`] are, how orders are [`seeded`], what a merchant does with them ([`desk`]), and the
//! [`bridge`]'s lists.

pub(super) mod bridge;
mod columns;
pub(super) mod desk;
mod fields;
pub(super) mod record;
pub(super) mod seeded;

use std::sync::LazyLock;

use self::record::{Order, OrderAddress, OrderItem, StatusEntry};
use super::call::Call;
use super::columns::{Projection, find};
use super::fault::Refusal;
use super::filter::Keys;
use super::method::{Method, Noun, Resource, Type};
use super::reply::{List, Nulls, Reply, Style};
use super::table::Row;
use super::trouble::Record;
use super::value::Value;

const ROWS: List = List { item: "salesOrderListEntity", array: "salesOrderListEntityArray" };
const ITEMS: List = List { item: "salesOrderItemEntity", array: "salesOrderItemEntityArray" };
const HISTORY: List =
    List { item: "salesOrderStatusHistoryEntity", array: "salesOrderStatusHistoryEntityArray" };
const ENTITY: &str = "salesOrderEntity";
const ADDRESS: &str = "salesOrderAddressEntity";
const PAYMENT: &str = "salesOrderPaymentEntity";

pub(super) const NOUN: Noun = Noun {
    bridge: false,
    resources: &[Resource { name: "sales_order", title: "Order API", alias: "order" }],
    methods: &[
        Method {
            name: "salesOrderList",
            title: "Retrieve list of orders by filters",
            path: "sales_order.list",
            alias: "order.list",
            parts: &[("filters", "filters", true)],
            returns: ("result", ROWS.array),
            run: list,
        },
        Method {
            name: "salesOrderInfo",
            title: "Retrieve order information",
            path: "sales_order.info",
            alias: "order.info",
            parts: &[("orderIncrementId", "string", true)],
            returns: ("result", ENTITY),
            run: info,
        },
    ],
    types: &[
        Type::Record(ROWS.item, fields::LIST),
        Type::Array(&ROWS),
        Type::Record(ADDRESS, fields::ADDRESS),
        Type::Record(ITEMS.item, fields::ITEM),
        Type::Array(&ITEMS),
        Type::Record(PAYMENT, fields::PAYMENT),
        Type::Record(HISTORY.item, fields::HISTORY),
        Type::Array(&HISTORY),
        Type::Extended(ENTITY, fields::INFO, fields::INFO_WITH_BRIDGE),
    ],
};

/// How orders are filtered.
const KEYS: Keys = Keys {
    id: &["order_id", "entity_id"],
    stamp: "updated_at",
    attributes: false,
    knows: |field| find(columns::ORDER, field).is_some(),
    unknown: |field| unknown_column("sales_flat_order", field),
};

/// What MySQL says to a column it does not know, with all of the query.
pub(super) fn unknown_column(table: &str, field: &str) -> Refusal {
    Refusal::new(
        "1",
        format!(
            "SQLSTATE[42S22]: Column not found: 1054 Unknown column '{field}' in 'WHERE', query was: \
             SELECT `main_table`.* FROM `{table}` AS `main_table` WHERE (`{field}` = '1')"
        ),
    )
}

impl Row for Order {
    fn id(&self) -> u32 {
        self.id
    }

    fn stamp(&self) -> i64 {
        self.updated_at
    }

    fn column(&self, name: &str) -> Option<Value<'_>> {
        find(columns::ORDER, name).map(|read| read(self, &()))
    }
}

fn list(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    static V2: LazyLock<Projection<Order>> =
        LazyLock::new(|| Projection::declared(fields::LIST, columns::ORDER));
    static V1: LazyLock<Projection<Order>> =
        LazyLock::new(|| Projection::named(fields::V1_LIST, columns::ORDER));
    let shop = call.shop();
    let ids = shop.orders_by_index(&call.filter(&KEYS)?);
    if reply.style == Style::V1 {
        reply.nulls = Nulls::Show;
    }
    let projection: &Projection<Order> = if reply.style == Style::V1 { &V1 } else { &V2 };
    reply.list(&ROWS, ids.iter(), |reply, id| {
        reply.spoil(call.meet(Record::Order(*id)));
        if let Some(order) = shop.orders.get(*id) {
            projection.write(reply, &order, &());
        }
    });
    Ok(())
}

fn info(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let order = asked_for(call)?;
    reply.spoil(call.meet(Record::Order(order.id)));
    if reply.style == Style::V1 {
        reply.nulls = Nulls::Show;
        reply.entity(ENTITY, |reply| write_v1(reply, &order));
    } else {
        reply.entity(ENTITY, |reply| write_v2(reply, &order, Detail::Core, call.bridge.is_some()));
    }
    Ok(())
}

/// The order whose increment id was sent.
fn asked_for(call: &Call<'_>) -> Result<Order, Refusal> {
    let increment =
        call.argument("orderIncrementId").map(|argument| argument.text.trim()).unwrap_or_default();
    call.shop()
        .order_by_increment(increment)
        .ok_or_else(|| Refusal::new("100", "Requested order not exists."))
}

/// Who shows an order: the core, or the bridge, alone or in a list, each with a little more or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    Core,
    Bridge,
    BridgeList,
}

fn write_v2(reply: &mut Reply, order: &Order, detail: Detail, bridge: bool) {
    static LISTED: LazyLock<Projection<Order>> = LazyLock::new(|| info_fields().without(&["gift_message"]));
    static ALONE: LazyLock<Projection<Order>> = LazyLock::new(|| info_fields().without(fields::JOINED));
    static PAYMENT_CORE: LazyLock<Projection<Order>> =
        LazyLock::new(|| Projection::declared(fields::PAYMENT, columns::PAYMENT));
    static PAYMENT_BRIDGE: LazyLock<Projection<Order>> =
        LazyLock::new(|| Projection::declared(fields::PAYMENT, columns::PAYMENT).without(&["payment_id"]));
    let projection: &Projection<Order> = if detail == Detail::BridgeList { &LISTED } else { &ALONE };
    projection.write(reply, order, &());
    write_address(reply, "shipping_address", order.shipping_address.as_ref(), order);
    write_address(reply, "billing_address", Some(&order.billing), order);
    write_items(reply, order);
    let payment: &Projection<Order> = if detail == Detail::Core { &PAYMENT_CORE } else { &PAYMENT_BRIDGE };
    reply.record("payment", PAYMENT, |reply| payment.write(reply, order, &()));
    write_history(reply, order, detail);
    if bridge {
        reply.opt_text("coupon_code", order.coupon.as_ref());
    }
}

fn info_fields() -> Projection<Order> {
    Projection::declared(fields::INFO, columns::ORDER)
}

fn write_v1(reply: &mut Reply, order: &Order) {
    static FIELDS: LazyLock<Projection<Order>> = LazyLock::new(|| {
        let listed = Projection::named(fields::V1_LIST, columns::ORDER).without(fields::JOINED);
        listed.without(&["order_id"]).last(fields::V1_INFO_LAST)
    });
    static PAYMENT_FIELDS: LazyLock<Projection<Order>> =
        LazyLock::new(|| Projection::named(fields::V1_PAYMENT, columns::PAYMENT));
    FIELDS.write(reply, order, &());
    // Loaded only where there is one.
    if let Some((_, message)) = &order.gift_message {
        reply.text("gift_message", message);
    }
    reply.int("order_id", order.id);
    write_address(reply, "shipping_address", order.shipping_address.as_ref(), order);
    write_address(reply, "billing_address", Some(&order.billing), order);
    write_items(reply, order);
    reply.record("payment", PAYMENT, |reply| {
        PAYMENT_FIELDS.write(reply, order, &());
        reply.empty_list("additional_information");
        reply.int("payment_id", order.id);
    });
    write_history(reply, order, Detail::Core);
}

fn write_address(reply: &mut Reply, name: &str, address: Option<&OrderAddress>, order: &Order) {
    static V2: LazyLock<Projection<OrderAddress, Order>> =
        LazyLock::new(|| Projection::declared(fields::ADDRESS, columns::ADDRESS));
    static V1: LazyLock<Projection<OrderAddress, Order>> =
        LazyLock::new(|| Projection::named(fields::V1_ADDRESS, columns::ADDRESS));
    let projection: &Projection<OrderAddress, Order> = if reply.style == Style::V1 { &V1 } else { &V2 };
    match address {
        Some(address) => reply.record(name, ADDRESS, |reply| projection.write(reply, address, order)),
        None => reply.empty_record(name, ADDRESS),
    }
}

fn write_items(reply: &mut Reply, order: &Order) {
    static V2: LazyLock<Projection<OrderItem, Order>> =
        LazyLock::new(|| Projection::declared(fields::ITEM, columns::ITEM));
    static V1: LazyLock<Projection<OrderItem, Order>> =
        LazyLock::new(|| Projection::named(fields::V1_ITEM, columns::ITEM));
    let projection: &Projection<OrderItem, Order> = if reply.style == Style::V1 { &V1 } else { &V2 };
    reply.list_field("items", &ITEMS, order.items.iter(), |reply, item| projection.write(reply, item, order));
}

/// Entries have an id with the bridge alone.
fn write_history(reply: &mut Reply, order: &Order, detail: Detail) {
    static BRIDGE: LazyLock<Projection<StatusEntry, Order>> =
        LazyLock::new(|| Projection::declared(fields::HISTORY, columns::HISTORY));
    static CORE: LazyLock<Projection<StatusEntry, Order>> =
        LazyLock::new(|| Projection::declared(fields::HISTORY, columns::HISTORY).without(&["increment_id"]));
    static V1: LazyLock<Projection<StatusEntry, Order>> =
        LazyLock::new(|| Projection::named(fields::V1_HISTORY, columns::HISTORY));
    let projection: &Projection<StatusEntry, Order> = match (reply.style, detail) {
        (Style::V1, _) => &V1,
        (_, Detail::Core) => &CORE,
        _ => &BRIDGE,
    };
    reply.list_field("status_history", &HISTORY, order.history.iter(), |reply, entry| {
        projection.write(reply, entry, order);
    });
}
