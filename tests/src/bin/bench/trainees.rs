//! Fictional trainees with histories, as the service writes them: registered, submitted, a TRN, and what came then.

use chrono::{DateTime, Days, NaiveDate, Utc};
use event_store::{Append, CommandRecord, Decided, EventStore, StreamWrite};
use events_schema::{
    actor::{Actor, ActorKind},
    codes::{AwardType, Route},
    envelope::{Channel, Origin},
    events::{
        Event,
        trainee::{
            Degree, Placement, TraineeDeferred, TraineeEvent, TraineePerson, TraineeRecommendedForQts,
            TraineeRegistered, TraineeSubmittedForTrn, Training, TrainingExtended, TrnRecorded,
        },
    },
    ids::{Parse, TraineeId, TrainingProviderCode, Trn},
    personal::Personal,
};
use uuid::Uuid;

/// Whose trainees they are; one has as many as the others together.
pub(crate) const PROVIDERS: [&str; 8] = ["1BIG", "1AA", "1BIG", "1BB", "1BIG", "1CC", "1BIG", "1DD"];

/// First names, each of many trainees.
pub(crate) const NAMES: [&str; 8] = ["Ada", "Bram", "Cléo", "Dilys", "Emrys", "Farah", "Gwen", "Zoë"];

/// The TRN of the trainee of a number.
pub(crate) fn trn(number: u64) -> String {
    format!("{:07}", 1_000_000 + number)
}

/// Everything that happened to the trainee of a number, as one append.
pub(crate) fn history(store: &EventStore, number: u64) -> Append {
    let trainee_id = TraineeId(Uuid::from_u128(0x7ead_0000_0000_0000_0000_0000_0000_0000 + u128::from(number)));
    let events = events(trainee_id, number).into_iter().map(Event::Trainee).collect();
    let given = format!("{{\"trainee_id\":\"{trainee_id}\"}}");
    let record = CommandRecord {
        origin: origin(),
        command_type: "RegisterTrainee".to_owned(),
        digest: store.digest("RegisterTrainee", &given),
        given,
        facts: None,
        received_at: now(),
    };
    let writes = vec![StreamWrite { stream: domain::trainee::stream(trainee_id), expected: 0, events }];
    Append { record, writes, outcome: Decided::Accepted, record_id: None }
}

fn events(trainee_id: TraineeId, number: u64) -> Vec<TraineeEvent> {
    let end = start(number) + Days::new(300);
    let mut events: Vec<TraineeEvent> = vec![
        registered(trainee_id, number).into(),
        TraineeSubmittedForTrn { trainee_id, request_id: trainee_id.0 }.into(),
        TrnRecorded { trainee_id, trn: Personal::Open(Trn::parse(&trn(number)).expect("7 digits")) }.into(),
    ];
    let later = end + Days::new(40);
    match number % 4 {
        0 => {
            events.push(TrainingExtended { trainee_id, previous_end_date: Some(end), expected_end_date: later }.into());
        }
        1 => events.push(
            TraineeRecommendedForQts {
                trainee_id,
                outcome_date: end,
                recommended_for_award_at: now(),
                award: AwardType::Qts,
                route: Route::ProviderLedPostgrad,
                upload: None,
            }
            .into(),
        ),
        2 => events.push(TraineeDeferred { trainee_id, defer_date: Some(end), reason: None }.into()),
        _ => {}
    }
    events
}

fn registered(trainee_id: TraineeId, number: u64) -> TraineeRegistered {
    let index = usize::try_from(number).unwrap_or(0);
    let person = TraineePerson {
        first_names: Personal::Open(NAMES[index % NAMES.len()].to_owned()),
        last_names: Personal::Open(format!("Example-{:x}", number.wrapping_mul(0x9e37_79b9) & 0xff_ffff)),
        date_of_birth: Some(Personal::Open(start(number) - Days::new(8_000))),
        email: Some(Personal::Open(format!("trainee.{number}@example.invalid"))),
        provider_trainee_id: Some(Personal::Open(format!("OWN-{number}"))),
        hesa_id: None,
    };
    let training = Training {
        route: Route::ALL[index % 4],
        phase: Some("Secondary".to_owned()),
        age_range: Some("11 to 16".to_owned()),
        subjects: vec!["Mathematics".to_owned()],
        training_partner: Some(format!("Partner {}", number % 97)),
        employing_school: None,
        itt_start_date: Some(start(number)),
        trainee_start_date: Some(start(number)),
        expected_end_date: Some(start(number) + Days::new(300)),
        degrees: vec![Degree { subject: "Mathematics".to_owned(), institution: "A University".to_owned() }],
        placements: vec![Placement { school_urn: None, school_name: "A School".to_owned() }; 2],
    };
    let provider = TrainingProviderCode::parse(PROVIDERS[index % PROVIDERS.len()]).expect("a code");
    TraineeRegistered { trainee_id, provider, person, training, from_hesa: false }
}

fn start(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, 9, 6).expect("a day") + Days::new(365 * (number % 5))
}

fn now() -> DateTime<Utc> {
    Utc::now()
}

fn origin() -> Origin {
    let actor = Actor::try_new(ActorKind::TrainingProvider, "1BIG").expect("fit");
    gateway::origin::first(actor, Channel::Api, Uuid::now_v7())
}
