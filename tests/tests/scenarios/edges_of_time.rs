//! The clock at both daylight-saving changes, on leap day, at the year's end and in the last microsecond: page, mail and
//! rule show the same moment (DOMAIN 3.3).

use gateway::config::MailCarrier;
use tests::{
    reference::{TEACH_FIRST, recruitment},
    visitor::Visitor,
    world::{World, carried_by},
};

const PATH: &str = "/report-incorrect-partnership";

/// Confirmed at, last day shown, last microsecond inside, first outside.
const EDGES: [[&str; 4]; 9] = [
    ["2025-06-30T23:30:00Z", "15 July 2025", "2025-07-15T22:59:59.999999Z", "2025-07-15T23:00:00Z"],
    ["2025-03-20T16:00:00Z", "3 April 2025", "2025-04-03T22:59:59.999999Z", "2025-04-03T23:00:00Z"],
    ["2025-03-16T10:00:00Z", "30 March 2025", "2025-03-30T22:59:59.999999Z", "2025-03-30T23:00:00Z"],
    ["2025-10-15T09:00:00Z", "29 October 2025", "2025-10-29T23:59:59.999999Z", "2025-10-30T00:00:00Z"],
    ["2025-10-12T09:00:00Z", "26 October 2025", "2025-10-26T23:59:59.999999Z", "2025-10-27T00:00:00Z"],
    ["2025-10-26T01:30:00Z", "9 November 2025", "2025-11-09T23:59:59.999999Z", "2025-11-10T00:00:00Z"],
    ["2024-02-15T12:00:00Z", "29 February 2024", "2024-02-29T23:59:59.999999Z", "2024-03-01T00:00:00Z"],
    ["2024-02-29T12:00:00Z", "14 March 2024", "2024-03-14T23:59:59.999999Z", "2024-03-15T00:00:00Z"],
    ["2024-12-24T15:00:00Z", "7 January 2025", "2025-01-07T23:59:59.999999Z", "2025-01-08T00:00:00Z"],
];

async fn at_work() -> World {
    let world = World::start_with(|config| {
        config.processes = true;
        config.mail = Some(carried_by(MailCarrier::Mailbox));
    });
    world.await.with_reference().await
}

/// The text of the first notice that went to a school's own mailbox.
async fn mail(world: &World, urn: u32) -> String {
    let select = "select text_part from gateway.mailbox where text_part like '%' || $1 || '%' order by received_at";
    world
        .until(|| async {
            let found = sqlx::query_scalar(select).bind(format!("URN {urn})")).fetch_optional(&world.owner).await;
            found.expect("the mailbox can be read")
        })
        .await
}

fn link_in(mail: &str) -> String {
    let token = mail.split_once("report-incorrect-partnership?token=").expect("a link").1;
    format!("{PATH}?token={}", &token[..32])
}

/// Two schools confirmed at one moment; the links of their mails, which name the last day.
async fn confirmed(world: &World, urns: [u32; 2], (at, last_day): (&str, &str)) -> [String; 2] {
    world.set_clock(at, true).await;
    let mut links = Vec::new();
    for urn in urns {
        world.school(urn).await;
        world.accepted(TEACH_FIRST, "ConfirmRecruitment", recruitment(urn)).await;
        let mail = mail(world, urn).await;
        assert!(mail.contains(&format!("Last day to report a mistake: {last_day}\n")), "{at}: {mail}");
        assert!(mail.contains(&format!("by the end of {last_day}.")), "{at}: {mail}");
        links.push(link_in(&mail));
    }
    links.try_into().expect("two")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn page_mail_and_rule_show_the_same_moment_to_the_last_microsecond() {
    let world = at_work().await;
    for (number, [at, last_day, inside, outside]) in (0_u32..).zip(EDGES) {
        let urns = [100_200 + 2 * number, 100_201 + 2 * number];
        let [in_time, late] = confirmed(&world, urns, (at, last_day)).await;
        world.views_shown().await;
        world.set_clock(inside, true).await;
        let mut school = Visitor::new(&world);
        let page = school.get(&in_time).await;
        assert!(page.text().contains(last_day) && !page.text().contains("The last day to report"), "{}", page.text());
        let other = school.get(&late).await;
        let sent = school.send(&page, PATH, &[("reason", "mistake")]).await;
        assert_eq!(school.follow(&sent).await.heading(), "Your report has been submitted", "{inside}");
        world.set_clock(outside, true).await;
        let opened = school.get(&late).await;
        let over = format!("The last day to report this online was {last_day}");
        assert!(opened.text().contains(&over), "{outside}: {}", opened.text());
        let sent = school.send(&other, PATH, &[("reason", "mistake")]).await;
        let passed = school.follow(&sent).await;
        assert_eq!(passed.heading(), "We have passed your report to DfE support", "{outside}");
        assert!(passed.text().contains(last_day), "{outside}: {}", passed.text());
    }
}
