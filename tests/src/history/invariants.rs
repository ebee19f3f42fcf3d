//! The invariants that a log must keep against the history of its clients, one small function each.
//! Every check is linear in steps and events: commands carry unique ids, so the order is read off the log.

use std::collections::{HashMap, HashSet};

use events_schema::envelope::Position;
use uuid::Uuid;

use super::{Answer, Breach, Found, FoundCommand, Key, Seen, Step};

type Check = fn(&[Step], &Found) -> Vec<Breach>;

const CHECKS: [Check; 7] = [
    i1_accepted_is_there_as_told,
    i2_only_what_was_asked_for_is_there,
    i3_one_batch_per_command,
    i4_versions_count_from_one,
    i5_events_of_a_command_are_adjacent,
    i6_order_is_total_and_respects_real_time,
    i21_one_answer_per_command,
];

/// Every breach of I1 to I6 and I21. Commands of `known` actors need no step: an import before the run, or
/// processes of the service, whose commands follow from what happened.
pub fn broken(steps: &[Step], found: &Found, known: &[&str]) -> Vec<Breach> {
    let by_clients = |key: &Key| !known.contains(&key.actor.as_str());
    let mut asked = steps.to_vec();
    // What is known was asked for: it is a step that nobody had to note.
    let silent = found.commands.iter().filter(|command| !by_clients(&command.key));
    asked.extend(silent.map(|command| Step { client: 0, key: command.key.clone(), seen: Seen::Invoke }));
    CHECKS.iter().flat_map(|check| check(&asked, found)).collect()
}

/// I7: the published events are the log's, whole and in order, each once, with the position as sequence.
pub fn published_in_full(published: &[(u64, Uuid)], found: &Found) -> Vec<Breach> {
    let breach = |found: String| Breach { invariant: "I7", found };
    let mut breaches = Vec::new();
    if published.len() != found.events.len() {
        breaches.push(breach(format!("{} events were published of {}", published.len(), found.events.len())));
    }
    let pairs = published.iter().zip(&found.events);
    let odd =
        pairs.filter(|((sequence, id), event)| i64::try_from(*sequence) != Ok(event.position) || *id != event.event_id);
    breaches.extend(odd.map(|((sequence, id), event)| {
        breach(format!("sequence {sequence} is event {id}, and position {} is {}", event.position, event.event_id))
    }));
    breaches
}

/// I1: every command that a client was told is accepted has its events at the positions it was told.
fn i1_accepted_is_there_as_told(steps: &[Step], found: &Found) -> Vec<Breach> {
    let at: HashMap<Position, &Key> = found.events.iter().map(|event| (event.position, &event.key)).collect();
    let told = steps.iter().filter_map(|step| accepted(step).map(|answer| (&step.key, answer)));
    told.filter(|(key, answer)| {
        answer.positions.is_empty() || answer.positions.iter().any(|position| at.get(position) != Some(key))
    })
    .map(|(key, answer)| Breach {
        invariant: "I1",
        found: format!("command {key} was accepted at {:?} and is not there", answer.positions),
    })
    .collect()
}

/// I2: every event was caused by a command that was sent and not refused.
fn i2_only_what_was_asked_for_is_there(steps: &[Step], found: &Found) -> Vec<Breach> {
    let sent: HashSet<&Key> = steps.iter().map(|step| &step.key).collect();
    let refused: HashSet<&Key> =
        steps.iter().filter(|step| matches!(step.seen, Seen::Fail(_))).map(|step| &step.key).collect();
    let odd = found.events.iter().filter(|event| !sent.contains(&event.key) || refused.contains(&event.key));
    odd.map(|event| Breach {
        invariant: "I2",
        found: format!("position {} comes from command {}, which was refused or never sent", event.position, event.key),
    })
    .collect()
}

/// I3: a command is in the ledger once, and its events are those the ledger says, no more.
fn i3_one_batch_per_command(_: &[Step], found: &Found) -> Vec<Breach> {
    let mut kept: HashMap<&Key, Vec<&FoundCommand>> = HashMap::new();
    for command in &found.commands {
        kept.entry(&command.key).or_default().push(command);
    }
    let twice = kept.iter().filter(|(_, rows)| rows.len() > 1).map(|(key, rows)| Breach {
        invariant: "I3",
        found: format!("command {key} is in the ledger {} times", rows.len()),
    });
    let positions = positions_by_command(found);
    let other = positions.iter().filter(|(key, positions)| {
        kept.get(*key).is_none_or(|rows| rows.iter().any(|row| row.answer.positions != **positions))
    });
    let other = other.map(|(key, positions)| Breach {
        invariant: "I3",
        found: format!("command {key} has events at {positions:?}, and the ledger says otherwise"),
    });
    twice.chain(other).collect()
}

/// I4: in the order of the log, the versions of a stream are 1, 2, 3 and so on.
fn i4_versions_count_from_one(_: &[Step], found: &Found) -> Vec<Breach> {
    let mut last: HashMap<&str, i64> = HashMap::new();
    let mut breaches = Vec::new();
    for event in &found.events {
        let before = last.insert(&event.stream, event.version).unwrap_or(0);
        if event.version != before + 1 {
            let found = format!("stream {} goes from version {before} to {}", event.stream, event.version);
            breaches.push(Breach { invariant: "I4", found });
        }
    }
    breaches
}

/// I5: the events of a command stand side by side.
fn i5_events_of_a_command_are_adjacent(_: &[Step], found: &Found) -> Vec<Breach> {
    let torn = positions_by_command(found).into_iter();
    let torn = torn.filter(|(_, positions)| positions.windows(2).any(|pair| pair[1] != pair[0] + 1));
    torn.map(|(key, positions)| Breach {
        invariant: "I5",
        found: format!("the events of command {key} are torn apart: {positions:?}"),
    })
    .collect()
}

/// I6: positions count from 1 without a hole, and what was accepted before a command was sent stands before it.
fn i6_order_is_total_and_respects_real_time(steps: &[Step], found: &Found) -> Vec<Breach> {
    let holes = (1..).zip(&found.events).find(|(expected, event)| event.position != *expected);
    let holes = holes.map(|(expected, event)| Breach {
        invariant: "I6",
        found: format!("position {expected} is missing; the next is {}", event.position),
    });
    holes.into_iter().chain(too_early(steps)).collect()
}

fn too_early(steps: &[Step]) -> Vec<Breach> {
    let mut highest_accepted: Position = 0;
    let mut accepted_before: HashMap<&Key, Position> = HashMap::new();
    let mut breaches = Vec::new();
    for step in steps {
        accepted_before.entry(&step.key).or_insert(highest_accepted);
        let Some(answer) = accepted(step) else { continue };
        let before = accepted_before[&step.key];
        if let Some(position) = answer.positions.iter().find(|position| **position <= before) {
            let found = format!("command {} stands at {position}; {before} was accepted before it was sent", step.key);
            breaches.push(Breach { invariant: "I6", found });
        }
        highest_accepted = highest_accepted.max(answer.positions.iter().copied().max().unwrap_or(0));
    }
    breaches
}

/// I21: all answers to a command are the same, and the ledger keeps that very answer.
fn i21_one_answer_per_command(steps: &[Step], found: &Found) -> Vec<Breach> {
    let kept: HashMap<&Key, &Answer> = found.commands.iter().map(|command| (&command.key, &command.answer)).collect();
    let told = steps.iter().filter_map(|step| match &step.seen {
        Seen::Ok(answer) | Seen::Fail(answer) => Some((&step.key, answer)),
        Seen::Invoke | Seen::Unknown => None,
    });
    told.filter(|(key, answer)| kept.get(*key) != Some(answer))
        .map(|(key, answer)| Breach {
            invariant: "I21",
            found: format!("command {key} was told {answer:?}; the ledger keeps {:?}", kept.get(key)),
        })
        .collect()
}

fn accepted(step: &Step) -> Option<&Answer> {
    match &step.seen {
        Seen::Ok(answer) if answer.outcome == "accepted" => Some(answer),
        _ => None,
    }
}

fn positions_by_command(found: &Found) -> HashMap<&Key, Vec<Position>> {
    let mut positions: HashMap<&Key, Vec<Position>> = HashMap::new();
    for event in &found.events {
        positions.entry(&event.key).or_default().push(event.position);
    }
    positions
}

#[cfg(test)]
mod tests {
    use super::{super::FoundEvent, *};

    fn key(number: u128) -> Key {
        Key { actor: "lead-provider_teach-first".to_owned(), command_id: Uuid::from_u128(number) }
    }

    fn accepted_at(positions: &[Position]) -> Answer {
        let stream = Some("school-1".to_owned());
        Answer { outcome: "accepted".to_owned(), positions: positions.to_vec(), stream, code: None }
    }

    fn refused() -> Answer {
        Answer { outcome: "rejected".to_owned(), positions: vec![], stream: None, code: Some("window_closed".into()) }
    }

    fn step(number: u128, seen: Seen) -> Step {
        Step { client: 1, key: key(number), seen }
    }

    fn event(position: Position, number: u128) -> FoundEvent {
        let event_id = Uuid::from_u128(u128::try_from(position).expect("positive"));
        FoundEvent { position, event_id, stream: "school-1".to_owned(), version: position, key: key(number) }
    }

    /// Command 1 with two events, command 2 with one after an unknown, command 3 refused.
    fn a_good_run() -> (Vec<Step>, Found) {
        let steps = vec![
            step(1, Seen::Invoke),
            step(1, Seen::Ok(accepted_at(&[1, 2]))),
            step(2, Seen::Invoke),
            step(2, Seen::Unknown),
            step(3, Seen::Invoke),
            step(2, Seen::Invoke),
            step(3, Seen::Fail(refused())),
            step(2, Seen::Ok(accepted_at(&[3]))),
        ];
        let kept = |number, answer| FoundCommand { key: key(number), answer };
        let commands = vec![kept(1, accepted_at(&[1, 2])), kept(2, accepted_at(&[3])), kept(3, refused())];
        (steps, Found { events: vec![event(1, 1), event(2, 1), event(3, 2)], commands })
    }

    fn invariants_broken_by(spoil: impl Fn(&mut Vec<Step>, &mut Found)) -> Vec<&'static str> {
        let (mut steps, mut found) = a_good_run();
        spoil(&mut steps, &mut found);
        let mut names: Vec<_> = broken(&steps, &found, &[]).into_iter().map(|breach| breach.invariant).collect();
        names.dedup();
        names
    }

    #[test]
    fn a_good_run_breaks_nothing() {
        assert!(invariants_broken_by(|_, _| ()).is_empty());
    }

    #[test]
    fn a_lost_command_is_found() {
        let names = invariants_broken_by(|_, found| {
            found.events.pop();
            found.commands.remove(1);
        });
        assert_eq!(names, ["I1", "I21"]);
    }

    #[test]
    fn a_doubled_command_is_found() {
        let names = invariants_broken_by(|_, found| {
            found.events.push(event(4, 2));
            found.commands.push(FoundCommand { key: key(2), answer: accepted_at(&[4]) });
        });
        assert!(names.contains(&"I3"), "{names:?}");
        assert!(invariants_broken_by(|_, found| found.events.push(event(4, 2))).contains(&"I3"));
    }

    #[test]
    fn an_event_of_a_refused_or_an_unsent_command_is_found() {
        assert!(invariants_broken_by(|_, found| found.events.push(event(4, 3))).contains(&"I2"));
        assert!(invariants_broken_by(|_, found| found.events.push(event(4, 9))).contains(&"I2"));
    }

    #[test]
    fn a_command_of_a_known_actor_needs_no_step() {
        let (steps, mut found) = a_good_run();
        let import = Key { actor: "system_import".to_owned(), command_id: Uuid::from_u128(9) };
        found.events.push(FoundEvent { key: import.clone(), ..event(4, 9) });
        found.commands.push(FoundCommand { key: import, answer: accepted_at(&[4]) });
        assert_eq!(broken(&steps, &found, &["system_import"]), []);
        assert_ne!(broken(&steps, &found, &[]), []);
    }

    #[test]
    fn a_hole_in_a_stream_or_in_the_log_is_found() {
        assert_eq!(invariants_broken_by(|_, found| found.events[2].version = 4), ["I4"]);
        assert!(invariants_broken_by(|_, found| found.events[2].position = 4).contains(&"I6"));
    }

    #[test]
    fn events_torn_apart_are_found() {
        let names = invariants_broken_by(|_, found| {
            found.events[1].key = key(2);
            found.events[2].key = key(1);
        });
        assert!(names.contains(&"I5"), "{names:?}");
    }

    #[test]
    fn a_command_that_stands_before_what_was_accepted_before_it_was_sent_is_found() {
        let names = invariants_broken_by(|steps, _| {
            steps[0] = step(2, Seen::Invoke);
            steps.insert(1, step(2, Seen::Ok(accepted_at(&[3]))));
            steps.insert(2, step(1, Seen::Invoke));
        });
        assert_eq!(names, ["I6"]);
    }

    #[test]
    fn two_different_answers_are_found() {
        assert!(invariants_broken_by(|steps, _| steps.push(step(3, Seen::Ok(accepted_at(&[3]))))).contains(&"I21"));
    }

    #[test]
    fn published_events_must_be_the_log_itself() {
        let (_, found) = a_good_run();
        let published: Vec<_> = (1..=3).map(|sequence| (sequence, Uuid::from_u128(sequence.into()))).collect();
        assert_eq!(published_in_full(&published, &found), []);
        assert_ne!(published_in_full(&published[..2], &found), [], "one is missing");
        let doubled = [published[0], (2, published[0].1), (3, published[1].1)];
        assert_ne!(published_in_full(&doubled, &found), [], "one is there twice");
    }
}
