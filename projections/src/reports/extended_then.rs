//! Measure 28: what became of those who were given more time.

use super::{Dimension, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 28,
    name: "extended_then",
    title: "Extended, then",
    definition: "Trainees whose training had been extended by then, each once, by the state of their record then: awarded, \
        withdrawn, deferred, or still training (submitted_for_trn, trn_received, recommended_for_award), as shares of \
        them; extensions, median and most per trainee; days of an extension (new end less the end before, where there \
        was one), median, and median of the days in all per trainee. Everything counts on the day of the trainee's first \
        extension, under the provider, route and status that the record had then.",
    day: "of the first extension",
    dimensions: Dimension::OF_TRAINEES,
    usual: &[Dimension::TrainingProvider],
    figures: &[
        Figure::whole("trainees", "Trainees", "number = 1"),
        Figure::count("awarded", "Awarded", "number = 1 and state = 'awarded'"),
        Figure::rate("awarded_share", "% awarded", ("awarded", "trainees")),
        Figure::count("withdrawn", "Withdrawn", "number = 1 and state = 'withdrawn'"),
        Figure::rate("withdrawn_share", "% withdrawn", ("withdrawn", "trainees")),
        Figure::count("deferred", "Deferred", "number = 1 and state = 'deferred'"),
        Figure::rate("deferred_share", "% deferred", ("deferred", "trainees")),
        Figure::count(
            "training",
            "Still training",
            "number = 1 and state in ('submitted_for_trn', 'trn_received', 'recommended_for_award')",
        ),
        Figure::rate("training_share", "% still training", ("training", "trainees")),
        Figure::count("extensions", "Extensions", "true"),
        Figure::median("median_extensions", "Median extensions each", ("in_all", "number = 1")),
        Figure::longest("most_extensions", "Most extensions", ("in_all", "number = 1")),
        Figure::median("median_days", "Median days of an extension", ("extension_days", "true")),
        Figure::median("median_days_in_all", "Median days in all each", ("days_in_all", "number = 1")),
    ],
    about: About::Trainees,
    facts: "select 'trainee' as unit, it.trainee_id::text as id, it.trainee_id, it.provider, it.route, it.award,
             it.done_year as academic_year, it.done_on as day, it.done_week as week,
             array_remove(array[each.position,
                 case when standing.state_position > each.position then standing.state_position end], null) as positions,
             standing.state, each.number, each.in_all, each.days_in_all, each.extension_days
         from (select extended.stream, extended.position, extended.extension_days,
                   row_number() over record as number, count(*) over whole as in_all,
                   sum(extended.extension_days) over whole as days_in_all,
                   min(extended.sequence) over whole as first_sequence
               from trainee_acts extended where extended.act = 'TrainingExtended' and extended.at <= @as_of
               window record as (partition by extended.stream order by extended.sequence),
                      whole as (partition by extended.stream)) each
         join trainee_acts it on it.stream = each.stream and it.sequence = each.first_sequence
         join trainee_acts standing on standing.stream = each.stream and standing.at <= @as_of
             and (standing.until is null or standing.until > @as_of)",
    placed: false,
};
