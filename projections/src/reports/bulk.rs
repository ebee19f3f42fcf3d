//! Measure 32: recommending by file.

use super::{Dimension as By, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 32,
    name: "bulk",
    title: "Bulk",
    definition: "Recommendations, rescinded later or not, and those that came by a file, as a share of all. Files of \
        recommendations when they were checked (RecommendationsPreviewed): rows about trainees, those with errors, per 100 \
        rows, and the errors, one for each check that found something in a row, per 100 rows. Rows of files that were put \
        to the rules at confirmation (recommended or refused), and those refused then, per 100 such rows. By code: the \
        code of the check, or of the refusal. A file has neither route nor status.",
    day: "of the recommendation, of the check of the file, or of the refusal",
    dimensions: &By::beside::<6>(By::OF_TRAINEES, &[By::Code]),
    usual: &[By::TrainingProvider],
    figures: &[
        Figure::whole("recommendations", "Recommendations", "unit = 'trainee'"),
        Figure::count("by_file", "By file", "unit = 'trainee' and by_file"),
        Figure::rate("by_file_share", "% by file", ("by_file", "recommendations")),
        Figure::whole("files", "Files checked", "unit = 'upload' and code is null"),
        Figure::sum("rows_checked", "Rows checked", ("all_rows", true)),
        Figure::sum("rows_wrong", "Rows with errors", ("wrong_rows", true)),
        Figure::rate("rows_wrong_per_100", "With errors per 100", ("rows_wrong", "rows_checked")),
        Figure::sum("row_errors", "Row errors", ("error_rows", false)),
        Figure::rate("row_errors_per_100", "Row errors per 100", ("row_errors", "rows_checked")),
        Figure::whole("rows_confirmed", "Rows confirmed", "by_file"),
        Figure::count("rows_lost", "Rows lost at confirmation", "unit = 'refusal'"),
        Figure::rate("rows_lost_per_100", "Lost per 100", ("rows_lost", "rows_confirmed")),
    ],
    about: About::Trainees,
    facts: "select 'trainee' as unit, it.trainee_id::text as id, it.trainee_id, it.provider, it.route, it.award,
             it.done_year as academic_year, it.done_on as day, it.done_week as week, array[it.position] as positions,
             it.by_file, null::text as code, 0::bigint as all_rows, 0::bigint as wrong_rows, 0::bigint as error_rows
         from trainee_acts it where it.act = 'TraineeRecommendedForQts' and it.at <= @as_of
         union all
         select 'refusal', refused.ledger_position::text, refused.trainee_id, coalesce(refused.provider, it.provider),
             it.route, it.award, refused.received_year, refused.received_on, refused.received_week, array[]::bigint[],
             true, refused.code, 0, 0, 0
         from refused_trainee_commands refused
         left join lateral (select stood.* from trainee_acts stood where stood.trainee_id = refused.trainee_id
             and stood.at <= refused.received_at order by stood.sequence desc limit 1) it on true
         where refused.command = 'RecommendForQts' and refused.upload_id is not null and refused.received_at <= @as_of
         union all
         select 'upload', files.upload_id::text, null, files.provider, null, null, files.previewed_year,
             files.previewed_on, files.previewed_week, array[files.position], false, files.code,
             case when files.code is null then files.row_count else 0 end, files.wrong_count,
             case when files.code is null then 0 else files.row_count end
         from recommendation_files files where files.previewed_at <= @as_of",
    placed: false,
};
