//! Mail carriers that are down, slow, refusing, or that take a mail and say nothing: no notice is lost, duplicates are
//! at most the unknown ones, and what they tell late, twice, crossed or forged makes no wrong state.

use events_schema::{
    codes::NotifyStatus,
    ids::{Parse, PartnershipId},
};
use gateway::config::{MailCarrier, NotifyConfig, Secret};
use projections::{NoticeRow, Views};
use serde_json::{Value, json};
use tests::{
    mail_sink::{self, Mode, Sink, Taken},
    reference::TEACH_FIRST,
    world::{World, carried_by},
};

const SECRET: &str = "the secret that both sides hold";

async fn with(carrier: MailCarrier) -> World {
    let world = World::start_with(|config| {
        config.processes = true;
        let mut mail = carried_by(carrier);
        mail.callback_token = Some(Secret::new(SECRET));
        config.mail = Some(mail);
    });
    world.await.with_reference().await
}

/// The one mail of a new recruitment, once it has come so far.
async fn mail(world: &World, wanted: NotifyStatus) -> NoticeRow {
    let recruited = world.recruited(TEACH_FIRST, 100_001).await;
    come_to(world, &recruited, wanted).await
}

async fn come_to(world: &World, partnership: &str, wanted: NotifyStatus) -> NoticeRow {
    let (views, id) = (Views::new(world.owner.clone()), PartnershipId::parse(partnership).expect("an id"));
    world
        .until(|| async {
            let rows = views.notices_of(id).await.expect("the view can be read");
            rows.into_iter().next().filter(|row| row.status == Some(wanted))
        })
        .await
}

fn of(sink: &Sink, row: &NoticeRow) -> Vec<Taken> {
    sink.taken().into_iter().filter(|taken| taken.reference == row.notice_id.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notify_busy_down_or_silent_loses_nothing_and_repeats_nothing() {
    let scripts: [&[Mode]; 6] = [
        &[Mode::Busy, Mode::Down],
        &[Mode::Hang],
        &[Mode::TakeAndHang],
        &[Mode::TakeAndBreak],
        &[Mode::Slow],
        &[Mode::Take],
    ];
    for script in scripts {
        let (sink, carrier) = mail_sink::notify(script).await;
        let world = with(carrier).await;
        let row = mail(&world, NotifyStatus::Sending).await;
        let taken = of(&sink, &row);
        assert_eq!(taken.len(), 1, "{script:?}: what was taken without an answer is looked up, not sent again");
        assert_eq!(row.notify_id.as_deref(), Some(taken[0].id.as_str()));
        assert_eq!(taken[0].to, "office@school.example");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_notify_refuses_is_a_technical_failure_and_is_not_tried_again() {
    let (sink, carrier) = mail_sink::notify(&[Mode::Refuse]).await;
    let world = with(carrier).await;
    mail(&world, NotifyStatus::TechnicalFailure).await;
    assert_eq!((sink.asked(), sink.taken().len()), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn smtp_busy_or_down_loses_nothing_and_a_mailbox_that_is_not_there_is_told() {
    let (sink, carrier) = mail_sink::smtp(&[Mode::Busy]).await;
    let world = with(carrier).await;
    let row = mail(&world, NotifyStatus::Delivered).await;
    let taken = of(&sink, &row);
    assert_eq!((taken.len(), row.unknown_sends), (1, 0), "{taken:?}");
    assert!(taken[0].text.contains("multipart/alternative") && taken[0].text.contains("text/html"), "{taken:?}");
    let (_, carrier) = mail_sink::smtp(&[Mode::Refuse]).await;
    let world = with(carrier).await;
    mail(&world, NotifyStatus::PermanentFailure).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_smtp_a_lost_answer_repeats_the_mail_and_counts_it_as_unknown() {
    let (sink, carrier) = mail_sink::smtp(&[Mode::TakeAndBreak]).await;
    let world = with(carrier).await;
    let row = mail(&world, NotifyStatus::Delivered).await;
    assert_eq!((of(&sink, &row).len(), row.unknown_sends), (2, 1));
}

/// Script, how often the mail was taken, how often nobody knew.
const SMTP_FAULTS: [(&[Mode], usize, u16); 4] =
    [(&[Mode::Slow], 1, 0), (&[Mode::Down], 1, 1), (&[Mode::Hang], 1, 1), (&[Mode::TakeAndHang], 2, 1)];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn smtp_slow_or_silent_loses_nothing_and_repeats_at_most_the_unknown_ones() {
    for (script, times, unknown) in SMTP_FAULTS {
        let (sink, carrier) = mail_sink::smtp(script).await;
        let world = with(carrier).await;
        let row = mail(&world, NotifyStatus::Delivered).await;
        assert_eq!((of(&sink, &row).len(), u16::try_from(row.unknown_sends)), (times, Ok(unknown)), "{script:?}");
    }
}

/// Whoever carries is not there at all when the mail is to go, and comes later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_carrier_that_cannot_be_reached_gets_the_mail_once_when_it_is_back() {
    for by_notify in [true, false] {
        let begin = if by_notify { mail_sink::notify_on } else { mail_sink::smtp_on };
        let wanted = if by_notify { NotifyStatus::Sending } else { NotifyStatus::Delivered };
        // Let go of again: whoever connects there is refused.
        let address = mail_sink::any_port().await.local_addr().expect("bound");
        let world = with(carrier_at(by_notify, address)).await;
        let partnership = world.recruited(TEACH_FIRST, 100_001).await;
        world
            .until(|| async {
                let tried = "select count(*) from gateway.outbox where attempts > 0 and last_error is not null";
                let tried: i64 = sqlx::query_scalar(tried).fetch_one(&world.owner).await.expect("counted");
                (tried == 1).then_some(())
            })
            .await;
        let (sink, _) = begin(tokio::net::TcpListener::bind(address).await.expect("still free"), &[]);
        let row = come_to(&world, &partnership, wanted).await;
        assert_eq!((of(&sink, &row).len(), row.unknown_sends), (1, 0), "by Notify: {by_notify}");
    }
}

fn carrier_at(by_notify: bool, address: std::net::SocketAddr) -> MailCarrier {
    if by_notify {
        let key = "test-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0";
        let (api_key, template_id) = (Secret::new(key), uuid::Uuid::nil().to_string());
        return MailCarrier::Notify(NotifyConfig { api_key, url: format!("http://{address}"), template_id });
    }
    let from = "Training Ledger <ledger@example.org>".to_owned();
    MailCarrier::Smtp { url: Secret::new(format!("smtp://{address}")), from }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notify_that_never_calls_back_is_asked_how_the_mail_stands() {
    let (sink, carrier) = mail_sink::notify(&[]).await;
    let mut world = with(carrier).await;
    let row = mail(&world, NotifyStatus::Sending).await;
    sink.delivers();
    world.close().await;
    // A quarter of an hour has passed.
    let due = "update gateway.outbox set state = 'carried', next_try_at = '-infinity', claimed_until = '-infinity'";
    sqlx::query(due).execute(&world.owner).await.expect("set");
    world.open().await;
    let partnership = row.partnership_id.expect("about a partnership").to_string();
    let delivered = come_to(&world, &partnership, NotifyStatus::Delivered).await;
    assert_eq!((delivered.notify_id, of(&sink, &row).len()), (row.notify_id.clone(), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_of_unknown_outcome_is_not_repeated_for_ever() {
    let (sink, carrier) = mail_sink::smtp(&[Mode::TakeAndBreak; 20]).await;
    let world = with(carrier).await;
    let row = mail(&world, NotifyStatus::TechnicalFailure).await;
    assert_eq!((of(&sink, &row).len(), row.unknown_sends), (3, 3));
}

async fn call_back(world: &World, (secret, body): (&str, &Value)) -> u16 {
    async_nats::rustls::crypto::ring::default_provider().install_default().ok();
    let client = reqwest::Client::new();
    let sent = client.post(world.url("/notify/callback")).bearer_auth(secret).json(body).send().await;
    sent.expect("the service answers").status().as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callbacks_late_double_crossed_or_forged_make_no_wrong_state() {
    let (sink, carrier) = mail_sink::notify(&[]).await;
    let world = with(carrier).await;
    let partnership = world.recruited(TEACH_FIRST, 100_001).await;
    let row = come_to(&world, &partnership, NotifyStatus::Sending).await;
    let id = of(&sink, &row)[0].id.clone();
    let says = |id: &str, reference: &str, status: &str| {
        json!({ "id": id, "reference": reference, "to": "x", "status": status,
                "completed_at": "2025-06-02T09:00:05.000000Z", "notification_type": "email" })
    };
    let ours = row.notice_id.to_string();
    let before = world.written().await;
    for secret in ["", "wrong", "the secret that both sides holD"] {
        assert_eq!(call_back(&world, (secret, &says(&id, &ours, "permanent-failure"))).await, 401);
    }
    let strangers = uuid::Uuid::now_v7().to_string();
    assert_eq!(call_back(&world, (SECRET, &says(&id, &strangers, "delivered"))).await, 404);
    assert_eq!(call_back(&world, (SECRET, &says(&strangers, &ours, "delivered"))).await, 404, "another mail's id");
    assert_eq!(world.written().await, before, "nothing forged is written");
    for (status, events) in [("delivered", 1), ("delivered", 0), ("sending", 0), ("temporary-failure", 0)] {
        let head = world.written().await.0;
        assert_eq!(call_back(&world, (SECRET, &says(&id, &ours, status))).await, 204, "{status}");
        assert_eq!(world.written().await.0 - head, events, "{status}");
    }
    let row = come_to(&world, &partnership, NotifyStatus::Delivered).await;
    assert_eq!(row.delivered_at, Some("2025-06-02T09:00:05Z".parse().expect("an instant")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_dies_between_any_two_steps_loses_no_mail_and_repeats_none() {
    let (sink, carrier) = mail_sink::notify(&[]).await;
    let mut world = with(carrier).await;
    let row = mail(&world, NotifyStatus::Sending).await;
    // What a crash can leave behind: handed over and taken but not noted; noted but not in the log.
    let left =
        ["state = 'waiting', unclear = true, carried_as = null", "state = 'waiting', unclear = false, carried_as = ''"];
    for state in left {
        world.close().await;
        let set = format!("update gateway.outbox set {state}, next_try_at = '-infinity', claimed_until = '-infinity'");
        sqlx::query(&set).execute(&world.owner).await.expect("set back");
        world.open().await;
        let carried = "select count(*) from gateway.outbox where state = 'carried'";
        world
            .until(|| async {
                let carried: i64 = sqlx::query_scalar(carried).fetch_one(&world.owner).await.expect("counted");
                (carried == 1).then_some(())
            })
            .await;
        assert_eq!(of(&sink, &row).len(), 1, "{state}");
    }
}
