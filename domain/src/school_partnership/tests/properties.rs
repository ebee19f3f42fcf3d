//! Whatever is asked in whatever order: at most one partnership is active, each is reported at most once and in time,
//! the slot is free exactly from a break to the next recruitment, and nothing is written twice.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::{
    aggregate::Aggregate,
    facts::Circumstances,
    rejection::Rejection,
    school_partnership::{SchoolPartnershipCommand, rejections},
    spec::{Situation, actor},
};

const LEAD_PROVIDERS: [&str; 2] = ["teach-first", "ambition-institute"];
const PARTNERS: [&str; 3] = ["thames-hub", "mersey-hub", "tyne-hub"];
const REASONS: [Option<&str>; 5] = [Some("no_ects"), Some("mistake"), Some("another_provider"), Some("?"), None];

/// One step of a random life: who asks for what, and how much time has gone by.
#[derive(Debug, Clone)]
struct Step {
    act: Act,
    actor: String,
    passed: Passed,
    paired: bool,
    partner: usize,
}

/// How time goes on: by so much, or to the end of the running window and so much further.
#[derive(Debug, Clone)]
enum Passed {
    By(TimeDelta),
    ToTheDeadline(TimeDelta),
}

/// `usize` is the place of the partnership in the order of recruitment; one too many is an unknown one.
#[derive(Debug, Clone)]
enum Act {
    Confirm,
    Report(usize, usize),
    Change(usize),
    Break(usize, usize),
}

/// What happened, told by the events alone, independently of the aggregate's state.
#[derive(Default)]
struct Ledger {
    recruited: Vec<PartnershipId>,
    active: Vec<PartnershipId>,
    reported: Vec<PartnershipId>,
    closes_at: Option<DateTime<Utc>>,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_commands_keeps_the_invariants(life in proptest::collection::vec(step(), 1..40)) {
        let (mut state, mut ledger, mut history) = (SchoolPartnership::default(), Ledger::default(), vec![]);
        let mut now = at(CONFIRMED_AT);
        for (number, step) in life.iter().enumerate() {
            now = ledger.later(now, &step.passed);
            let (command, facts) = (command(step, &ledger), facts(step, number, now));
            let decision = state.decide(&command, &facts);
            ledger.agrees_with(step, &decision, now)?;
            for event in decision.unwrap_or_default() {
                ledger.note(&event, now)?;
                state.evolve(&event);
                history.push(event);
            }
            prop_assert_eq!(&SchoolPartnership::fold(&history), &state);
            prop_assert!(state.decide(&command, &facts).unwrap_or_default().is_empty(), "written twice");
            let active = state.active().map(|active| active.id);
            prop_assert_eq!(active.as_slice(), ledger.active.as_slice());
        }
    }
}

impl Ledger {
    /// The slot is free for a well-formed recruitment exactly when nothing is active; a refusal has a known code.
    fn agrees_with(
        &self,
        step: &Step,
        decision: &Result<Vec<SchoolPartnershipEvent>, Rejection>,
        now: DateTime<Utc>,
    ) -> Result<(), TestCaseError> {
        if let Err(refusal) = decision {
            prop_assert!(rejections::CODES.contains(&(refusal.code, refusal.rule)), "{:?}", refusal);
        }
        if matches!(step.act, Act::Confirm) && step.paired && step.actor.starts_with("lead-provider") {
            prop_assert_eq!(decision.is_ok(), self.active.is_empty());
        }
        if matches!(decision, Err(refusal) if refusal.code == rejections::WINDOW_CLOSED) {
            prop_assert!(self.closes_at.is_some_and(|closes_at| now > closes_at));
        }
        Ok(())
    }

    fn note(&mut self, event: &SchoolPartnershipEvent, now: DateTime<Utc>) -> Result<(), TestCaseError> {
        match event {
            SchoolPartnershipEvent::RecruitmentConfirmed(recruitment) => {
                prop_assert!(self.active.is_empty() && !self.recruited.contains(&recruitment.partnership_id));
                self.recruited.push(recruitment.partnership_id);
                self.active.push(recruitment.partnership_id);
                self.closes_at = recruitment.window.as_ref().map(|window| window.closes_at);
            }
            SchoolPartnershipEvent::DeliveryPartnerChanged(change) => {
                prop_assert_eq!(&self.active, &vec![change.partnership_id]);
                let closes_at = change.window.as_ref().map(|window| window.closes_at);
                prop_assert!(closes_at >= self.closes_at, "a change shortened the window");
                self.closes_at = closes_at;
            }
            SchoolPartnershipEvent::PartnershipMistakeReported(report) => {
                prop_assert!(self.closes_at.is_some_and(|closes_at| now <= closes_at), "reported after the window");
                prop_assert!(!self.reported.contains(&report.partnership_id), "reported twice");
                self.reported.push(report.partnership_id);
                self.broken(report.partnership_id)?;
            }
            SchoolPartnershipEvent::PartnershipBrokenBySupport(broken) => self.broken(broken.partnership_id)?,
            SchoolPartnershipEvent::ReportingWindowClosed(closed) => {
                prop_assert!(self.closes_at.is_some_and(|closes_at| now > closes_at), "ended too early");
                prop_assert_eq!(&self.active, &vec![closed.partnership_id]);
            }
        }
        prop_assert!(self.active.len() <= 1);
        Ok(())
    }

    fn broken(&mut self, id: PartnershipId) -> Result<(), TestCaseError> {
        prop_assert_eq!(std::mem::take(&mut self.active), vec![id]);
        Ok(())
    }

    /// Time never goes back.
    fn later(&self, now: DateTime<Utc>, passed: &Passed) -> DateTime<Utc> {
        match passed {
            Passed::By(passed) => now + *passed,
            Passed::ToTheDeadline(further) => self.closes_at.map_or(now, |closes_at| now.max(closes_at + *further)),
        }
    }

    /// The id at a place; a place beyond the last is an id that nobody has.
    fn id_at(&self, place: usize) -> PartnershipId {
        let place = place % (self.recruited.len() + 1);
        self.recruited.get(place).copied().unwrap_or_else(|| partnership(1_000))
    }
}

fn command(step: &Step, ledger: &Ledger) -> SchoolPartnershipCommand {
    let reason = |place: usize| REASONS[place].map(str::to_owned);
    let delivery_partner_id = parse(PARTNERS[step.partner]);
    match step.act {
        Act::Confirm => ConfirmRecruitment { delivery_partner_id, ..confirm() }.into(),
        Act::Change(place) => ChangeDeliveryPartner { partnership_id: ledger.id_at(place), delivery_partner_id }.into(),
        Act::Report(place, why) => {
            ReportPartnershipMistake { partnership_id: ledger.id_at(place), reason: reason(why), ..report("") }.into()
        }
        Act::Break(place, why) => {
            BreakPartnershipAsSupport { partnership_id: ledger.id_at(place), reason: reason(why), ..break_it() }.into()
        }
    }
}

fn facts(step: &Step, number: usize, now: DateTime<Utc>) -> PartnershipFacts {
    let mut facts = PartnershipFacts::usual();
    all_known(&mut facts, step.actor.strip_prefix("lead-provider_").unwrap_or("teach-first"));
    knowing_partner(&mut facts, PARTNERS[step.partner]);
    facts.recruitment.paired = step.paired;
    let new_id = id(u128::try_from(number).expect("a short life"));
    facts.circumstances = Circumstances { actor: actor(&step.actor), received_at: now, new_id };
    facts
}

fn step() -> impl Strategy<Value = Step> {
    let acted = prop_oneof![
        3 => Just(Act::Confirm),
        3 => (0..6_usize, 0..REASONS.len()).prop_map(|(place, why)| Act::Report(place, why)),
        2 => (0..6_usize).prop_map(Act::Change),
        1 => (0..6_usize, 0..REASONS.len()).prop_map(|(place, why)| Act::Break(place, why)),
    ];
    acted
        .prop_flat_map(|act| (Just(act.clone()), who(&act), passed(), prop::bool::weighted(0.9), 0..PARTNERS.len()))
        .prop_map(|(act, actor, passed, paired, partner)| Step { act, actor, passed, paired, partner })
}

/// Mostly somebody who may, sometimes somebody who may not.
fn who(act: &Act) -> BoxedStrategy<String> {
    let lead_provider = prop::sample::select(&LEAD_PROVIDERS[..]).prop_map(|slug| format!("lead-provider_{slug}"));
    let asking = |tokens: &'static [&'static str]| prop::sample::select(tokens).prop_map(str::to_owned).boxed();
    match act {
        Act::Confirm | Act::Change(_) => prop_oneof![9 => lead_provider, 1 => asking(&[SUPPORT, SCHOOL])].boxed(),
        Act::Report(..) => asking(&[SCHOOL, SCHOOL, SCHOOL, SUPPORT, "school_100121", TEACH_FIRST]),
        Act::Break(..) => asking(&[SUPPORT]),
    }
}

/// From nothing over some hours to more than a window, and to the very end of one.
fn passed() -> impl Strategy<Value = Passed> {
    prop_oneof![
        2 => Just(Passed::By(TimeDelta::zero())),
        2 => (0..36_i64).prop_map(|hours| Passed::By(TimeDelta::hours(hours))),
        2 => (0..20_i64).prop_map(|days| Passed::By(TimeDelta::days(days))),
        1 => (-1..=1_i64).prop_map(|micros| Passed::ToTheDeadline(TimeDelta::microseconds(micros))),
    ]
}
