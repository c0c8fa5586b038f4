//! Carries an answer's body from the async side to a parser on a blocking thread, chunk by chunk.
//!
//! The async side keeps the limits of time and size. When the call is dropped (a cancelled job), the channel closes
//! and the parser stops at once with a truncated answer; when the parser stops early, so does the download.

use std::io::{self, BufRead, Read};
use std::sync::Arc;

use reqwest::Response;
use tokio::sync::{Semaphore, mpsc};

use super::CallError;

/// Bytes that may wait between the two sides: a bulk read's answer comes in at the store's speed, not at the parser's.
const WAITING: usize = 4 * 1024 * 1024;

/// The parser's end: a blocking reader over chunks.
pub(super) struct BodyReader {
    chunks: mpsc::UnboundedReceiver<Vec<u8>>,
    room: Arc<Semaphore>,
    chunk: Vec<u8>,
    taken: usize,
}

/// Runs `parse` over the body; `received` is called once all of it is here. The second value is the number of bytes after
/// decompression, told even on failure.
pub(super) async fn parse_body<T: Send + 'static>(
    answer: Response,
    most: u64,
    explain: impl Fn(&reqwest::Error) -> CallError,
    received: impl FnOnce(),
    parse: impl FnOnce(BodyReader) -> T + Send + 'static,
) -> (Result<T, CallError>, u64) {
    let (chunks_in, chunks) = mpsc::unbounded_channel();
    let room = Arc::new(Semaphore::new(WAITING));
    let sender = Sender { chunks: chunks_in, room: Arc::clone(&room) };
    let reader = BodyReader { chunks, room, chunk: Vec::new(), taken: 0 };
    let parsing = tokio::task::spawn_blocking(move || parse(reader));
    let mut bytes = 0;
    let pumped = pump(answer, most, &sender, &mut bytes).await;
    drop(sender);
    if pumped.is_ok() {
        received();
    }
    let parsed = parsing.await;
    let value = match (pumped, parsed) {
        (Err(Stop::Broken(problem)), _) => Err(match explain(&problem) {
            CallError::Truncated { .. } => CallError::Truncated { bytes },
            other => other,
        }),
        (Err(Stop::TooLarge), _) => Err(CallError::TooLarge { limit: most }),
        (Ok(()), Ok(value)) => Ok(value),
        (Ok(()), Err(_)) => {
            Err(CallError::malformed("reading it failed inside Cartwright; please report this"))
        }
    };
    (value, bytes)
}

enum Stop {
    Broken(reqwest::Error),
    TooLarge,
}

async fn pump(mut answer: Response, most: u64, sender: &Sender, bytes: &mut u64) -> Result<(), Stop> {
    while let Some(chunk) = answer.chunk().await.map_err(Stop::Broken)? {
        *bytes += chunk.len() as u64;
        if *bytes > most {
            return Err(Stop::TooLarge);
        }
        if sender.send(chunk.to_vec()).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// The download's end.
struct Sender {
    chunks: mpsc::UnboundedSender<Vec<u8>>,
    room: Arc<Semaphore>,
}

/// Nobody reads any more.
struct NoReader;

impl Sender {
    async fn send(&self, chunk: Vec<u8>) -> Result<(), NoReader> {
        let wanted = u32::try_from(chunk.len().min(WAITING)).map_err(|_| NoReader)?;
        let permit = tokio::select! {
            permit = self.room.acquire_many(wanted) => permit.map_err(|_| NoReader)?,
            () = self.chunks.closed() => return Err(NoReader),
        };
        permit.forget();
        self.chunks.send(chunk).map_err(|_| NoReader)
    }
}

impl BufRead for BodyReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.taken == self.chunk.len() {
            let Some(chunk) = self.chunks.blocking_recv() else {
                return Ok(&[]);
            };
            self.room.add_permits(chunk.len().min(WAITING));
            self.chunk = chunk;
            self.taken = 0;
        }
        Ok(self.chunk.get(self.taken..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.taken = (self.taken + amount).min(self.chunk.len());
    }
}

impl Read for BodyReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}
