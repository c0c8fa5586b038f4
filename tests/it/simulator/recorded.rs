//! Answers that must be the recorded ones, byte for byte.

use cartwright::simulator::{Customer, Options};

use super::bench::*;
use super::laid::*;
use super::sales::*;
use super::texts::*;

#[tokio::test]
async fn both_encodings_answer_byte_for_byte_as_recorded() {
    for mode in ["rpc", "wsi"] {
        let bench = Bench::new(mode, Options::default()).await;
        for number in ["001", "002", "005", "006", "007", "008", "009", "011"] {
            bench.check(number).await;
        }
        for number in ["102", "103", "104", "105", "106"] {
            bench.check(number).await;
        }
        for number in ["155", "156", "159"] {
            bench.check(number).await;
        }
    }
}

#[tokio::test]
async fn what_php_refuses_is_refused_alike() {
    for mode in ["rpc", "wsi"] {
        let bench = Bench::new(mode, Options::default()).await;
        for number in ["165", "168", "169", "170", "172", "176", "184"] {
            bench.check(number).await;
        }
        let invalid = fixture(mode, "173", "response");
        let empty = bench.post(&bench.endpoint(), String::new()).await;
        assert_eq!((empty.status.as_u16(), empty.body), (500, invalid.clone()));
        let get = bench.client.get(bench.endpoint()).send().await.unwrap();
        assert_eq!(get.status().as_u16(), 500);
        assert_eq!(get.text().await.unwrap(), invalid);
    }
}

#[tokio::test]
async fn lists_of_customers_are_the_recorded_ones() {
    for mode in ["rpc", "wsi"] {
        let bench = Bench::new(mode, Options::default()).await;
        for number in ["012", "013", "018", "020", "026", "027", "033", "035", "036"] {
            bench.lay_in(number);
            bench.check(number).await;
        }
        for number in ["019", "025", "904", "907"] {
            bench.check(number).await;
        }
    }
}

#[tokio::test]
async fn a_simple_and_a_complex_filter_both_hold() {
    for mode in ["rpc", "wsi"] {
        let bench = Bench::new(mode, Options::default()).await;
        for id in 1..=12 {
            bench.store.edit_customer(id, |customer| customer.website_id = 1);
        }
        bench.lay_in("021");
        bench.check("021").await;
    }
}

#[tokio::test]
async fn single_customers_are_the_recorded_ones() {
    for mode in ["rpc", "wsi"] {
        let bench = Bench::new(mode, Options::default()).await;
        for number in ["028", "029", "030", "037"] {
            bench.lay_in(number);
            bench.check(number).await;
        }
        let gone = number_in(&fixture(mode, "070", "request"), "addressId");
        bench.store.delete_address(gone);
        for number in ["032", "054", "057", "060", "068", "070"] {
            bench.check(number).await;
        }
    }
}

#[tokio::test]
async fn addresses_are_the_recorded_ones() {
    for mode in ["rpc", "wsi"] {
        let bench = Bench::new(mode, Options::default()).await;
        lay_in_addresses(&bench, "055", 3);
        bench.check("055").await;
        lay_in_addresses(&bench, "055", 4);
        for address in bench.store.customer(4).unwrap().addresses {
            bench.store.delete_address(address.id);
        }
        bench.check("056").await;
        let customer = number_in(&fixture(mode, "064", "request"), "customerId");
        bench.grow_to(customer);
        bench.check("064").await;
    }
}

#[tokio::test]
async fn one_address_is_read_changed_and_deleted_as_recorded() {
    for mode in ["rpc", "wsi"] {
        let bench = Bench::new(mode, Options::default()).await;
        lay_in_addresses(&bench, "058", 1);
        let id = bench.store.customer(1).unwrap().addresses[0].id;
        for number in ["058", "067", "069"] {
            let request = fixture(mode, number, "request");
            let recorded_id = number_in(&request, "addressId");
            let request =
                request.replace(&format!("{recorded_id}</addressId>"), &format!("{id}</addressId>"));
            let answer = bench.post(&bench.endpoint(), under_session(&request, &bench.session)).await;
            assert_eq!(
                comparable(&answer.body),
                comparable(&fixture(mode, number, "response")),
                "{mode}/{number}"
            );
        }
        assert!(bench.store.customer(1).unwrap().addresses.is_empty());
    }
}

#[tokio::test]
async fn writing_validates_and_answers_as_recorded() {
    for mode in ["rpc", "wsi"] {
        let bench = Bench::new(mode, Options::default()).await;
        let email = email_of(&fixture(mode, "042", "request"));
        bench.store.add_customer(Customer::new(email));
        bench.check("042").await;
        bench.check("043").await;
        let victim = number_in(&fixture(mode, "046", "request"), "customerId");
        bench.grow_to(victim);
        bench.check("046").await;
        let cleared = number_in(&fixture(mode, "051", "request"), "customerId");
        bench.store.edit_customer(cleared, |customer| customer.middlename = Some("M".into()));
        bench.check("051").await;
        assert_eq!(bench.store.customer(cleared).unwrap().middlename, None);
        bench.lay_in("020");
        bench.check("053").await;
    }
}

#[tokio::test]
async fn the_bridge_answers_as_recorded() {
    let options = || Options { bridge: Some("1.2.19".into()), ..Options::default() };
    for mode in ["rpc", "wsi"] {
        let bench = Bench::new(mode, options()).await;
        for number in ["119", "120", "121", "124", "131"] {
            bench.check(number).await;
        }
        lay_in_addresses(&bench, "130", 3);
        bench.lay_in("130");
        bench.store.edit_customer(3, |customer| customer.gender = Some(1));
        bench.check("130").await;
    }
    let bench = Bench::new("wsi", options()).await;
    bench.check("126").await;
}

#[tokio::test]
async fn v1_answers_byte_for_byte_as_recorded() {
    let bench = Bench::new("v1", Options::default()).await;
    for number in ["001", "003", "009", "010", "011", "012", "014"] {
        bench.check(number).await;
    }
    lay_in_v1_customers(&bench);
    bench.check("002").await;
    bench.check("004").await;
    bench.check("018").await;
}

#[tokio::test]
async fn a_multi_call_carries_a_fault_per_entry() {
    let bench = Bench::new("v1", Options::default()).await;
    let answer = bench.replay("005").await;
    let document = roxmltree::Document::parse(&answer.body).unwrap();
    let entries = document.descendants().find(|node| node.has_tag_name("multiCallReturn")).unwrap();
    assert_eq!(entries.children().count(), 4);
    let fault = between(
        &fixture("v1", "005", "response"),
        "<item xsi:type=\"ns2:Map\"><item><key xsi:type=\"xsd:string\">isFault",
        "</value></item></item>",
    )
    .to_owned();
    assert!(fault.contains("Customer not exists."));
    assert!(answer.body.contains(&fault));
}

#[tokio::test]
async fn the_limited_user_sees_stores_only() {
    let mut bench = Bench::new("v1", Options::default()).await;
    bench.session = bench.log_in("limited", "limited-key").await;
    bench.check("016").await;
    bench.check("017").await;
    let v2 = list_call(&bench.session, &[]);
    let answer = bench.post(&bench.store.endpoint(), v2).await;
    assert!(answer.body.contains("<faultcode>2</faultcode>"));
}

#[tokio::test]
async fn the_bridges_customers_are_the_recorded_ones() {
    for mode in ["rpc", "wsi"] {
        for (number, kept) in [("123", 3), ("125", 0), ("128", 0), ("924", 0)] {
            let options = Options { bridge: Some("1.2.19".into()), ..Options::default() };
            let bench = Bench::new(mode, options).await;
            // Those before the page stay.
            for id in bench.store.customer_ids().into_iter().skip(kept) {
                bench.store.delete_customer(id);
            }
            lay_in_people(&bench, number);
            bench.check_exactly(number).await;
            bench.check_exactly("127").await;
        }
    }
}
