//! Measure 29: what became of those who were deferred.

use super::{Dimension, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 29,
    name: "deferred_then",
    title: "Deferred, then",
    definition: "Trainees who had been deferred by then, each once: reinstated at least once after it, whatever came \
        later; and by the state of their record then awarded, withdrawn or still deferred; each as a share of them (a \
        trainee who was reinstated and then awarded counts in both). Days deferred, per deferral: local days from the \
        date of deferral (where none was given, the day it was recorded) to the date of return (where none was given, \
        or the trainee was withdrawn instead, the day that was recorded), or to the day asked for while it lasts; median \
        and 90th percentile; a withdrawal undone by then ended nothing, and no deferral has fewer than 0 days. Everything counts on the day of the trainee's \
        first deferral, under the provider, route and status that the record had then.",
    day: "on which the first deferral was recorded",
    dimensions: Dimension::OF_TRAINEES,
    usual: &[Dimension::TrainingProvider],
    figures: &[
        Figure::whole("trainees", "Trainees", "number = 1"),
        Figure::count("reinstated", "Reinstated", "number = 1 and reinstated"),
        Figure::rate("reinstated_share", "% reinstated", ("reinstated", "trainees")),
        Figure::count("awarded", "Awarded", "number = 1 and state = 'awarded'"),
        Figure::rate("awarded_share", "% awarded", ("awarded", "trainees")),
        Figure::count("withdrawn", "Withdrawn", "number = 1 and state = 'withdrawn'"),
        Figure::rate("withdrawn_share", "% withdrawn", ("withdrawn", "trainees")),
        Figure::count("still_deferred", "Still deferred", "number = 1 and state = 'deferred'"),
        Figure::rate("still_deferred_share", "% still deferred", ("still_deferred", "trainees")),
        Figure::count("deferrals", "Deferrals", "true"),
        Figure::median("median_days", "Median days deferred", ("days", "true")),
        Figure::ninetieth("ninetieth_percentile_days", "90th percentile", ("days", "true")),
    ],
    about: About::Trainees,
    facts: "select 'trainee' as unit, it.trainee_id::text as id, it.trainee_id, it.provider, it.route, it.award,
             it.done_year as academic_year, it.done_on as day, it.done_week as week,
             array_remove(array[each.position, over.position,
                 case when standing.state_position > each.position then standing.state_position end], null) as positions,
             standing.state, each.number, exists (select from trainee_acts back where back.stream = each.stream
                 and back.sequence > each.sequence and back.act = 'TraineeReinstated' and back.at <= @as_of) as reinstated,
             greatest(coalesce(over.return_date, over.done_on, @today) - coalesce(since.defer_date, each.done_on), 0)
                 as days
         from (select deferred.*, row_number() over record as number,
                   min(deferred.sequence) over (partition by deferred.stream) as first_sequence
               from trainee_acts deferred where deferred.act = 'TraineeDeferred' and deferred.at <= @as_of
               window record as (partition by deferred.stream order by deferred.sequence)) each
         join trainee_acts it on it.stream = each.stream and it.sequence = each.first_sequence
         join trainee_acts standing on standing.stream = each.stream and standing.at <= @as_of
             and (standing.until is null or standing.until > @as_of)
         left join lateral (select ended.* from trainee_acts ended where ended.stream = each.stream
             and ended.sequence > each.sequence and ended.at <= @as_of
             and ended.act in ('TraineeReinstated', 'TraineeWithdrawn') and (ended.taken_back_at <= @as_of) is not true order by ended.sequence limit 1) over on true
         left join lateral (select known.defer_date from trainee_acts known where known.stream = each.stream
             and known.sequence >= each.sequence and known.at <= @as_of and known.state = 'deferred'
             and (known.sequence < over.sequence) is not false order by known.sequence desc limit 1) since on true",
    placed: false,
};
