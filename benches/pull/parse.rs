//! Parsing alone: the same bytes once more, from memory, through the client and into typed records.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use cartwright::magento::api::customers::CustomerFilter;
use cartwright::magento::api::orders::OrderFilter;
use cartwright::magento::api::{IdFilter, addresses, customers, orders};
use cartwright::magento::{Mode, Open, PrivateAddresses, Settings, Store, WsdlUrl};
use secrecy::SecretString;

use super::Size;

/// So many of each noun are parsed; the rest takes as long in proportion.
const SAMPLE: u32 = 1_000;
const AT_ONCE: usize = 100;

/// How long parsing every answer would take, one after the other.
pub(super) async fn alone(store: &str, key: &str, size: Size) -> anyhow::Result<Duration> {
    let tape = Tape::new(store).await?;
    let (url, _) = WsdlUrl::parse(&format!("{}/index.php/api/v2_soap/?wsdl=1", tape.address))?;
    let mut settings = Settings::new(url, "cartwright", SecretString::from(key.to_owned()), Mode::Rpc);
    settings.private_addresses = PrivateAddresses::Allowed;
    let client = Store::new(settings, Open::gate())?;
    let mut all = Duration::ZERO;
    for (wanted, noun) in [(size.customers, Noun::Customers), (size.orders, Noun::Orders)] {
        let sample = wanted.min(SAMPLE);
        if sample == 0 {
            continue;
        }
        read(&client, noun, sample).await?;
        let began = Instant::now();
        let found = u32::try_from(read(&client, noun, sample).await?)?;
        ensure!(found > 0, "nothing was read");
        all += began.elapsed().mul_f64(f64::from(wanted) / f64::from(found));
    }
    ensure!(tape.played() > 0, "nothing came from memory");
    Ok(all)
}

#[derive(Clone, Copy)]
enum Noun {
    Customers,
    Orders,
}

/// What a pull reads of so many records.
async fn read(store: &Store, noun: Noun, sample: u32) -> anyhow::Result<usize> {
    let ids = Some(IdFilter::Range(1, i64::from(sample)));
    match noun {
        Noun::Customers => {
            let list =
                customers::list_bulk(store, &CustomerFilter { ids, ..CustomerFilter::default() }).await?;
            let ids: Vec<i64> = list.rows.iter().map(|row| row.customer_id).collect();
            for some in ids.chunks(AT_ONCE) {
                addresses::addresses_bulk(store, some).await?;
            }
            Ok(list.rows.len())
        }
        Noun::Orders => {
            let list = orders::list_bulk(store, &OrderFilter { ids, ..OrderFilter::default() }).await?;
            let numbers: Vec<String> = list.rows.iter().map(|row| row.increment_id.clone()).collect();
            for some in numbers.chunks(AT_ONCE) {
                orders::infos_bulk(store, some).await?;
            }
            Ok(list.rows.len())
        }
    }
}

/// Passes requests on to a store, and answers the same ones from memory afterwards.
struct Tape {
    address: String,
    recorded: Arc<Recorded>,
}

struct Recorded {
    store: String,
    client: reqwest::Client,
    answers: Mutex<HashMap<(String, Bytes), Bytes>>,
    played: Mutex<usize>,
}

impl Tape {
    async fn new(store: &str) -> anyhow::Result<Self> {
        let recorded = Arc::new(Recorded {
            store: store.to_owned(),
            client: reqwest::Client::new(),
            answers: Mutex::default(),
            played: Mutex::default(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let router = Router::new().fallback(play).with_state(Arc::clone(&recorded));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, recorded })
    }

    fn played(&self) -> usize {
        *self.recorded.played.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn play(State(tape): State<Arc<Recorded>>, uri: Uri, body: Bytes) -> Result<Bytes, StatusCode> {
    let key = (uri.to_string(), body.clone());
    let known = tape.answers.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    if let Some(answer) = known {
        *tape.played.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        return Ok(answer);
    }
    let answer = tape.pass_on(&uri, body).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    tape.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(key, answer.clone());
    Ok(answer)
}

impl Recorded {
    async fn pass_on(&self, uri: &Uri, body: Bytes) -> anyhow::Result<Bytes> {
        let place = uri.path_and_query().context("a path")?;
        let url = format!("{}{place}", self.store);
        let request = if body.is_empty() { self.client.get(url) } else { self.client.post(url).body(body) };
        Ok(request.header("content-type", "text/xml").send().await?.bytes().await?)
    }
}
