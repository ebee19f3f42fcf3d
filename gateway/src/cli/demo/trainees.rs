//! The year of the trainees: two thousand fictional people, registered, recommended, extended, deferred, withdrawn.

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::policies::routes::route_policy;
use events_schema::{
    actor::{Actor, ActorKind},
    codes::Route,
    ids::TraineeId,
};
use serde_json::{Value, json};

use super::{
    agenda::{AFTERNOON, Act, Agenda, EVENING, MORNING, actor, support},
    chance::{Chance, at, day, working_day_from},
    filed::Filed,
    people::person,
};

/// How many trainees there are.
const TRAINEES: usize = 2_000;

/// The demo's training providers, by code; all accredited.
pub(in super::super) const TRAINING_PROVIDERS: [&str; 8] = ["2Z3", "3S1", "B20", "B32", "D39", "L34", "M20", "S21"];

const ROUTES: [(Route, u32); 9] = [
    (Route::ProviderLedPostgrad, 46),
    (Route::SchoolDirectTuitionFee, 16),
    (Route::SchoolDirectSalaried, 6),
    (Route::PgTeachingApprenticeship, 8),
    (Route::ProviderLedUndergrad, 8),
    (Route::AssessmentOnly, 5),
    (Route::EarlyYearsPostgrad, 6),
    (Route::EarlyYearsSalaried, 3),
    (Route::Iqts, 2),
];

const SUBJECTS: [(&str, &str); 6] = [
    ("Mathematics", "11 to 16"),
    ("Physics", "11 to 18"),
    ("Primary teaching", "5 to 11"),
    ("English studies", "11 to 16"),
    ("French language", "11 to 18"),
    ("Design and technology", "11 to 16"),
];

/// What becomes of a trainee.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Awarded,
    Pending,
    ExtendedThenAwarded,
    Deferred,
    DeferredThenBack,
    Withdrawn,
    StillTraining,
    NeverSubmitted,
}

const FATES: [(Fate, u32); 8] = [
    (Fate::Awarded, 66),
    (Fate::Pending, 5),
    (Fate::ExtendedThenAwarded, 6),
    (Fate::Deferred, 3),
    (Fate::DeferredThenBack, 3),
    (Fate::Withdrawn, 10),
    (Fate::StillTraining, 5),
    (Fate::NeverSubmitted, 2),
];

struct Trainee {
    number: usize,
    id: TraineeId,
    provider: Actor,
    route: Route,
    starts: NaiveDate,
    ends: NaiveDate,
}

/// Writes the year of the trainees into the agenda.
pub(super) struct Registrar<'a> {
    agenda: &'a mut Agenda,
    chance: &'a mut Chance,
    filed: Filed,
}

impl<'a> Registrar<'a> {
    pub(super) fn new(agenda: &'a mut Agenda, chance: &'a mut Chance) -> Self {
        Self { agenda, chance, filed: Filed::default() }
    }

    /// The whole year; tells one trainee to look at afterwards.
    pub(super) fn plan(mut self) -> TraineeId {
        let ids: Vec<_> = (0..TRAINEES).map(|number| self.one(number)).collect();
        self.filed.write(self.agenda);
        ids[0]
    }

    fn one(&mut self, number: usize) -> TraineeId {
        let it = self.trainee(number);
        let fate = if number == 0 { Fate::ExtendedThenAwarded } else { *self.chance.weighted(&FATES) };
        let registered = self.chance.working_day(it.starts.max(day(2025, 6, 2)) + Days::new(3), 25);
        self.register(&it, fate, registered);
        if fate == Fate::NeverSubmitted {
            return it.id;
        }
        let trn_on = self.submit(&it, registered);
        self.go_on(&it, fate, trn_on);
        it.id
    }

    /// A quarter began a year earlier and end in the summer of 2025, when the service takes them over.
    fn trainee(&mut self, number: usize) -> Trainee {
        let early = self.chance.percent(25);
        let starts = if early { day(2024, 9, 2) } else { day(2025, 9, 1) };
        let ends = if early { day(2025, 8, 29) } else { day(2026, 7, 17) };
        let provider = actor(ActorKind::TrainingProvider, self.chance.one::<&str>(&TRAINING_PROVIDERS));
        let route = *self.chance.weighted(&ROUTES);
        Trainee { number, id: TraineeId(self.chance.id()), provider, route, starts, ends }
    }

    fn register(&mut self, it: &Trainee, fate: Fate, on: NaiveDate) {
        let person = person(self.chance, it.number);
        let (subject, age_range) = *self.chance.one(&SUBJECTS);
        let born = day(1980, 1, 1) + Days::new(self.chance.between(0, 8_000));
        let mut details = json!({
            "date_of_birth": born, "email": person.email, "provider_trainee_id": format!("MADEUP-{:04}", it.number),
            "age_range": age_range, "subjects": [subject], "itt_start_date": it.starts,
            "trainee_start_date": it.starts, "expected_end_date": it.ends,
        });
        if route_policy(it.route).degree_needed {
            details["degrees"] = json!([{ "subject": subject, "institution": "University of Example" }]);
        }
        if fate == Fate::NeverSubmitted {
            details["date_of_birth"] = Value::Null;
            self.put(it, on + Days::new(4), ("SubmitForTrn", json!({})));
        }
        let body = json!({
            "first_names": person.first_names, "last_names": person.last_names, "route": it.route, "details": details,
        });
        self.put(it, on, ("RegisterTrainee", body));
    }

    /// Submitted two days later; the TRN comes the day after.
    fn submit(&mut self, it: &Trainee, registered: NaiveDate) -> NaiveDate {
        let submitted = working_day_from(registered + Days::new(2));
        self.put(it, submitted, ("SubmitForTrn", json!({})));
        let trn_on = submitted + Days::new(1);
        if it.number % 400 == 7 {
            self.teaching_record(it, trn_on, ("RecordTrn", json!({ "trn": "" })));
        }
        let trn = format!("{:07}", 9_000_000 + it.number);
        self.teaching_record(it, trn_on + Days::new(1), ("RecordTrn", json!({ "trn": trn })));
        trn_on + Days::new(1)
    }

    fn go_on(&mut self, it: &Trainee, fate: Fate, trn_on: NaiveDate) {
        match fate {
            Fate::Awarded => self.awarded(it, (trn_on, it.ends), true),
            Fate::Pending => self.awarded(it, (trn_on, it.ends), false),
            Fate::ExtendedThenAwarded => self.extended(it, trn_on),
            Fate::Deferred => drop(self.deferred(it, trn_on)),
            Fate::DeferredThenBack => self.back(it, trn_on),
            Fate::Withdrawn => self.withdrawn(it, trn_on),
            Fate::StillTraining => self.slip(it, trn_on),
            Fate::NeverSubmitted => {}
        }
    }

    /// Placements, then the recommendation, then the teaching record's answer.
    fn awarded(&mut self, it: &Trainee, (trn_on, ends): (NaiveDate, NaiveDate), answered: bool) {
        let met = ends - Days::new(self.chance.between(5, 30));
        let met = met.max(trn_on + Days::new(1));
        if it.number % 20 == 3 {
            self.put(it, met, ("RecommendForQts", json!({ "qts_standards_met_date": met })));
        }
        self.placements(it, met + Days::new(1));
        if it.number % 60 == 11 {
            let ahead = met + Days::new(40);
            self.put(it, met + Days::new(2), ("RecommendForQts", json!({ "qts_standards_met_date": ahead })));
        }
        let on = self.chance.working_day(met + Days::new(3), 12);
        self.recommend(it, on, met);
        if it.number % 90 == 17 {
            self.put(it, on + Days::new(1), ("WithdrawTrainee", leaving(on, "provider", &["mandatory_reasons"])));
        }
        if answered {
            self.teaching_record(it, on + Days::new(2), ("RecordQtsAward", json!({ "awarded_at": met })));
            self.rescinded(it, on + Days::new(9));
        }
    }

    /// By a file where the provider has one, else by the record.
    fn recommend(&mut self, it: &Trainee, on: NaiveDate, met: NaiveDate) {
        if Filed::takes(&it.provider) {
            self.filed.put((&it.provider, it.id), on, met);
        } else {
            self.put(it, on, ("RecommendForQts", json!({ "qts_standards_met_date": met })));
        }
    }

    /// A recommendation made for the wrong person, now and then; support takes it back.
    fn rescinded(&mut self, it: &Trainee, on: NaiveDate) {
        let comment = match it.number % 300 {
            29 => json!("The provider recommended the wrong record."),
            31 => Value::Null,
            _ => return,
        };
        self.desk(it, on, ("RescindRecommendation", json!({ "comment": comment })));
    }

    fn placements(&mut self, it: &Trainee, on: NaiveDate) {
        let needed = route_policy(it.route).placements.least();
        let place = |number| json!({ "school_name": format!("Bramblewick Example School {number}") });
        let placements: Vec<_> = (1..=needed).map(place).collect();
        if needed > 0 {
            self.put(it, on, ("AmendTraineeDetails", json!({ "details": { "placements": placements } })));
        }
    }

    fn extended(&mut self, it: &Trainee, trn_on: NaiveDate) {
        let ends = it.ends + Days::new(35);
        let on = (it.ends - Days::new(40)).max(trn_on + Days::new(1));
        if it.number.is_multiple_of(8) {
            self.put(it, on, ("ExtendTraining", json!({ "expected_end_date": it.ends })));
        }
        self.put(it, on + Days::new(1), ("ExtendTraining", json!({ "expected_end_date": ends })));
        self.awarded(it, (on + Days::new(2), ends), true);
    }

    fn deferred(&mut self, it: &Trainee, trn_on: NaiveDate) -> NaiveDate {
        let on = self.chance.working_day(trn_on + Days::new(20), 100);
        let reason = "A break from training, agreed with the provider.";
        self.put(it, on, ("DeferTrainee", json!({ "defer_date": on, "defer_reason": reason })));
        if it.number.is_multiple_of(3) {
            self.put(it, on + Days::new(2), ("RecommendForQts", json!({ "qts_standards_met_date": on })));
        }
        on
    }

    fn back(&mut self, it: &Trainee, trn_on: NaiveDate) {
        let deferred = self.deferred(it, trn_on);
        let on = self.chance.working_day(deferred + Days::new(30), 60);
        let ends = it.ends.max(on) + Days::new(60);
        self.put(it, on, ("ReinstateTrainee", json!({ "return_date": on, "expected_end_date": ends })));
    }

    fn withdrawn(&mut self, it: &Trainee, trn_on: NaiveDate) {
        let on = self.chance.working_day(trn_on + Days::new(10), 90);
        if it.number.is_multiple_of(8) {
            self.put(it, on - Days::new(2), ("WithdrawTrainee", leaving(on, "trainee", &[])));
        }
        if it.number % 8 == 1 {
            self.put(it, on - Days::new(2), ("WithdrawTrainee", leaving(on, "trainee", &["mandatory_reasons"])));
        }
        let (trigger, reasons) = *self.chance.weighted(&LEAVING);
        self.put(it, on, ("WithdrawTrainee", leaving(on, trigger, reasons)));
        if it.number % 16 == 5 {
            self.desk(it, on + Days::new(6), ("UndoWithdrawal", json!({ "comment": null })));
            let comment = "The provider withdrew the wrong record.";
            self.desk(it, on + Days::new(7), ("UndoWithdrawal", json!({ "comment": comment })));
        }
    }

    /// Still in training at the end of the year; somebody else's provider tried to touch the record.
    fn slip(&mut self, it: &Trainee, trn_on: NaiveDate) {
        let other = TRAINING_PROVIDERS.iter().find(|code| **code != it.provider.id).expect("there are several");
        let body = with_id(it.id, json!({ "defer_date": trn_on }));
        let act = Act::of(actor(ActorKind::TrainingProvider, other), "DeferTrainee", body);
        if it.number.is_multiple_of(9) {
            self.agenda.put(trn_on + Days::new(15), AFTERNOON, act);
        }
    }

    /// The provider's own act.
    fn put(&mut self, it: &Trainee, on: NaiveDate, asked: Asked) {
        self.agenda.put(on, MORNING, it.act(it.provider.clone(), asked));
    }

    /// What the teaching record answers.
    fn teaching_record(&mut self, it: &Trainee, on: NaiveDate, asked: Asked) {
        self.agenda.put(on, AFTERNOON, it.act(actor(ActorKind::System, "teaching-record"), asked));
    }

    /// What support does.
    fn desk(&mut self, it: &Trainee, on: NaiveDate, asked: Asked) {
        self.agenda.put(on, EVENING, it.act(support(), asked));
    }
}

/// A command and its body, still without the trainee's id.
type Asked = (&'static str, Value);

impl Trainee {
    fn act(&self, actor: Actor, (name, body): Asked) -> Act {
        Act::of(actor, name, with_id(self.id, body))
    }
}

const LEAVING: [((&str, &[&str]), u32); 7] = [
    (("trainee", &["trainee_workload_issues"]), 20),
    (("trainee", &["change_in_personal_or_health_circumstances"]), 22),
    (("trainee", &["does_not_want_to_become_a_teacher"]), 14),
    (("trainee", &["not_meeting_qts_standards", "trainee_workload_issues"]), 12),
    (("provider", &["did_not_make_progress"]), 12),
    (("provider", &["stopped_responding_to_messages"]), 12),
    (("provider", &["had_to_withdraw_trainee_another_reason"]), 8),
];

fn leaving(on: NaiveDate, trigger: &str, reasons: &[&str]) -> Value {
    let mut body = json!({
        "withdrawal_date": on, "trigger": trigger, "reasons": reasons, "future_interest": "unknown",
    });
    if reasons.iter().any(|reason| reason.ends_with("another_reason")) {
        body["another_reason"] = json!("Agreed between provider and trainee.");
    }
    body
}

fn with_id(id: TraineeId, mut body: Value) -> Value {
    body["trainee_id"] = json!(id);
    body
}

/// The end of the demo's year.
pub(super) fn end_of_the_year() -> DateTime<Utc> {
    at(day(2026, 9, 14), MORNING)
}
