//! Free loopback ports, and the port that a server had last time.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

/// How many ports a server tries before it gives up.
pub(super) const TRIES: usize = 10;

/// A loopback port that was free a moment ago; another process may take it before its user binds it.
pub fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// The port written in `file` if it is still free, so that clients find a restarted server where it was.
pub(super) fn port_of_last_time(file: &Path) -> Option<u16> {
    let port = fs::read_to_string(file).ok()?.trim().parse().ok()?;
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok().map(|_| port)
}
