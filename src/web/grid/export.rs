//! A list as a CSV: what its page shows, filtered and sorted as there, all of it, written as the database sends it.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use sqlx::PgPool;
use tokio::sync::{Semaphore, mpsc};
use tracing::{Instrument, warn};

use super::super::page::PageResult;
use super::csv::{harmless, record};
use super::list::Lister;
use super::reading::Reading;
use crate::base::clock;
use crate::base::listing::{Column, Listing, Sort, Wanted};
use crate::crm::audit::{self, Act, Actor, Changes, Subject, SubjectKind};

/// Exports at a time: each holds a connection to the database for as long as it takes.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// Bytes that go out in one piece.
const PIECE: usize = 32 * 1024;
/// Pieces that wait for whoever reads.
const WAITING: usize = 4;
/// Whoever takes no piece for so long is gone, or as good as.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is exported.
struct Export {
    pool: PgPool,
    listing: &'static Listing,
    wanted: Wanted,
    columns: Vec<&'static Column>,
    order: (Sort, bool),
}

impl Lister<'_> {
    /// All rows that are asked for, with the columns that are shown.
    pub(in crate::web) async fn csv(mut self, by: &Actor) -> PageResult {
        self.view().await?;
        let reading = self.read();
        let columns = columns(self.listing, &reading);
        let name = format!("{}-{}.csv", self.listing.name, clock::now().format("%Y-%m-%d"));
        let mut db = self.web.pool.acquire().await?;
        let list = Subject::named(SubjectKind::List, self.listing.title);
        let told = Changes::none().told("File", &name).told("Filters", &told(&reading.wanted));
        audit::note(&mut db, by, Act::Exported, &list, &told).await?;
        drop(db);
        let export = Export {
            pool: self.web.pool.clone(),
            listing: self.listing,
            wanted: reading.wanted,
            columns,
            order: (reading.sort, reading.descending),
        };
        Ok(download(&name, export))
    }
}

/// What is shown, and what a file always has; of a list that draws its cells itself what it says.
fn columns(listing: &'static Listing, reading: &Reading) -> Vec<&'static Column> {
    if !listing.file.is_empty() {
        return listing.file.iter().collect();
    }
    let is_left =
        |column: &&'static Column| column.exported && !reading.columns.iter().any(|it| it.key == column.key);
    reading.columns.iter().copied().chain(listing.columns.iter().filter(is_left)).collect()
}

/// What was asked for, in the words of the address.
fn told(wanted: &Wanted) -> String {
    let filters: Vec<String> =
        wanted.keys().map(|key| format!("{key}: {}", wanted.all(key).join(", "))).collect();
    if filters.is_empty() { "None".to_owned() } else { filters.join("; ") }
}

fn download(name: &str, export: Export) -> Response {
    let (out, pieces) = mpsc::channel(WAITING);
    let work = async move {
        if let Err(problem) = write(&export, &out).await {
            warn!("the export of {} broke off: {problem}", export.listing.name);
            // a download that ends here must not look like a whole one
            let _ = out.try_send(Err(problem));
        }
    };
    tokio::spawn(work.in_current_span());
    // fused, because compression on the way out asks once more after the end
    let body =
        stream::unfold(pieces, |mut pieces| async { pieces.recv().await.map(|piece| (piece, pieces)) })
            .fuse();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, Body::from_stream(body)).into_response()
}

type Out = mpsc::Sender<io::Result<Bytes>>;

async fn write(export: &Export, out: &Out) -> io::Result<()> {
    let mut csv = writer();
    csv.write_record(export.columns.iter().map(|column| harmless(column.word)))?;
    let _turn = AT_ONCE.acquire().await.map_err(io::Error::other)?;
    let mut tx = export.pool.begin().await.map_err(io::Error::other)?;
    let mut query = export.listing.export(&export.wanted, &export.columns, export.order);
    let mut rows = Listing::every(&mut query, &export.columns, &mut tx);
    while let Some(row) = rows.next().await {
        csv.write_record(record(&row.map_err(io::Error::other)?))?;
        // the writer keeps what it has not passed on yet to itself: a little more than a piece is no harm
        if csv.get_ref().len() >= PIECE {
            send(std::mem::replace(&mut csv, writer()), out).await?;
        }
    }
    send(csv, out).await
}

fn writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new())
}

async fn send(csv: csv::Writer<Vec<u8>>, out: &Out) -> io::Result<()> {
    let piece = csv.into_inner().map_err(|problem| io::Error::other(problem.to_string()))?;
    let gone = |problem: mpsc::error::SendTimeoutError<_>| io::Error::other(problem.to_string());
    out.send_timeout(Ok(Bytes::from(piece)), PATIENCE).await.map_err(gone)
}
