//! Measure 33: what providers tried and could not do.

use super::{Dimension as By, Figure, Measure, figure::Kind, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 33,
    name: "refused_trainee_commands",
    title: "Refused trainee commands",
    definition: "Refused commands about trainees (RegisterTrainee, AmendTraineeDetails, SubmitForTrn, RecordTrn, \
        RecommendForQts, RecordQtsAward, DeferTrainee, ReinstateTrainee, ExtendTraining, WithdrawTrainee, UndoWithdrawal, \
        RescindRecommendation) by code and channel, and the trainees they named whose record there was then, each once; a command id \
        that was refused counts once, however often it was sent. The provider is the one that tried, or where support or \
        a service tried, the trainee's; route and status are those of the record then, unknown where none was named.",
    day: "of the refusal",
    dimensions: &By::beside::<8>(By::OF_TRAINEES, &[By::Code, By::Channel, By::Command]),
    usual: &[By::Code, By::Channel],
    figures: &[
        Figure::count("refusals", "Refusals", "true"),
        Figure {
            name: "trainees",
            title: "Trainees",
            kind: Kind::Distinct { value: "record", of: "record is not null", single: "false", whole: false },
        },
    ],
    about: About::Trainees,
    facts: "select 'refusal' as unit, refused.ledger_position::text as id, refused.trainee_id,
             coalesce(refused.provider, it.provider) as provider, it.route, it.award,
             refused.received_year as academic_year, refused.received_on as day, refused.received_week as week,
             array[]::bigint[] as positions, refused.code, refused.command, it.record,
             case refused.channel when 'queue' then 'nats' else refused.channel end as channel
         from refused_trainee_commands refused
         left join lateral (select stood.provider, stood.route, stood.award, registered.position as record
             from trainee_acts stood join trainee_acts registered
                 on registered.stream = stood.stream and registered.sequence = 1
             where stood.trainee_id = refused.trainee_id and stood.at <= refused.received_at
             order by stood.sequence desc limit 1) it on true
         where refused.received_at <= @as_of",
    placed: false,
};
