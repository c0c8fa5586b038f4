//! A list as a CSV: what its page shows, filtered and sorted as there, all of it, written as the database sends it.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, stream};
use sqlx::PgPool;
use tokio::sync::{Semaphore, SemaphorePermit, mpsc};
use tokio::time::{Instant, timeout};
use tracing::{Instrument, warn};

use super::super::error::PageError;
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
/// So long a reader is waited for in all: others wait for the room.
const PATIENCE_IN_ALL: Duration = Duration::from_mins(15);
/// So long room is waited for.
const ROOM: Duration = Duration::from_secs(5);

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
        let Ok(turn) = timeout(ROOM, AT_ONCE.acquire()).await else { return Err(PageError::Busy) };
        let turn = turn.map_err(anyhow::Error::from)?;
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
        Ok(download(&name, export, turn))
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

fn download(name: &str, export: Export, turn: SemaphorePermit<'static>) -> Response {
    let (out, pieces) = mpsc::channel(WAITING);
    let mut reader = Reader { out, left: PATIENCE_IN_ALL };
    let work = async move {
        let _turn = turn;
        if let Err(problem) = write(&export, &mut reader).await {
            warn!("the export of {} broke off: {problem}", export.listing.name);
        }
    };
    tokio::spawn(work.in_current_span());
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, Body::from_stream(body(pieces))).into_response()
}

/// A piece of the file.
enum Piece {
    Part(Bytes),
    Last(Bytes),
}

/// A download that ends without the last piece must not look like a whole one.
fn body(pieces: mpsc::Receiver<Piece>) -> impl Stream<Item = io::Result<Bytes>> {
    let next = |pieces: Option<mpsc::Receiver<Piece>>| async {
        let mut pieces = pieces?;
        Some(match pieces.recv().await {
            Some(Piece::Part(bytes)) => (Ok(bytes), Some(pieces)),
            Some(Piece::Last(bytes)) => (Ok(bytes), None),
            None => (Err(io::Error::other("the export broke off")), None),
        })
    };
    // fused, because compression on the way out asks once more after the end
    stream::unfold(Some(pieces), next).fuse()
}

/// Whoever reads an export, and how long they may still let us wait.
struct Reader {
    out: mpsc::Sender<Piece>,
    left: Duration,
}

impl Reader {
    async fn take(&mut self, piece: Piece) -> io::Result<()> {
        let began = Instant::now();
        let gone = |problem: mpsc::error::SendTimeoutError<_>| io::Error::other(problem.to_string());
        self.out.send_timeout(piece, PATIENCE.min(self.left)).await.map_err(gone)?;
        self.left = self.left.saturating_sub(began.elapsed());
        Ok(())
    }
}

async fn write(export: &Export, reader: &mut Reader) -> io::Result<()> {
    let mut csv = writer();
    csv.write_record(export.columns.iter().map(|column| harmless(column.word)))?;
    let mut tx = export.pool.begin().await.map_err(io::Error::other)?;
    let mut query = export.listing.export(&export.wanted, &export.columns, export.order);
    let mut rows = Listing::every(&mut query, &export.columns, &mut tx);
    while let Some(row) = rows.next().await {
        csv.write_record(record(&row.map_err(io::Error::other)?))?;
        // the writer keeps what it has not passed on yet to itself: a little more than a piece is no harm
        if csv.get_ref().len() >= PIECE {
            reader.take(Piece::Part(bytes(std::mem::replace(&mut csv, writer()))?)).await?;
        }
    }
    reader.take(Piece::Last(bytes(csv)?)).await
}

fn writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new())
}

fn bytes(csv: csv::Writer<Vec<u8>>) -> io::Result<Bytes> {
    csv.into_inner().map(Bytes::from).map_err(|problem| io::Error::other(problem.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &'static str) -> Piece {
        Piece::Part(Bytes::from_static(text.as_bytes()))
    }

    #[tokio::test]
    async fn a_reader_is_waited_for_no_longer_than_all_in_all() {
        let (out, mut pieces) = mpsc::channel(1);
        let mut reader = Reader { out, left: PATIENCE_IN_ALL };
        reader.take(part("one")).await.unwrap();
        let before = reader.left;
        let slowly = async {
            tokio::task::yield_now().await;
            pieces.recv().await
        };
        let (taken, _) = tokio::join!(reader.take(part("two")), slowly);
        taken.unwrap();
        assert!(reader.left < before, "waiting is counted");
        reader.left = Duration::ZERO;
        assert!(reader.take(part("three")).await.is_err(), "nobody has taken the second yet");
    }

    #[tokio::test]
    async fn what_broke_off_does_not_end_like_a_whole_file() {
        for (last, whole) in [(part("two"), false), (Piece::Last(Bytes::from_static(b"two")), true)] {
            let (out, pieces) = mpsc::channel(2);
            out.try_send(part("one")).ok().unwrap();
            out.try_send(last).ok().unwrap();
            drop(out);
            let read: Vec<io::Result<Bytes>> = body(pieces).collect().await;
            assert_eq!(read.iter().all(Result::is_ok), whole, "{read:?}");
            assert!(read[..2].iter().all(Result::is_ok), "{read:?}");
        }
    }
}
