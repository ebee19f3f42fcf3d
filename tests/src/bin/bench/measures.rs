//! Measures of management information over 5 cohorts of 20,000 partnerships: each as a page asks it, whole, by lead
//! provider and as it is usually split. The rows are those that the views keep, written without a log.

use std::time::Instant;

use event_store::{Role, connect_as};
use projections::reports::{Dimension, Filter, MEASURES, Measure};
use sqlx::{Executor, PgPool};

use crate::{
    Failure,
    cluster::Cluster,
    rounds::{Effort, median},
    table::{Goal, Row, note},
};

/// Times that each question is asked in a round.
const ASKED: usize = 10;

/// 100,000 recruitments over five cohorts of 20,000 schools in 150 authorities, a third of them in 400 trusts; two in
/// a hundred are reported, one in a hundred changes its partner.
const ROUNDS: &str = "insert into view_recruitment_mi.rounds
        (stream, sequence, partnership_id, round, school_urn, school_name, cohort, lead_provider_id,
         lead_provider_name, delivery_partner_id, delivery_partner_name, channel, recruited_at, recruited_on,
         recruited_week, recruited_position, started_by, started_position, started_at, started_on,
         started_week, window_closes_at, window_closes_on, ended_at, ended_position, ended_by, days_to_end,
         deadline, deadline_on, deadline_since, broken_at, broken_on, broken_position, days_to_break, reminded,
         broken_by, reason, came_by, followed_by, followed_by_lead_provider, followed_at, followed_on,
         followed_position, followed_broken_at, contact, contact_at, reminder_at, no_contact, no_contact_at,
         no_contact_on, no_contact_position, reached_at, told_deadline, told_deadline_since)
    select 'school_partnership-' || urn || '-' || year, 1 + changed, partnership, 1 + changed, urn::text, 'School ' || urn,
           year, 'provider-' || n % 7, 'Lead provider ' || n % 7, 'hub-' || (n + changed) % 450, 'Hub ' || (n + changed) % 450,
           (array['csv', 'api', 'nats', 'screen'])[1 + n % 4], at, at::date, date_trunc('week', at)::date, n * 4,
           md5('began' || n || '/' || changed)::uuid, n * 4 + changed, at + changed * interval '5 days', at::date + changed * 5,
           date_trunc('week', at)::date, at + interval '14 days', at::date + 14,
           case when reported then at + interval '9 days' end, case when reported then n * 4 + 3 end,
           case when reported then 'reported' end, case when reported then 9 - 5 * changed end,
           at + interval '14 days', at::date + 14, at, case when reported then at + interval '9 days' end,
           case when reported then at::date + 9 end, case when reported then n * 4 + 3 end,
           case when reported then 9 - 5 * changed end, case when reported then true end,
           case when reported then 'school' end,
           case when reported then
               (array['another_provider', 'not_confirmed', 'do_not_recognise', 'no_ects', 'mistake'])[1 + n / 50 % 5] end,
           case when reported then 'token' end, null, null, null, null, null, null,
           (array['tutor', 'main_email', 'alternative_email'])[1 + n % 3], at, at + interval '7 days', null, null, null,
           null, null, case when n % 40 <> 0 then at + interval '14 days' end,
           case when n % 40 <> 0 then at + interval '14 days 1 minute' end
    from (select n, 100000 + n % 20000 as urn, (2021 + n / 20000)::smallint as year, n % 50 = 0 as reported,
                 md5('partnership' || n)::uuid as partnership, 0::smallint as changed,
                 timestamptz '2021-06-01' + make_interval(years => n / 20000, mins => n % 20000 * 6) as at
          from generate_series(0, 99999) n) one";

const CHANGES: &str = "insert into view_recruitment_mi.rounds
    select (next).* from (
        select jsonb_populate_record(rounds, jsonb_build_object('sequence', 2, 'round', 2, 'started_position',
            started_position + 1, 'started_by', md5('again' || started_by)::uuid, 'delivery_partner_id', 'hub-1')) as next
        from view_recruitment_mi.rounds where started_position % 400 = 4) changed";

const PLACES: &str = "insert into view_recruitment_mi.school_places
        (stream, sequence, school_urn, la_code, la_name, trust, since_position, until_position)
    select 'school-' || urn, 1, urn::text, (urn % 150)::text, 'Authority ' || urn % 150,
           case when urn % 3 = 0 then 'Trust ' || urn % 400 end, 0, null
    from generate_series(100000, 149999) urn";

/// A notice and a reminder for each round.
const NOTICES: &str = "insert into view_notices.notice_progress
        (stream, notice_id, partnership_id, cause, occasion, contact, created_at, created_on, created_week,
         created_position, sending_at, carrier_gave_up_at, mailbox_refused_at, mailbox_unknown_at,
         delivered_at, arrived_at, withheld_at, ended_at, ended_position)
    select 'notice-' || md5(rounds.started_by || kind)::uuid, md5(rounds.started_by || kind)::uuid, rounds.partnership_id,
           rounds.started_by, kind, rounds.contact, started_at, started_on, started_week, started_position, started_at,
           null, null, case when rounds.started_position % 97 = 0 then started_at end,
           case when rounds.started_position % 97 <> 0 then started_at + interval '1 hour' end,
           case when rounds.started_position % 97 <> 0 then started_at + interval '1 hour' end, null,
           started_at + interval '1 hour', started_position + 2
    from view_recruitment_mi.rounds cross join (values ('notice'), ('reminder')) kinds (kind)";

const ATTEMPTS: &str = "insert into view_recruitment_mi.refused_attempts
        (ledger_position, command_type, code, stream, partnership_id, school_urn, cohort, reason, came_by,
         actor, lead_provider_id, delivery_partner_id, upload_id, channel, received_at, received_on,
         received_week, head_position)
    select 1000000 + started_position * 3 + number, command, code, stream, case when number < 3 then partnership_id end,
           school_urn, cohort, 'mistake', 'token', 'school_' || school_urn, 'provider-1', 'hub-1', null, 'nats',
           started_at + interval '20 days', started_on + 20, started_week + 21, started_position + 4
    from view_recruitment_mi.rounds cross join (values (1, 'ReportPartnershipMistake', 'window_closed'),
        (2, 'ReportPartnershipMistake', 'already_reported'), (3, 'ConfirmRecruitment', 'recruited_by_other_provider'))
        kinds (number, command, code)
    where started_position % 200 = 0";

/// Fills the tables and asks every measure in turn.
pub(crate) async fn measure(cluster: &Cluster, effort: Effort) -> Result<Vec<Row>, Failure> {
    note("measures over 100,000 partnerships");
    let ledger = cluster.ledger("measures").await?;
    fill(&ledger.url).await?;
    cluster.settle("measures").await?;
    let reader = connect_as(&ledger.url, 2, Role::Reader).await?;
    let mut rows = Vec::new();
    for measure in MEASURES {
        rows.push(asked(&reader, measure, effort).await?);
    }
    ledger.store.close().await;
    Ok(rows)
}

/// Makes the views and fills them.
pub(crate) async fn fill(database: &str) -> Result<(), Failure> {
    let pool = PgPool::connect(database).await?;
    projections::migrate(&pool).await?;
    for fill in [ROUNDS, CHANGES, PLACES, NOTICES, ATTEMPTS] {
        pool.execute(fill).await?;
    }
    pool.close().await;
    Ok(())
}

async fn asked(pool: &PgPool, measure: &'static Measure, effort: Effort) -> Result<Row, Failure> {
    let filter = Filter::everything("2026-06-30T12:00:00Z".parse().expect("an instant"));
    let provider = &[Dimension::LeadProvider];
    let by_provider = measure.dimensions.contains(&Dimension::LeadProvider);
    let splits = [&[][..], measure.usual, if by_provider { provider } else { &[] }];
    let mut times = Vec::new();
    for _ in 0..ASKED * effort.rounds {
        for by in splits {
            let started = Instant::now();
            measure.run(pool, None, (&filter, by)).await?;
            times.push(started.elapsed().as_secs_f64() * 1_000.0);
        }
    }
    let what = format!("measure {} ({}), p50 {:.0} ms, p99", measure.number, measure.name, median(&times));
    Ok(Row::alone(what, (p99(&mut times), "ms"), Some(Goal::Under(200.0))))
}

/// The slowest but for one in a hundred.
pub(crate) fn p99(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(times.len() * 99 / 100).min(times.len() - 1)]
}
