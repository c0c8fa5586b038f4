//! Calls about what a store is: views, websites, groups, countries, versions, against their recordings.

use cartwright::magento::Mode;
use cartwright::magento::api::customers::{self, CustomerFilter};
use cartwright::magento::api::{addresses, directory, groups, info, stores};

use super::calls::{BOTH, shop};
use super::shop::Shop;

#[tokio::test]
async fn stores_websites_and_groups() {
    for (mode, dir) in BOTH {
        let files = [
            ("storeList", format!("{dir}/007-storeList-ok")),
            ("oroWebsiteList", format!("{dir}/120-oroWebsiteList-ok")),
            ("customerGroupList", format!("{dir}/011-customerGroupList-ok")),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(called, file)| (*called, file.as_str())).collect();
        let shop = Shop::recorded(mode, &files).await;
        let store = shop.store(mode);
        let views = stores::list(&store).await.expect("views").rows;
        assert_eq!(
            views.iter().map(|view| view.code.as_str()).collect::<Vec<_>>(),
            ["default", "eu_en", "eu_fr", "base_de"]
        );
        let named: Vec<_> =
            stores::websites_of(&views).into_iter().map(|site| (site.id, site.name)).collect();
        assert_eq!(
            named,
            [(1, "Default Store View, German & Swiss".to_owned()), (2, "EU English, EU Français".to_owned())]
        );
        let sites: Vec<_> =
            stores::websites(&store).await.expect("sites").rows.into_iter().map(|site| site.name).collect();
        assert_eq!(sites, ["Main Website", "Europe Website"]);
        let groups = groups::list(&store).await.expect("groups").rows;
        assert_eq!((groups.len(), groups[4].name.as_str()), (7, "VIP & Partners"));
    }
}

#[tokio::test]
async fn countries_and_regions() {
    for (mode, dir) in BOTH {
        let countries = shop(mode, dir, "directoryCountryList", "102-directoryCountryList-ok").await;
        let countries = directory::countries(&countries.store(mode)).await.expect("countries");
        assert_eq!((countries.rows.len(), countries.bad.len()), (246, 0));
        let us = shop(mode, dir, "directoryRegionList", "103-directoryRegionList-US").await;
        let regions = directory::regions(&us.store(mode), "US").await.expect("regions").rows;
        assert_eq!((regions.len(), regions[0].code.as_str(), regions[0].region_id), (65, "AL", 1));
        let none = shop(mode, dir, "directoryRegionList", "105-directoryRegionList-GB-none").await;
        assert!(directory::regions(&none.store(mode), "GB").await.expect("regions").rows.is_empty());
    }
}

#[tokio::test]
async fn regions_of_many_countries() {
    let file = "v1/010-multiCall-directory_region.list";
    let asked = super::shop::request(file).matches(">directory_region.list<").count();
    let ids: Vec<String> = (0..asked).map(|number| format!("C{number}")).collect();
    let shop = Shop::recorded(Mode::Rpc, &[("multiCall", file)]).await;
    let entries = directory::regions_bulk(&shop.store(Mode::Rpc), &ids).await.expect("entries").entries;
    assert_eq!(entries[0].as_ref().map(Vec::len), Ok(65));
}

#[tokio::test]
async fn versions_and_the_bridge() {
    for (mode, dir) in BOTH {
        let shop = Shop::recorded(
            mode,
            &[
                ("magentoInfo", &format!("{dir}/006-magentoInfo-ok")),
                ("oroPing", &format!("{dir}/119-oroPing-ok")),
                ("multiCall", "v1/012-multiCall-zero"),
                ("resources", "v1/017-resources-limited-user"),
            ],
        )
        .await;
        let store = shop.store(mode);
        let told = info::magento_info(&store).await.expect("info");
        assert_eq!((told.version.as_str(), told.edition.as_str()), ("1.9.4.5", "Community"));
        let capabilities = info::capabilities(&store).await.expect("capabilities");
        let bridge = capabilities.bridge.expect("a bridge");
        assert_eq!((bridge.version.as_str(), bridge.customers_per_website), ("1.2.19", Some(true)));
        assert!(bridge.admin_url.is_some_and(|url| url.ends_with("/admin/")));
        assert!(capabilities.bulk);
        let may = info::resources(&store).await.expect("resources");
        assert_eq!(
            may.into_iter().collect::<Vec<_>>(),
            ["core_magento.info", "core_store.info", "core_store.list"]
        );
    }
}

#[tokio::test]
async fn a_stock_store_without_the_bridge() {
    let shop = Shop::recorded(
        Mode::Rpc,
        &[
            ("magentoInfo", "stock/002-magentoInfo-ok"),
            ("oroPing", "stock/011-raw-oroPing-without-bridge"),
            ("storeList", "stock/003-storeList-ok"),
            ("customerCustomerList", "stock/004-customerCustomerList-in-5"),
            ("customerCustomerInfo", "stock/005-customerCustomerInfo-ok"),
            ("customerAddressList", "stock/006-customerAddressList-two"),
        ],
    )
    .await;
    let mut settings = shop.settings(Mode::Rpc);
    settings.namespace = Some("urn:OpenMage".to_owned());
    let store =
        cartwright::magento::Store::new(settings, cartwright::magento::Open::gate()).expect("a store");
    assert_eq!(info::capabilities(&store).await.expect("capabilities").bridge, None);
    assert!(!stores::list(&store).await.expect("views").rows.is_empty());
    assert_eq!(customers::list(&store, &CustomerFilter::default()).await.expect("customers").bad, []);
    assert!(customers::info(&store, 1).await.is_ok());
    assert!(addresses::addresses(&store, 1).await.is_ok());
    assert!(shop.asked().iter().all(|hit| hit.body.contains("\"urn:OpenMage\"")));
}
