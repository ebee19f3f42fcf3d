//! What a training provider's people do on the pages: the seed's five screens and the journeys beside them.

use tests::{people, trainee_table::trainee_in, visitor::Visitor, world::World};

use crate::{
    rig::{Rig, Tab},
    steps::{passed, press_the_button, refused, signed_in},
};

const LIST: &str = "/training-provider/trainees";

/// The seed's five screens in order, with the keyboard alone; judged where scripts run.
pub(crate) async fn recommending_by_keyboard(rig: &Rig, world: &World, scripts: bool) {
    let id = trainee_in(world, "trn_received").await;
    let tab = signed_in(rig, world, &people::training_provider("1AB")).await;
    if !scripts {
        tab.without_scripts().await;
    }
    tab.open(&world.url(LIST)).await;
    passed(&tab, scripts, ("Trainees", "trainees")).await;
    tab.open(&world.url(&format!("{LIST}/{id}"))).await;
    passed(&tab, scripts, ("Trainee details - TRN received", "trainee-trn-received")).await;
    tab.tab_to("element.href && element.href.endsWith('/recommend')").await;
    tab.press("Enter", 13, "\r").await;
    passed(&tab, scripts, ("When did they meet the QTS standards?", "when-standards-met")).await;
    press_the_button(&tab).await;
    refused(&tab, scripts, "when-standards-met-error").await;
    tab.tab_to("element.name === 'when'").await;
    tab.press(" ", 32, " ").await;
    tab.press("ArrowDown", 40, "").await;
    tab.until("document.querySelector('[name=when]:checked').value", "yesterday").await;
    press_the_button(&tab).await;
    passed(&tab, scripts, ("Check QTS details", "check-qts-details")).await;
    tab.tab_to("element.tagName === 'BUTTON' && element.innerText.startsWith('Recommend')").await;
    tab.press("Enter", 13, "\r").await;
    passed(&tab, scripts, ("Trainee recommended for QTS", "trainee-recommended")).await;
    tab.tab_to("element.href && element.innerText.includes('this trainee')").await;
    tab.press("Enter", 13, "\r").await;
    passed(&tab, scripts, ("Trainee details - Recommended for QTS", "trainee-details-recommended")).await;
}

/// Who will not pass is extended, deferred or withdrawn: each journey to its end with the keyboard alone, and each page
/// judged where scripts run. Then support takes the withdrawal back.
pub(crate) async fn staying_or_leaving(rig: &Rig, world: &World, scripts: bool) {
    let id = trainee_in(world, "trn_received").await;
    let tab = signed_in(rig, world, &people::training_provider("1AB")).await;
    if !scripts {
        tab.without_scripts().await;
    }
    let walk = Walk { tab: &tab, scripts };
    let at = |page: &str| world.url(&format!("{LIST}/{id}/{page}"));
    tab.open(&at("extend")).await;
    walk.on("What is their new expected end date?", "extend").await;
    walk.refused("extend-error").await;
    walk.date("end", ["31", "3", "2026"]).await;
    walk.to("Check extension details", "check-extension").await;
    walk.to("Trainee details - TRN received", "extended").await;
    tab.open(&at("defer")).await;
    walk.on("When did the trainee defer?", "defer").await;
    walk.date("date", ["1", "5", "2025"]).await;
    walk.to("Why is the trainee deferring? (optional)", "defer-reason").await;
    walk.to("Check deferral details", "check-deferral").await;
    walk.to("Trainee details - Deferred", "deferred").await;
    tab.open(&at("reinstate")).await;
    walk.on("When did the trainee return?", "reinstate").await;
    walk.date("return", ["1", "6", "2025"]).await;
    walk.to("When do you expect them to finish their training?", "reinstate-end").await;
    walk.date("end", ["31", "5", "2026"]).await;
    walk.to("Check reinstatement details", "check-reinstatement").await;
    walk.to("Trainee details - TRN received", "reinstated").await;
    tab.open(&at("withdraw")).await;
    walk.on("When did the trainee withdraw?", "withdraw").await;
    walk.pick("when", "today").await;
    walk.to("Who chose to withdraw the trainee?", "who-chose").await;
    walk.pick("trigger", "trainee").await;
    walk.to("Why is the trainee withdrawing?", "withdrawal-reasons").await;
    walk.refused("withdrawal-reasons-error").await;
    walk.tick("reasons", "not_meeting_qts_standards").await;
    walk.to("Might the trainee want to teach in the future?", "future-interest").await;
    walk.pick("interest", "unknown").await;
    walk.to("Check withdrawal details", "check-withdrawal").await;
    walk.to("Trainee details - Withdrawn", "withdrawn").await;
    tab.open(&at("timeline")).await;
    walk.on("Timeline", "timeline").await;
    taken_back(rig, world, (&id, scripts)).await;
}

/// Support's list and record, a withdrawal undone, a recommendation and an award rescinded.
async fn taken_back(rig: &Rig, world: &World, (withdrawn, scripts): (&str, bool)) {
    let tab = signed_in(rig, world, &people::support()).await;
    if !scripts {
        tab.without_scripts().await;
    }
    let walk = Walk { tab: &tab, scripts };
    tab.open(&world.url(LIST)).await;
    walk.on("Trainees", "support-trainees").await;
    tab.open(&world.url(&format!("{LIST}/{withdrawn}"))).await;
    walk.on("Trainee details - Withdrawn", "support-withdrawn").await;
    let (recommended, awarded) = (trainee_in(world, "recommended_for_award").await, trainee_in(world, "awarded").await);
    for (id, page, (question, check)) in [
        (withdrawn, "undo-withdrawal", ("Why is the withdrawal undone?", "Check before you undo the withdrawal")),
        (
            recommended.as_str(),
            "rescind",
            ("Why is the recommendation taken back?", "Check before you take the recommendation back"),
        ),
        (awarded.as_str(), "rescind", ("Why is the award taken back?", "Check before you take the award back")),
    ] {
        tab.open(&world.url(&format!("{LIST}/{id}/{page}"))).await;
        walk.on(question, &format!("{page}-why")).await;
        walk.refused(&format!("{page}-error")).await;
        walk.write("comment", "Entered for another trainee").await;
        walk.to(check, &format!("check-{page}")).await;
        walk.to("Trainee details - TRN received", &format!("{page}-done")).await;
    }
    tab.open(&world.url(&format!("{LIST}/new"))).await;
    walk.on("Register a trainee", "support-register").await;
}

/// Where there is nobody, and where names are as long as names get; a partner that only looks.
pub(crate) async fn empty_and_long(rig: &Rig, world: &World) {
    let tab = signed_in(rig, world, &people::training_provider("2CD")).await;
    tab.open(&world.url(LIST)).await;
    tab.until_heading("Trainees").await;
    tab.judge("trainees-none").await;
    tab.open(&world.url(&format!("{LIST}?q=nobody"))).await;
    tab.until_heading("Trainees").await;
    tab.judge("trainees-no-match").await;
    let mut long = tests::trainee_table::registration();
    long["first_names"] = "Maximiliane-Wilhelmina Alexandrina Theodora Konstantina".into();
    long["last_names"] = "Featherstonehaugh-Cholmondeley-Wolfeschlegelsteinhausenbergerdorff".into();
    long["details"]["training_partner"] = "Provider 2CD".into();
    long["details"]["email"] = "maximiliane.wilhelmina.alexandrina@a-very-long-name-of-a-school.trainee.example".into();
    let registered = world.accepted("training-provider_1AB", "RegisterTrainee", long).await;
    let id = registered["id"].as_str().expect("an id").to_owned();
    let partner = signed_in(rig, world, &people::training_partner("2CD")).await;
    partner.open(&world.url(LIST)).await;
    partner.until_heading("Trainees").await;
    partner.judge("partner-trainees").await;
    partner.open(&world.url(&format!("{LIST}/{id}"))).await;
    partner.until_heading("Trainee details - Draft").await;
    partner.judge("partner-trainee-long-name").await;
    let own = signed_in(rig, world, &people::training_provider("1AB")).await;
    for (page, heading, name) in
        [("edit", "Change the trainee’s details", "edit"), ("submit", "Check before you submit for a TRN", "submit")]
    {
        own.open(&world.url(&format!("{LIST}/{id}/{page}"))).await;
        own.until_heading(heading).await;
        own.judge(name).await;
    }
}

/// What people do on a page with keys alone.
struct Walk<'t> {
    tab: &'t Tab<'t>,
    scripts: bool,
}

impl Walk<'_> {
    async fn on(&self, heading: &str, name: &str) {
        passed(self.tab, self.scripts, (heading, name)).await;
    }

    /// The first button of the page is pressed, and another page comes.
    async fn to(&self, heading: &str, name: &str) {
        self.press_the_button().await;
        self.on(heading, name).await;
    }

    /// The first button is pressed with nothing answered: the page says what is wrong.
    async fn refused(&self, name: &str) {
        self.press_the_button().await;
        refused(self.tab, self.scripts, name).await;
    }

    async fn press_the_button(&self) {
        let button = "element.tagName === 'BUTTON' && element.classList.contains('govuk-button')";
        self.tab.tab_to(&format!("{button} && element.closest('main') !== null")).await;
        self.tab.press("Enter", 13, "\r").await;
    }

    async fn date(&self, name: &str, parts: [&str; 3]) {
        for (part, value) in ["day", "month", "year"].into_iter().zip(parts) {
            self.write(&format!("{name}-{part}"), value).await;
        }
    }

    async fn write(&self, id: &str, text: &str) {
        self.tab.tab_to(&format!("element.id === '{id}'")).await;
        for letter in text.chars() {
            let code = i64::from(u32::from(letter.to_ascii_uppercase()));
            self.tab.press(&letter.to_string(), code, &letter.to_string()).await;
        }
    }

    /// One of several: the keyboard enters the group and goes on with the arrow.
    async fn pick(&self, name: &str, value: &str) {
        self.tab.tab_to(&format!("element.name === '{name}'")).await;
        self.tab.press(" ", 32, " ").await;
        let chosen = format!("(document.querySelector('[name={name}]:checked') || {{}}).value || ''");
        for _ in 0..5 {
            if self.tab.ask(&chosen).await == value {
                return;
            }
            self.tab.press("ArrowDown", 40, "").await;
        }
        panic!("the keyboard does not choose {value}");
    }

    async fn tick(&self, name: &str, value: &str) {
        self.tab.tab_to(&format!("element.name === '{name}' && element.value === '{value}'")).await;
        self.tab.press(" ", 32, " ").await;
    }
}

/// The first pages of what is done with forms and files.
pub(crate) async fn other_pages(rig: &Rig, world: &World) {
    let tab = signed_in(rig, world, &people::training_provider("1AB")).await;
    for (path, heading, name) in [
        ("/training-provider/bulk-recommend", "Recommend trainees for QTS or EYTS in bulk", "bulk-start"),
        ("/training-provider/trainees/new", "Register a trainee", "register"),
    ] {
        tab.open(&world.url(path)).await;
        tab.until_heading(heading).await;
        tab.judge(name).await;
    }
    let mut ada = Visitor::signed_in(world, &people::training_provider("1AB")).await;
    let start = ada.get("/training-provider/bulk-recommend").await;
    trainee_in(world, "trn_received").await;
    let file = b"TRN,Last names,Date\n7654321,Nobody,2025-06-01\n,,\n1111111,Nobody,1/6/2025\n";
    let sent = ada.send_file(&start, "/training-provider/bulk-recommend/upload", ("a.csv", file)).await;
    for (page, heading, name) in
        [("", "Summary of your file", "bulk-summary"), ("/errors", "Errors in your file", "bulk-errors")]
    {
        tab.open(&world.url(&format!("{}{page}", sent.location()))).await;
        tab.until_heading(heading).await;
        tab.judge(name).await;
    }
    let id = trainee_in(world, "trn_received").await;
    let own = serde_json::json!({ "trainee_id": id, "details": { "provider_trainee_id": "BULK-1" } });
    world.accepted("training-provider_1AB", "AmendTraineeDetails", own).await;
    let good = b"Provider trainee ID,Date\nBULK-1,1/6/2025\n";
    let sent = ada.send_file(&start, "/training-provider/bulk-recommend/upload", ("b.csv", good)).await;
    tab.open(&world.url(&format!("{}/check", sent.location()))).await;
    let walk = Walk { tab: &tab, scripts: true };
    walk.on("Check who will be recommended for QTS or EYTS", "bulk-check").await;
    walk.to("1 trainee recommended for QTS or EYTS", "bulk-done").await;
}
