//! A browser without scripts, in a few lines: keeps cookies, follows nothing by itself, sends forms as it was given them.

use std::{collections::BTreeMap, time::Duration};

use gateway::local::Person;
use projections::Views;
use reqwest::{
    Client, Method, RequestBuilder, Response,
    header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE},
    redirect::Policy,
};

use crate::world::World;

/// Somebody at a browser.
pub struct Visitor {
    client: Client,
    base: String,
    /// What the browser keeps, by name.
    pub cookies: BTreeMap<String, String>,
}

/// A page as it came.
#[derive(Debug, Clone)]
pub struct Shown {
    /// As of HTTP.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its HTML.
    pub html: String,
}

impl World {
    /// Waits until the views show everything; pages alone do not wait for what others did.
    pub async fn seen(&self) {
        let (head, _) = self.written().await;
        let views = Views::new(self.owner.clone());
        views.wait_until(head, Duration::from_mins(1)).await.expect("the views come so far");
    }
}

impl Visitor {
    /// A browser that was never here.
    pub fn new(world: &World) -> Self {
        async_nats::rustls::crypto::ring::default_provider().install_default().ok();
        let client = Client::builder().redirect(Policy::none()).build().expect("a client");
        Self { client, base: world.url(""), cookies: BTreeMap::new() }
    }

    /// A browser in which somebody has signed in.
    pub async fn signed_in(world: &World, person: &Person) -> Self {
        let mut visitor = Self::new(world);
        let back = visitor.sign_in_as(person).await;
        assert_eq!(back.status, 303, "{}", back.html);
        visitor
    }

    /// Goes through the provider as somebody, back to the service; its answer.
    pub async fn sign_in_as(&mut self, person: &Person) -> Shown {
        let begun = self.get("/sign-in/begin?return=/").await;
        let asked = begun.location();
        let request = asked.split_once('?').expect("the provider is asked something").1.to_owned();
        let fields = [
            ("request", request.as_str()),
            ("name", &person.name),
            ("role", &person.role),
            ("organisation", &person.organisation),
            ("urn", &person.urn),
            ("ukprn", &person.ukprn),
        ];
        let provider = asked.split('?').next().expect("an address");
        let chosen = self.client.post(provider).form(&fields).send().await.expect("the provider answers");
        let back = chosen.headers()[LOCATION].to_str().expect("an address").to_owned();
        self.get(back.strip_prefix(&self.base).expect("back to the service")).await
    }

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Shown {
        let request = self.client.get(format!("{}{path}", self.base));
        self.ask(request).await
    }

    /// Sends a form with exactly these fields.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let request = self.client.request(Method::POST, format!("{}{path}", self.base)).form(fields);
        self.ask(request).await
    }

    /// Sends the form of a page that goes to `path` with a file in it.
    pub async fn send_file(&mut self, page: &Shown, path: &str, (name, bytes): (&str, &[u8])) -> Shown {
        let part = |head: &str, body: &[u8]| {
            [b"--x\r\nContent-Disposition: form-data; ", head.as_bytes(), b"\r\n\r\n", body, b"\r\n"].concat()
        };
        let hidden = page.hidden(path);
        let hidden = hidden.iter().map(|(name, value)| part(&format!("name=\"{name}\""), value.as_bytes()));
        let file = part(&format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv"), bytes);
        let body = hidden.chain([file, b"--x--\r\n".to_vec()]).collect::<Vec<_>>().concat();
        let request = self.client.post(format!("{}{path}", self.base)).body(body);
        self.ask(request.header(CONTENT_TYPE, "multipart/form-data; boundary=x")).await
    }

    /// Sends the form of a page that goes to `path`, with its hidden fields and these.
    pub async fn send(&mut self, page: &Shown, path: &str, fields: &[(&str, &str)]) -> Shown {
        let hidden = page.hidden(path);
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.extend(fields);
        self.post(path, &all).await
    }

    /// Sends the form of a page that goes to `path` with a file, as browsers send files: name and bytes.
    pub async fn upload(&mut self, page: &Shown, path: &str, (name, bytes): (&str, &[u8])) -> Shown {
        const EDGE: &str = "----edge-of-a-part";
        let mut body = Vec::new();
        for (field, value) in page.hidden(path) {
            let part = format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        let head = format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv");
        body.extend(format!("--{EDGE}\r\nContent-Disposition: form-data; {head}\r\n\r\n").into_bytes());
        body.extend(bytes);
        body.extend(format!("\r\n--{EDGE}--\r\n").into_bytes());
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let request = self.client.post(format!("{}{path}", self.base)).header(CONTENT_TYPE, kind).body(body);
        self.ask(request).await
    }

    /// Opens where a page sends the browser.
    pub async fn follow(&mut self, shown: &Shown) -> Shown {
        self.get(&shown.location()).await
    }

    async fn ask(&mut self, request: RequestBuilder) -> Shown {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = request.header(COOKIE, cookies.join("; ")).header(ACCEPT, "text/html").send().await;
        let answer = answer.expect("the service answers");
        self.keep(&answer);
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Shown { status, headers, html: answer.text().await.expect("text") }
    }

    fn keep(&mut self, answer: &Response) {
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let cookie = cookie.to_str().expect("text");
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Shown {
    /// Where the browser is sent.
    pub fn location(&self) -> String {
        let location = self.headers.get(LOCATION).unwrap_or_else(|| panic!("{}: {}", self.status, self.html));
        location.to_str().expect("an address").to_owned()
    }

    /// The text of the page's first heading.
    pub fn heading(&self) -> String {
        let inside = self.html.split_once("<h1").and_then(|(_, rest)| rest.split_once("</h1>")).expect("a heading").0;
        plain(inside.split_once('>').expect("a tag ends").1)
    }

    /// All its text.
    pub fn text(&self) -> String {
        plain(self.html.split_once("<main").map_or(self.html.as_str(), |(_, main)| main))
    }

    /// The hidden fields of the form that goes to `path`.
    pub fn hidden(&self, path: &str) -> Vec<(String, String)> {
        let goes_there = |form: &&str| value(form, "action") == path;
        let form = self.html.split("<form ").skip(1).find(goes_there);
        let form = form.unwrap_or_else(|| panic!("no form goes to {path}: {}", self.html));
        let form = form.split("</form>").next().expect("a form ends");
        form.split("<input type=\"hidden\"")
            .skip(1)
            .map(|input| (value(input, "name"), value(input, "value")))
            .collect()
    }
}

fn value(input: &str, attribute: &str) -> String {
    let marker = format!("{attribute}=\"");
    let found = input.split_once(&marker).and_then(|(_, rest)| rest.split_once('"'));
    unescaped(found.unwrap_or_default().0)
}

/// The text of a piece of a page.
pub fn plain(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, after)| after));
        text.push(' ');
    }
    unescaped(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn unescaped(text: &str) -> String {
    text.replace("&#39;", "'").replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">").replace("&#38;", "&")
}
