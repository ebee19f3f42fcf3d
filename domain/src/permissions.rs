//! Which kind of actor may send which command (DOMAIN 1, 3, 4.3): one table, for every door.
//! Whose record it is, is decided by the aggregate; here only whether such an actor may ask at all.

use events_schema::actor::{Actor, ActorKind};

use crate::rejection::{Rejection, rejections};

const LEAD_PROVIDER: &[ActorKind] = &[ActorKind::LeadProvider];
const SCHOOL: &[ActorKind] = &[ActorKind::School, ActorKind::Support];
const SUPPORT: &[ActorKind] = &[ActorKind::Support];
const TRAINING_PROVIDER: &[ActorKind] = &[ActorKind::TrainingProvider, ActorKind::Support];
const SYSTEM: &[ActorKind] = &[ActorKind::System, ActorKind::Support];

/// One row per command of the catalogue.
const TABLE: &[(&str, &[ActorKind])] = &[
    ("ConfirmRecruitment", LEAD_PROVIDER),
    ("ChangeDeliveryPartner", LEAD_PROVIDER),
    ("ReportPartnershipMistake", SCHOOL),
    ("BreakPartnershipAsSupport", SUPPORT),
    ("PassReportToSupport", SCHOOL),
    ("ResolveSupportCase", SUPPORT),
    ("NominateInductionTutor", SCHOOL),
    ("ChooseProgramme", SCHOOL),
    ("ImportSchool", SYSTEM),
    ("ImportCohort", SYSTEM),
    ("ImportLeadProvider", SYSTEM),
    ("ImportDeliveryPartner", SYSTEM),
    ("ImportProviderPairing", SYSTEM),
    ("WithdrawProviderPairing", SYSTEM),
    ("ImportTrainingProvider", SYSTEM),
    ("RegisterTrainee", TRAINING_PROVIDER),
    ("AmendTraineeDetails", TRAINING_PROVIDER),
    ("SubmitForTrn", TRAINING_PROVIDER),
    ("RecordTrn", SYSTEM),
    ("RecommendForQts", TRAINING_PROVIDER),
    ("RecordQtsAward", SYSTEM),
    ("DeferTrainee", TRAINING_PROVIDER),
    ("ReinstateTrainee", TRAINING_PROVIDER),
    ("ExtendTraining", TRAINING_PROVIDER),
    ("WithdrawTrainee", TRAINING_PROVIDER),
    ("UndoWithdrawal", SUPPORT),
    ("RescindRecommendation", SUPPORT),
];

rejections! {
    /// Such an actor may not send such a command.
    not_permitted(kind: ActorKind, command_name: &str), "permissions/1" =>
        format!("An actor of the kind {} may not send {command_name}; ask DfE support to do it.", kind.token());
}

/// Whether the actor may send commands of this name at all.
pub fn permitted(actor: &Actor, command_name: &str) -> Result<(), Rejection> {
    if kinds_permitted(command_name).contains(&actor.kind) {
        Ok(())
    } else {
        Err(not_permitted(actor.kind, command_name))
    }
}

/// The kinds of actor that may send commands of this name; none for a name that no command has.
pub fn kinds_permitted(command_name: &str) -> &'static [ActorKind] {
    TABLE.iter().find(|(name, _)| *name == command_name).map_or(&[], |(_, kinds)| *kinds)
}
