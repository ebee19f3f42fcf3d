//! Pages in a real browser: narrow and wide, with the keyboard alone, without scripts, judged by axe-core.

mod audit;
mod desk;
mod journey;
mod lead_provider;
mod mi;
mod rig;
mod steps;
mod trainees;

use rig::Rig;
use tests::{people, reference::TEACH_FIRST, trainee_table, world::World};

/// One browser for everything: starting one costs more than a page.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_holds_in_a_real_browser() {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-06-02T09:00:00Z", true).await;
    let rig = Rig::start().await;
    journey::anonymous_pages(&rig, &world).await;
    journey::signing_in(&rig, &world, &people::person("delivery_partner", "A-HUB")).await;
    for (urn, scripts) in [(100_120, true), (100_121, false)] {
        let partnership = world.recruited(TEACH_FIRST, urn).await;
        let token = world.notice_token(&partnership).await;
        journey::reporting_by_keyboard(&rig, &world, (&token, scripts)).await;
    }
    let late = world.recruited(TEACH_FIRST, 100_122).await;
    let token = world.notice_token(&late).await;
    world.set_clock("2025-07-02T09:00:00Z", true).await;
    journey::reporting_late(&rig, &world, &token).await;
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_lead_providers_hold_in_a_real_browser() {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-06-02T09:00:00Z", true).await;
    let rig = Rig::start().await;
    lead_provider::every_page(&rig, &world).await;
    lead_provider::confirming_without_scripts(&rig, &world).await;
    rig.stop().await;
}

/// The pages of schools and of support, in a browser of their own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_schools_and_support_hold_in_a_real_browser() {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-06-02T09:00:00Z", true).await;
    let rig = Rig::start().await;
    for (urn, scripts) in [(100_120, true), (100_121, false)] {
        desk::asking_for_a_link(&rig, &world, (urn, scripts)).await;
        desk::nominating_by_keyboard(&rig, &world, (urn, scripts)).await;
    }
    desk::own_school(&rig, &world).await;
    desk::support(&rig, &world).await;
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_training_providers_hold_in_a_real_browser() {
    let world = trainee_table::world().await;
    let rig = Rig::start().await;
    for scripts in [true, false] {
        trainees::recommending_by_keyboard(&rig, &world, scripts).await;
    }
    trainees::other_pages(&rig, &world).await;
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staying_leaving_and_taking_back_hold_in_a_real_browser() {
    let world = trainee_table::world().await;
    let rig = Rig::start().await;
    trainees::empty_and_long(&rig, &world).await;
    for scripts in [true, false] {
        trainees::staying_or_leaving(&rig, &world, scripts).await;
    }
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_management_information_hold_in_a_real_browser() {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-06-02T09:00:00Z", true).await;
    mi::eight_weeks(&world).await;
    let rig = Rig::start().await;
    mi::every_page(&rig, &world).await;
    for scripts in [true, false] {
        mi::by_keyboard(&rig, &world, scripts).await;
    }
    mi::as_an_analyst(&rig, &world).await;
    mi::as_a_lead_provider(&rig, &world).await;
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_auditors_hold_in_a_real_browser() {
    let world = World::start().await.with_reference().await;
    let rig = Rig::start().await;
    audit::every_page(&rig, &world).await;
    rig.stop().await;
}
