//! What a person at support has to do about a trainee is opened with the act that makes it necessary, in one append:
//! after an undo or a rescission (DOMAIN 4.11), and when the teaching record refuses (4.6).

use events_schema::{
    codes::{RecordAnswer, TaskSubject},
    events::{hand_over::HandOverEvent, trainee::TraineeEvent},
    ids::{SupportCaseId, TraineeId},
};
use uuid::Uuid;

use crate::support_case::OpenTraineeTask;

/// The task that a trainee's event leaves. `act` is the id that its command had to give away.
pub fn after_trainee_event(event: &TraineeEvent, act: Uuid) -> Option<OpenTraineeTask> {
    let (trainee_id, subject) = match event {
        TraineeEvent::WithdrawalUndone(it) => (it.trainee_id, TaskSubject::WithdrawalUndone),
        TraineeEvent::RecommendationRescinded(it) => (it.trainee_id, TaskSubject::RecommendationRescinded),
        _ => return None,
    };
    let case_id = SupportCaseId(Uuid::new_v5(&act, subject.code().as_bytes()));
    Some(OpenTraineeTask { case_id, trainee_id, subject, record_code: None })
}

/// The task that an event of the hand-over leaves: a refusal needs a person.
pub fn after_hand_over_event(event: &HandOverEvent, act: Uuid) -> Option<OpenTraineeTask> {
    let HandOverEvent::TeachingRecordAnswered(it) = event else { return None };
    let subject = TaskSubject::TeachingRecordRefused;
    let case_id = SupportCaseId(Uuid::new_v5(&act, subject.code().as_bytes()));
    (it.answer == RecordAnswer::Refused).then_some(OpenTraineeTask {
        case_id,
        trainee_id: it.trainee_id,
        subject,
        record_code: it.code,
    })
}

/// The one task of its kind about a trainee, such as that no TRN came.
pub fn only_task(trainee_id: TraineeId, subject: TaskSubject) -> OpenTraineeTask {
    let case_id = SupportCaseId(Uuid::new_v5(&trainee_id.0, subject.code().as_bytes()));
    OpenTraineeTask { case_id, trainee_id, subject, record_code: None }
}
