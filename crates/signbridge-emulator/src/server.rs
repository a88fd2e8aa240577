//! The listeners: an own accept loop, so that a fault can cut a connection.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::dialect::Provider;
use crate::hub::Hub;
use crate::pipeline;

/// Whose listener it is, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listener {
    pub(crate) provider: Provider,
    pub(crate) address: SocketAddr,
}

/// Accepts until the task is aborted; aborting it drops every connection with it.
pub(crate) async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, of: Listener, hub: Arc<Hub>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else {
                    // Out of file descriptors, for one: the next accept may work.
                    tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                    continue;
                };
                connections.spawn(connection(stream, tls.clone(), of, Arc::clone(&hub)));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, tls: Option<TlsAcceptor>, listener: Listener, hub: Arc<Hub>) {
    let _ = stream.set_nodelay(true);
    match tls {
        None => serve(stream, "http", listener, hub).await,
        Some(acceptor) => {
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(stream, "https", listener, hub).await;
            }
        }
    }
}

async fn serve<S>(stream: S, scheme: &'static str, listener: Listener, hub: Arc<Hub>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let cut = Arc::new(Notify::new());
    let service = {
        let cut = Arc::clone(&cut);
        service_fn(move |request| {
            let (hub, cut) = (Arc::clone(&hub), Arc::clone(&cut));
            async move { Ok::<_, Infallible>(pipeline::serve(hub, scheme, listener, cut, request).await) }
        })
    };
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // A client that goes away is no event of the emulator's.
        _ = connection => {}
        () = cut.notified() => {}
    }
}
