//! Carries an answer's body from the async side to a parser on a blocking thread, chunk by chunk.
//!
//! The async side keeps the limits of time and size. When the call is dropped (a cancelled job), the channel closes
//! and the parser stops at once with a truncated answer; when the parser stops early, so does the download.

use std::io::{self, BufRead, Read};

use reqwest::Response;
use tokio::sync::mpsc;

use super::CallError;

/// Chunks that may wait between the two sides.
const WAITING: usize = 16;

/// The parser's end: a blocking reader over chunks.
pub(super) struct BodyReader {
    chunks: mpsc::Receiver<Vec<u8>>,
    chunk: Vec<u8>,
    taken: usize,
}

/// Runs `parse` over the body. The second value is the number of bytes after decompression, told even on failure.
pub(super) async fn parse_body<T: Send + 'static>(
    answer: Response,
    most: u64,
    explain: impl Fn(&reqwest::Error) -> CallError,
    parse: impl FnOnce(BodyReader) -> T + Send + 'static,
) -> (Result<T, CallError>, u64) {
    let (sender, chunks) = mpsc::channel(WAITING);
    let reader = BodyReader { chunks, chunk: Vec::new(), taken: 0 };
    let parsing = tokio::task::spawn_blocking(move || parse(reader));
    let mut bytes = 0;
    let pumped = pump(answer, most, &sender, &mut bytes).await;
    drop(sender);
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

async fn pump(
    mut answer: Response,
    most: u64,
    sender: &mpsc::Sender<Vec<u8>>,
    bytes: &mut u64,
) -> Result<(), Stop> {
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

impl BufRead for BodyReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.taken == self.chunk.len() {
            let Some(chunk) = self.chunks.blocking_recv() else {
                return Ok(&[]);
            };
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
