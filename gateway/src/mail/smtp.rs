//! The carrier that speaks SMTP. Acceptance by the server is the last thing that SMTP tells, so it counts as arrived;
//! whoever must know of bounces carries by GOV.UK Notify. A lost answer cannot be looked up.

use std::time::Duration;

use async_trait::async_trait;
use events_schema::{codes::NotifyStatus, ids::NoticeId};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp,
};

use super::carrier::{Answer, Carried, Carrier, LookedUp, Mail};
use crate::{config::Secret, fault::Fault};

/// How long one step of the conversation may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The status of a mailbox that is not there (RFC 5321).
const NO_SUCH_MAILBOX: [&str; 3] = ["550", "551", "553"];

/// A server that takes mail by SMTP.
pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// The server at `smtp://user:password@host:port` or `smtps://...`, and whom mails are from.
    pub(super) fn new(url: &Secret, from: &str) -> Result<Self, Fault> {
        let refused = |what: &str| Fault::Refused(format!("{what} cannot be used; see SMTP_URL and MAIL_FROM"));
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.reveal())
            .map_err(|_| refused("the address of the mail server"))?
            .timeout(Some(PATIENCE))
            .build();
        let from = from.parse().map_err(|_| refused("the address that mails are from"))?;
        Ok(Self { transport, from })
    }

    fn message(&self, mail: &Mail) -> Option<Message> {
        let domain = self.from.email.domain();
        let to: lettre::Address = mail.to.parse().ok()?;
        let parts = MultiPart::alternative_plain_html(mail.letter.text(), mail.letter.html());
        Message::builder()
            .message_id(Some(format!("<{}@{domain}>", mail.reference)))
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.letter.subject)
            .multipart(parts)
            .ok()
    }
}

#[async_trait]
impl Carrier for Smtp {
    async fn send(&self, mail: &Mail) -> Answer {
        let Some(message) = self.message(mail) else {
            return Answer::Refused(NotifyStatus::PermanentFailure, "mail cannot be addressed there".into());
        };
        match self.transport.send(message).await {
            Ok(_) => Answer::Accepted(Carried { id: None, status: NotifyStatus::Delivered, at: None }),
            Err(error) => answer(&error),
        }
    }

    async fn look_up(&self, _: NoticeId) -> LookedUp {
        LookedUp::CannotTell
    }
}

/// What was said tells; a connection that was never made tells too; one that broke may have broken after the mail.
fn answer(error: &smtp::Error) -> Answer {
    let said = error.to_string();
    if error.is_permanent() {
        let gone = error.status().is_some_and(|code| NO_SUCH_MAILBOX.contains(&code.to_string().as_str()));
        let status = if gone { NotifyStatus::PermanentFailure } else { NotifyStatus::TechnicalFailure };
        return Answer::Refused(status, said);
    }
    let never_sent =
        error.is_transient() || error.is_client() || error.is_tls() || said.starts_with("Connection error");
    if never_sent { Answer::NotNow(said, None) } else { Answer::Unclear(said) }
}
