//! Mail carriers for tests, speaking the real protocols and doing as they are told: GOV.UK Notify's HTTP API, and SMTP.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use gateway::config::{MailCarrier, NotifyConfig, Secret};
use ring::hmac;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use uuid::Uuid;

/// Shorter than the patience of a world under test.
const A_WHILE: Duration = Duration::from_secs(1);
const SERVICE: &str = "26785a09-ab16-4eb0-8407-a37497a57506";
const SECRET: &str = "3d844edf-8d35-48ac-975b-e847b4f122b0";

/// What a carrier does with the next mail; with every mail after its list it takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Says that it is too busy; does not take it.
    Busy,
    /// Breaks down before it takes it.
    Down,
    /// Never answers; does not take it.
    Hang,
    /// Takes it, and never answers.
    TakeAndHang,
    /// Takes it, and breaks down before it answers.
    TakeAndBreak,
    /// Will never take it.
    Refuse,
    /// Takes it, after a good while.
    Slow,
    /// Takes it.
    Take,
}

/// A mail that a carrier took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The carrier's id of it.
    pub id: String,
    /// The sender's id of it.
    pub reference: String,
    /// Mail address.
    pub to: String,
    /// Everything that it says.
    pub text: String,
}

#[derive(Default)]
struct Inside {
    script: VecDeque<Mode>,
    taken: Vec<Taken>,
    asked: usize,
    delivered: bool,
}

/// What happens at a carrier, seen from outside.
#[derive(Clone, Default)]
pub struct Sink(Arc<Mutex<Inside>>);

impl Sink {
    /// What it took, in order.
    pub fn taken(&self) -> Vec<Taken> {
        self.inside(|inside| inside.taken.clone())
    }

    /// How often it was asked to take a mail.
    pub fn asked(&self) -> usize {
        self.inside(|inside| inside.asked)
    }

    /// From now on whoever asks after a mail is told that it was delivered.
    pub fn delivers(&self) {
        self.inside(|inside| inside.delivered = true);
    }

    fn inside<T>(&self, look: impl FnOnce(&mut Inside) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn next(&self) -> Mode {
        self.inside(|inside| {
            inside.asked += 1;
            inside.script.pop_front().unwrap_or(Mode::Take)
        })
    }

    fn take(&self, reference: &str, to: &str, text: String) -> String {
        let id = Uuid::now_v7().to_string();
        let taken = Taken { id: id.clone(), reference: reference.to_owned(), to: to.to_owned(), text };
        self.inside(|inside| inside.taken.push(taken));
        id
    }

    fn scripted(script: &[Mode]) -> Self {
        let sink = Self::default();
        sink.inside(|inside| inside.script = script.iter().copied().collect());
        sink
    }
}

/// An address on this machine that nobody has.
pub async fn any_port() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a free port")
}

/// A look-alike of GOV.UK Notify that follows a script, and how to reach it.
pub async fn notify(script: &[Mode]) -> (Sink, MailCarrier) {
    notify_on(any_port().await, script)
}

/// The same, on an address that was taken before.
pub fn notify_on(listener: TcpListener, script: &[Mode]) -> (Sink, MailCarrier) {
    let sink = Sink::scripted(script);
    let routes = Router::new()
        .route("/v2/notifications/email", post(notify_takes))
        .route("/v2/notifications", get(notify_knows))
        .with_state(sink.clone());
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let api_key = Secret::new(format!("test-{SERVICE}-{SECRET}"));
    (sink, MailCarrier::Notify(NotifyConfig { api_key, url, template_id: Uuid::nil().to_string() }))
}

async fn notify_takes(State(sink): State<Sink>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    if !is_signed(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let says = format!("{}\n{}", body["personalisation"]["subject"], body["personalisation"]["body"]);
    let takes = || sink.take(&text("reference"), &text("email_address"), says.clone());
    let mode = sink.next();
    match mode {
        Mode::Busy => StatusCode::TOO_MANY_REQUESTS.into_response(),
        Mode::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Mode::Refuse => StatusCode::BAD_REQUEST.into_response(),
        Mode::Hang => std::future::pending().await,
        Mode::TakeAndHang => {
            takes();
            std::future::pending().await
        }
        Mode::TakeAndBreak => {
            takes();
            StatusCode::BAD_GATEWAY.into_response()
        }
        Mode::Take | Mode::Slow => {
            if mode == Mode::Slow {
                tokio::time::sleep(A_WHILE).await;
            }
            (StatusCode::CREATED, Json(json!({ "id": takes(), "reference": body["reference"] }))).into_response()
        }
    }
}

async fn notify_knows(
    State(sink): State<Sink>,
    headers: HeaderMap,
    Query(query): Query<std::collections::HashMap<String, String>>,
) -> Response {
    if !is_signed(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let sought = query.get("reference").cloned().unwrap_or_default();
    let status = if sink.inside(|inside| inside.delivered) { "delivered" } else { "sending" };
    let found = sink.taken().into_iter().filter(|taken| taken.reference == sought);
    let found: Vec<_> = found.map(|taken| json!({ "id": taken.id, "status": status })).collect();
    Json(json!({ "notifications": found })).into_response()
}

/// A token of our service, signed with its secret.
fn is_signed(headers: &HeaderMap) -> bool {
    let token = headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let Some((claims, signature)) = token.and_then(|token| token.rsplit_once('.')) else { return false };
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
    let of_service = claims.split('.').nth(1).map(decoded).and_then(|claims| {
        let claims: Value = serde_json::from_slice(&claims).ok()?;
        Some(claims["iss"] == SERVICE && claims["iat"].is_u64())
    });
    hmac::verify(&key, claims.as_bytes(), &decoded(signature)).is_ok() && of_service == Some(true)
}

/// An SMTP server that follows a script, and how to reach it.
pub async fn smtp(script: &[Mode]) -> (Sink, MailCarrier) {
    smtp_on(any_port().await, script)
}

/// The same, on an address that was taken before.
pub fn smtp_on(listener: TcpListener, script: &[Mode]) -> (Sink, MailCarrier) {
    let sink = Sink::scripted(script);
    let url = Secret::new(format!("smtp://{}", listener.local_addr().expect("bound")));
    let serving = sink.clone();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let sink = serving.clone();
            tokio::spawn(async move { converse(sink, connection).await });
        }
    });
    (sink, MailCarrier::Smtp { url, from: "Training Ledger <ledger@example.org>".to_owned() })
}

async fn converse(sink: Sink, connection: TcpStream) -> std::io::Result<()> {
    let (read, mut write) = connection.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 sink\r\n").await?;
    let (mut mode, mut to) = (Mode::Take, String::new());
    while let Some(line) = lines.next_line().await? {
        let verb = line.get(..4).unwrap_or(&line).to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" | "HELO" => "250 sink\r\n",
            "MAIL" => {
                mode = sink.next();
                if mode == Mode::Busy { "451 later\r\n" } else { "250 ok\r\n" }
            }
            "RCPT" => {
                line.split(['<', '>']).nth(1).unwrap_or_default().clone_into(&mut to);
                if mode == Mode::Refuse { "550 no such mailbox\r\n" } else { "250 ok\r\n" }
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    text.push_str(&line);
                    text.push('\n');
                }
                let reference = between(&text, "Message-ID: <", "@");
                match mode {
                    Mode::Hang => std::future::pending::<()>().await,
                    Mode::Down => return Ok(()),
                    Mode::Slow => {
                        tokio::time::sleep(A_WHILE).await;
                        drop(sink.take(&reference, &to, text));
                    }
                    _ => drop(sink.take(&reference, &to, text)),
                }
                match mode {
                    Mode::TakeAndHang => std::future::pending::<()>().await,
                    Mode::TakeAndBreak => return Ok(()),
                    _ => {}
                }
                "250 taken\r\n"
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok\r\n",
        };
        write.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

fn between(text: &str, start: &str, end: &str) -> String {
    let after = text.split_once(start).map_or("", |(_, after)| after);
    after.split_once(end).map_or(after, |(found, _)| found).to_owned()
}
