//! The gate: every request passes it, and says how it went.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use cartwright::magento::api::info;
use cartwright::magento::{CallError, Gate, GateClosed, Mode, Outcome, Store, Ticket, Trouble};

use super::shop::{Reply, Shop, response};
use super::trouble::shop_with;

/// A gate that remembers how requests went.
#[derive(Clone, Default)]
struct Watched(Arc<Mutex<Vec<Option<Trouble>>>>);

#[async_trait]
impl Gate for Watched {
    async fn enter(&self) -> Result<Box<dyn Ticket>, GateClosed> {
        Ok(Box::new(self.clone()))
    }
}

impl Ticket for Watched {
    fn leave(self: Box<Self>, outcome: Outcome) {
        self.0.lock().expect("outcomes").push(outcome.trouble);
    }
}

#[tokio::test]
async fn every_request_passes_the_gate_and_says_how_it_went() {
    let check = async |reply: Reply, expected: Option<Trouble>| {
        let shop = shop_with(reply).await;
        let gate = Watched::default();
        let store = Store::new(shop.settings(Mode::Rpc), Arc::new(gate.clone())).expect("a store");
        let _ = info::magento_info(&store).await;
        assert_eq!(*gate.0.lock().expect("outcomes"), [None, expected]);
    };
    check(Reply::xml(&response("rpc/006-magentoInfo-ok")), None).await;
    check(Reply::fault("1", "x"), None).await;
    check(Reply::html(502, "Bad Gateway"), Some(Trouble::ServerError)).await;
    check(
        Reply::html(429, "").with_header("retry-after", "9"),
        Some(Trouble::TooMany(Some(Duration::from_secs(9)))),
    )
    .await;
}

/// A gate that lets nobody in.
struct Closed;

#[async_trait]
impl Gate for Closed {
    async fn enter(&self) -> Result<Box<dyn Ticket>, GateClosed> {
        let retry_after = Some(Duration::from_secs(60));
        Err(GateClosed { reason: "It timed out a moment ago.".to_owned(), retry_after })
    }
}

#[tokio::test]
async fn nothing_is_sent_through_a_closed_gate() {
    let shop = Shop::recorded(Mode::Rpc, &[]).await;
    let store = Store::new(shop.settings(Mode::Rpc), Arc::new(Closed)).expect("a store");
    let problem = info::magento_info(&store).await.expect_err("closed");
    assert!(matches!(problem, CallError::GateClosed(_)));
    assert_eq!(problem.retry_after(), Some(Duration::from_secs(60)));
    assert!(shop.hits().is_empty());
}
