//! How mail goes out: by which carrier, and where its links lead. Production without a carrier does not start.

use std::time::Duration;

use super::{
    Environment,
    variables::{Misconfigured, Secret, Variables, missing, number, required, secret, unusable},
};

const NOTIFY: &str = "https://api.notifications.service.gov.uk";

/// How mail goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailConfig {
    /// Who carries.
    pub carrier: MailCarrier,
    /// How long a carrier may take to answer.
    pub patience: Duration,
    /// The secret of GOV.UK Notify's callbacks; nothing = none are taken.
    pub callback_token: Option<Secret>,
}

/// Who carries mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailCarrier {
    /// Nobody: mails are kept to be read at `/dev/mailbox`.
    Mailbox,
    /// A mail server.
    Smtp {
        /// Its address, with user and password.
        url: Secret,
        /// Whom mails are from.
        from: String,
    },
    /// GOV.UK Notify.
    Notify(NotifyConfig),
}

/// How to reach GOV.UK Notify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifyConfig {
    /// Key of one of its services.
    pub api_key: Secret,
    /// Its API.
    pub url: String,
    /// The template that holds subject and body.
    pub template_id: String,
}

pub(super) fn read(variable: Variables<'_>, environment: Environment) -> Result<MailConfig, Misconfigured> {
    let production = environment == Environment::Production;
    let carrier = match variable("MAIL_CARRIER").as_deref() {
        None if production => return Err(missing("MAIL_CARRIER")),
        Some("mailbox") if production => {
            return Err(unusable("MAIL_CARRIER", "mails are kept in a mailbox only in development".to_owned()));
        }
        None | Some("mailbox") => MailCarrier::Mailbox,
        Some("smtp") => MailCarrier::Smtp {
            url: required(variable, "SMTP_URL")?,
            from: required(variable, "MAIL_FROM")?.reveal().to_owned(),
        },
        Some("notify") => MailCarrier::Notify(notify(variable)?),
        Some(other) => return Err(unusable("MAIL_CARRIER", format!("{other:?} is none of notify, smtp and mailbox"))),
    };
    let patience = Duration::from_secs(number(variable, "MAIL_TIMEOUT_SECONDS", "30")?);
    Ok(MailConfig { carrier, patience, callback_token: secret(variable, "NOTIFY_CALLBACK_TOKEN")? })
}

fn notify(variable: Variables<'_>) -> Result<NotifyConfig, Misconfigured> {
    Ok(NotifyConfig {
        api_key: required(variable, "NOTIFY_API_KEY")?,
        url: variable("NOTIFY_URL").unwrap_or_else(|| NOTIFY.to_owned()),
        template_id: required(variable, "NOTIFY_TEMPLATE_ID")?.reveal().to_owned(),
    })
}
