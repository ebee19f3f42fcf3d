//! What the induction tutor of a school sees and chooses: its providers, the last day to report, what comes after.

use serde_json::json;
use tests::{
    people,
    reference::{SUPPORT, TEACH_FIRST, recruitment},
    visitor::Visitor,
    world::World,
};

const PROGRAMME: &str = "/school/programme";
const REPORT: &str = "Report that your school has been signed up incorrectly";

async fn world() -> World {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-10-01T09:00:00Z", true).await;
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_sees_both_providers_and_the_last_day_then_support_then_that_it_must_sign_up_again() {
    let world = world().await;
    let id = world.recruited(TEACH_FIRST, 100_120).await;
    world.views_shown().await;
    let mut tutor = Visitor::signed_in(&world, &people::tutor(100_120)).await;
    let open = tutor.get("/school").await;
    for told in ["Example School 100120", "2025 to 2026", "TEACH-FIRST", "A-HUB", "15 October 2025", REPORT] {
        assert!(open.text().contains(told), "{told}: {}", open.text());
    }
    assert!(open.html.contains(&format!("/report-incorrect-partnership?partnership={id}")), "{}", open.html);
    assert!(!open.html.contains(PROGRAMME), "nothing to choose while a provider has the school");
    world.set_clock("2025-10-15T22:59:59.999999Z", true).await;
    assert!(tutor.sign_in_as(&people::tutor(100_120)).await.status == 303);
    assert!(tutor.get("/school").await.text().contains(REPORT), "the last microsecond");
    world.set_clock("2025-10-15T23:00:00Z", true).await;
    let settled = tutor.get("/school").await;
    assert!(!settled.text().contains(REPORT), "{}", settled.text());
    assert!(settled.html.contains(&format!("/ask-support?partnership={id}")), "{}", settled.html);
    let broken =
        json!({ "partnership_id": id, "reason": "not_confirmed", "audit_reason": "It rang", "authorised_by": "T 1" });
    world.accepted(SUPPORT, "BreakPartnershipAsSupport", broken).await;
    world.views_shown().await;
    let free = tutor.get("/school").await;
    assert!(free.text().contains("Sign up again") && !free.text().contains("TEACH-FIRST"), "{}", free.text());
    assert!(free.html.contains("/school/programme?cohort=2025"), "{}", free.html);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_chooses_what_it_does_for_the_year_and_not_while_a_provider_has_it() {
    let world = world().await;
    world.school(100_120).await;
    world.views_shown().await;
    let mut tutor = Visitor::signed_in(&world, &people::tutor(100_120)).await;
    let page = tutor.get(&format!("{PROGRAMME}?cohort=2025")).await;
    let none = tutor.send(&page, PROGRAMME, &[]).await;
    assert!(none.status == 422 && none.html.contains("href=\"#programme\""), "{}", none.html);
    let saved = tutor.send(&none, PROGRAMME, &[("programme", "school_led")]).await;
    let home = tutor.follow(&saved).await;
    assert!(
        home.text().contains("Your choice is saved.") && home.text().contains("by the school itself"),
        "{}",
        home.text()
    );
    for unknown in ["2031", "x", ""] {
        assert_eq!(tutor.get(&format!("{PROGRAMME}?cohort={unknown}")).await.status, 404, "{unknown:?}");
    }
    world.accepted(TEACH_FIRST, "ConfirmRecruitment", recruitment(100_120)).await;
    world.views_shown().await;
    let held = tutor.send(&page, PROGRAMME, &[("programme", "no_early_career_teachers")]).await;
    assert_eq!(held.location(), "/school");
    assert!(tutor.get("/school").await.text().contains("provider that DfE pays for"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tutor_is_named_to_the_own_school_and_nobody_else_sees_the_page() {
    let world = world().await;
    world.school(100_120).await;
    let ada = json!({ "school_urn": "100120", "name": "Ada <b>Example", "email": "ada@school.example" });
    world.accepted(SUPPORT, "NominateInductionTutor", ada).await;
    world.views_shown().await;
    let mut tutor = Visitor::signed_in(&world, &people::tutor(100_120)).await;
    let page = tutor.get("/school").await;
    assert!(page.text().contains("Ada <b>Example ") && page.text().contains("ada@school.example"), "{}", page.text());
    assert!(!page.html.contains("<b>"), "a name is text");
    assert!(Visitor::new(&world).get("/school").await.location().starts_with("/sign-in"));
    for other in [people::support(), people::lead_provider("Teach First")] {
        let mut other = Visitor::signed_in(&world, &other).await;
        for path in ["/school", "/school/programme?cohort=2025"] {
            assert_eq!(other.get(path).await.status, 404, "{path}");
        }
    }
}
