//! What each command asks for, as part of a sentence: "was refused when it tried to report a mistake".

/// Commands by name, in the order of the catalogue.
const WORDS: &[(&str, &str)] = &[
    ("ConfirmRecruitment", "confirm a recruitment"),
    ("ReportPartnershipMistake", "report a mistake"),
    ("ChangeDeliveryPartner", "change the delivery partner"),
    ("BreakPartnershipAsSupport", "break a partnership for DfE support"),
    ("CloseReportingWindow", "close a time to report"),
    ("RegisterTrainee", "register a trainee"),
    ("AmendTraineeDetails", "amend a trainee’s details"),
    ("SubmitForTrn", "submit a trainee for a TRN"),
    ("RecordTrn", "record a TRN"),
    ("RecommendForQts", "recommend a trainee for QTS"),
    ("RecordQtsAward", "record an award of QTS"),
    ("DeferTrainee", "defer a trainee"),
    ("ReinstateTrainee", "reinstate a trainee"),
    ("ExtendTraining", "extend a training"),
    ("WithdrawTrainee", "withdraw a trainee"),
    ("UndoWithdrawal", "undo a withdrawal"),
    ("RescindRecommendation", "rescind a recommendation"),
    ("ImportSchool", "import a school"),
    ("NominateInductionTutor", "nominate an induction tutor"),
    ("ChooseProgramme", "choose a programme"),
    ("RequestNominationLink", "be sent a link to nominate an induction tutor"),
    ("OpenNominationLink", "open a link to nominate an induction tutor"),
    ("ImportCohort", "import a cohort"),
    ("ImportLeadProvider", "import a lead provider"),
    ("ImportDeliveryPartner", "import a delivery partner"),
    ("ImportProviderPairing", "import a pairing of providers"),
    ("WithdrawProviderPairing", "withdraw a pairing of providers"),
    ("ImportTrainingProvider", "import a training provider"),
    ("CreateNotice", "make a mail"),
    ("ListBreakRecipients", "list whom to tell of a break"),
    ("RecordNoticeStatus", "record what became of a mail"),
    ("WithholdNotice", "withhold a mail"),
    ("PassReportToSupport", "pass a report to DfE support"),
    ("OpenTraineeTask", "give DfE support a task about a trainee"),
    ("ResolveSupportCase", "close a support case"),
    ("HandOverTrainee", "hand a trainee over to the teaching record"),
    ("TellTeachingRecord", "tell the teaching record"),
    ("RecordTeachingRecordAnswer", "record an answer of the teaching record"),
    ("ErasePerson", "erase a person"),
    ("RecordReading", "record a reading"),
    ("RecordUploadPreview", "record the check of a file of schools"),
    ("RecordRecommendationPreview", "record the check of a file of recommendations"),
    ("AcceptLogState", "accept the log as it stands"),
];

/// `ReportPartnershipMistake` is "report a mistake"; a command of a later version goes by its name.
pub(super) fn asked_for(command: &str) -> &str {
    WORDS.iter().find(|(name, _)| *name == command).map_or(command, |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_its_words() {
        for (_, name) in domain::command::Command::catalogue() {
            assert_ne!(asked_for(name), name);
        }
        assert_eq!(WORDS.len(), domain::command::Command::catalogue().len());
    }
}
