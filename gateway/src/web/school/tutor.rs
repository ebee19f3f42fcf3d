//! Who is induction tutor. Name and address stand sealed in the log and are opened when a page asks for them.

use chrono::{DateTime, Utc};
use events_schema::{
    envelope::Position,
    events::{
        Event,
        school::{InductionTutorNominated, SchoolEvent},
    },
    ids::{PersonId, Urn},
};

use crate::web::{Web, problem::Problem};

/// An induction tutor, as nominated.
pub(in crate::web) struct Tutor {
    /// Whose key seals name and address.
    pub(in crate::web) person_id: PersonId,
    /// Full name, or "erased".
    pub(in crate::web) name: String,
    /// Mail address, or "erased".
    pub(in crate::web) email: String,
    /// When the tutor was nominated (UTC).
    pub(in crate::web) since: DateTime<Utc>,
}

/// The present tutor of a school.
pub(in crate::web) async fn of(web: &Web, urn: &Urn) -> Result<Option<Tutor>, Problem> {
    let Some(row) = web.views().tutor_of(urn).await? else { return Ok(None) };
    let nominated = nomination(web, row.nominated_at).await?;
    Ok(nominated.map(|it| Tutor {
        person_id: it.person_id,
        name: it.name.shown(),
        email: it.email.shown(),
        since: row.since,
    }))
}

/// The name under which a person is or was nominated last.
pub(in crate::web) async fn known_as(web: &Web, person: PersonId) -> Result<Option<String>, Problem> {
    let posts = web.views().tutor_posts_of(person).await?;
    let Some(latest) = posts.first() else { return Ok(None) };
    Ok(nomination(web, latest.nominated_at).await?.map(|it| it.name.shown()))
}

async fn nomination(web: &Web, position: Position) -> Result<Option<InductionTutorNominated>, Problem> {
    let found = web.log().at_positions(&[position]).await?;
    Ok(found.into_iter().find_map(|recorded| match recorded.event {
        Event::School(SchoolEvent::InductionTutorNominated(nominated)) => Some(nominated),
        _ => None,
    }))
}
