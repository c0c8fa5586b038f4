//! A Chromium of a test's own, driven through chromedriver.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use axum::http::Method;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use url::{ParseError, Url};

/// Does the browser run scripts?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scripts {
    On,
    Off,
}

/// The browser and what drives it; both end when it is dropped.
pub(super) struct Chromium {
    pub(super) client: Client,
    driver: Child,
    profile: PathBuf,
    /// chromedriver may go on talking.
    _output: Lines<BufReader<ChildStdout>>,
}

impl Chromium {
    /// Starts a browser with a profile that nobody used before.
    pub(super) async fn start(scripts: Scripts) -> Self {
        let (driver, output, port) = start_driver().await;
        let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("chromium-{port}"));
        let _ = std::fs::remove_dir_all(&profile);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(scripts, &profile))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap_or_else(|problem| panic!("Chromium does not start: {problem}"));
        Self { client, driver, profile, _output: output }
    }

    /// Ends both and forgets the profile.
    pub(super) async fn close(mut self) {
        // without it the browser outlives its driver
        let _ = self.client.close().await;
        let _ = self.driver.kill().await;
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

async fn start_driver() -> (Child, Lines<BufReader<ChildStdout>>, u16) {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|problem| {
            panic!("chromedriver does not start ({problem}): apt-get install chromium chromium-driver")
        });
    let mut output = BufReader::new(driver.stdout.take().unwrap()).lines();
    let started = async {
        while let Some(line) = output.next_line().await.unwrap() {
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                return port.trim_end_matches('.').parse().unwrap();
            }
        }
        panic!("chromedriver ended before it was ready");
    };
    let port = tokio::time::timeout(Duration::from_secs(20), started).await.unwrap();
    (driver, output, port)
}

fn capabilities(scripts: Scripts, profile: &Path) -> Capabilities {
    let profile = format!("--user-data-dir={}", profile.display());
    let preferences = match scripts {
        Scripts::On => json!({}),
        Scripts::Off => json!({ "profile.managed_default_content_settings.javascript": 2 }),
    };
    let options = json!({
        "args": [
            "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--lang=en-US", "--window-size=1280,900", profile,
        ],
        "prefs": preferences,
    });
    let mut capabilities = Capabilities::new();
    capabilities.insert("goog:chromeOptions".to_owned(), options);
    capabilities.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" }));
    capabilities
}

/// What chromedriver can do beyond what fantoccini asks of any driver.
#[derive(Debug)]
pub(super) enum Extra {
    /// What a screen reader says an element is.
    RoleOf(String),
    /// What a screen reader calls an element.
    NameOf(String),
    /// What the console holds since it was last asked.
    Console,
    /// A command of the DevTools protocol.
    DevTools(&'static str, Value),
}

impl WebDriverCompatibleCommand for Extra {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        let session = base_url.join(&format!("session/{}/", session_id.unwrap_or_default()))?;
        match self {
            Self::RoleOf(element) => session.join(&format!("element/{element}/computedrole")),
            Self::NameOf(element) => session.join(&format!("element/{element}/computedlabel")),
            Self::Console => session.join("se/log"),
            Self::DevTools(..) => session.join("goog/cdp/execute"),
        }
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        match self {
            Self::RoleOf(_) | Self::NameOf(_) => (Method::GET, None),
            Self::Console => (Method::POST, Some(json!({ "type": "browser" }).to_string())),
            Self::DevTools(command, params) => {
                (Method::POST, Some(json!({ "cmd": command, "params": params }).to_string()))
            }
        }
    }
}
