//! Mail: an outbox that loses nothing, and carriers that take what is in it. A mail is an event first; its token is
//! committed before anything is sent; what the carrier says of it comes back as commands.

pub mod callback;
mod carrier;
mod dev_mailbox;
pub mod letter;
pub mod mailbox;
mod notify;
pub mod outbox;
pub mod plain;
mod sender;
mod smtp;
mod telling;
pub mod tokens;
pub mod wording;

use std::time::Duration;

use event_store::MasterKey;
use events_schema::ids::PersonId;
use sqlx::PgPool;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use carrier::{Answer, Carried, Carrier, LookedUp, Mail, of};
pub use tokens::Tokens;

use self::{
    mailbox::Mailbox,
    outbox::{Outbox, Outgoing},
    sender::Sender,
};
use crate::{
    fault::Fault,
    processes::{Ground, follow},
    users::Users,
};

pub use dev_mailbox::router as dev_mailbox;

/// What a decision on a mail takes from the gateway's own tables. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    /// Makes the tokens of links.
    pub tokens: Tokens,
    /// Knows whom to tell.
    pub users: Users,
    mailbox: Mailbox,
}

impl Desk {
    /// Over the gateway's tables.
    pub fn new(pool: PgPool, key: MasterKey) -> Self {
        let mailbox = Mailbox::new(pool.clone());
        Self { tokens: Tokens::new(pool.clone(), key), users: Users::new(pool), mailbox }
    }

    /// Forgets people who were erased: who they are, and in development the mails that went to them.
    pub(crate) async fn forget(&self, people: &[PersonId]) -> Result<(), Fault> {
        self.users.forget(people).await?;
        self.mailbox.forget(people).await.map_err(Fault::table("throw away the mails of people who were erased"))
    }
}

/// What sending mail stands on.
pub struct Post {
    /// The log, the tables, and whoever decides.
    pub ground: Ground,
    /// Tokens and users.
    pub desk: Desk,
    /// Who carries.
    pub carrier: Box<dyn Carrier>,
    /// Where the service is, as links in mails say it; without a slash at its end.
    pub public_url: String,
    /// How long the carrier may take to answer.
    pub patience: Duration,
}

/// Starts to put mails into the outbox and to send what is in it.
pub fn start(post: Post, stop: &CancellationToken) -> Vec<JoinHandle<()>> {
    let outbox = Outbox::new(post.ground.pool.clone());
    let outgoing = Outgoing::new(outbox.clone(), post.desk.tokens.clone());
    let ground = post.ground.clone();
    let sender = Sender::new(post, outbox);
    vec![tokio::spawn(follow(outgoing, ground, stop.clone())), tokio::spawn(sender.run(stop.clone()))]
}

/// Gives the outbox its place on the log: on an older one, what is to be sent from now on.
pub async fn register(owner: &PgPool) -> Result<(), Fault> {
    crate::processes::register_at_head(owner, outbox::NAME).await
}
