//! Wrong tokens, counted per client and in total, whatever kind of token it was. Whoever has sent too many is slowed
//! down, never shut out: a right token is looked up at a fifth of a second's notice even then, so that nobody can lock
//! out those who share an address. Costs the same whether a token is right, nearly right or wrong, and however many ask.

use std::{
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// Places for clients; two that fall on the same place share its count.
const PLACES: usize = 4096;
/// How many of a client's wrong tokens are forgotten in a second.
const FORGOTTEN: f64 = 1.0 / 6.0;
/// In total so many times what one client may try, and so many forgotten in a second.
const CLIENTS: f64 = 50.0;
const FORGOTTEN_IN_TOTAL: f64 = 10.0;
/// Tokens a second that are looked up for a client who is slowed down.
const SLOWLY: f64 = 5.0;

/// The counts; nothing of them is kept elsewhere.
pub struct Guesses {
    allowed: f64,
    hasher: RandomState,
    counts: Mutex<Counts>,
}

struct Counts {
    clients: Vec<Count>,
    total: Count,
}

#[derive(Clone, Copy)]
struct Count {
    wrong: f64,
    looks: f64,
    at: Instant,
}

impl Count {
    fn new(at: Instant) -> Self {
        Self { wrong: 0.0, looks: SLOWLY, at }
    }

    fn pass_time(&mut self, now: Instant, forgotten: f64) {
        let seconds = now.saturating_duration_since(self.at).as_secs_f64();
        self.wrong = (self.wrong - seconds * forgotten).max(0.0);
        self.looks = (self.looks + seconds * SLOWLY).min(SLOWLY);
        self.at = now.max(self.at);
    }

    /// Never counts so far that it would not be forgotten within minutes.
    fn add(&mut self, allowed: f64) {
        self.wrong = (self.wrong + 1.0).min(allowed * 1.5);
    }

    fn take_look(&mut self) -> bool {
        let may = self.looks >= 1.0;
        self.looks -= if may { 1.0 } else { 0.0 };
        may
    }
}

impl Guesses {
    /// So many wrong tokens are borne from one client before it is slowed down.
    pub fn new(allowed: u32, now: Instant) -> Self {
        let counts = Counts { clients: vec![Count::new(now); PLACES], total: Count::new(now) };
        Self { allowed: f64::from(allowed.max(1)), hasher: RandomState::new(), counts: Mutex::new(counts) }
    }

    /// Whether a token of the client is looked up now.
    pub fn may_try(&self, client: IpAddr, now: Instant) -> bool {
        let place = self.place(client);
        let mut counts = self.counts();
        counts.total.pass_time(now, FORGOTTEN_IN_TOTAL);
        let under_attack = counts.total.wrong >= self.allowed * CLIENTS;
        let count = &mut counts.clients[place];
        count.pass_time(now, FORGOTTEN);
        let slowed_down = count.wrong >= self.allowed || under_attack && count.wrong > 0.0;
        !slowed_down || count.take_look()
    }

    /// A token of the client was wrong; whether it has sent too many of them by now.
    pub fn wrong(&self, client: IpAddr, now: Instant) -> bool {
        let place = self.place(client);
        let mut counts = self.counts();
        let before = counts.total.wrong;
        counts.total.pass_time(now, FORGOTTEN_IN_TOTAL);
        counts.total.add(self.allowed * CLIENTS);
        if before < self.allowed * CLIENTS && counts.total.wrong >= self.allowed * CLIENTS {
            tracing::warn!("wrong tokens come in from many clients; whoever sent one is slowed down");
        }
        let count = &mut counts.clients[place];
        count.pass_time(now, FORGOTTEN);
        let before = count.wrong;
        count.add(self.allowed);
        let too_many = count.wrong >= self.allowed;
        if too_many && before < self.allowed {
            tracing::warn!("a client has sent many wrong tokens and is slowed down");
        }
        too_many
    }

    /// Whoever has one address of IPv6 has the whole of its network.
    fn place(&self, client: IpAddr) -> usize {
        let client = match client.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
            address @ IpAddr::V4(_) => address,
        };
        let places = u64::try_from(PLACES).expect("a small number");
        usize::try_from(self.hasher.hash_one(client) % places).expect("less than the places")
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    /// Sends wrong tokens; how many of them were looked up.
    fn guess(guesses: &Guesses, (client, times): (IpAddr, usize), now: Instant) -> usize {
        let looked_up = (0..times).filter(|_| guesses.may_try(client, now) && [guesses.wrong(client, now)].len() == 1);
        looked_up.count()
    }

    #[test]
    fn a_client_that_guesses_is_slowed_down_and_one_that_does_not_is_not() {
        let now = Instant::now();
        let guesses = Guesses::new(20, now);
        assert_eq!(guess(&guesses, (HERE, 1_000_000), now), 25, "those allowed, and one second's share");
        assert_eq!(guess(&guesses, (HERE, 1_000_000), now + Duration::from_secs(10)), 5);
        let elsewhere = "192.0.2.7".parse().expect("an address");
        assert!(guesses.may_try(elsewhere, now) || guesses.place(elsewhere) == guesses.place(HERE));
    }

    #[test]
    fn whoever_shares_the_address_of_a_guesser_gets_in_within_a_second_and_freely_after_two_minutes() {
        let now = Instant::now();
        let guesses = Guesses::new(20, now);
        guess(&guesses, (HERE, 1_000), now);
        assert!(!guesses.may_try(HERE, now));
        assert!(guesses.may_try(HERE, now + Duration::from_millis(300)));
        let later = now + Duration::from_mins(2);
        assert!((0..1_000).all(|_| guesses.may_try(HERE, later)), "right tokens cost nothing");
    }

    #[test]
    fn many_clients_with_few_guesses_each_are_slowed_down_and_newcomers_are_not() {
        let now = Instant::now();
        let guesses = Guesses::new(2, now);
        for last in 0..=200 {
            let client = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, last));
            guess(&guesses, (client, 1), now);
        }
        let guesser = "192.0.2.1".parse().expect("an address");
        assert!(guess(&guesses, (guesser, 1_000), now) <= 5);
        let newcomer = (0..).map(|last| IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, last)));
        assert!(newcomer.take(20).any(|client| guesses.may_try(client, now) && guesses.may_try(client, now)));
    }

    #[test]
    fn one_network_of_ipv6_is_one_client() {
        let guesses = Guesses::new(20, Instant::now());
        let place = |text: &str| guesses.place(text.parse().expect("an address"));
        assert_eq!(place("2001:db8::1"), place("2001:db8::ffff:1"));
        assert_eq!(place("::ffff:192.0.2.1"), place("192.0.2.1"));
    }
}
