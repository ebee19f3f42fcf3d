//! What became of a trainee: each withdrawal, undo, recommendation, award and rescission with who, when, under which
//! rules, what the teaching record was told of it and what that answered.

mod acts;

use domain::{aggregate::Aggregate, trainee::Trainee};
use event_store::{Command, Refusal};
use events_schema::{
    envelope::{Position, Recorded, StreamId},
    events::{Event, hand_over::HandOverEvent, trainee::TraineeEvent},
    ids::TraineeId,
};

use super::{
    archive::Archive,
    attempts,
    decided::{ended, repeated},
    partnership::capital,
    sentence::{Point, Sentence, Trace},
    spoken::{moment, shortly, stopped},
    who::Names,
};
use crate::{aggregates::Served, decision_replay::Again, fault::Fault};

pub use acts::Act;

/// Everything that the log and the ledger hold about one trainee's record.
#[derive(Debug, Clone)]
pub struct Life {
    /// Which.
    pub id: TraineeId,
    /// Its own events.
    pub history: Vec<Recorded<Event>>,
    /// What the teaching record was told, and answered.
    pub hand_overs: Vec<Recorded<Event>>,
    /// Tasks for support about it, each from its opening to its end.
    pub cases: Vec<Vec<Recorded<Event>>>,
    /// Refused attempts on it.
    pub refusals: Vec<Refusal>,
    /// The commands behind its events, and what comes of deciding them again.
    pub decisions: Vec<(Command, Again)>,
    /// What actors and users are called.
    pub names: Names,
    /// The log was read up to here.
    pub upto: Position,
}

impl Life {
    /// Gathers a trainee's record; nothing if the log has none of this id.
    pub async fn gather(archive: &Archive, id: TraineeId) -> Result<Option<Self>, Fault> {
        let upto = archive.head().await?;
        let stream = domain::trainee::stream(id);
        let history = archive.stream(&stream).await?;
        if history.is_empty() {
            return Ok(None);
        }
        let record = id.to_string();
        let mut life = Self {
            id,
            hand_overs: archive.stream(&StreamId::new("hand_over", id)).await?,
            cases: archive.cases(&record).await?,
            refusals: archive.refusals(&stream, &record).await?,
            decisions: archive.decisions(&history).await?,
            names: Names::default(),
            history,
            upto,
        };
        let events = life.history.iter().chain(life.cases.iter().flatten()).map(|recorded| &recorded.origin);
        let origins = events.chain(life.refusals.iter().map(|refusal| &refusal.origin));
        life.names = Names::of(archive.log(), archive.users(), origins, Vec::new()).await?;
        Ok(Some(life))
    }

    /// The trainee's name, if it can be read.
    pub fn name(&self) -> Option<String> {
        let own: Vec<_> = self.history.iter().filter_map(|recorded| Trainee::own(recorded.event.clone())).collect();
        let person = Trainee::fold(&own).record?.person;
        Some(format!("{} {}", person.first_names.value()?, person.last_names.value()?))
    }

    /// Tells what became of the trainee; of one kind of act only, if one is named.
    pub fn told(&self, only: Option<Act>) -> Trace {
        let acts: Vec<_> = self.acts().filter(|(_, act, _)| only.is_none_or(|only| only == *act)).collect();
        let mut points: Vec<_> = acts.iter().map(|(recorded, act, event)| self.act(recorded, *act, event)).collect();
        let history = self.history.iter().map(|recorded| self.line(recorded)).collect();
        points.push(Point::new("The whole history of the record", history, "The log has none."));
        let attempts = self.attempts();
        points.push(Point::new("Refused attempts and tasks for support", attempts, "There was none."));
        Trace { title: format!("Trainee {}", self.id), answers: self.in_short(), points, upto: self.upto }
    }

    /// The acts that auditors ask about.
    fn acts(&self) -> impl Iterator<Item = (&Recorded<Event>, Act, &TraineeEvent)> {
        self.history.iter().filter_map(|recorded| {
            let Event::Trainee(event) = &recorded.event else { return None };
            Some((recorded, Act::of(event)?, event))
        })
    }

    fn in_short(&self) -> Vec<(&'static str, Sentence)> {
        let mut answers = Vec::new();
        if let Some((recorded, act, _)) = self.acts().last() {
            let who = capital(&self.names.by(&recorded.origin));
            answers.push(("What happened last?", Sentence::of(recorded, format!("{}.", act.title(recorded)))));
            answers.push(("Who did it?", Sentence::of(recorded, stopped(&who))));
            answers.push(("When?", Sentence::of(recorded, stopped(&moment(recorded.happened_at)))));
        }
        let told =
            self.hand_overs.iter().rev().find_map(|recorded| Some(Sentence::of(recorded, told(&recorded.event)?)));
        let nothing = || Sentence::plain("The teaching record was told nothing of this trainee.");
        answers.push(("What does the teaching record know?", told.unwrap_or_else(nothing)));
        answers
    }

    fn act(&self, recorded: &Recorded<Event>, act: Act, event: &TraineeEvent) -> Point {
        let (who, at) = (self.names.who_and_how(&recorded.origin), moment(recorded.happened_at));
        let mut told = vec![Sentence::of(recorded, capital(&format!("{who} did this on {at}.")))];
        let (actor, command) = (&recorded.origin.actor, recorded.origin.command_id);
        told.push(Sentence::of(recorded, format!("The caller was {actor}, and its command {command}.")));
        told.extend(acts::contents(event).into_iter().map(|text| Sentence::of(recorded, text)));
        told.push(Sentence::of(recorded, act.rules()));
        told.extend(self.void(recorded, act));
        told.extend(self.record_told(recorded));
        told.extend(self.again(recorded));
        Point { title: act.title(recorded), sentences: told }
    }

    /// That a later act took this one back.
    fn void(&self, recorded: &Recorded<Event>, act: Act) -> Option<Sentence> {
        let mut later = self.acts().filter(|(other, ..)| other.position > recorded.position);
        let (by, ..) = later.find(|(_, other, _)| act.is_taken_back_by(*other))?;
        let text = format!("DfE support took it back on {}; it stays in history, void.", shortly(by.happened_at));
        Some(Sentence::of(by, text))
    }

    /// What the teaching record was told between this act and the next one.
    fn record_told(&self, recorded: &Recorded<Event>) -> Vec<Sentence> {
        let next = self.acts().map(|(other, ..)| other.position).find(|position| *position > recorded.position);
        let until = next.unwrap_or(Position::MAX);
        let between = self.hand_overs.iter().filter(|it| it.position > recorded.position && it.position < until);
        let told: Vec<_> = between.filter_map(|it| Some(Sentence::of(it, told(&it.event)?))).collect();
        if told.is_empty() {
            return vec![Sentence::plain("The teaching record was told nothing between this and the next act.")];
        }
        told
    }

    fn again(&self, recorded: &Recorded<Event>) -> Vec<Sentence> {
        let of = |it: &&(Command, Again)| it.0.receipt.positions.contains(&recorded.position);
        let Some((it, again)) = self.decisions.iter().find(of) else { return vec![] };
        vec![ended(it), Sentence::decided(it, repeated(again))]
    }

    fn line(&self, recorded: &Recorded<Event>) -> Sentence {
        use events_schema::heading::Heading;
        let (at, who) = (shortly(recorded.happened_at), self.names.by(&recorded.origin));
        let text = format!("{}: {} ({who}).", at, recorded.event.heading().trim_end_matches('.'));
        Sentence::of(recorded, text)
    }

    fn attempts(&self) -> Vec<Sentence> {
        let refused = self.refusals.iter();
        let refused = refused.map(|it| Sentence::refused(it, capital(&attempts::refused(it, &self.names))));
        refused.chain(self.cases.iter().flat_map(|case| attempts::told(case, &self.names))).collect()
    }
}

/// What an event of the hand-over says, unless it only says that something is due.
fn told(event: &Event) -> Option<String> {
    use events_schema::heading::Heading;
    match event {
        Event::HandOver(HandOverEvent::HandOverDue(_)) => None,
        Event::HandOver(event) => Some(stopped(&event.heading())),
        _ => None,
    }
}
