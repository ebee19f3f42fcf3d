//! Links of notices for tests that are not about sending them.

use std::time::Duration;

use events_schema::{
    events::{Event, school_partnership::SchoolPartnershipEvent},
    ids::{EventId, NoticeId, Parse, PartnershipId},
};
use gateway::mail::Desk;
use projections::Views;
use serde_json::json;
use uuid::Uuid;

use crate::world::World;

/// The process that decides mails.
const NOTICES: &str = "system_notices";

impl World {
    /// The token of a notice about a partnership, as its link carries it.
    pub async fn notice_token(&self, partnership: &str) -> String {
        let partnership = PartnershipId::parse(partnership).expect("a partnership");
        let notice = NoticeId(Uuid::now_v7());
        let (cause, urn, cohort) = self.recruitment_of(partnership).await;
        let body = json!({ "notice_id": notice, "occasion": "notice", "cause": cause, "school_urn": urn,
            "cohort": cohort, "partnership_id": partnership });
        self.accepted(NOTICES, "CreateNotice", body).await;
        self.views_shown().await;
        let desk = Desk::new(self.owner.clone(), self.config().master_key);
        let token = desk.tokens.reveal(notice.0).await.expect("the table is there").expect("nothing was sent yet");
        token.reveal().to_owned()
    }

    /// Waits until the views show everything that is in the log by now.
    pub async fn views_shown(&self) {
        let views = Views::new(self.owner.clone());
        views.wait_until(self.written().await.0, Duration::from_secs(10)).await.expect("the views follow");
    }

    async fn recruitment_of(&self, partnership: PartnershipId) -> (EventId, String, String) {
        let recorded = self.log().page(0, 100_000).await.expect("the log can be read");
        let found = recorded.into_iter().rev().find_map(|recorded| match recorded.event {
            Event::SchoolPartnership(SchoolPartnershipEvent::RecruitmentConfirmed(event))
                if event.partnership_id == partnership =>
            {
                Some((recorded.event_id, event.school_urn.to_string(), event.cohort.to_string()))
            }
            _ => None,
        });
        found.expect("the partnership was confirmed")
    }
}
