//! Every single bit of a bundle matters: whichever is flipped, the verifier finds it and names the event.

use ledger_verifier::{Verdict, VerifierKey, Witness, bundle};
use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::outside::Rig;

const EVENTS: i64 = 1_000;
const SAMPLED: usize = 300;

/// What the verifier says of a file with one bit flipped; an error, for a file that is no bundle any more, is a no too.
fn flipped(key: &VerifierKey, witness: &Witness, file: &mut [u8], bit: usize) -> Option<u64> {
    file[bit / 8] ^= 1 << (bit % 8);
    let found = bundle::verify(key, witness, [&*file]);
    file[bit / 8] ^= 1 << (bit % 8);
    match found {
        Ok(Verdict::Holds(_)) => panic!("bit {bit} was flipped unseen"),
        Ok(Verdict::Wrong(wrong)) => Some(wrong.first),
        Err(_) => None,
    }
}

/// The position of the event in whose line a byte stands, if it stands in one.
fn event_at(file: &[u8], byte: usize) -> Option<u64> {
    let start = file[..byte].iter().rposition(|b| *b == b'\n').map_or(0, |end| end + 1);
    let rest = file[start..].strip_prefix(b"{\"position\":")?;
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).map(|b| char::from(*b));
    digits.collect::<String>().parse().ok()
}

#[tokio::test]
async fn a_flipped_bit_anywhere_in_a_thousand_events_is_found_at_its_event() {
    let rig = Rig::start(EVENTS, 100).await;
    let (key, [witness, _]) = (rig.key(), rig.witnesses());
    let mut file = rig.bundle((1, EVENTS)).await;
    assert!(bundle::verify(&key, &witness, [&*file]).expect("a bundle").holds(), "the control");
    let mut chance = StdRng::seed_from_u64(7);
    for _ in 0..SAMPLED {
        let bit = chance.random_range(0..file.len() * 8);
        let event = event_at(&file, bit / 8);
        let named = flipped(&key, &witness, &mut file, bit);
        assert!(event.is_none() || named == event, "bit {bit} of event {event:?} was named as {named:?}");
    }
}

/// Some bundles of one event each, every bit of them: what is in front and behind is proved by hashes.
#[tokio::test]
async fn every_bit_of_some_events_is_found() {
    every_bit_of(&[1, 512, 1_000]).await;
}

/// As above for every event: some fifteen million flips.
#[tokio::test]
#[ignore = "takes many minutes; part of the long runs"]
async fn every_bit_of_every_event_is_found() {
    every_bit_of(&(1..=EVENTS).collect::<Vec<_>>()).await;
}

async fn every_bit_of(positions: &[i64]) {
    let rig = Rig::start(EVENTS, 100).await;
    let (key, [witness, _]) = (rig.key(), rig.witnesses());
    for position in positions {
        let mut file = rig.bundle((*position, *position)).await;
        assert!(bundle::verify(&key, &witness, [&*file]).expect("a bundle").holds(), "the control");
        for bit in 0..file.len() * 8 {
            let event = event_at(&file, bit / 8);
            let named = flipped(&key, &witness, &mut file, bit);
            assert!(event.is_none() || named == event, "bit {bit} of event {event:?} was named as {named:?}");
        }
    }
}
