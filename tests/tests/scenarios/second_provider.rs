//! Signing in by a provider that others wrote, npm's oidc-provider, with claims as DfE Sign-in has them. Needs node and
//! what `tests/sign-in-provider` installs; that script runs it.

use std::{collections::BTreeMap, env, process::Stdio};

use gateway::{
    config::{Secret, SignInConfig},
    local::free_port,
    web::sign_in::Mapping,
};
use reqwest::{
    Client,
    header::{COOKIE, LOCATION, SET_COOKIE},
    redirect::Policy,
};
use tests::{
    visitor::{Shown, Visitor},
    world::World,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

const SECRET: &str = "the secret of the service at its provider";

/// The other provider, ended with the test.
struct OtherProvider {
    _child: Child,
    /// Kept open: it ends when it cannot say more.
    _said: Lines<BufReader<ChildStdout>>,
    issuer: String,
}

impl OtherProvider {
    /// `in_token`: whether it tells of a person in the token, or only when asked.
    async fn start(redirect_uri: &str, in_token: bool) -> Self {
        let folder = env::var("SIGN_IN_PROVIDER").expect("run tests/sign-in-provider");
        let mut command = Command::new("node");
        command.arg("provider.mjs").current_dir(folder).kill_on_drop(true).stdout(Stdio::piped()).stderr(Stdio::null());
        command.env("CLIENT_SECRET", SECRET).env("REDIRECT_URI", redirect_uri);
        command.env("CLAIMS_IN_TOKEN", if in_token { "yes" } else { "no" });
        let mut child = command.spawn().expect("node is there");
        let mut said = BufReader::new(child.stdout.take().expect("piped")).lines();
        let issuer = said.next_line().await.expect("it speaks").expect("it says where it is");
        Self { _child: child, _said: said, issuer }
    }
}

/// A service that knows the other provider, and the provider that knows the service.
async fn world(in_token: bool) -> (World, OtherProvider) {
    let port = free_port().expect("a free port");
    let callback = format!("http://127.0.0.1:{port}/sign-in/callback");
    let provider = OtherProvider::start(&callback, in_token).await;
    let sign_in = SignInConfig {
        issuer: provider.issuer.clone(),
        client_id: "ledger".to_owned(),
        client_secret: Some(Secret::new(SECRET)),
        mapping: Mapping::default(),
    };
    let world = World::start_with(|config| {
        config.port = port;
        config.sign_in = Some(sign_in);
    });
    (world.await.with_reference().await, provider)
}

/// Goes to the provider, signs in there with the browser's cookies, and comes back.
async fn signed_in(visitor: &mut Visitor, world: &World, login: &str) -> Shown {
    let begun = visitor.get("/sign-in/begin?return=/").await;
    let client = Client::builder().redirect(Policy::none()).build().expect("a client");
    let (mut address, mut cookies) = (begun.location(), BTreeMap::new());
    let home = world.url("");
    let host = address.split('/').take(3).collect::<Vec<_>>().join("/");
    for _ in 0..10 {
        if let Some(path) = address.strip_prefix(&home) {
            return visitor.get(path).await;
        }
        let kept: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let form = [("prompt", "login"), ("login", login), ("password", "any")];
        let asks = address.contains("/interaction/");
        let request = if asks { client.post(&address).form(&form) } else { client.get(&address) };
        let answer = request.header(COOKIE, kept.join("; ")).send().await.expect("the provider answers");
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().expect("text").split(';').next().expect("a cookie").to_owned();
            let (name, value) = pair.split_once('=').expect("a cookie");
            cookies.insert(name.to_owned(), value.to_owned());
        }
        let next = answer.headers().get(LOCATION).expect("it sends the browser on").to_str().expect("text").to_owned();
        address = if next.starts_with('/') { format!("{host}{next}") } else { next };
    }
    panic!("the provider never sends the browser back; last to {address}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs node; tests/sign-in-provider runs it"]
async fn whoever_the_other_provider_knows_signs_in_with_role_and_organisation() {
    for in_token in [true, false] {
        let (world, _provider) = world(in_token).await;
        world.school(100_120).await;
        world.seen().await;
        for (login, start, name) in [
            ("ada", "/lead-provider", "Ada Example, Teach First"),
            ("cleo", "/school", "Cleo Sample, Example School"),
            ("dora", "/support", "Dora Desk, Department for Education"),
        ] {
            let mut visitor = Visitor::new(&world);
            let back = signed_in(&mut visitor, &world, login).await;
            assert_eq!((back.status, back.location().as_str()), (303, "/"), "{login}: {}", back.html);
            let page = visitor.get(start).await;
            assert!(page.status == 200 && page.html.contains(name), "{login}: {}", page.html);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs node; tests/sign-in-provider runs it"]
async fn whom_the_other_provider_gives_no_address_is_told_what_to_do() {
    let (world, _provider) = world(false).await;
    let mut visitor = Visitor::new(&world);
    let back = signed_in(&mut visitor, &world, "nobody").await;
    assert_eq!((back.status, back.heading().as_str()), (403, "Your account has no email address"));
}
