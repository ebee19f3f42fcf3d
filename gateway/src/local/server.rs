//! A private server, whichever it is: launched on a port of its own, stopped, killed, started again, removed.

use super::LocalFault;
use super::child::Child;
use super::folder::{ServerFolder, write_private};
use super::ports::{TRIES, free_port, port_of_last_time};

/// Everything about a server that outlives one run of it.
pub trait Home {
    /// The server's name, for people.
    const NAME: &'static str;

    /// The folder that it holds.
    fn folder(&self) -> &ServerFolder;

    /// Its folder, given up.
    fn into_folder(self) -> ServerFolder;

    /// The ready server, or nothing when the port was taken before it could bind it.
    fn launch_on(&self, port: u16) -> impl Future<Output = Result<Option<Child>, LocalFault>> + Send;
}

/// A running private server; stopped by [`Server::stop`], at the latest when dropped.
#[derive(Debug)]
pub struct Server<H> {
    // Dropped in this order: the server first, its folder's lock last.
    child: Child,
    port: u16,
    pub(super) home: H,
}

impl<H: Home> Server<H> {
    /// Starts it for the first time.
    pub(super) async fn of(home: H) -> Result<Self, LocalFault> {
        let (child, port) = launch(&home).await?;
        Ok(Self { child, port, home })
    }

    /// The loopback port it listens on; a restart keeps it unless it was taken meanwhile.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The process id of its first process.
    pub fn pid(&self) -> u32 {
        self.child.pid()
    }

    /// Stop it: clients are cut off, everything acknowledged is written out.
    pub async fn stop(&mut self) -> Result<(), LocalFault> {
        self.child.stop().await
    }

    /// Kill it as a power cut would; for fault tests.
    pub async fn kill9(&mut self) -> Result<(), LocalFault> {
        self.child.kill9().await
    }

    /// Start it again after [`Server::stop`] or [`Server::kill9`]; a running one is stopped first.
    pub async fn restart(&mut self) -> Result<(), LocalFault> {
        self.child.stop().await?;
        (self.child, self.port) = launch(&self.home).await?;
        Ok(())
    }

    /// Stop it and delete all it holds.
    pub async fn remove(mut self) -> Result<(), LocalFault> {
        self.child.stop().await?;
        self.home.into_folder().remove()
    }
}

/// Start the server on the port of last time, or on a free one, until a port is really ours.
async fn launch<H: Home>(home: &H) -> Result<(Child, u16), LocalFault> {
    let folder = home.folder();
    let mut port = port_of_last_time(&folder.port());
    for _ in 0..TRIES {
        let wanted = match port.take() {
            Some(port) => port,
            None => free_port().map_err(LocalFault::files("find a port for", folder.path()))?,
        };
        if let Some(child) = home.launch_on(wanted).await? {
            write_private(&folder.port(), &format!("{wanted}\n"))?;
            return Ok((child, wanted));
        }
    }
    Err(LocalFault::NoPort { program: H::NAME })
}
