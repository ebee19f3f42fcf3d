//! Who looks at these pages: DfE's support, analysts and auditors at everything; somebody of a lead provider or training
//! provider at its own schools or trainees, and at rates of all together, with small numbers left out. What analysts and
//! auditors see is on record first.

use axum::{extract::FromRequestParts, http::request::Parts};
use events_schema::{
    actor::ActorKind,
    envelope::Channel,
    ids::{LeadProviderId, TrainingProviderCode},
};
use projections::reports::{About, Dimension, Filter, MEASURES, Measure};

use super::{asked::SLICE, question::Question};
use crate::{
    reading::{Reader, Reading, is_audited},
    web::{
        Web,
        auditor::{Away, Kept},
        cookies,
        page::Page,
        problem::Problem,
        sessions,
        viewer::{Viewer, Visit},
    },
};

/// Somebody who may look.
pub(super) struct Watcher {
    visit: Visit,
    viewer: Viewer,
    reader: Option<Reader>,
}

/// A provider that sees its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Own {
    /// The schools that it recruited.
    LeadProvider(LeadProviderId),
    /// Its trainees.
    TrainingProvider(TrainingProviderCode),
}

impl Own {
    /// By what measures are narrowed to it.
    pub(super) fn dimension(&self) -> Dimension {
        match self {
            Self::LeadProvider(_) => Dimension::LeadProvider,
            Self::TrainingProvider(_) => Dimension::TrainingProvider,
        }
    }

    /// Its id or code.
    pub(super) fn id(&self) -> &str {
        match self {
            Self::LeadProvider(id) => id.as_str(),
            Self::TrainingProvider(code) => code.as_str(),
        }
    }

    /// What is its own, in words.
    pub(super) fn things(&self) -> &'static str {
        match self {
            Self::LeadProvider(_) => "schools",
            Self::TrainingProvider(_) => "trainees",
        }
    }

    /// Whether it is this one.
    pub(super) fn is(&self, dimension: Dimension, id: &str) -> bool {
        self.dimension() == dimension && self.id() == id
    }

    /// What a slice can be narrowed by and still hold many of other providers.
    pub(super) fn shared(&self) -> &'static [Dimension] {
        match self {
            Self::LeadProvider(_) => &[Dimension::LeadProvider, Dimension::Cohort, Dimension::Reason],
            Self::TrainingProvider(_) => &[Dimension::TrainingProvider, Dimension::AcademicYear, Dimension::Award],
        }
    }

    fn has(&self, measure: &Measure) -> bool {
        let about = match self {
            Self::LeadProvider(_) => About::Recruitment,
            Self::TrainingProvider(_) => About::Trainees,
        };
        measure.about == about && measure.dimensions.contains(&self.dimension())
    }

    /// A slice narrowed to it. Another provider's does not exist.
    fn seen(self, filter: Filter) -> Result<Filter, Problem> {
        match self {
            Self::LeadProvider(own) => {
                let asked = filter.lead_provider.as_ref().is_none_or(|asked| *asked == own);
                asked.then_some(Filter { lead_provider: Some(own), ..filter }).ok_or(Problem::NotFound)
            }
            Self::TrainingProvider(own) => {
                let asked = filter.training_provider.as_ref().is_none_or(|asked| *asked == own);
                asked.then_some(Filter { training_provider: Some(own), ..filter }).ok_or(Problem::NotFound)
            }
        }
    }
}

impl FromRequestParts<Web> for Watcher {
    type Rejection = Away;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Away> {
        let visit = Visit::from_request_parts(parts, web).await?;
        let viewer = visit.signed_in()?.clone();
        if !may_look(&viewer) {
            return Err(Problem::NotFound.into());
        }
        if !is_audited(viewer.kind()) {
            return Ok(Self { visit, viewer, reader: None });
        }
        let reason = match cookies::read(&parts.headers, cookies::SESSION) {
            Some(number) => sessions::reason(web.pool(), &number).await.map_err(Problem::from)?,
            None => None,
        };
        let reader = Reader::new(viewer.actor.clone(), Channel::Screen, reason.as_deref());
        let reader = reader.map_err(|_unsaid| Away::Unsaid(parts.uri.to_string()))?.signed_in(viewer.user);
        Ok(Self { visit, viewer, reader: Some(reader) })
    }
}

fn may_look(viewer: &Viewer) -> bool {
    is_dfe(viewer) || own(viewer).is_some()
}

fn own(viewer: &Viewer) -> Option<Own> {
    let lead_provider = viewer.lead_provider().map(Own::LeadProvider);
    lead_provider.or_else(|| viewer.training_provider().map(Own::TrainingProvider))
}

fn is_dfe(viewer: &Viewer) -> bool {
    matches!(viewer.kind(), ActorKind::Support | ActorKind::Analyst | ActorKind::Auditor)
}

impl Watcher {
    /// What a page's template needs.
    pub(super) fn page(&self) -> Page {
        self.visit.page()
    }

    /// Whether this is somebody of DfE.
    pub(super) fn is_dfe(&self) -> bool {
        is_dfe(&self.viewer)
    }

    /// Goes on for somebody of DfE alone: for others there is no such page.
    pub(super) fn of_dfe(&self) -> Result<(), Problem> {
        if self.is_dfe() { Ok(()) } else { Err(Problem::NotFound) }
    }

    /// Whether it is DfE's support.
    pub(super) fn is_support(&self) -> bool {
        self.viewer.is(ActorKind::Support)
    }

    /// The provider whose own are seen, and nothing else; nothing for DfE.
    pub(super) fn own(&self) -> Option<Own> {
        own(&self.viewer)
    }

    /// Goes on for whoever may see a provider's page: DfE each, a provider its own.
    pub(super) fn may_see(&self, dimension: Dimension, id: &str) -> Result<(), Problem> {
        if self.own().is_none_or(|own| own.is(dimension, id)) { Ok(()) } else { Err(Problem::NotFound) }
    }

    /// Whether small numbers are left out: for DfE if it is asked for, for others unless they ask for their own in full.
    pub(super) fn sees_published(&self, question: &Question) -> bool {
        match question.of("published") {
            Some(asked) => asked == "1",
            None => !self.is_dfe(),
        }
    }

    /// The measures to be seen: by a provider those that can be narrowed to it.
    pub(super) fn measures(&self) -> impl Iterator<Item = &'static Measure> {
        let own = self.own();
        MEASURES.iter().copied().filter(move |measure| own.as_ref().is_none_or(|own| own.has(measure)))
    }

    /// One of them.
    pub(super) fn measure(&self, name: &str) -> Result<&'static Measure, Problem> {
        let asked = |it: &&Measure| it.name == name || it.number.to_string() == name;
        self.measures().find(asked).ok_or(Problem::NotFound)
    }

    /// The part of a slice to be seen. Another provider's does not exist.
    pub(super) fn seen(&self, filter: Filter) -> Result<Filter, Problem> {
        match self.own() {
            Some(own) => own.seen(filter),
            None => Ok(filter),
        }
    }

    /// Whether what is given must be put on record.
    pub(super) fn is_on_record(&self) -> bool {
        self.reader.is_some()
    }

    /// Puts on record what is about to be given, where it must be.
    pub(super) async fn record(
        &self,
        web: &Web,
        (what, question): (String, &Question),
        (given, count): (&[u8], usize),
    ) -> Result<Option<Kept>, Problem> {
        let Some(reader) = &self.reader else { return Ok(None) };
        let upto = web.log().head().await?.position;
        let mut reading = Reading::of(what, given, upto).counting(count);
        for (name, value) in question.only(&SLICE).pairs() {
            reading = reading.narrowed(name, value);
        }
        let by: Vec<_> = question.every("by").collect();
        if !by.is_empty() {
            reading = reading.narrowed("by", by.join(","));
        }
        Ok(Some(web.gateway().record_reading(reader, reading).await?.into()))
    }
}
