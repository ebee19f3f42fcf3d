//! One headless browser, and what is asked of every page in it.

use std::{
    env, fs,
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chromiumoxide::{
    Browser, BrowserConfig, Page,
    cdp::browser_protocol::{
        browser::BrowserContextId,
        emulation::{SetDeviceMetricsOverrideParams, SetScriptExecutionDisabledParams},
        input::{DispatchKeyEventParams, DispatchKeyEventType},
        log::EventEntryAdded,
        page::{CaptureScreenshotFormat, NavigateParams},
        target::{CreateBrowserContextParams, CreateTargetParams},
    },
    page::ScreenshotParams,
};
use futures::StreamExt;
use ring::digest::{SHA256, digest};
use tempfile::TempDir;
use tokio::{sync::Mutex as AsyncMutex, task::JoinHandle, time::Instant};

const AXE: &str = include_str!("axe/axe.min.js");
const CHECKSUM: &str = include_str!("axe/checksum.txt");
const WIDTHS: [i64; 2] = [320, 1280];
/// How long a page may take before something is wrong.
const PATIENCE: Duration = Duration::from_secs(30);

/// The browser.
pub(crate) struct Rig {
    browser: AsyncMutex<Browser>,
    handler: JoinHandle<()>,
    pictures: Option<PathBuf>,
    number: AtomicUsize,
    _folder: TempDir,
}

/// A tab with cookies of its own.
pub(crate) struct Tab<'r> {
    rig: &'r Rig,
    page: Page,
    complaints: std::sync::Arc<Mutex<Vec<String>>>,
}

impl Rig {
    /// Starts Debian's chromium without a window. `TRAINING_LEDGER_PICTURES` names a folder for pictures of each page.
    pub(crate) async fn start() -> Self {
        let hash: String = digest(&SHA256, AXE.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(CHECKSUM.starts_with(&hash), "axe-core is not the one whose checksum was recorded");
        let folder = TempDir::with_prefix("training-ledger-browser-").expect("a temporary folder");
        let args = ["disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"];
        let more = ["disable-component-update", "disable-sync"];
        let config = BrowserConfig::builder().no_sandbox().user_data_dir(folder.path()).args(args).args(more);
        let config = config.chrome_executable("/usr/bin/chromium").build().expect("a configuration");
        let launched = Browser::launch(config).await;
        let (browser, mut events) = launched.expect("chromium starts; deploy/install --with-browser installs it");
        let handler = tokio::spawn(async move { while events.next().await.is_some() {} });
        let pictures = env::var_os("TRAINING_LEDGER_PICTURES").map(PathBuf::from);
        Self { browser: AsyncMutex::new(browser), handler, pictures, number: AtomicUsize::new(1), _folder: folder }
    }

    /// A tab in which nobody is known.
    pub(crate) async fn tab(&self) -> Tab<'_> {
        let browser = self.browser.lock().await;
        let context: BrowserContextId =
            browser.execute(CreateBrowserContextParams::default()).await.expect("a context").result.browser_context_id;
        let target = CreateTargetParams::builder().url("about:blank").browser_context_id(context).build();
        let page = browser.new_page(target.expect("an address")).await.expect("a tab");
        let mut entries = page.event_listener::<EventEntryAdded>().await.expect("the browser tells");
        let complaints = std::sync::Arc::new(Mutex::new(Vec::new()));
        let kept = std::sync::Arc::clone(&complaints);
        tokio::spawn(async move {
            while let Some(event) = entries.next().await {
                let text = format!("{:?}: {} {:?}", event.entry.level, event.entry.text, event.entry.url);
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(text);
            }
        });
        Tab { rig: self, page, complaints }
    }

    /// Ends the browser.
    pub(crate) async fn stop(self) {
        let mut browser = self.browser.into_inner();
        browser.close().await.expect("it closes");
        browser.wait().await.expect("it ends");
        self.handler.abort();
    }
}

impl Tab<'_> {
    /// Pages run no scripts in this tab any more.
    pub(crate) async fn without_scripts(&self) {
        self.page.execute(SetScriptExecutionDisabledParams::new(true)).await.expect("the browser obeys");
    }

    /// Opens an address.
    pub(crate) async fn open(&self, address: &str) {
        self.page.goto(NavigateParams::new(address)).await.expect("the page loads");
        self.page.wait_for_navigation().await.expect("the page loads");
    }

    /// Asks the page something.
    pub(crate) async fn ask(&self, expression: &str) -> String {
        let value = self.page.evaluate_expression(expression).await.expect("the page answers");
        value.value().map_or_else(String::new, |value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }

    /// Waits until an expression is what is wanted.
    pub(crate) async fn until(&self, expression: &str, wanted: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.page.evaluate_expression(expression).await.ok();
            let found = answer.and_then(|answer| answer.value().and_then(|value| value.as_str().map(str::to_owned)));
            if found.as_deref() == Some(wanted) {
                return;
            }
            assert!(Instant::now() < deadline, "{expression} is {found:?}, not {wanted:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits for the heading of the next page.
    pub(crate) async fn until_heading(&self, wanted: &str) {
        self.until("document.readyState === 'complete' ? document.querySelector('h1').innerText.trim() : ''", wanted)
            .await;
    }

    /// Presses a key.
    pub(crate) async fn press(&self, key: &str, code: i64, text: &str) {
        for kind in [DispatchKeyEventType::KeyDown, DispatchKeyEventType::KeyUp] {
            let mut event = DispatchKeyEventParams::builder()
                .r#type(kind.clone())
                .key(key)
                .code(key)
                .windows_virtual_key_code(code);
            if kind == DispatchKeyEventType::KeyDown && !text.is_empty() {
                event = event.text(text);
            }
            self.page.execute(event.build().expect("an event")).await.expect("the browser takes keys");
        }
    }

    /// Goes on with Tab until the element in focus answers an expression with `true`.
    pub(crate) async fn tab_to(&self, condition: &str) {
        for _ in 0..40 {
            self.press("Tab", 9, "").await;
            if self.ask(&format!("String((element => {condition})(document.activeElement))")).await == "true" {
                return;
            }
        }
        panic!("the keyboard does not reach {condition}");
    }

    /// Judges the page at both widths: axe finds nothing, nothing scrolls sideways, the browser did not complain.
    pub(crate) async fn judge(&self, name: &str) {
        for width in WIDTHS {
            self.at_width(width).await;
            let wide =
                self.ask("String(document.documentElement.scrollWidth - document.documentElement.clientWidth)").await;
            assert_eq!(wide, "0", "{name} scrolls sideways at {width} pixels");
            self.picture(name, width).await;
            let found = self.violations().await;
            assert_eq!(found, "[]", "{name} at {width} pixels");
        }
        let complaints = self.complaints.lock().unwrap_or_else(PoisonError::into_inner).clone();
        assert!(complaints.is_empty(), "{name}: {complaints:#?}");
    }

    /// What the browser complained of so far is no news any more.
    pub(crate) fn forgive(&self) {
        self.complaints.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    async fn at_width(&self, width: i64) {
        let metrics = SetDeviceMetricsOverrideParams::new(width, 900, 1.0, false);
        self.page.execute(metrics).await.expect("the browser takes a width");
    }

    async fn violations(&self) -> String {
        self.page.evaluate_expression(AXE).await.expect("axe loads");
        let run = "axe.run(document).then(found => JSON.stringify(found.violations.map(
            each => [each.id, each.help, each.nodes.map(node => node.html)])))";
        self.ask(run).await
    }

    async fn picture(&self, name: &str, width: i64) {
        let Some(folder) = &self.rig.pictures else { return };
        let number = self.rig.number.fetch_add(1, Ordering::Relaxed);
        let format = ScreenshotParams::builder().format(CaptureScreenshotFormat::Png).full_page(true).build();
        let picture = self.page.screenshot(format).await.expect("a picture");
        fs::create_dir_all(folder).expect("the folder can be made");
        fs::write(folder.join(format!("{number:02}-{name}-{width}.png")), picture).expect("the folder can be written");
    }
}
