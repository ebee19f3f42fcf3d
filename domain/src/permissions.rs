//! Which kind of actor may send which command (DOMAIN 1, 3, 4.3): one table, for every door.
//! Whose record it is, is decided by the aggregate; here only whether such an actor may ask at all.

use events_schema::actor::{Actor, ActorKind};

use crate::rejection::{Rejection, rejections};

const LEAD_PROVIDER: &[ActorKind] = &[ActorKind::LeadProvider];
const SCHOOL: &[ActorKind] = &[ActorKind::School, ActorKind::Support];
const SUPPORT: &[ActorKind] = &[ActorKind::Support];
const ITSELF: &[ActorKind] = &[ActorKind::TrainingProvider];
const TRAINING_PROVIDER: &[ActorKind] = &[ActorKind::TrainingProvider, ActorKind::Support];
const TRAINING_PROVIDER_OR_SYSTEM: &[ActorKind] = &[ActorKind::TrainingProvider, ActorKind::Support, ActorKind::System];
const READER: &[ActorKind] = &[ActorKind::Analyst, ActorKind::Auditor, ActorKind::Support, ActorKind::System];
const PROCESS: &[ActorKind] = &[ActorKind::System];
const SYSTEM: &[ActorKind] = &[ActorKind::System, ActorKind::Support];

/// One row per command of the catalogue.
const TABLE: &[(&str, &[ActorKind])] = &[
    ("ConfirmRecruitment", LEAD_PROVIDER),
    ("ChangeDeliveryPartner", LEAD_PROVIDER),
    ("RecordUploadPreview", LEAD_PROVIDER),
    ("ReportPartnershipMistake", SCHOOL),
    ("BreakPartnershipAsSupport", SUPPORT),
    ("PassReportToSupport", SCHOOL),
    ("OpenTraineeTask", PROCESS),
    ("ResolveSupportCase", SUPPORT),
    ("NominateInductionTutor", SCHOOL),
    ("ChooseProgramme", SCHOOL),
    ("RequestNominationLink", SCHOOL),
    ("OpenNominationLink", SCHOOL),
    ("CloseReportingWindow", PROCESS),
    ("CreateNotice", PROCESS),
    ("ListBreakRecipients", PROCESS),
    ("RecordNoticeStatus", PROCESS),
    ("WithholdNotice", PROCESS),
    ("ImportSchool", SYSTEM),
    ("ImportCohort", SYSTEM),
    ("ImportLeadProvider", SYSTEM),
    ("ImportDeliveryPartner", SYSTEM),
    ("ImportProviderPairing", SYSTEM),
    ("WithdrawProviderPairing", SYSTEM),
    ("ImportTrainingProvider", SYSTEM),
    ("RegisterTrainee", TRAINING_PROVIDER),
    ("AmendTraineeDetails", TRAINING_PROVIDER),
    ("SubmitForTrn", TRAINING_PROVIDER_OR_SYSTEM),
    ("RecordTrn", SYSTEM),
    ("RecordRecommendationPreview", ITSELF),
    ("RecommendForQts", TRAINING_PROVIDER),
    ("RecordQtsAward", SYSTEM),
    ("DeferTrainee", TRAINING_PROVIDER),
    ("ReinstateTrainee", TRAINING_PROVIDER),
    ("ExtendTraining", TRAINING_PROVIDER),
    ("WithdrawTrainee", TRAINING_PROVIDER),
    ("UndoWithdrawal", SUPPORT),
    ("RescindRecommendation", SUPPORT),
    ("HandOverTrainee", SYSTEM),
    ("TellTeachingRecord", PROCESS),
    ("RecordTeachingRecordAnswer", PROCESS),
    ("ErasePerson", SUPPORT),
    ("AcceptLogState", PROCESS),
    ("RecordReading", READER),
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{command::Command, spec::actor};

    #[test]
    fn every_command_has_exactly_one_row_and_every_row_a_command() {
        let rows: Vec<_> = TABLE.iter().map(|(name, _)| *name).collect();
        let commands: BTreeSet<_> = Command::catalogue().into_iter().map(|(_, name)| name).collect();
        assert_eq!(rows.len(), commands.len(), "a command stands twice, or is missing");
        assert_eq!(rows.into_iter().collect::<BTreeSet<_>>(), commands);
    }

    #[test]
    fn each_kind_of_actor_may_send_what_the_domain_says() {
        let may = |token: &str| -> Vec<&str> {
            TABLE.iter().map(|(name, _)| *name).filter(|name| permitted(&actor(token), name).is_ok()).collect()
        };
        assert_eq!(
            may("lead-provider_teach-first"),
            ["ConfirmRecruitment", "ChangeDeliveryPartner", "RecordUploadPreview"]
        );
        assert_eq!(
            may("school_100120"),
            [
                "ReportPartnershipMistake",
                "PassReportToSupport",
                "NominateInductionTutor",
                "ChooseProgramme",
                "RequestNominationLink",
                "OpenNominationLink",
            ]
        );
        assert_eq!(
            may("training-provider_1TA"),
            [
                "RegisterTrainee",
                "AmendTraineeDetails",
                "SubmitForTrn",
                "RecordRecommendationPreview",
                "RecommendForQts",
                "DeferTrainee",
                "ReinstateTrainee",
                "ExtendTraining",
                "WithdrawTrainee",
            ]
        );
        for onlooker in ["training-provider-reader_1TA", "training-partner_3PC", "delivery-partner_thames-hub"] {
            assert_eq!(may(onlooker), Vec::<&str>::new(), "{onlooker}");
        }
        for reader in ["analyst_a", "auditor_a"] {
            assert_eq!(may(reader), ["RecordReading"], "{reader}");
        }
    }

    #[test]
    fn a_process_imports_submits_for_a_trn_hands_over_tells_records_answers_and_nothing_else() {
        let teaching_record = actor("system_teaching-record");
        for (name, _) in TABLE {
            let previews = ["RecordUploadPreview", "RecordRecommendationPreview"].contains(name);
            let answers = name.starts_with("Record") && !previews || *name == "SubmitForTrn";
            let hands_over = ["HandOverTrainee", "TellTeachingRecord", "OpenTraineeTask"].contains(name);
            let mails =
                ["CloseReportingWindow", "CreateNotice", "ListBreakRecipients", "WithholdNotice"].contains(name);
            let imports = name.starts_with("Import") || *name == "WithdrawProviderPairing";
            let accepts = *name == "AcceptLogState";
            let expected = answers || hands_over || mails || imports || accepts;
            assert_eq!(permitted(&teaching_record, name).is_ok(), expected, "{name}");
        }
    }

    #[test]
    fn support_may_send_everything_but_what_only_a_provider_or_a_process_states() {
        let support = actor("support_desk-1");
        let may_not: BTreeSet<_> =
            TABLE.iter().map(|(name, _)| *name).filter(|name| permitted(&support, name).is_err()).collect();
        let of_lead_providers = ["ConfirmRecruitment", "ChangeDeliveryPartner", "RecordUploadPreview"];
        let of_training_providers = ["RecordRecommendationPreview"];
        let of_hand_overs = ["OpenTraineeTask", "TellTeachingRecord", "RecordTeachingRecordAnswer"];
        let of_notices =
            ["CloseReportingWindow", "CreateNotice", "ListBreakRecipients", "RecordNoticeStatus", "WithholdNotice"];
        let of_operators = ["AcceptLogState"];
        let providers = of_lead_providers.into_iter().chain(of_training_providers);
        let expected = providers.chain(of_hand_overs).chain(of_notices).chain(of_operators);
        assert_eq!(may_not, expected.collect::<BTreeSet<_>>());
    }

    #[test]
    fn a_name_that_no_command_has_is_permitted_to_nobody() {
        let refusal = permitted(&actor("support_desk-1"), "DropEverything").expect_err("refused");
        assert_eq!((refusal.code, refusal.rule), ("not_permitted", "permissions/1"));
    }
}
