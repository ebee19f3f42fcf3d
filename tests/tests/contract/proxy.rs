//! A proxy in front of Postgres that can cut a connection exactly where a batch is committed, and refuse new ones.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU8, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

/// The writer's COMMIT as it stands on the wire.
const COMMIT: &[u8] = b"Q\0\0\0\x0bcommit\0";

/// How the statement begins that writes a batch; outside a transaction it commits by itself.
const WRITE: &[u8] = b"with moved as (";

/// What the client calls its prepared statements.
const STATEMENT: &[u8] = b"sqlx_s_";

/// The end of a prepared statement's execution on the wire.
const SYNC: &[u8] = b"S\0\0\0\x04";

/// What happens to the next commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Cut {
    /// It passes, and so does its answer.
    Never,
    /// It never reaches the server.
    Before,
    /// It reaches the server; the answer is swallowed.
    After,
}

/// A running proxy; it ends with the test's runtime.
#[derive(Clone)]
pub(crate) struct Proxy {
    pub(crate) url: String,
    next: Arc<AtomicU8>,
    refusing: Arc<AtomicBool>,
    server: String,
}

impl Proxy {
    /// A proxy before the server of an address.
    pub(crate) async fn before(url: &str) -> Self {
        let address: url_parts::Parts<'_> = url_parts::split(url);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let proxy = Self {
            url: format!("{}127.0.0.1:{port}{}", address.before, address.after),
            next: Arc::new(AtomicU8::new(Cut::Never as u8)),
            refusing: Arc::new(AtomicBool::new(false)),
            server: address.host.to_owned(),
        };
        tokio::spawn(proxy.clone().accept(listener));
        proxy
    }

    /// Cuts at the next commit.
    pub(crate) fn cut_next_commit(&self, cut: Cut) {
        self.next.store(cut as u8, Ordering::SeqCst);
    }

    /// Whether new connections are turned away, from the next cut on or not at all.
    pub(crate) fn refuse_connections(&self, refusing: bool) {
        self.refusing.store(refusing, Ordering::SeqCst);
    }

    async fn accept(self, listener: TcpListener) {
        while let Ok((client, _)) = listener.accept().await {
            if !self.refusing.load(Ordering::SeqCst) {
                tokio::spawn(self.clone().serve(client));
            }
        }
    }

    async fn serve(self, client: TcpStream) {
        let server = TcpStream::connect(&self.server).await.expect("the server is up");
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let back = tokio::spawn(pass(from_server, to_client));
        self.pass_until_cut(from_client, to_server, back).await;
    }

    /// Passes what the client says; on a cut both directions end.
    async fn pass_until_cut(
        self,
        mut from: OwnedReadHalf,
        mut to: OwnedWriteHalf,
        back: tokio::task::JoinHandle<(OwnedReadHalf, OwnedWriteHalf)>,
    ) {
        let mut buffer = vec![0; 64 * 1024];
        let mut writes = None;
        while let Ok(length @ 1..) = from.read(&mut buffer).await {
            let said = &buffer[..length];
            let cut = if commits(said, &mut writes) {
                self.next.swap(Cut::Never as u8, Ordering::SeqCst)
            } else {
                Cut::Never as u8
            };
            if cut == Cut::Never as u8 {
                if to.write_all(said).await.is_err() {
                    break;
                }
                continue;
            }
            back.abort();
            if cut == Cut::After as u8 {
                to.write_all(said).await.ok();
                if !ends(said) {
                    pass_the_rest(&mut from, &mut to, &mut buffer).await;
                }
                // The server has done it once it closes its side after our orderly end.
                to.shutdown().await.ok();
            }
            return;
        }
        to.shutdown().await.ok();
        back.await.ok();
    }
}

/// A long statement comes in pieces.
async fn pass_the_rest(from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf, buffer: &mut [u8]) {
    while let Ok(length @ 1..) = from.read(buffer).await {
        to.write_all(&buffer[..length]).await.ok();
        if ends(&buffer[..length]) {
            return;
        }
    }
}

fn ends(said: &[u8]) -> bool {
    said.ends_with(SYNC) || said.ends_with(COMMIT)
}

/// Whether this is a COMMIT, or the execution of the statement that writes a batch, whose name is learnt on the way.
fn commits(said: &[u8], writes: &mut Option<Vec<u8>>) -> bool {
    if let Some(at) = find(said, WRITE) {
        let name = said[..at].windows(STATEMENT.len()).rposition(|window| window == STATEMENT);
        *writes = name.map(|name| [b"\0", &said[name..at]].concat());
        return false;
    }
    find(said, COMMIT).is_some() || writes.as_ref().is_some_and(|bound| find(said, bound).is_some())
}

fn find(said: &[u8], wanted: &[u8]) -> Option<usize> {
    said.windows(wanted.len()).position(|window| window == wanted)
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) -> (OwnedReadHalf, OwnedWriteHalf) {
    tokio::io::copy(&mut from, &mut to).await.ok();
    (from, to)
}

/// Just enough of an address to put another host and port into it.
mod url_parts {
    pub(crate) struct Parts<'a> {
        pub(crate) before: &'a str,
        pub(crate) host: &'a str,
        pub(crate) after: &'a str,
    }

    pub(crate) fn split(url: &str) -> Parts<'_> {
        let start = url.find('@').or_else(|| url.find("//").map(|at| at + 1)).expect("an address has a host") + 1;
        let end = start + url[start..].find('/').expect("an address names its database");
        Parts { before: &url[..start], host: &url[start..end], after: &url[end..] }
    }
}
