//! Where the demo is played: a running service, a clock that can be set, and one NATS user per provider.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use events_schema::{
    actor::Actor,
    ids::{Cohort, CommandId, PartnershipId, Urn},
};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    super::{
        client::{Client, Ended, Outgoing, Reply},
        connection::Connection,
        failure::Failure,
        progress::Progress,
    },
    agenda::{About, Act, Agenda},
    mails::Mails,
};
use crate::nats::subjects::CLOCK;

/// Requests in flight at once.
const IN_FLIGHT: usize = 64;
/// Ids of the demo's commands come from here, so that a second demo on the same log repeats them and changes nothing.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f3d_0c1e_8f1c_4a70_9d1c_2f60_25de_3000);

pub(super) type School = (Urn, Cohort);

/// The running service as the demo sees it.
pub(super) struct Stage<'a> {
    connection: &'a Connection,
    clients: HashMap<String, Client>,
    service: Client,
    partnerships: HashMap<School, PartnershipId>,
    cases: HashMap<School, String>,
    /// Partnerships that were reported by the link in a mail, in the order of the year.
    pub(super) reported_by_mail: Vec<(School, PartnershipId)>,
    /// Schools whose report came twice: somebody else had read the mail too.
    pub(super) reported_twice: Vec<School>,
    /// How many commands of each name ended how.
    pub(super) tally: BTreeMap<(&'static str, String), u64>,
    sent: u64,
    mails: Mails,
    shown: Option<DateTime<Utc>>,
}

impl<'a> Stage<'a> {
    /// Connects as the service's own user, which speaks for schools, support and processes.
    pub(super) async fn open(connection: &'a Connection) -> Result<Self, Failure> {
        let director = Actor::system("demo");
        let service = Client::new(connection.nats(&director).await?, director);
        Ok(Self {
            connection,
            clients: HashMap::new(),
            service,
            partnerships: HashMap::new(),
            cases: HashMap::new(),
            reported_by_mail: Vec::new(),
            reported_twice: Vec::new(),
            tally: BTreeMap::new(),
            sent: 0,
            mails: Mails::open(connection).await?,
            shown: None,
        })
    }

    /// Plays the acts in order, those of one instant together.
    pub(super) async fn play(&mut self, agenda: Agenda, progress: &Progress) -> Result<(), Failure> {
        for (instant, acts) in agenda.moments() {
            self.next_day(instant).await?;
            self.set_clock(instant).await?;
            let count = acts.len();
            self.play_together(instant, acts).await?;
            progress.add(count.try_into().unwrap_or(0));
        }
        Ok(())
    }

    /// Lets the service do what is due before another day begins: a year in a minute leaves it no time of its own.
    async fn next_day(&mut self, instant: DateTime<Utc>) -> Result<(), Failure> {
        match self.shown.replace(instant) {
            Some(shown) if shown.date_naive() != instant.date_naive() => self.mails.settle(shown).await,
            _ => Ok(()),
        }
    }

    /// Waits until every mail that is due has been sent.
    pub(super) async fn settle(&self) -> Result<(), Failure> {
        self.mails.all_sent().await
    }

    /// Sets the service's clock.
    pub(super) async fn set_clock(&self, now: DateTime<Utc>) -> Result<(), Failure> {
        let subject = format!("{CLOCK}.{}", Actor::system("demo").token());
        let answer = self.service.ask(subject, &json!({ "now": now })).await?;
        let set = answer.get("now").is_some();
        if set {
            Ok(())
        } else {
            Err(Failure::new(format!(
                "the service's clock cannot be set ({answer}); the demo needs a development service, as `training-ledger up` starts it"
            )))
        }
    }

    /// The partnership that a school has now, if the demo made one.
    pub(super) fn partnership_now(&self, school: &School) -> Option<PartnershipId> {
        self.partnerships.get(school).copied()
    }

    async fn play_together(&mut self, instant: DateTime<Utc>, acts: Vec<Act>) -> Result<(), Failure> {
        let mut ready = Vec::with_capacity(acts.len());
        for mut act in acts {
            let Some(body) = self.body(&act) else { continue };
            act.body = self.by_its_mail(instant, &act, body).await?;
            let outgoing = Outgoing::new(act.name, act.body.clone())?.with_id(self.next_id());
            ready.push((self.client(&act.actor).await?, outgoing, act));
        }
        let answers: Vec<(Act, Reply)> = stream::iter(ready)
            .map(|(client, outgoing, act)| async move { Ok::<_, Failure>((act, client.send(&outgoing).await?)) })
            .buffered(IN_FLIGHT)
            .try_collect()
            .await?;
        for (act, reply) in answers {
            self.note(&act, &reply);
        }
        Ok(())
    }

    fn next_id(&mut self) -> CommandId {
        self.sent += 1;
        CommandId(Uuid::new_v5(&NAMESPACE, &self.sent.to_be_bytes()))
    }

    /// The body with the ids that only the service knows; nothing while there is none to fill in.
    fn body(&self, act: &Act) -> Option<Value> {
        let mut body = act.body.clone();
        match &act.about {
            About::Partnership(urn, cohort) if act.name != "ConfirmRecruitment" => {
                body["partnership_id"] = json!(self.partnerships.get(&(urn.clone(), *cohort))?);
            }
            About::Case(urn, cohort) => body["case_id"] = json!(self.cases.get(&(urn.clone(), *cohort))?),
            About::Partnership(..) | About::Itself => {}
        }
        Some(body)
    }

    /// Who comes by a link has it from the newest mail; a school that got none signs in.
    async fn by_its_mail(&self, instant: DateTime<Utc>, act: &Act, mut body: Value) -> Result<Value, Failure> {
        let About::Partnership(urn, cohort) = &act.about else { return Ok(body) };
        let school = (urn.clone(), *cohort);
        if let (true, Some(partnership)) = (body["came_by"] == "token", self.partnership_now(&school)) {
            match self.mails.newest_link(&school, partnership, instant).await? {
                Some(notice) => body["notice_id"] = json!(notice),
                None => body["came_by"] = json!("signed_in"),
            }
        }
        Ok(body)
    }

    /// A provider with a user of its own connects as that user; everybody else goes through the service's.
    async fn client(&mut self, actor: &Actor) -> Result<Client, Failure> {
        let token = actor.token();
        if let Some(client) = self.clients.get(&token) {
            return Ok(client.clone());
        }
        if !self.connection.nats_users.contains_key(&token) {
            return Ok(self.service.speaking_for(actor.clone()));
        }
        let client = Client::new(self.connection.nats(actor).await?, actor.clone());
        self.clients.insert(token, client.clone());
        Ok(client)
    }

    fn note(&mut self, act: &Act, reply: &Reply) {
        let ended = reply.ended();
        *self.tally.entry((act.name, ended.to_string())).or_default() += 1;
        let About::Partnership(urn, cohort) = &act.about else { return };
        let school = (urn.clone(), *cohort);
        match ended {
            Ended::Accepted => self.note_accepted(act, school, reply),
            Ended::Rejected(code) if code == "already_reported" => self.reported_twice.push(school),
            _ => {}
        }
    }

    fn note_accepted(&mut self, act: &Act, school: School, reply: &Reply) {
        match act.name {
            "ConfirmRecruitment" => {
                self.partnerships.extend(reply.partnership().map(|partnership| (school, partnership)));
            }
            "PassReportToSupport" => drop(self.cases.insert(school, reply.text("id").to_owned())),
            "ReportPartnershipMistake" if !act.body["notice_id"].is_null() => {
                self.reported_by_mail.extend(self.partnership_now(&school).map(|partnership| (school, partnership)));
            }
            _ => {}
        }
    }
}
