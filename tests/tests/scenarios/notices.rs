//! Who is told what, when, in the running service: notices at once, reminders a week later, breaks to the provider's
//! users, nobody twice, and nobody about what is over.

use domain::processes::notices::notice_id;
use events_schema::{
    codes::{EmailType, NoContactReason, NoticeOccasion, NotifyStatus},
    ids::{Parse, PartnershipId, Urn, UserId},
};
use gateway::users::{User, Users};
use projections::{NoticeRow, Views};
use serde_json::json;
use tests::{
    reference::{IMPORT, SUPPORT, TEACH_FIRST, entry, recruitment},
    world::World,
};
use uuid::Uuid;

const MONDAY: &str = "2025-06-02T09:00:00Z";

async fn at_work() -> World {
    let world = World::start_at_work().await.with_reference().await;
    world.set_clock(MONDAY, true).await;
    world
}

fn views(world: &World) -> Views {
    Views::new(world.owner.clone())
}

fn id(partnership: &str) -> PartnershipId {
    PartnershipId::parse(partnership).expect("the answer holds ids")
}

/// The mails about a partnership once there are so many, all at their end.
async fn mails(world: &World, partnership: &str, count: usize) -> Vec<NoticeRow> {
    let views = views(world);
    world
        .until(|| async {
            let rows = views.notices_of(id(partnership)).await.expect("the view can be read");
            let at_end = |row: &NoticeRow| {
                row.no_contact.is_some() || row.withheld.is_some() || row.status == Some(NotifyStatus::Delivered)
            };
            (rows.len() >= count && rows.iter().all(at_end)).then_some(rows)
        })
        .await
}

/// The text parts of the mails in the mailbox to an address.
async fn read(world: &World, to: &str) -> Vec<String> {
    let select = "select text_part from gateway.mailbox where sent_to = $1 order by received_at";
    sqlx::query_scalar(select).bind(to).fetch_all(&world.owner).await.expect("the mailbox can be read")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_is_told_at_once_and_reminded_a_week_later_at_the_contact_of_then() {
    let world = at_work().await;
    let partnership = world.recruited(TEACH_FIRST, 100_001).await;
    let first = mails(&world, &partnership, 1).await;
    assert_eq!(first[0].email_type, Some(EmailType::SchoolEmail));
    let mail = &read(&world, "office@school.example").await[0];
    let token = mail.split_once("report-incorrect-partnership?token=").expect("a link").1[..32].to_owned();
    assert_eq!(first[0].token_hash.as_deref(), Some(gateway::mail::tokens::hash(&token).as_str()));
    assert!(
        views(&world).nomination_link_by_token(&gateway::mail::tokens::hash(&token)).await.expect("read").is_some()
    );
    assert!(mail.contains("16 June 2025") && mail.contains("TEACH-FIRST") && mail.contains("A-HUB"), "{mail}");
    let ada = json!({ "school_urn": "100001", "name": "Ada Example", "email": "ada@school.example" });
    world.accepted(SUPPORT, "NominateInductionTutor", ada).await;
    world.set_clock("2025-06-09T09:00:00Z", true).await;
    let both = mails(&world, &partnership, 2).await;
    assert_eq!(both[1].email_type, Some(EmailType::InductionCoordinatorReminderEmail));
    assert!(read(&world, "ada@school.example").await[0].contains("Dear Ada Example"));
    assert_ne!(both[0].token_hash, both[1].token_hash, "each mail has a token of its own");
    let tokens: i64 =
        sqlx::query_scalar("select count(*) from gateway.mail_tokens").fetch_one(&world.owner).await.expect("counted");
    assert_eq!(tokens, 0, "no token outlives the sending of its mail");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_break_stops_the_reminder_and_is_told_to_every_user_of_the_provider() {
    let world = at_work().await;
    let users = [("robin", 1), ("sam", 2)].map(|(name, number)| User {
        user_id: Uuid::from_u128(number),
        actor_kind: "lead-provider".into(),
        organisation: "teach-first".into(),
        name: format!("{name} <b>Example</b>"),
        email: format!("{name}@provider.example"),
    });
    for user in &users {
        Users::new(world.owner.clone()).put(user).await.expect("kept");
    }
    let partnership = world.recruited(TEACH_FIRST, 100_001).await;
    mails(&world, &partnership, 1).await;
    let report = json!({ "partnership_id": partnership, "reason": "not_confirmed" });
    world.accepted("school_100001", "ReportPartnershipMistake", report).await;
    let all = mails(&world, &partnership, 3).await;
    let told: Vec<_> = all.iter().filter_map(|row| row.recipient).collect();
    assert!(told.contains(&UserId(Uuid::from_u128(1))) && told.contains(&UserId(Uuid::from_u128(2))), "{all:?}");
    let mail = &read(&world, "robin@provider.example").await[0];
    assert!(mail.contains("2025/26") && mail.contains("100001") && mail.contains("no payment"), "{mail}");
    world.set_clock("2025-07-01T09:00:00Z", true).await;
    // The control: another school's reminder goes out by the same clock.
    let other = world.recruited(TEACH_FIRST, 100_002).await;
    mails(&world, &other, 1).await;
    world.set_clock("2025-07-08T09:00:00Z", true).await;
    mails(&world, &other, 2).await;
    assert_eq!(mails(&world, &partnership, 3).await.len(), 3, "no reminder about a broken partnership");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_delivery_partner_begins_a_round_and_ends_the_reminder_of_the_last() {
    let world = at_work().await;
    let partnership = world.recruited(TEACH_FIRST, 100_001).await;
    mails(&world, &partnership, 1).await;
    world.set_clock("2025-06-05T09:00:00Z", true).await;
    let change = json!({ "partnership_id": partnership, "delivery_partner_id": "b-hub" });
    world.accepted(TEACH_FIRST, "ChangeDeliveryPartner", change).await;
    mails(&world, &partnership, 2).await;
    world.set_clock("2025-06-12T09:00:00Z", true).await;
    let all = mails(&world, &partnership, 3).await;
    let reminders: Vec<_> = all.iter().filter(|row| row.occasion == NoticeOccasion::Reminder).collect();
    assert_eq!((all.len(), reminders.len()), (3, 1));
    assert_eq!(reminders[0].notice_id, notice_id(all[1].cause, NoticeOccasion::Reminder, None));
    assert!(read(&world, "office@school.example").await.last().expect("the reminder").contains("B-HUB"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_without_a_mailbox_is_queued_and_its_window_does_not_end_in_silence() {
    let world = at_work().await;
    let mut centre = entry(100_003);
    centre["type_code"] = json!(47);
    world.accepted(IMPORT, "ImportSchool", json!({ "entry": centre })).await;
    let confirmed = world.accepted(TEACH_FIRST, "ConfirmRecruitment", recruitment(100_003)).await;
    let partnership = confirmed["id"].as_str().expect("an id").to_owned();
    let told = world.recruited(TEACH_FIRST, 100_001).await;
    mails(&world, &told, 1).await;
    assert_eq!(mails(&world, &partnership, 1).await[0].no_contact, Some(NoContactReason::ChildrensCentre));
    assert_eq!(views(&world).no_contact_queue((0, 10)).await.expect("read").len(), 1);
    assert!(views(&world).no_contact_queue((1, 10)).await.expect("read").is_empty(), "there is no second page");
    world.set_clock("2025-06-16T22:59:59.999999Z", true).await;
    mails(&world, &told, 2).await;
    let ends = "select count(*) from view_notices.window_ends";
    let ended: i64 = sqlx::query_scalar(ends).fetch_one(&world.owner).await.expect("counted");
    assert_eq!(ended, 0, "the last instant is still inside");
    world.set_clock("2025-06-16T23:00:00Z", true).await;
    let ended = world
        .until(|| async {
            let ended: i64 = sqlx::query_scalar(ends).fetch_one(&world.owner).await.expect("counted");
            (ended == 2).then_some(ended)
        })
        .await;
    let listed = views(&world).never_delivered((0, 10)).await.expect("read");
    assert_eq!((ended, listed.len()), (2, 1), "{listed:?}");
    assert_eq!(listed[0].school_urn, Urn::parse("100003").expect("digits"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nomination_link_is_sent_to_the_mailbox_and_its_first_opening_is_recorded() {
    let world = at_work().await;
    world.school(100_001).await;
    let ask = || json!({ "school_urn": "100001" });
    world.accepted("school_100001", "RequestNominationLink", ask()).await;
    let too_soon = world.send("school_100001", "RequestNominationLink", ask()).await;
    assert_eq!(too_soon.body["code"], "link_asked_too_soon");
    let mail = world.until(|| async { read(&world, "office@school.example").await.pop() }).await;
    let token = mail.split_once("nominate-induction-tutor?token=").expect("a link").1[..32].to_owned();
    let link = world
        .until(|| async {
            views(&world).nomination_link_by_token(&gateway::mail::tokens::hash(&token)).await.expect("read")
        })
        .await;
    let open = || json!({ "school_urn": "100001", "link_id": link.link_id });
    world.accepted("school_100001", "OpenNominationLink", open()).await;
    let again = world.send("school_100001", "OpenNominationLink", open()).await;
    assert_eq!(again.body["outcome"], "nothing_to_do");
    world.set_clock("2025-06-23T09:00:00.000001Z", true).await;
    let late = world.send("school_100001", "OpenNominationLink", open()).await;
    assert_eq!(late.body["code"], "link_expired");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_are_read_at_the_mailbox_of_a_development_service() {
    let world = at_work().await;
    let partnership = world.recruited(TEACH_FIRST, 100_001).await;
    let mail = mails(&world, &partnership, 1).await.remove(0);
    let page = |path: String| reqwest_get(world.url(&path));
    let list = page("/dev/mailbox?to=office".to_owned()).await;
    assert!(list.contains("office@school.example") && list.contains(&mail.notice_id.to_string()), "{list}");
    assert!(page(format!("/dev/mailbox/{}", mail.notice_id)).await.contains("report-incorrect-partnership?token="));
    assert!(page(format!("/dev/mailbox/{}/html", mail.notice_id)).await.contains("<h2"));
}

async fn reqwest_get(url: String) -> String {
    async_nats::rustls::crypto::ring::default_provider().install_default().ok();
    reqwest::get(url).await.expect("the service answers").text().await.expect("text")
}
