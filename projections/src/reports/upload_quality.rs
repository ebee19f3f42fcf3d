//! Measure 19: how good the files of lead providers are.

use super::{Dimension as By, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 19,
    name: "upload_quality",
    title: "Upload quality",
    definition: "Rows of uploaded files when they were checked (UploadPreviewed; repeats within a file left out): all, \
        valid, refused by code; and rows lost at confirm: refusals of ConfirmRecruitment that came from an upload so \
        checked. Each per 100 rows. By code: that of the rows refused or lost.",
    day: "on which the file was checked",
    dimensions: &[By::LeadProvider, By::DeliveryPartner, By::Cohort, By::Week, By::Code],
    usual: &[By::LeadProvider],
    figures: &[
        Figure::whole("uploads", "Uploads", "unit = 'upload' and code is null"),
        Figure::sum("rows", "Rows", ("all_rows", true)),
        Figure::sum("valid", "Valid", ("valid_rows", true)),
        Figure::rate("valid_per_100", "Valid per 100", ("valid", "rows")),
        Figure::sum("refused", "Refused", ("refused_rows", false)),
        Figure::rate("refused_per_100", "Refused per 100", ("refused", "rows")),
        Figure::count("lost", "Lost at confirm", "unit = 'refusal'"),
        Figure::rate("lost_per_100", "Lost per 100", ("lost", "rows")),
    ],
    about: About::Recruitment,
    facts: "select 'upload' as unit, uploads.upload_id::text as id, null::uuid as partnership_id,
             null::text as school_urn, uploads.cohort, uploads.lead_provider_id, uploads.delivery_partner_id,
             null::text as channel, uploads.previewed_on as day, uploads.previewed_week as week,
             uploads.position as recruited_position, null::text as reason, array[uploads.position] as positions,
             uploads.code, case when uploads.code is null then uploads.row_count else 0 end as all_rows,
             uploads.valid_count as valid_rows,
             case when uploads.code is null then 0 else uploads.row_count end as refused_rows
         from uploads where uploads.previewed_at <= @as_of
         union all
         select 'refusal', attempts.ledger_position::text, null, attempts.school_urn, uploads.cohort,
             uploads.lead_provider_id, uploads.delivery_partner_id, null, uploads.previewed_on, uploads.previewed_week,
             attempts.head_position, null, array[uploads.position], attempts.code, 0, 0, 0
         from refused_attempts attempts join uploads on uploads.upload_id = attempts.upload_id and uploads.code is null
         where attempts.command_type = 'ConfirmRecruitment' and attempts.received_at <= @as_of
             and uploads.previewed_at <= @as_of and attempts.lead_provider_id = uploads.lead_provider_id",
    placed: false,
};
