//! The whole life of a partnership for those who tell it afterwards: recruited by a file, handed to another partner,
//! told by mails that arrive and one that does not, reported in time, reported again, recruited anew, broken again.

use domain::processes::notices::notice_id;
use events_schema::{
    codes::NoticeOccasion,
    ids::{EventId, UserId},
};
use gateway::users::{User, Users};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    reference::{AMBITION, SUPPORT, TEACH_FIRST, recruitment},
    world::World,
};

/// The process that decides mails.
const NOTICES: &str = "system_notices";
/// The school.
pub const URN: u32 = 100_001;
const SCHOOL: &str = "school_100001";

/// The ids of a life.
pub struct Life {
    /// The partnership that was broken.
    pub partnership: String,
    /// The one that came after it.
    pub next: String,
    /// The mail whose link was used.
    pub reminder: String,
    /// The case that support closed.
    pub case: String,
}

impl World {
    /// Lives it. The service's own processes must stand still.
    pub async fn partnership_life(&self) -> Life {
        self.set_clock("2025-06-02T09:00:00Z", true).await;
        self.users_of_teach_first().await;
        self.school(URN).await;
        let partnership = self.recruited_by_file().await;
        let first = self.last_event().await;
        self.mail((first, NoticeOccasion::Notice, None), &partnership).await;
        self.status((first, NoticeOccasion::Notice, None), ("permanent-failure", "2025-06-02T09:05:00Z")).await;
        assert_eq!(
            self.send(AMBITION, "ConfirmRecruitment", recruitment(URN)).await.body["code"],
            "recruited_by_other_provider"
        );
        let reminder = self.second_round(&partnership).await;
        self.set_clock("2025-06-16T10:00:00Z", true).await;
        let report = json!({ "partnership_id": partnership, "reason": "do_not_recognise", "came_by": "token",
            "notice_id": reminder });
        self.accepted(SCHOOL, "ReportPartnershipMistake", report.clone()).await;
        let broken = self.last_event().await;
        self.set_clock("2025-06-16T11:00:00Z", true).await;
        assert_eq!(self.send(SCHOOL, "ReportPartnershipMistake", report).await.body["code"], "already_reported");
        self.told_of_break(broken, &partnership).await;
        let case = self.asked_support(&partnership).await;
        let next = self.recruited_anew_and_broken_again().await;
        Life { partnership, next, reminder, case }
    }

    async fn users_of_teach_first(&self) {
        for (name, number) in [("Robin", 1), ("Sam", 2)] {
            let user = User {
                user_id: Uuid::from_u128(number),
                actor_kind: "lead-provider".to_owned(),
                organisation: "teach-first".to_owned(),
                name: format!("{name} Example"),
                email: format!("{}@provider.example", name.to_lowercase()),
            };
            Users::new(self.owner.clone()).put(&user).await.expect("kept");
        }
    }

    async fn recruited_by_file(&self) -> String {
        let mut row = recruitment(URN);
        row["upload"] = json!({ "upload_id": Uuid::from_u128(7), "row": 3, "held": " 100001 " });
        let confirmed = self.accepted(TEACH_FIRST, "ConfirmRecruitment", row).await;
        confirmed["id"].as_str().expect("the new partnership").to_owned()
    }

    /// Another delivery partner, a notice and a reminder that arrive; the id of the reminder.
    async fn second_round(&self, partnership: &str) -> String {
        self.set_clock("2025-06-05T09:00:00Z", true).await;
        let change = json!({ "partnership_id": partnership, "delivery_partner_id": "b-hub" });
        self.accepted(TEACH_FIRST, "ChangeDeliveryPartner", change).await;
        let round = self.last_event().await;
        let notice = (round, NoticeOccasion::Notice, None);
        self.mail(notice, partnership).await;
        self.status(notice, ("delivered", "2025-06-05T09:02:00Z")).await;
        self.set_clock("2025-06-12T09:00:00Z", true).await;
        let reminder = (round, NoticeOccasion::Reminder, None);
        self.mail(reminder, partnership).await;
        self.status(reminder, ("delivered", "2025-06-12T09:03:00Z")).await;
        notice_id(round, NoticeOccasion::Reminder, None).to_string()
    }

    async fn told_of_break(&self, broken: EventId, partnership: &str) {
        let list = json!({ "notice_id": notice_id(broken, NoticeOccasion::MistakeReported, None), "cause": broken,
            "partnership_id": partnership, "school_urn": URN.to_string(), "cohort": "2025",
            "lead_provider_id": "teach-first", "delivery_partner_id": "b-hub" });
        self.accepted(NOTICES, "ListBreakRecipients", list).await;
        for (number, status) in [(1, "delivered"), (2, "temporary-failure")] {
            let mail = (broken, NoticeOccasion::MistakeReported, Some(UserId(Uuid::from_u128(number))));
            self.mail(mail, partnership).await;
            self.status(mail, (status, "2025-06-16T11:05:00Z")).await;
        }
    }

    async fn asked_support(&self, partnership: &str) -> String {
        self.set_clock("2025-06-17T09:00:00Z", true).await;
        let ask = json!({ "partnership_id": partnership, "subject": "partnership-already-challenged",
            "details": "The name was misspelt", "came_by": "token" });
        let case = self.accepted(SCHOOL, "PassReportToSupport", ask).await["id"].as_str().expect("a case").to_owned();
        let end = json!({ "case_id": case, "outcome": "answered", "comment": "Rang the school" });
        self.accepted(SUPPORT, "ResolveSupportCase", end).await;
        case
    }

    async fn recruited_anew_and_broken_again(&self) -> String {
        self.set_clock("2025-07-01T09:00:00Z", true).await;
        let next = self.accepted(AMBITION, "ConfirmRecruitment", recruitment(URN)).await;
        let next = next["id"].as_str().expect("the new partnership").to_owned();
        self.set_clock("2025-08-01T09:00:00Z", true).await;
        let broken = json!({ "partnership_id": next, "reason": "mistake", "audit_reason": "The school rang",
            "authorised_by": "PE-17" });
        self.accepted(SUPPORT, "BreakPartnershipAsSupport", broken).await;
        next
    }

    async fn mail(&self, (cause, occasion, user): (EventId, NoticeOccasion, Option<UserId>), partnership: &str) {
        let body: Value = json!({ "notice_id": notice_id(cause, occasion, user), "occasion": occasion, "cause": cause,
            "school_urn": URN.to_string(), "cohort": "2025", "partnership_id": partnership, "recipient": user });
        self.accepted(NOTICES, "CreateNotice", body).await;
    }

    async fn status(
        &self,
        (cause, occasion, user): (EventId, NoticeOccasion, Option<UserId>),
        (status, at): (&str, &str),
    ) {
        let notice = notice_id(cause, occasion, user);
        let body = json!({ "notice_id": notice, "status": status, "notify_id": "N-1", "at": at });
        self.accepted("system_mail", "RecordNoticeStatus", body).await;
    }

    async fn last_event(&self) -> EventId {
        let (head, _) = self.written().await;
        self.log().event_at(head).await.expect("the log can be read").expect("an event").event_id
    }
}
