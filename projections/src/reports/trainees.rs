//! What every measure on trainees counts by: acts on records, each with the record as it stood after it, and records as
//! they stood at the instant asked for.

/// Acts that had happened by then: `it`. Route, status and provider are those of the record at the act; year and week are
/// those of the day of the act.
macro_rules! acts {
    ($own:literal, $rest:literal) => {
        concat!(
            "select 'trainee' as unit, it.trainee_id::text as id, it.trainee_id, it.provider, it.route, it.award,
                 it.done_year as academic_year, it.done_on as day, it.done_week as week, ",
            $own,
            " from trainee_acts it ",
            $rest,
            " and it.at <= @as_of"
        )
    };
}
pub(super) use acts;

/// Records as they stood then: `it`. Year and week are those of the first day of the course.
macro_rules! standing {
    ($own:literal, $rest:literal) => {
        concat!(
            "select 'trainee' as unit, it.trainee_id::text as id, it.trainee_id, it.provider, it.route, it.award,
                 it.itt_year as academic_year, it.itt_start_date as day, it.itt_week as week,
                 array[it.state_position] as positions, ",
            $own,
            " from trainee_acts it where it.at <= @as_of and (it.until is null or it.until > @as_of) ",
            $rest
        )
    };
}
pub(super) use standing;
