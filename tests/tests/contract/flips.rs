//! Every single bit of a bundle matters: whichever is flipped, the verifier finds it and names the event.

use futures::{StreamExt, stream};
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

/// Bundles of one event each, every bit of them: what is in front and behind is proved by hashes. Some events in every
/// build; all of them, some fifteen million flips, in a long one.
#[tokio::test(flavor = "multi_thread")]
async fn every_bit_of_an_event_is_found() {
    let rig = Rig::start(EVENTS, 100).await;
    let long = std::env::var_os("TRAINING_LEDGER_LONG").is_some();
    let positions = if long { (1..=EVENTS).collect() } else { vec![1, 512, EVENTS] };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let all = stream::iter(positions).for_each_concurrent(threads, |position| {
        let (rig, key, [witness, _]) = (&rig, rig.key(), rig.witnesses());
        async move {
            let file = rig.bundle((position, position)).await;
            tokio::task::spawn_blocking(move || every_bit_of(&key, &witness, file)).await.expect("every bit is found");
        }
    });
    all.await;
}

fn every_bit_of(key: &VerifierKey, witness: &Witness, mut file: Vec<u8>) {
    assert!(bundle::verify(key, witness, [&*file]).expect("a bundle").holds(), "the control");
    for bit in 0..file.len() * 8 {
        let event = event_at(&file, bit / 8);
        let named = flipped(key, witness, &mut file, bit);
        assert!(event.is_none() || named == event, "bit {bit} of event {event:?} was named as {named:?}");
    }
}
