//! The year of the schools: recruitments spread over weeks, and what became of some of them.

use chrono::{Days, NaiveDate};
use events_schema::{
    actor::{Actor, ActorKind},
    codes::MistakeReason,
    ids::{Cohort, DeliveryPartnerId, Urn},
};
use serde_json::json;

use super::{
    agenda::{AFTERNOON, About, Act, Agenda, EVENING, MORNING, actor, support},
    chance::{Chance, day, working_day_from},
    schools::{Pairings, Schools},
};

/// Recruitments of 2025 besides the 213 of the two sample uploads; 5,000 with them.
const RECRUITED: usize = 4_787;
/// Recruitments of the last days: their schools may still report a mistake when the year is over.
const JUST_NOW: usize = 12;
/// Recruitments of the cohort before, half of which carry on.
const LAST_YEAR: usize = 360;

/// Lead providers of 2025 and how many of a hundred recruitments are theirs.
pub(in super::super) const LEAD_PROVIDERS: [(&str, u32); 6] = [
    ("ambition-institute", 24),
    ("teach-first", 22),
    ("best-practice-network", 18),
    ("ucl-institute-of-education", 16),
    ("education-development-trust", 12),
    ("national-institute-of-teaching", 8),
];

/// How often each reason is given, of a hundred reports.
const REASONS: [(MistakeReason, u32); 5] = [
    (MistakeReason::AnotherProvider, 40),
    (MistakeReason::NotConfirmed, 26),
    (MistakeReason::DoNotRecognise, 14),
    (MistakeReason::NoEcts, 12),
    (MistakeReason::Mistake, 8),
];

/// A recruitment of the demo.
#[derive(Clone)]
struct Recruitment {
    urn: Urn,
    cohort: Cohort,
    lead_provider: &'static str,
    delivery_partner: DeliveryPartnerId,
    on: NaiveDate,
}

/// Writes the year of the schools into the agenda.
pub(super) struct Recruiter<'a> {
    pub(super) agenda: &'a mut Agenda,
    pub(super) chance: &'a mut Chance,
    pub(super) schools: &'a mut Schools,
    pub(super) pairings: &'a Pairings,
}

impl Recruiter<'_> {
    /// The whole year.
    pub(super) fn plan(&mut self) {
        let carried_on = self.last_year();
        let fresh = self.schools.take(RECRUITED - carried_on.len());
        let urns: Vec<Urn> = carried_on.into_iter().chain(fresh).collect();
        let recruitments: Vec<_> = urns.into_iter().map(|urn| self.recruit_in_2025(urn)).collect();
        for (number, recruitment) in recruitments.iter().enumerate() {
            self.what_became_of(number, recruitment);
        }
        self.slips(&recruitments);
        self.next_year(&recruitments);
    }

    /// The last working day before the year ends: mails to open, with links that are still good.
    pub(super) fn just_now(&mut self) {
        let cohort = cohort(2026);
        // The last of the providers has no partners for this cohort.
        let providers = LEAD_PROVIDERS.iter().take(LEAD_PROVIDERS.len() - 1).cycle();
        for (urn, (lead_provider, _)) in self.schools.take(JUST_NOW).into_iter().zip(providers) {
            let delivery_partner = self.chance.one(&self.pairings.of(lead_provider, cohort)).clone();
            self.confirm(&Recruitment { urn, cohort, lead_provider, delivery_partner, on: day(2026, 9, 11) });
        }
    }

    /// The cohort before: half of its schools choose a programme for 2025 and can be recruited again, some do not.
    fn last_year(&mut self) -> Vec<Urn> {
        let urns = self.schools.take(LAST_YEAR);
        for urn in &urns {
            let on = self.chance.working_day(day(2024, 6, 3), 21);
            let recruitment = self.recruitment(urn.clone(), cohort(2024), on);
            self.confirm(&recruitment);
        }
        let (choose, silent) = urns.split_at(LAST_YEAR / 2);
        for urn in choose {
            let chosen = json!({ "school_urn": urn, "cohort": "2025", "choice": "provider_led" });
            let on = self.chance.working_day(day(2025, 5, 12), 10);
            self.agenda.put(on, AFTERNOON, Act::of(school(urn), "ChooseProgramme", chosen));
        }
        for urn in silent.iter().take(40) {
            let too_early = self.recruitment(urn.clone(), cohort(2025), day(2025, 6, 2));
            self.confirm(&too_early);
        }
        choose.to_vec()
    }

    /// Most schools are recruited before the summer, the others in autumn.
    fn recruit_in_2025(&mut self, urn: Urn) -> Recruitment {
        let season = *self.chance.weighted(&[((6, 2, 48), 70), ((9, 1, 55), 25), ((11, 3, 30), 5)]);
        let (month, first, days) = season;
        let on = self.chance.working_day(day(2025, month, first), days);
        let recruitment = self.recruitment(urn, cohort(2025), on);
        self.confirm(&recruitment);
        recruitment
    }

    fn recruitment(&mut self, urn: Urn, cohort: Cohort, on: NaiveDate) -> Recruitment {
        let lead_provider = *self.chance.weighted(&LEAD_PROVIDERS);
        let delivery_partner = self.chance.one(&self.pairings.of(lead_provider, cohort)).clone();
        Recruitment { urn, cohort, lead_provider, delivery_partner, on }
    }

    fn confirm(&mut self, it: &Recruitment) {
        let body = json!({
            "school_urn": it.urn, "cohort": it.cohort, "delivery_partner_id": it.delivery_partner
        });
        let act = Act::of(lead_provider(it.lead_provider), "ConfirmRecruitment", body).about(it.partnership());
        self.agenda.put(it.on, MORNING, act);
    }

    /// About two of a hundred are reported; some late, some twice; a few are contested, changed or broken by support.
    fn what_became_of(&mut self, number: usize, it: &Recruitment) {
        match number % 250 {
            0..5 => self.reported(number, it),
            5 => self.reported_late(it),
            6..9 => self.contested(it),
            9..13 => self.delivery_partner_changed(number, it),
            13 => self.broken_by_support(number, it),
            14 => self.confirmed_twice(it),
            15 => self.passed_to_support(it),
            _ => {}
        }
    }

    /// In the window: most in the first week, when the notice is fresh.
    fn reported(&mut self, number: usize, it: &Recruitment) {
        let after = *self.chance.weighted(&[(1, 18), (2, 16), (3, 12), (5, 14), (7, 12), (8, 10), (11, 8), (14, 10)]);
        let on = it.on + Days::new(after);
        let reason = *self.chance.weighted(&REASONS);
        self.report(it, on, Some(reason.code()));
        if number.is_multiple_of(3) {
            // A shared inbox: the second reader finds that it is done.
            let again = self.chance.between(1, 3);
            self.report(it, on + Days::new(again), Some(reason.code()));
        }
        if reason != MistakeReason::NoEcts && self.chance.percent(65) {
            self.recruited_again(it, on);
        }
    }

    fn recruited_again(&mut self, it: &Recruitment, broken_on: NaiveDate) {
        let on = self.chance.working_day(broken_on + Days::new(6), 25);
        let by_the_same = self.chance.percent(45);
        let mut again = self.recruitment(it.urn.clone(), it.cohort, on);
        if by_the_same {
            again.lead_provider = it.lead_provider;
            again.delivery_partner = it.delivery_partner.clone();
        }
        self.confirm(&again);
        if self.chance.percent(8) {
            self.report(&again, on + Days::new(4), Some("not_confirmed"));
        }
    }

    fn reported_late(&mut self, it: &Recruitment) {
        let on = it.on + Days::new(self.chance.between(15, 70));
        let reason = *self.chance.weighted(&REASONS);
        self.report(it, on, Some(reason.code()));
    }

    fn report(&mut self, it: &Recruitment, on: NaiveDate, reason: Option<&str>) {
        let came_by = if self.chance.percent(70) { "token" } else { "signed_in" };
        let body = json!({ "reason": reason, "came_by": came_by });
        let act = Act::of(school(&it.urn), "ReportPartnershipMistake", body).about(it.partnership());
        self.agenda.put(on, AFTERNOON, act);
    }

    /// Another lead provider wants the school too.
    fn contested(&mut self, it: &Recruitment) {
        let on = self.chance.working_day(it.on + Days::new(1), 20);
        let mut other = self.recruitment(it.urn.clone(), it.cohort, on);
        while other.lead_provider == it.lead_provider {
            other = self.recruitment(it.urn.clone(), it.cohort, on);
        }
        self.confirm(&other);
    }

    fn delivery_partner_changed(&mut self, number: usize, it: &Recruitment) {
        let on = self.chance.working_day(it.on + Days::new(10), 90);
        let partner = match number / 250 % 10 {
            0 => it.delivery_partner.clone(),
            1 => self.pairings.stranger(it.lead_provider, it.cohort),
            _ => self.chance.one(&self.pairings.of(it.lead_provider, it.cohort)).clone(),
        };
        let body = json!({ "delivery_partner_id": partner });
        let act = Act::of(lead_provider(it.lead_provider), "ChangeDeliveryPartner", body).about(it.partnership());
        self.agenda.put(on, EVENING, act);
    }

    fn broken_by_support(&mut self, number: usize, it: &Recruitment) {
        let on = self.chance.working_day(it.on + Days::new(20), 80);
        let mut body = json!({
            "reason": "another_provider",
            "audit_reason": "The school's contract with another provider was shown to the desk.",
            "authorised_by": "policy engagement duty lead",
        });
        if (number / 250).is_multiple_of(5) {
            body["authorised_by"] = json!(null);
        }
        let act = Act::of(support(), "BreakPartnershipAsSupport", body).about(it.partnership());
        self.agenda.put(on, EVENING, act.clone());
        if number / 250 % 4 == 1 {
            self.agenda.put(on + Days::new(1), EVENING, act);
        }
    }

    fn confirmed_twice(&mut self, it: &Recruitment) {
        let again = Recruitment { on: it.on + Days::new(1), ..it.clone() };
        self.confirm(&again);
    }

    fn passed_to_support(&mut self, it: &Recruitment) {
        let on = self.chance.working_day(it.on + Days::new(18), 40);
        let body = json!({ "subject": "partnership-issue", "details": "We would like another delivery partner." });
        let case = About::Case(it.urn.clone(), it.cohort);
        let act = Act::of(school(&it.urn), "PassReportToSupport", body).about(it.partnership());
        self.agenda.put(on, AFTERNOON, act);
        let body = json!({ "outcome": "answered", "comment": "Both sides spoke; the partnership stands as it is." });
        let resolved = Act::of(support(), "ResolveSupportCase", body).about(case);
        self.agenda.put(working_day_from(on + Days::new(5)), EVENING, resolved);
    }

    /// What providers and schools get wrong: each is refused and kept.
    fn slips(&mut self, recruitments: &[Recruitment]) {
        let on = day(2025, 7, 1);
        let wrong: Vec<Urn> = self.schools.not_eligible.iter().take(12).cloned().collect();
        let materials: Vec<Urn> = self.schools.cip_only.iter().take(6).cloned().collect();
        let unknown: Urn = "999999".parse().expect("six digits");
        for urn in wrong.into_iter().chain(materials).chain([unknown]) {
            let recruitment = self.recruitment(urn, cohort(2025), on);
            self.confirm(&recruitment);
        }
        for it in recruitments.iter().skip(100).step_by(900).take(5) {
            let mut unpaired = it.clone();
            unpaired.delivery_partner = self.pairings.stranger(it.lead_provider, it.cohort);
            self.confirm(&Recruitment { on: it.on - Days::new(7), ..unpaired });
            self.report(it, it.on + Days::new(2), None);
            self.report(it, it.on + Days::new(3), Some("changed_our_mind"));
            let stranger =
                Act::of(school(&recruitments[0].urn), "ReportPartnershipMistake", json!({ "reason": "mistake" }));
            self.agenda.put(it.on + Days::new(4), AFTERNOON, stranger.about(it.partnership()));
        }
    }

    /// The next cohort, claimed early: most schools have not said what they will do.
    fn next_year(&mut self, recruitments: &[Recruitment]) {
        for (number, it) in recruitments.iter().skip(20).step_by(40).take(100).enumerate() {
            if it.lead_provider == "national-institute-of-teaching" {
                continue;
            }
            let on = self.chance.working_day(day(2026, 6, 8), 20);
            if number.is_multiple_of(2) {
                let chosen = json!({ "school_urn": it.urn, "cohort": "2026", "choice": "provider_led" });
                self.agenda.put(day(2026, 6, 3), AFTERNOON, Act::of(school(&it.urn), "ChooseProgramme", chosen));
            }
            let partner = self.chance.one(&self.pairings.of(it.lead_provider, cohort(2026))).clone();
            let next = Recruitment { cohort: cohort(2026), delivery_partner: partner, on, ..it.clone() };
            self.confirm(&next);
        }
    }
}

impl Recruitment {
    fn partnership(&self) -> About {
        About::Partnership(self.urn.clone(), self.cohort)
    }
}

fn cohort(year: u16) -> Cohort {
    Cohort::starting(year).expect("the demo's cohorts are set up")
}

fn lead_provider(id: &str) -> Actor {
    actor(ActorKind::LeadProvider, id)
}

fn school(urn: &Urn) -> Actor {
    actor(ActorKind::School, urn.as_str())
}
