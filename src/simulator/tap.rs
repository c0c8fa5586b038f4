//! The listener, with a tap on every connection: what is to be sent can be replaced byte for byte.
//!
//! An HTTP library will not send half a body, leave out `Date` or hang up mid-sentence; a store's network does. A
//! handler hands the raw bytes to its connection's [`Tap`]; they go out in place of the library's answer, and the
//! connection is closed.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// The handle of a connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Tap(Arc<Mutex<Option<Vec<u8>>>>);

impl Tap {
    /// These bytes are sent instead of the answer, then the connection is closed.
    pub(super) fn replace(&self, bytes: Vec<u8>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes);
    }
}

impl Connected<IncomingStream<'_, TappedListener>> for Tap {
    fn connect_info(stream: IncomingStream<'_, TappedListener>) -> Self {
        stream.io().tap.clone()
    }
}

/// A TCP listener whose connections have a tap.
#[derive(Debug)]
pub(super) struct TappedListener(pub(super) TcpListener);

/// A connection with a tap.
#[derive(Debug)]
pub(super) struct TappedStream {
    stream: TcpStream,
    tap: Tap,
}

impl Listener for TappedListener {
    type Io = TappedStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TappedStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Answers are written whole: waiting to fill packets would only add delay.
        let _ = stream.set_nodelay(true);
        (TappedStream { stream, tap: Tap::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl AsyncRead for TappedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for TappedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let mut replaced = this.tap.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(rest) = replaced.as_mut() else {
            return Pin::new(&mut this.stream).poll_write(context, bytes);
        };
        while !rest.is_empty() {
            match Pin::new(&mut this.stream).poll_write(context, rest) {
                Poll::Ready(Ok(written)) => drop(rest.drain(..written)),
                other => return other,
            }
        }
        Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
