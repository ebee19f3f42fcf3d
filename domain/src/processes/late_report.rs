//! A report that comes after the window is not lost: it becomes a support case with its reason kept (DOMAIN 3.4).
//! The refusal and the case are stored together.

use events_schema::{
    codes::CaseSubject,
    ids::{PartnershipId, SupportCaseId},
};
use uuid::Uuid;

use crate::{
    facts::{CaseFacts, Circumstances},
    rejection::Rejection,
    school_partnership::{ReportPartnershipMistake, SchoolPartnership, rejections::WINDOW_CLOSED},
    support_case::PassReportToSupport,
};

/// The command that follows a refused report, if the refusal was that the window is closed.
pub fn passed_to_support(report: &ReportPartnershipMistake, refusal: &Rejection) -> Option<PassReportToSupport> {
    (refusal.code == WINDOW_CLOSED).then(|| PassReportToSupport {
        partnership_id: report.partnership_id,
        subject: Some(CaseSubject::ReportWindowClosed.code().to_owned()),
        reason: report.reason.clone(),
        details: None,
        came_by: report.came_by,
    })
}

/// The one case for the late reports of a partnership: whoever reports again finds it there.
pub fn case_of(partnership: PartnershipId) -> SupportCaseId {
    SupportCaseId(Uuid::new_v5(&partnership.0, b"late report"))
}

/// The facts for that command, from the stream that refused the report.
pub fn case_facts(
    report: &ReportPartnershipMistake,
    refused_by: &SchoolPartnership,
    circumstances: Circumstances,
) -> CaseFacts {
    let partnership = refused_by.partnership(report.partnership_id);
    let circumstances = Circumstances { new_id: case_of(report.partnership_id).0, ..circumstances };
    CaseFacts { circumstances, partnership: partnership.map(|found| (found.school_urn.clone(), found.cohort)) }
}
