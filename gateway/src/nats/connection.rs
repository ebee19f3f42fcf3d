//! The service's connection to NATS, and what it asks of the server before it trusts it.

use std::time::Duration;

use async_nats::{Client, ConnectOptions, Event};

use crate::{
    config::{Environment, NatsConfig},
    fault::Fault,
};

/// Messages that wait in a subscription; the doors read faster than any network writes.
const WAITING: usize = 16_384;

/// Connects, and stays connected: the client comes back by itself when the server does.
pub async fn connect(config: &NatsConfig) -> Result<Client, Fault> {
    let options = ConnectOptions::new()
        .name("training-ledger")
        .connection_timeout(Duration::from_secs(5))
        .request_timeout(Some(Duration::from_secs(10)))
        .subscription_capacity(WAITING)
        .event_callback(|event| async move { tell(&event) });
    let options = match &config.user {
        Some((user, password)) => options.user_and_password(user.clone(), password.reveal().to_owned()),
        None => options,
    };
    options.connect(&config.url).await.map_err(|error| Fault::nats("be reached", &error))
}

/// Refuses a server that is too old for production or lets anybody in; warns of an old one elsewhere.
pub async fn check(client: &Client, config: &NatsConfig, environment: Environment) -> Result<(), Fault> {
    let version = client.server_info().version;
    if !is_at_least(&version, (2, 10)) {
        let what = format!("nats-server {version} cannot write through to disk and misses security fixes");
        if environment == Environment::Production {
            return Err(Fault::Refused(format!("{what}; run 2.11.16, 2.12.7, 2.14.0 or newer in production")));
        }
        tracing::warn!("{what}; good for a trial only");
    }
    if environment == Environment::Production && lets_anybody_in(config).await {
        let what = "the NATS server lets anybody in without a credential; give every actor an account of its own";
        return Err(Fault::Refused(what.to_owned()));
    }
    Ok(())
}

async fn lets_anybody_in(config: &NatsConfig) -> bool {
    let stranger = ConnectOptions::new().connection_timeout(Duration::from_secs(5));
    stranger.connect(&config.url).await.is_ok()
}

fn is_at_least(version: &str, least: (u32, u32)) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= least
}

fn tell(event: &Event) {
    match event {
        Event::Connected => tracing::info!("connected to NATS"),
        Event::Draining | Event::Closed => tracing::info!(%event, "NATS"),
        Event::Disconnected => tracing::warn!("disconnected from NATS; trying to come back"),
        other => tracing::warn!(event = %other, "NATS"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        for (version, good) in [("2.9.10", false), ("2.10.0", true), ("2.15.1", true), ("3.0.0", true), ("", false)] {
            assert_eq!(is_at_least(version, (2, 10)), good, "{version}");
        }
    }
}
