//! Credit memos in the API: lists of flat rows, and single memos with items and comments.
//!
//! Owns: the methods, their faults and what each shows. Submodules: the [`record`] and its [`columns`]. A seeded memo
//! follows from its order, which follows from its id.

mod columns;
pub(super) mod record;

use std::sync::LazyLock;

use self::record::{CreditMemo, MemoComment, MemoItem};
use super::call::Call;
use super::columns::{Projection, find};
use super::fault::Refusal;
use super::filter::Keys;
use super::method::{Method, Noun, Resource, Type};
use super::orders::desk::GivenBack;
use super::orders::seeded::SeededOrders;
use super::orders::unknown_column;
use super::reply::{List, Nulls, Reply, Style};
use super::table::{Row, Seeds};
use super::trouble::Record;
use super::value::Value;

const MEMOS: List = List { item: "salesOrderCreditmemoEntity", array: "salesOrderCreditmemoEntityArray" };
const ITEMS: List =
    List { item: "salesOrderCreditmemoItemEntity", array: "salesOrderCreditmemoItemEntityArray" };
const COMMENTS: List =
    List { item: "salesOrderCreditmemoCommentEntity", array: "salesOrderCreditmemoCommentEntityArray" };

pub(super) const NOUN: Noun = Noun {
    bridge: false,
    resources: &[Resource {
        name: "sales_order_creditmemo",
        title: "Credit memo API",
        alias: "order_creditmemo",
    }],
    methods: &[
        Method {
            name: "salesOrderCreditmemoList",
            title: "Retrieve list of credit memos by filters",
            path: "sales_order_creditmemo.list",
            alias: "order_creditmemo.list",
            parts: &[("filters", "filters", false)],
            returns: ("result", MEMOS.array),
            run: list,
        },
        Method {
            name: "salesOrderCreditmemoInfo",
            title: "Retrieve credit memo information",
            path: "sales_order_creditmemo.info",
            alias: "order_creditmemo.info",
            parts: &[("creditmemoIncrementId", "string", true)],
            returns: ("result", MEMOS.item),
            run: info,
        },
    ],
    types: &[
        Type::Record(ITEMS.item, columns::ITEM_FIELDS),
        Type::Array(&ITEMS),
        Type::Record(COMMENTS.item, columns::COMMENT_FIELDS),
        Type::Array(&COMMENTS),
        Type::Record(MEMOS.item, columns::FIELDS),
        Type::Array(&MEMOS),
    ],
};

/// How credit memos are filtered.
pub(super) const KEYS: Keys = Keys {
    id: &["creditmemo_id", "entity_id"],
    stamp: "updated_at",
    attributes: false,
    knows: |field| find(columns::MEMO, field).is_some(),
    unknown: |field| unknown_column("sales_flat_creditmemo", field),
};

/// The memos of the seeded orders that were given back.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeededMemos(pub(super) SeededOrders);

impl Seeds for SeededMemos {
    type Row = CreditMemo;

    fn last(&self) -> u32 {
        self.0.memos()
    }

    fn stamp(&self, id: u32) -> Option<i64> {
        Some(self.0.stamps(self.0.order_of(id)).1)
    }

    fn row(&self, id: u32) -> CreditMemo {
        let order = self.0.row(self.0.order_of(id));
        let items = order.items.iter().filter(|item| !item.qty_refunded.is_zero()).cloned().collect();
        let given = GivenBack { items, sums: order.refunded.unwrap_or_default() };
        CreditMemo::of(&order, &given, id, order.updated_at)
    }
}

impl Row for CreditMemo {
    fn id(&self) -> u32 {
        self.id
    }

    fn stamp(&self) -> i64 {
        self.updated_at
    }

    fn column(&self, name: &str) -> Option<Value<'_>> {
        find(columns::MEMO, name).map(|read| read(self, &()))
    }
}

fn list(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let shop = call.shop();
    let filter = call.filter(&KEYS)?;
    let ids: Vec<u32> = shop.memos.select(&filter).collect();
    show_nulls_in_v1(reply);
    reply.list(&MEMOS, ids.iter(), |reply, id| {
        reply.spoil(call.meet(Record::CreditMemo(*id)));
        if let Some(memo) = shop.memos.get(*id) {
            write_fields(reply, &memo);
        }
    });
    Ok(())
}

fn info(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let number =
        call.argument("creditmemoIncrementId").map(|argument| argument.text.trim()).unwrap_or_default();
    let found = call.shop().memo_by_increment(number);
    let memo = found.ok_or_else(|| Refusal::new("100", "Requested credit memo does not exist."))?;
    reply.spoil(call.meet(Record::CreditMemo(memo.id)));
    show_nulls_in_v1(reply);
    reply.entity(MEMOS.item, |reply| {
        write_fields(reply, &memo);
        if reply.style == Style::V1 {
            reply.text("order_increment_id", &memo.order_increment_id);
        }
        write_parts(reply, &memo);
    });
    Ok(())
}

fn show_nulls_in_v1(reply: &mut Reply) {
    if reply.style == Style::V1 {
        reply.nulls = Nulls::Show;
    }
}

fn write_fields(reply: &mut Reply, memo: &CreditMemo) {
    static V2: LazyLock<Projection<CreditMemo>> =
        LazyLock::new(|| Projection::declared(columns::FIELDS, columns::MEMO));
    static V1: LazyLock<Projection<CreditMemo>> =
        LazyLock::new(|| Projection::named(columns::V1_FIELDS, columns::MEMO));
    let projection: &Projection<CreditMemo> = if reply.style == Style::V1 { &V1 } else { &V2 };
    projection.write(reply, memo, &());
}

fn write_parts(reply: &mut Reply, memo: &CreditMemo) {
    static V2: LazyLock<Projection<MemoItem, CreditMemo>> =
        LazyLock::new(|| Projection::declared(columns::ITEM_FIELDS, columns::ITEM));
    static V1: LazyLock<Projection<MemoItem, CreditMemo>> =
        LazyLock::new(|| Projection::named(columns::V1_ITEM_FIELDS, columns::ITEM));
    static COMMENT_V2: LazyLock<Projection<MemoComment, CreditMemo>> =
        LazyLock::new(|| Projection::declared(columns::COMMENT_FIELDS, columns::COMMENT));
    static COMMENT_V1: LazyLock<Projection<MemoComment, CreditMemo>> =
        LazyLock::new(|| Projection::named(columns::V1_COMMENT_FIELDS, columns::COMMENT));
    let v1 = reply.style == Style::V1;
    let item: &Projection<MemoItem, CreditMemo> = if v1 { &V1 } else { &V2 };
    let comment: &Projection<MemoComment, CreditMemo> = if v1 { &COMMENT_V1 } else { &COMMENT_V2 };
    reply.list_field("items", &ITEMS, memo.items.iter(), |reply, row| item.write(reply, row, memo));
    reply.list_field("comments", &COMMENTS, memo.comments.iter(), |reply, row| {
        comment.write(reply, row, memo)
    });
}
