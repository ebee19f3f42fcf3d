//! Who knocks: the address that a request comes from, so that wrong tokens can be counted by client. The address that a
//! proxy names is believed of proxies that are known, of nobody else.

use std::{
    convert::Infallible,
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Instant,
};

use axum::{
    Router,
    extract::{ConnectInfo, FromRequestParts, Request},
    http::{HeaderMap, request::Parts},
    middleware::{Next, from_fn},
};

use crate::{config::Config, guesses::Guesses};

/// Behind a proxy: the addresses that the request came through, the nearest last.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// One request's client, and the count of wrong tokens.
#[derive(Clone)]
pub struct Knock {
    client: IpAddr,
    guesses: Arc<Guesses>,
}

impl Knock {
    /// Whether a token is looked up now; to be asked before every look-up.
    pub fn may_try(&self) -> bool {
        self.guesses.may_try(self.client, Instant::now())
    }

    /// A token was wrong; whether the client has sent too many.
    pub fn wrong(&self) -> bool {
        self.guesses.wrong(self.client, Instant::now())
    }
}

impl fmt::Debug for Knock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Knock")
    }
}

/// Lets every request of the routes know who knocks.
pub fn at(routes: Router, config: &Config) -> Router {
    let guesses = Arc::new(Guesses::new(config.wrong_tokens, Instant::now()));
    let proxies: Arc<[IpAddr]> = config.proxies.clone().into();
    routes.layer(from_fn(move |mut request: Request, next: Next| {
        let client = client(request.extensions().get::<ConnectInfo<SocketAddr>>(), request.headers(), &proxies);
        request.extensions_mut().insert(Knock { client, guesses: Arc::clone(&guesses) });
        next.run(request)
    }))
}

fn client(connected: Option<&ConnectInfo<SocketAddr>>, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let peer = connected.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |connected| connected.0.ip().to_canonical());
    if !proxies.contains(&peer) {
        return peer;
    }
    let named = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let named: Vec<_> = named.flat_map(|value| value.split(',')).filter_map(|one| one.trim().parse().ok()).collect();
    named.into_iter().rev().find(|address| !proxies.contains(address)).unwrap_or(peer)
}

impl<S: Sync> FromRequestParts<S> for Knock {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let known = parts.extensions.get::<Self>().cloned();
        Ok(known.expect("every route is served behind `knock::at`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_forwarded_is_believed_of_known_proxies_alone() {
        let at = |ip: &str| ConnectInfo(SocketAddr::new(ip.parse().expect("an address"), 1));
        let mut headers = HeaderMap::new();
        headers.insert(FORWARDED_FOR, "203.0.113.9, 198.51.100.1, 10.0.0.2".parse().expect("a header"));
        let proxies = ["10.0.0.1", "10.0.0.2"].map(|ip| ip.parse().expect("an address"));
        let found = |peer: &str, headers: &HeaderMap| client(Some(&at(peer)), headers, &proxies).to_string();
        assert_eq!(found("10.0.0.1", &headers), "198.51.100.1", "what stands before it can be made up");
        assert_eq!(found("192.0.2.1", &headers), "192.0.2.1");
        assert_eq!(found("10.0.0.1", &HeaderMap::new()), "10.0.0.1");
        assert_eq!(client(None, &headers, &proxies).to_string(), "0.0.0.0");
    }
}
