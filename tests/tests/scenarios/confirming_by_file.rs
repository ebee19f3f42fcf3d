//! A lead provider confirms schools by a file (DOMAIN 3.7): every trap by its row and code, the list before it is
//! confirmed, and each row decided anew when it is.

use events_schema::events::{Event, school_partnership::SchoolPartnershipEvent};
use serde_json::{Value, json};
use tests::{
    people,
    reference::{AMBITION, IMPORT, TEACH_FIRST, entry, recruitment},
    visitor::{Shown, Visitor, plain},
    world::World,
};

const PARTNER: &str = "/lead-provider/confirm/delivery-partner";
const UPLOAD: &str = "/lead-provider/confirm/upload?cohort=2025&delivery_partner=a-hub";

async fn world_with_schools(urns: std::ops::Range<u32>) -> World {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-10-01T09:00:00Z", true).await;
    for urn in urns {
        world.school(urn).await;
    }
    world.seen().await;
    world
}

async fn visitor(world: &World, name: &str) -> Visitor {
    Visitor::signed_in(world, &people::lead_provider(name)).await
}

/// Uploads a file; the page after it.
async fn uploaded(visitor: &mut Visitor, bytes: &[u8]) -> Shown {
    let page = visitor.get(UPLOAD).await;
    assert_eq!(page.status, 200, "{}", page.html);
    let sent = visitor.upload(&page, UPLOAD, ("schools.csv", bytes)).await;
    if sent.status == 303 { visitor.follow(&sent).await } else { sent }
}

/// As [`uploaded`], for a file without errors: the path of the upload, and the page that lists its schools.
async fn listed(visitor: &mut Visitor, file: &str) -> (String, Shown) {
    let page = visitor.get(UPLOAD).await;
    let sent = visitor.upload(&page, UPLOAD, ("schools.csv", file.as_bytes())).await;
    let path = sent.location();
    (path.clone(), visitor.get(&format!("{path}/check")).await)
}

/// Confirms a list; the result.
async fn confirmed(visitor: &mut Visitor, (path, page): &(String, Shown)) -> Shown {
    let sent = visitor.send(page, &format!("{path}/confirm"), &[]).await;
    assert_eq!(sent.location(), format!("{path}/done"));
    visitor.follow(&sent).await
}

/// Row, what it held, school and code of each row of the table of errors.
fn table(page: &Shown) -> Vec<[String; 4]> {
    let row = |html: &str| {
        let (code, rest) = html.split_once('"').expect("a code");
        let cell = |at: usize| plain(rest.split("<td").nth(at + 1).expect("a cell").split_once('>').expect("a tag").1);
        [cell(0), cell(1), cell(2), code.to_owned()]
    };
    page.html.split("data-code=\"").skip(1).map(row).collect()
}

/// An entry of the register that differs from that of an eligible school.
async fn odd_school(world: &World, urn: u32, change: Value) {
    let mut entry = entry(urn);
    for (key, value) in change.as_object().expect("an object") {
        entry[key] = value.clone();
    }
    world.accepted(IMPORT, "ImportSchool", json!({ "entry": entry })).await;
}

async fn with_every_trap() -> World {
    let world = world_with_schools(100_101..100_106).await;
    for urn in [20_009, 100_110] {
        world.school(urn).await;
    }
    odd_school(&world, 100_120, json!({ "type_code": 10, "type_name": "Other independent special school" })).await;
    odd_school(&world, 100_121, json!({ "status_code": 2, "status_name": "Closed" })).await;
    odd_school(&world, 100_122, json!({ "type_code": 29, "type_name": "Higher education institutions" })).await;
    odd_school(&world, 100_123, json!({ "district_code": "W06000001", "la_in_england": false })).await;
    world.accepted(TEACH_FIRST, "ConfirmRecruitment", recruitment(100_104)).await;
    world.accepted(AMBITION, "ConfirmRecruitment", recruitment(100_105)).await;
    let mut last_year = recruitment(100_110);
    last_year["cohort"] = json!("2024");
    world.accepted(AMBITION, "ConfirmRecruitment", last_year).await;
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_trap_is_told_by_its_spreadsheet_row_and_the_rest_can_be_confirmed() {
    let world = with_every_trap().await;
    let mut visitor = visitor(&world, "Teach First").await;
    let file = "\u{feff}URN,\r\n100101\r\n\r\n\u{a0}, ,\r\n0020009\r\n\"100102\r\n(North)\"\r\n100103,999999\r\n100101\r\n\
                100120\r\n100121\r\n100122\r\n100123\r\n100104\r\n100105\r\n100110\r\n000\r\n12345678901234567890\r\n";
    let page = uploaded(&mut visitor, file.as_bytes()).await;
    let row = |row: u32, held: &str, school: &str, code: &str| {
        [row.to_string(), held.to_owned(), school.to_owned(), code.to_owned()]
    };
    let expected = [
        row(1, "URN", "", "school_unknown"),
        row(7, "999999", "", "school_unknown"),
        row(9, "100120", "Example School 100120", "school_cip_only"),
        row(10, "100121", "Example School 100121", "school_not_eligible"),
        row(11, "100122", "Example School 100122", "school_not_eligible"),
        row(12, "100123", "Example School 100123", "school_not_eligible"),
        row(13, "100104", "Example School 100104", "already_confirmed_by_you"),
        row(14, "100105", "Example School 100105", "recruited_by_other_provider"),
        row(15, "100110", "Example School 100110", "programme_not_confirmed"),
        row(16, "000", "", "school_unknown"),
        row(17, "12345678901234567890", "", "school_unknown"),
    ];
    assert_eq!(table(&page), expected, "{}", page.text());
    for said in ["12 distinct URNs", "11 rows with errors", "4 rows matching"] {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    assert!(!page.text().contains("Ambition"), "who has the school is not told");
    let errors = visitor.get(&link(&page, "/errors.csv")).await;
    assert!(errors.html.contains("7,999999,999999,,school_unknown,"), "{}", errors.html);
    let check = visitor.get(&link(&page, "/check")).await;
    for urn in ["100101", "20009", "100102", "100103"] {
        assert!(check.text().contains(urn), "{urn}: {}", check.text());
    }
    assert!(check.text().contains("Exampleshire") && check.text().contains("A-HUB"), "{}", check.text());
}

/// The address of the page's link that ends so.
fn link(page: &Shown, end: &str) -> String {
    let links = page.html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
    links.into_iter().find(|href| href.ends_with(end)).unwrap_or_else(|| panic!("no link to {end}")).to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_the_whole_is_said_at_its_field() {
    let world = world_with_schools(0..0).await;
    let mut visitor = visitor(&world, "Teach First").await;
    let start = visitor.get("/lead-provider/confirm?cohort=2025").await;
    assert!(start.text().contains("2025 to 2026") && start.text().contains("signed an agreement"), "{}", start.text());
    let question = visitor.get(&format!("{PARTNER}?cohort=2024")).await;
    assert!(question.html.contains("value=\"a-hub\"") && !question.html.contains("b-hub"), "only those paired");
    for chosen in ["", "b-hub", "nobody"] {
        let again = visitor.send(&question, PARTNER, &[("delivery_partner", chosen)]).await;
        assert_eq!(again.status, 422);
        assert!(again.html.contains("<a href=\"#delivery_partner\">Choose a delivery partner</a>"), "{}", again.html);
    }
    let chosen = visitor.send(&question, PARTNER, &[("delivery_partner", "a-hub")]).await;
    assert_eq!(chosen.location(), "/lead-provider/confirm/upload?cohort=2024&delivery_partner=a-hub");
    let page = visitor.get(UPLOAD).await;
    for (name, bytes, said) in [
        ("", vec![], "Select a CSV file"),
        ("a.csv", vec![], "is empty"),
        ("a.csv", b"\xef\xbb\xbf".to_vec(), "is empty"),
        ("a.csv", " ,\n\u{2003}\n".as_bytes().to_vec(), "holds no URNs"),
        ("a.csv", vec![b'1'; 2 * 1024 * 1024 + 1], "2MB or smaller"),
        ("a.csv", vec![b'1'; 9 * 1024 * 1024], "2MB or smaller"),
    ] {
        let sent = visitor.upload(&page, UPLOAD, (name, &bytes)).await;
        assert_eq!(sent.status, 422, "{said}: {}", sent.text());
        assert!(sent.html.contains("<a href=\"#file\">") && sent.text().contains(said), "{said}: {}", sent.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schools_are_taken_off_the_list_until_none_is_left() {
    let world = world_with_schools(100_101..100_103).await;
    let mut visitor = visitor(&world, "Teach First").await;
    let (path, mut page) = listed(&mut visitor, "100101\n100102\n").await;
    for left in ["100102", "There are no schools on your list"] {
        let sent = visitor.send(&page, &format!("{path}/remove"), &[]).await;
        page = visitor.follow(&sent).await;
        assert!(page.text().contains(left), "{left}: {}", page.text());
    }
    assert!(!page.html.contains("Confirm schools</button>"), "nothing is left to confirm");
    let before = world.written().await;
    let csrf = page.hidden("/sign-out");
    let sent = visitor.post(&format!("{path}/confirm"), &[("csrf", csrf[0].1.as_str())]).await;
    assert_eq!(sent.location(), format!("{path}/check"));
    assert_eq!(world.written().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_is_decided_anew_and_pressing_again_repeats_nothing() {
    let world = world_with_schools(100_101..100_105).await;
    let mut visitor = visitor(&world, "Teach First").await;
    let list = listed(&mut visitor, "100101\n100102\n\u{202e}100103\n100104\n").await;
    world.accepted(AMBITION, "ConfirmRecruitment", recruitment(100_102)).await;
    odd_school_now_closed(&world, 100_104).await;
    world.seen().await;
    let done = confirmed(&mut visitor, &list).await;
    assert!(done.heading().contains("2 schools confirmed"), "{}", done.text());
    assert!(done.text().contains("A-HUB") && done.text().contains("We will email the schools"), "{}", done.text());
    let expected = [
        ["2", "100102", "Example School 100102", "recruited_by_other_provider"],
        ["4", "100104", "Example School 100104", "school_not_eligible"],
    ];
    assert_eq!(table(&done), expected.map(|row| row.map(str::to_owned)));
    let before = world.written().await;
    let again = confirmed(&mut visitor, &list).await;
    assert_eq!((again.text(), world.written().await), (done.text(), before));
    let after = visitor.get(&format!("{}/check", list.0)).await;
    assert_eq!(after.location(), format!("{}/done", list.0), "a confirmed list stays as it is");
    came_by_file(&world).await;
}

async fn odd_school_now_closed(world: &World, urn: u32) {
    let mut closed = entry(urn);
    closed["status_code"] = json!(2);
    closed["status_name"] = json!("Closed");
    world.accepted(IMPORT, "ImportSchool", json!({ "entry": closed, "accept_status_change": true })).await;
}

/// The log has file, row and person of each recruitment.
async fn came_by_file(world: &World) {
    let recorded = world.log().page(0, 10_000).await.expect("the log can be read");
    let mut rows = Vec::new();
    for recorded in recorded {
        if let Event::SchoolPartnership(SchoolPartnershipEvent::RecruitmentConfirmed(event)) = &recorded.event
            && let Some(upload) = &event.upload
        {
            assert_eq!(recorded.origin.channel.code(), "csv");
            assert!(recorded.origin.user.is_some(), "the person is kept beside the organisation");
            rows.push((upload.row, upload.held.clone()));
        }
    }
    rows.sort();
    assert_eq!(rows, [(1, "100101".to_owned()), (3, " 100103".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_providers_with_the_same_file_each_school_has_exactly_one() {
    let world = world_with_schools(100_101..100_141).await;
    let (mut one, mut other) = (visitor(&world, "Teach First").await, visitor(&world, "Ambition").await);
    let file: String = (100_101..100_141).map(|urn| format!("{urn}\n")).collect();
    let (first, second) = (listed(&mut one, &file).await, listed(&mut other, &file).await);
    let (first, second) = tokio::join!(confirmed(&mut one, &first), confirmed(&mut other, &second));
    let lost = table(&first).into_iter().chain(table(&second)).collect::<Vec<_>>();
    assert_eq!(lost.len(), 40, "each school is lost to exactly one of them");
    assert!(lost.iter().all(|row| row[3] == "recruited_by_other_provider"), "{lost:?}");
    let recorded = world.log().page(0, 10_000).await.expect("the log can be read");
    let won =
        |event: &Event| matches!(event, Event::SchoolPartnership(SchoolPartnershipEvent::RecruitmentConfirmed(_)));
    assert_eq!(recorded.iter().filter(|recorded| won(&recorded.event)).count(), 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_its_providers_alone() {
    let world = world_with_schools(100_101..100_102).await;
    let mut own = visitor(&world, "Teach First").await;
    let (path, page) = listed(&mut own, "100101\n").await;
    for other in [people::lead_provider("Ambition"), people::tutor(100_101), people::support()] {
        let mut stranger = Visitor::signed_in(&world, &other).await;
        for page in ["", "/check", "/done", "/errors.csv"] {
            assert_eq!(stranger.get(&format!("{path}{page}")).await.status, 404, "{page}");
        }
        let start = stranger.get("/").await;
        let start = if start.status == 303 { stranger.follow(&start).await } else { start };
        let csrf = start.hidden("/sign-out");
        for act in ["confirm", "remove"] {
            let fields = [("csrf", csrf[0].1.as_str()), ("place", "1")];
            assert_eq!(stranger.post(&format!("{path}/{act}"), &fields).await.status, 404, "{act}");
        }
    }
    let nobody = Visitor::new(&world).get(&format!("{path}/check")).await;
    assert!(nobody.location().starts_with("/sign-in?return=/lead-provider/uploads/"), "{}", nobody.location());
    assert!(confirmed(&mut own, &(path, page)).await.heading().contains("1 school confirmed"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_file_is_shown_page_by_page() {
    let world = world_with_schools(0..0).await;
    let mut visitor = visitor(&world, "Teach First").await;
    let rows: String = (1..=25_000).map(|row| format!("{}\n", 500_000 + row)).collect();
    let page = uploaded(&mut visitor, rows.as_bytes()).await;
    assert!(page.text().contains("25000 rows with errors"), "{}", page.text());
    assert_eq!(table(&page).len(), 100);
    let last = visitor.get(&link(&page, "?page=250")).await;
    assert_eq!(table(&last).last().expect("a row")[0], "25000");
}

/// The most memory that this process, which the service runs in, has had, in MiB.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("the most so far");
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<u64>().ok()).expect("a number") / 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_mebibytes_of_numbers_fit_into_256_mebibytes_of_memory() {
    let world = world_with_schools(100_000..100_020).await;
    let mut visitor = visitor(&world, "Teach First").await;
    let rows: String = (0..299_500).map(|row| format!("{}\n", 100_000 + row)).collect();
    let before = most_memory();
    let begun = std::time::Instant::now();
    let page = uploaded(&mut visitor, rows.as_bytes()).await;
    println!("{} rows in {:?}; memory {before} MiB, then {} MiB", 299_500, begun.elapsed(), most_memory());
    assert!(page.text().contains("299480 rows with errors") && page.text().contains("20 rows matching"));
    let errors = visitor.get(&link(&page, "/errors.csv")).await;
    assert_eq!(errors.html.lines().count(), 299_481);
    drop(errors);
    assert!(most_memory() <= 256, "{} MiB", most_memory());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_school_is_confirmed_without_a_file() {
    const ONE: &str = "/lead-provider/confirm/school?cohort=2025&delivery_partner=a-hub";
    const CHECK: &str = "/lead-provider/confirm/school/check?cohort=2025&delivery_partner=a-hub";
    let world = world_with_schools(100_101..100_102).await;
    let mut visitor = visitor(&world, "Teach First").await;
    let page = visitor.get(ONE).await;
    for (typed, said) in [("", "Enter the URN"), ("abc", "5 or 6 digits"), ("999999", "No school has the URN")] {
        let again = visitor.send(&page, ONE, &[("urn", typed)]).await;
        assert_eq!(again.status, 422);
        assert!(again.text().contains(said) && again.html.contains("<a href=\"#urn\">"), "{said}: {}", again.text());
        assert!(typed.is_empty() || again.html.contains(&format!("value=\"{typed}\"")), "what was typed stays");
    }
    let chosen = visitor.send(&page, ONE, &[("urn", " 0100101 ")]).await;
    let check = visitor.follow(&chosen).await;
    assert!(
        check.text().contains("Example School 100101") && check.text().contains("Exampleshire"),
        "{}",
        check.text()
    );
    let sent = visitor.send(&check, CHECK, &[]).await;
    let school = visitor.follow(&sent).await;
    assert!(school.text().contains("You have confirmed Example School 100101"), "{}", school.text());
    let twice = visitor.send(&check, CHECK, &[]).await;
    assert_eq!(twice.location(), sent.location(), "the same form pressed twice is the same command");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmation_that_was_cut_off_goes_on_by_itself() {
    let world = world_with_schools(100_101..100_104).await;
    let mut own = visitor(&world, "Teach First").await;
    let (path, _) = listed(&mut own, "100101\n100102\n100103\n").await;
    // What a service leaves behind that was killed just after the button was pressed.
    let cut_off = "update gateway.uploads set confirmed_at = clock_timestamp(),
                   worked_at = clock_timestamp() - interval '1 minute'";
    sqlx::query(cut_off).execute(&world.owner).await.expect("set");
    let confirmed = "select count(*) from gateway.upload_rows where outcome = 'confirmed'";
    world
        .until(|| async {
            let confirmed: i64 = sqlx::query_scalar(confirmed).fetch_one(&world.owner).await.expect("counted");
            (confirmed == 3).then_some(())
        })
        .await;
    let done = own.get(&format!("{path}/done")).await;
    assert!(done.heading().contains("3 schools confirmed"), "{}", done.text());
}

/// Nearly 2 MiB in a long run.
fn lines() -> u32 {
    if std::env::var_os("TRAINING_LEDGER_LONG").is_some() { 300_000 } else { 20_000 }
}

/// The most memory that this process has had: service, browser and test together.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown").trim().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_the_largest_size_is_previewed_whole() {
    let world = world_with_schools(10_001..10_011).await;
    let mut own = visitor(&world, "Teach First").await;
    let file: String = (0..lines()).map(|number| format!("{}\n", 10_000 + number)).collect();
    let before = peak_memory();
    let began = std::time::Instant::now();
    let page = uploaded(&mut own, file.as_bytes()).await;
    println!(
        "{} lines, {} bytes: previewed in {:.1?}; peak memory {} before, {} after",
        lines(),
        file.len(),
        began.elapsed(),
        before,
        peak_memory()
    );
    assert_eq!(page.status, 200, "{}", page.html);
    assert!(page.text().contains(&lines().to_string()), "{}", page.text());
    assert!(page.text().contains(&(lines() - 10).to_string()), "{}", page.text());
    assert_eq!(table(&page).len(), 100, "a page of them");
}
