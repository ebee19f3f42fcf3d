//! Measures at the doors: who may ask for which slice, and the answer as JSON or as comma separated values.

mod asked;
pub(crate) mod shown;

pub use asked::Asked;
use asked::Question;
pub(crate) use asked::{CHANNELS, FORMATS};

use std::time::Duration;

use chrono::{DateTime, Utc};
use events_schema::{
    actor::{Actor, ActorKind},
    envelope::Position,
    ids::Parse,
};
use projections::{
    ViewFault, Views,
    reports::{About, Filter, Measure, Report, Table},
};
use serde_json::Value;

use crate::{
    decoder::Malformed,
    fault::Fault,
    queries::{Answer, Queries, plain},
    status::Status,
};

/// How long a question may wait for its position.
const PATIENCE: Duration = Duration::from_secs(5);
/// So many of a list at once.
const LISTED: usize = 1_000;

/// Why a measure is not told.
#[derive(Debug)]
pub enum NotTold {
    /// The question cannot be answered as it stands.
    Refused(Malformed),
    /// The world failed.
    Fault(Fault),
}

impl From<Malformed> for NotTold {
    fn from(malformed: Malformed) -> Self {
        Self::Refused(malformed)
    }
}

impl From<ViewFault> for NotTold {
    fn from(fault: ViewFault) -> Self {
        let refused = |code| Self::Refused(Malformed::new(code, format!("The question cannot be answered: {fault}.")));
        match fault {
            ViewFault::UnknownReport { .. } => refused("unknown_measure"),
            ViewFault::NoDimension { .. }
            | ViewFault::NoFigure { .. }
            | ViewFault::NotKnown { .. }
            | ViewFault::DaysReversed { .. }
            | ViewFault::NoMonday { .. } => refused("not_measured"),
            other => Self::Fault(other.into()),
        }
    }
}

/// The measures that the caller may ask, with what each counts.
pub fn list(actor: &Actor) -> Result<Value, NotTold> {
    let theirs = projections::reports::MEASURES.iter().filter(|measure| may_ask(actor, measure.about));
    let theirs: Vec<_> = theirs.map(|measure| shown::measure(measure)).collect();
    if theirs.is_empty() { Err(not_permitted(actor).into()) } else { Ok(Value::Array(theirs)) }
}

/// A measure, what is behind one of its figures, or a standing report, as JSON.
pub async fn ask(
    views: &Views,
    actor: &Actor,
    (name, asked): (&str, &Asked),
    now: DateTime<Utc>,
) -> Result<Value, NotTold> {
    if let Some(report) = Report::named(name) {
        let (filter, table) = standing(views, actor, (report, asked), now).await?;
        return Ok(shown::report((report, &filter), &table));
    }
    let (measure, question) = ready(views, actor, (name, asked), now).await?;
    let Question { filter, by, cell, after, .. } = question;
    if let Some(cell) = cell {
        let list = views.explain(measure, (&filter, &by, &cell)).await?;
        let page: Vec<_> = list.iter().skip(after).take(LISTED).collect();
        return Ok(shown::list((measure, &cell), list.len(), &page));
    }
    Ok(shown::answer((measure, &filter), &by, &views.measure(measure, (&filter, &by)).await?))
}

/// A measure or standing report as comma separated values.
pub async fn csv(
    views: &Views,
    actor: &Actor,
    (name, asked): (&str, &Asked),
    now: DateTime<Utc>,
) -> Result<String, NotTold> {
    if let Some(report) = Report::named(name) {
        return Ok(shown::csv(&standing(views, actor, (report, asked), now).await?.1));
    }
    let (measure, question) = ready(views, actor, (name, asked), now).await?;
    if question.cell.is_some() {
        let message = "What is behind a figure is told as JSON; leave out the format, or explain.";
        return Err(Malformed::new("not_measured", message).into());
    }
    let table: Table = views.measure(measure, (&question.filter, &question.by)).await?;
    Ok(shown::csv(&table))
}

/// A standing report; it is about everybody, and only DfE sees everybody.
async fn standing(
    views: &Views,
    actor: &Actor,
    (report, asked): (&'static Report, &Asked),
    now: DateTime<Utc>,
) -> Result<(Filter, Table), NotTold> {
    if !sees_everybody(actor) {
        return Err(not_permitted(actor).into());
    }
    let Question { filter, by, cell, wait_for, .. } = asked.read(now)?;
    if !by.is_empty() || cell.is_some() {
        let message = format!("{} is a standing report: it is not split and has no figures to explain.", report.name);
        return Err(Malformed::new("not_measured", message).into());
    }
    wait(views, wait_for).await?;
    let table = views.report(report, &filter).await?;
    Ok((filter, table))
}

async fn ready(
    views: &Views,
    actor: &Actor,
    (name, asked): (&str, &Asked),
    now: DateTime<Utc>,
) -> Result<(&'static Measure, Question), NotTold> {
    let measure = Measure::named(name)?;
    let question = asked.read(now)?;
    let filter = own(actor, measure.about, question.filter)?;
    wait(views, question.wait_for).await?;
    Ok((measure, Question { filter, ..question }))
}

async fn wait(views: &Views, position: Option<Position>) -> Result<(), NotTold> {
    if let Some(position) = position {
        views.wait_until(position, PATIENCE).await?;
    }
    Ok(())
}

fn sees_everybody(actor: &Actor) -> bool {
    matches!(actor.kind, ActorKind::Analyst | ActorKind::Auditor | ActorKind::Support | ActorKind::System)
}

/// Measures are for DfE; a provider has those of its own recruitments, or trainees.
fn may_ask(actor: &Actor, about: About) -> bool {
    match actor.kind {
        _ if sees_everybody(actor) => true,
        ActorKind::LeadProvider => about == About::Recruitment,
        ActorKind::TrainingProvider | ActorKind::TrainingProviderReader => about == About::Trainees,
        _ => false,
    }
}

/// The slice that the caller may see: a provider's own, whatever it asks for.
fn own(actor: &Actor, about: About, filter: Filter) -> Result<Filter, Malformed> {
    if !may_ask(actor, about) {
        return Err(not_permitted(actor));
    }
    Ok(match actor.kind {
        ActorKind::LeadProvider => Filter { lead_provider: Some(id(actor, filter.lead_provider)?), ..filter },
        ActorKind::TrainingProvider | ActorKind::TrainingProviderReader => {
            Filter { training_provider: Some(id(actor, filter.training_provider)?), ..filter }
        }
        _ => filter,
    })
}

/// The caller's own id; asking for another's is refused rather than answered with the caller's.
fn id<I: Parse + PartialEq>(actor: &Actor, asked: Option<I>) -> Result<I, Malformed> {
    let own = I::parse(&actor.id).map_err(|_odd| not_permitted(actor))?;
    if asked.is_some_and(|asked| asked != own) { Err(not_permitted(actor)) } else { Ok(own) }
}

fn not_permitted(actor: &Actor) -> Malformed {
    let message = format!(
        "An actor of the kind {} may not ask for this measure, or not of others; ask DfE for it.",
        actor.kind.token()
    );
    Malformed::new("not_permitted", message)
}

impl NotTold {
    /// The same as an answer.
    pub fn into_answer(self) -> Answer {
        match self {
            Self::Refused(malformed) => Answer::refused(malformed),
            Self::Fault(fault) => Answer::fault(&fault),
        }
    }
}

/// The answer to a question in JSON: for `measures` their list; for `measure` the one of the name.
pub(crate) async fn answer_json(queries: &Queries, actor: &Actor, (view, question): (&str, Value)) -> Answer {
    let told = match (view, read(question)) {
        ("measures", _) => list(actor),
        (_, Ok((name, asked))) => ask(queries.views(), actor, (&name, &asked), queries.now()).await,
        (_, Err(malformed)) => Err(malformed.into()),
    };
    answered(told)
}

/// An answer as every door gives it.
pub(crate) fn answered(told: Result<Value, NotTold>) -> Answer {
    match told {
        Ok(value) => Answer { status: Status::OK, body: plain(&value).to_string().into_bytes() },
        Err(not) => not.into_answer(),
    }
}

/// The name, and what is asked beside it.
fn read(mut question: Value) -> Result<(String, Asked), Malformed> {
    let unreadable = |said: &str| Malformed::new("invalid_value", format!("The question cannot be read: {said}."));
    let object = question.as_object_mut().ok_or_else(|| unreadable("it is no object"))?;
    let name = object.remove("name").and_then(|name| name.as_str().map(str::to_owned));
    let name = name.ok_or_else(|| unreadable("it has no name of a measure"))?;
    let asked = serde_json::from_value(question).map_err(|error| unreadable(&error.to_string()))?;
    Ok((name, asked))
}

#[cfg(test)]
mod tests {
    use projections::reports::MEASURES;

    use super::*;

    fn actor(token: &str) -> Actor {
        Actor::parse(token).expect("an actor")
    }

    fn everything() -> Filter {
        Filter::everything("2025-07-10T09:00:00Z".parse().expect("an instant"))
    }

    #[test]
    fn those_who_look_after_everybody_see_everything_and_providers_their_own() {
        for token in ["analyst_a", "auditor_a", "support_s", "system_p"] {
            assert_eq!(own(&actor(token), About::Recruitment, everything()).ok(), Some(everything()), "{token}");
            let all = list(&actor(token)).expect("told");
            assert_eq!(all.as_array().map(Vec::len), Some(MEASURES.len()));
        }
        let north = actor("lead-provider_north");
        let slice = own(&north, About::Recruitment, everything()).expect("its own");
        assert_eq!(slice.lead_provider.as_ref().map(ToString::to_string).as_deref(), Some("north"));
        let of_another = Filter { lead_provider: "south".parse().ok(), ..everything() };
        assert_eq!(own(&north, About::Recruitment, of_another).expect_err("refused").code, "not_permitted");
        assert!(own(&north, About::Trainees, everything()).is_err());
        assert!(own(&actor("training-provider_1TA"), About::Recruitment, everything()).is_err());
        for token in ["school_100120", "delivery-partner_hub"] {
            assert!(list(&actor(token)).is_err(), "{token}");
        }
    }

    #[test]
    fn a_question_is_read_strictly() {
        let read = |text: &str| read(serde_json::from_str(text).expect("JSON"));
        assert!(matches!(read(r#"{"name": "report_rate", "by": "cohort"}"#), Ok((name, _)) if name == "report_rate"));
        for odd in [r#"{"by": "cohort"}"#, r#"{"name": "reports", "colour": "red"}"#, "[]", r#"{"name": 3}"#] {
            assert!(read(odd).is_err(), "{odd}");
        }
    }
}
