//! Websites, store views, and what the installation says about itself.

use super::call::Call;
use super::fault::Refusal;
use super::method::{Method, Noun, Resource, Type};
use super::reply::{List, Reply};

/// A store view.
pub(super) struct StoreView {
    pub(super) id: u32,
    pub(super) code: &'static str,
    pub(super) website_id: u32,
    pub(super) name: &'static str,
    sort_order: u32,
}

/// In the order the API lists them: by website's sort order, then the view's.
pub(super) const STORE_VIEWS: &[StoreView] = &[
    StoreView { id: 1, code: "default", website_id: 1, name: "Default Store View", sort_order: 0 },
    StoreView { id: 3, code: "eu_en", website_id: 2, name: "EU English", sort_order: 1 },
    StoreView { id: 4, code: "eu_fr", website_id: 2, name: "EU Français", sort_order: 2 },
    StoreView { id: 2, code: "base_de", website_id: 1, name: "German & Swiss", sort_order: 10 },
];

/// Id, code and name of the websites; 0 is the admin panel, which only the bridge lists.
pub(super) const WEBSITES: &[(u32, &str, &str)] =
    &[(0, "admin", "Admin"), (1, "base", "Main Website"), (2, "eu", "Europe Website")];

/// The release this store says it is.
pub(super) const MAGENTO_VERSION: &str = "1.9.4.5";

/// `created_in`: the name of a store view.
pub(super) fn view_name(store_id: u32) -> &'static str {
    STORE_VIEWS.iter().find(|view| view.id == store_id).map_or("Admin", |view| view.name)
}

/// The code of a store view.
pub(super) fn view_code(store_id: u32) -> &'static str {
    STORE_VIEWS.iter().find(|view| view.id == store_id).map_or("admin", |view| view.code)
}

/// The website that a store view belongs to; the admin panel's customers are the first one's.
pub(super) fn website_of(store_id: u32) -> u32 {
    STORE_VIEWS.iter().find(|view| view.id == store_id).map_or(1, |view| view.website_id)
}

/// `store_name` of an order: website, group and view, a line each.
pub(super) fn path_name(store_id: u32) -> String {
    let (website, group) = if website_of(store_id) == 2 {
        ("Europe Website", "EU Store")
    } else {
        ("Main Website", "Main Website Store")
    };
    format!("{website}\n{group}\n{}", view_name(store_id))
}

const STORES: List = List { item: "storeEntity", array: "storeEntityArray" };

pub(super) const NOUN: Noun = Noun {
    bridge: false,
    resources: &[
        Resource { name: "core_store", title: "Store API", alias: "store" },
        Resource { name: "core_magento", title: "Magento info API", alias: "magento" },
    ],
    methods: &[
        Method {
            name: "storeList",
            title: "Retrieve store list",
            path: "core_store.list",
            alias: "store.list",
            parts: &[],
            returns: ("stores", STORES.array),
            run: list,
        },
        Method {
            name: "storeInfo",
            title: "Retrieve store data",
            path: "core_store.info",
            alias: "store.info",
            parts: &[("storeId", "string", true)],
            returns: ("info", STORES.item),
            run: info,
        },
        Method {
            name: "magentoInfo",
            title: "Get info about current Magento installation",
            path: "core_magento.info",
            alias: "magento.info",
            parts: &[],
            returns: ("info", "magentoInfoEntity"),
            run: magento,
        },
    ],
    types: &[
        Type::Record(
            STORES.item,
            "store_id:int code:string website_id:int group_id:int name:string sort_order:int is_active:int",
        ),
        Type::Array(&STORES),
        Type::Record("magentoInfoEntity", "magento_version:string magento_edition:string"),
    ],
};

fn list(_: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    reply.list(&STORES, STORE_VIEWS.iter(), write);
    Ok(())
}

fn info(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let wanted = call.argument("storeId").map(|argument| argument.text.as_str()).unwrap_or_default();
    let found = STORE_VIEWS.iter().find(|view| view.code == wanted || view.id.to_string() == wanted);
    let view = found.ok_or_else(|| Refusal::new("100", "Requested store view not found."))?;
    reply.entity(STORES.item, |reply| write(reply, view));
    Ok(())
}

fn magento(_: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    reply.entity("magentoInfoEntity", |reply| {
        reply.text("magento_version", MAGENTO_VERSION);
        reply.text("magento_edition", "Community");
    });
    Ok(())
}

fn write(reply: &mut Reply, view: &StoreView) {
    reply.int("store_id", view.id);
    reply.text("code", view.code);
    reply.int("website_id", view.website_id);
    reply.int("group_id", view.website_id);
    reply.text("name", view.name);
    reply.int("sort_order", view.sort_order);
    reply.int("is_active", 1);
}
