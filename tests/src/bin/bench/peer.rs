//! The peer: cqrs-es with postgres-es, its own framework, its own tables, the same decision and the same event.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use cqrs_es::{DomainEvent, event_sink::EventSink};
use domain::{
    aggregate::Aggregate, facts::PartnershipFacts, rejection::Rejection, school_partnership::SchoolPartnership,
    school_partnership::SchoolPartnershipCommand,
};
use events_schema::events::school_partnership::{RecruitmentConfirmed, SchoolPartnershipEvent};
use postgres_es::{PostgresCqrs, postgres_cqrs};
use serde::{Deserialize, Serialize};
use sqlx::{Executor, PgPool};

use crate::{Failure, contender::Contender, workload::Recruitment};

/// The tables of postgres-es as its own `db/init.sql` creates them.
const TABLES: &str = "
    create table events (
        aggregate_type text not null,
        aggregate_id text not null,
        sequence bigint check (sequence >= 0) not null,
        event_type text not null,
        event_version text not null,
        payload json not null,
        metadata json not null,
        primary key (aggregate_type, aggregate_id, sequence)
    )";

/// postgres-es at work.
pub(crate) struct PostgresEs {
    framework: PostgresCqrs<Recruited>,
    next: AtomicU64,
}

impl PostgresEs {
    /// With fresh tables.
    pub(crate) async fn open(pool: PgPool) -> Result<Self, Failure> {
        pool.execute(TABLES).await?;
        Ok(Self { framework: postgres_cqrs(pool, vec![], ()), next: AtomicU64::new(0) })
    }
}

#[async_trait]
impl Contender for PostgresEs {
    fn name(&self) -> &'static str {
        "postgres-es"
    }

    async fn command(&self) -> Result<u64, Failure> {
        let Recruitment { command, stream, facts, origin } =
            Recruitment::numbered(self.next.fetch_add(1, Ordering::Relaxed));
        let metadata = HashMap::from([
            ("actor".to_owned(), origin.actor.token()),
            ("channel".to_owned(), origin.channel.code().to_owned()),
            ("command_id".to_owned(), origin.command_id.to_string()),
            ("correlation_id".to_owned(), origin.correlation_id.to_string()),
            ("causation_id".to_owned(), origin.causation_id.to_string()),
        ]);
        let command = Decide { command, facts };
        self.framework.execute_with_metadata(stream.key(), command, metadata).await?;
        Ok(1)
    }
}

/// The domain's aggregate as cqrs-es wants it; its state is never stored.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Recruited {
    #[serde(skip)]
    state: SchoolPartnership,
}

/// A command with its facts.
struct Decide {
    command: SchoolPartnershipCommand,
    facts: PartnershipFacts,
}

/// The one event of this workload, tagged as cqrs-es users do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Happened {
    RecruitmentConfirmed(RecruitmentConfirmed),
}

impl DomainEvent for Happened {
    fn event_type(&self) -> String {
        "RecruitmentConfirmed".to_owned()
    }
    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

impl cqrs_es::Aggregate for Recruited {
    const TYPE: &'static str = "school_partnership";
    type Command = Decide;
    type Event = Happened;
    type Error = Rejection;
    type Services = ();

    async fn handle(&mut self, asked: Decide, (): &(), sink: &EventSink<Self>) -> Result<(), Rejection> {
        for event in self.state.decide(&asked.command, &asked.facts)? {
            if let SchoolPartnershipEvent::RecruitmentConfirmed(confirmed) = event {
                sink.write(Happened::RecruitmentConfirmed(confirmed), self).await;
            }
        }
        Ok(())
    }

    fn apply(&mut self, event: Happened) {
        let Happened::RecruitmentConfirmed(confirmed) = event;
        self.state.evolve(&confirmed.into());
    }
}
