//! The trainees of provider B2 in the small history made by hand, early years in 2025: an extension given twice, a
//! deferral whose date was corrected, an award that support took back, a draft, and commands that were refused.

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    actor::ActorKind,
    codes::{AwardType, FutureInterest, Route, TraineeState, WithdrawalReason, WithdrawalTrigger},
    envelope::{Channel, StreamId},
    events::{
        Event,
        trainee::{
            QtsAwarded, RecommendationRescinded, RecommendationRow, TraineeDeferred, TraineeDetailsAmended,
            TraineeEvent, TraineeRecommendedForQts, TraineeReinstated, TraineeSubmittedForTrn, TraineeWithdrawn,
            TrainingExtended, TrnRecorded,
        },
        upload::{CheckedRows, RecommendationsPreviewed},
    },
    ids::{ContentDigest, Parse, TraineeId, UploadId},
    personal::Personal,
};
use uuid::Uuid;

use super::{
    measured::on,
    trainee_history::registered,
    writer::{By, Refused, Writer, actor, slug},
};

fn day(month: u32, day: u32) -> NaiveDate {
    on(month, day).date_naive()
}

fn by(kind: ActorKind, id: &str, (at, channel): (DateTime<Utc>, Channel)) -> By {
    By { actor: actor(kind, id), at, channel }
}

struct EarlyYears<'w, 's> {
    writer: &'w mut Writer<'s>,
}

/// Writes them.
pub(crate) async fn write(writer: &mut Writer<'_>) {
    let mut history = EarlyYears { writer };
    history.extended_twice().await;
    history.deferred_then_left().await;
    history.award_taken_back().await;
    let draft = history.draft(None).await;
    let left = history.in_training(NaiveDate::from_ymd_opt(2024, 9, 2)).await;
    let another = WithdrawalReason::HadToWithdrawTraineeAnotherReason;
    history.withdraw((left, on(6, 27)), (WithdrawalTrigger::Provider, another), FutureInterest::No).await;
    history.file().await;
    history.refusals(draft, left).await;
}

impl EarlyYears<'_, '_> {
    async fn extended_twice(&mut self) {
        let id = self.in_training(NaiveDate::from_ymd_opt(2024, 9, 2)).await;
        for (at, previous, end) in [(on(5, 20), day(6, 30), day(7, 31)), (on(6, 10), day(7, 31), day(8, 31))] {
            let event = TrainingExtended { trainee_id: id, previous_end_date: Some(previous), expected_end_date: end };
            self.act(id, at, event).await;
        }
        let upload = Some(RecommendationRow { upload_id: UploadId(Uuid::nil()), row: 2 });
        self.recommend((id, on(7, 7)), day(7, 4), upload).await;
    }

    async fn deferred_then_left(&mut self) {
        let id = self.in_training(NaiveDate::from_ymd_opt(2024, 9, 2)).await;
        self.act(id, on(5, 12), TraineeDeferred { trainee_id: id, defer_date: Some(day(5, 10)), reason: None }).await;
        let (defer_date, changed) = (Some(day(5, 8)), vec!["defer_date".to_owned()]);
        let event = TraineeDetailsAmended { trainee_id: id, person: None, training: None, defer_date, changed };
        self.act(id, on(5, 14), event).await;
        let (return_date, expected_end_date) = (Some(day(6, 1)), Some(day(8, 31)));
        let state = TraineeState::TrnReceived;
        self.act(id, on(6, 2), TraineeReinstated { trainee_id: id, return_date, expected_end_date, state }).await;
        let another = WithdrawalReason::TraineeChoseToWithdrawAnotherReason;
        self.withdraw((id, on(6, 25)), (WithdrawalTrigger::Trainee, another), FutureInterest::Yes).await;
    }

    async fn award_taken_back(&mut self) {
        let id = self.in_training(NaiveDate::from_ymd_opt(2023, 9, 4)).await;
        self.recommend((id, on(6, 24)), day(6, 23), None).await;
        self.act(id, on(6, 25), QtsAwarded { trainee_id: id, awarded_at: day(6, 23), award: AwardType::Eyts }).await;
        let (state_before, comment) = (TraineeState::Awarded, Personal::Open("a slip".to_owned()));
        let event = RecommendationRescinded { trainee_id: id, state_before, comment, ticket_url: None };
        self.act(id, on(6, 26), event).await;
    }

    /// Ten rows, three of them with four errors.
    async fn file(&mut self) {
        let (upload_id, found) = (UploadId(Uuid::nil()), |code: &str| CheckedRows { code: code.to_owned(), rows: 2 });
        let event = RecommendationsPreviewed {
            upload_id,
            provider: slug("B2"),
            file_digest: ContentDigest::parse(&"0".repeat(64)).expect("a digest"),
            rows: 10,
            recommended: 6,
            left_out: 1,
            wrong: 3,
            checks: vec![found("date_in_future"), found("trn_shape")],
        };
        let by = by(ActorKind::TrainingProvider, "B2", (on(6, 29), Channel::Screen));
        self.writer.accept(by, StreamId::new("upload", upload_id), Event::Upload(event.into())).await;
    }

    async fn refusals(&mut self, draft: TraineeId, left: TraineeId) {
        let row = format!(r#"{{"trainee_id":"{left}","upload":{{"upload_id":"{}","row":3}}}}"#, Uuid::nil());
        let named = |id: TraineeId| format!(r#"{{"trainee_id":"{id}"}}"#);
        let (own, support) = ((ActorKind::TrainingProvider, "B2"), (ActorKind::Support, "s-1"));
        let other = (ActorKind::TrainingProvider, "A1");
        let (csv, screen, api) = (Channel::Csv, Channel::Screen, Channel::Api);
        for (who, (at, channel), (command, code, given)) in [
            (own, (on(6, 30), csv), ("RecommendForQts", "invalid_transition", row)),
            (own, (on(7, 1), screen), ("WithdrawTrainee", "reason_missing", named(draft))),
            (support, (on(7, 2), screen), ("UndoWithdrawal", "comment_missing", named(left))),
            (other, (on(7, 3), api), ("RegisterTrainee", "date_invalid", "{}".to_owned())),
        ] {
            let refused = Refused { command, code, given, stream: None };
            self.writer.refuse(by(who.0, who.1, (at, channel)), refused).await;
        }
    }

    async fn act(&mut self, id: TraineeId, at: DateTime<Utc>, event: impl Into<TraineeEvent>) {
        let by = by(ActorKind::TrainingProvider, "B2", (at, Channel::Screen));
        self.writer.accept(by, StreamId::new("trainee", id), Event::Trainee(event.into())).await;
    }

    async fn draft(&mut self, itt_start_date: Option<NaiveDate>) -> TraineeId {
        let trainee_id = TraineeId(Uuid::now_v7());
        let mut event = registered(trainee_id);
        event.provider = slug("B2");
        event.training.route = Route::EarlyYearsPostgrad;
        event.training.itt_start_date = itt_start_date;
        event.training.expected_end_date = Some(day(6, 30));
        self.act(trainee_id, on(5, 1), event).await;
        trainee_id
    }

    async fn in_training(&mut self, itt_start_date: Option<NaiveDate>) -> TraineeId {
        let trainee_id = self.draft(itt_start_date).await;
        self.act(trainee_id, on(5, 1), TraineeSubmittedForTrn { trainee_id, request_id: Uuid::nil() }).await;
        let trn = Personal::Open(slug("1234567"));
        self.act(trainee_id, on(5, 2), TrnRecorded { trainee_id, trn }).await;
        trainee_id
    }

    async fn recommend(
        &mut self,
        (trainee_id, at): (TraineeId, DateTime<Utc>),
        outcome_date: NaiveDate,
        upload: Option<RecommendationRow>,
    ) {
        let (award, route) = (AwardType::Eyts, Route::EarlyYearsPostgrad);
        let recommended_for_award_at = at;
        let event =
            TraineeRecommendedForQts { trainee_id, outcome_date, recommended_for_award_at, award, route, upload };
        self.act(trainee_id, at, event).await;
    }

    async fn withdraw(
        &mut self,
        (trainee_id, at): (TraineeId, DateTime<Utc>),
        (trigger, reason): (WithdrawalTrigger, WithdrawalReason),
        future_interest: FutureInterest,
    ) {
        let event = TraineeWithdrawn {
            trainee_id,
            withdrawal_date: at.date_naive(),
            trigger,
            reasons: vec![reason],
            another_reason: None,
            safeguarding_concern_reasons: None,
            future_interest,
            state_before: TraineeState::TrnReceived,
        };
        self.act(trainee_id, at, event).await;
    }
}
