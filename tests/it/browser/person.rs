//! A person in front of the browser. Whatever is looked for may still be on its way: it is waited for, up to a deadline.

use std::path::PathBuf;
use std::time::Duration;

use cartwright::base::clock;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::chromium::Extra;
use super::served::Served;
use crate::support::PASSWORD;

const PATIENCE: Duration = Duration::from_secs(20);
const TICK: Duration = Duration::from_millis(20);
const EYES: &str = include_str!("person.js");
/// How a WebDriver names an element in JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Somebody and their browser.
pub(super) struct Person {
    pub(super) client: Client,
    pub(super) served: Served,
}

impl Person {
    pub(super) fn new(client: Client, served: Served) -> Self {
        Self { client, served }
    }

    /// Types an address.
    pub(super) async fn open(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.served.url)).await.unwrap();
    }

    /// Signs in through the page.
    pub(super) async fn sign_in(&self) {
        self.open("/login").await;
        self.fill("Email", "ada@example.org").await;
        self.fill("Password", PASSWORD).await;
        self.press("Sign in").await;
        self.until("still at the sign-in", async || (self.path().await != "/login").then_some(())).await;
    }

    /// The path in the address bar.
    pub(super) async fn path(&self) -> String {
        self.client.current_url().await.map(|url| url.path().to_owned()).unwrap_or_default()
    }

    /// Presses the button or link with this name.
    pub(super) async fn press(&self, name: &str) {
        let what = format!("nothing to press is called {name:?}");
        self.until(&what, async || self.named("pressable", name).await?.click().await.ok()).await;
    }

    /// Replaces what stands in the field with this label.
    pub(super) async fn fill(&self, label: &str, text: &str) {
        self.until(&format!("no field {label:?} to fill"), async || {
            let field = self.named("field", label).await?;
            field.clear().await.ok()?;
            field.send_keys(text).await.ok()
        })
        .await;
    }

    /// Chooses an option of the select with this label.
    pub(super) async fn choose(&self, label: &str, option: &str) {
        self.until(&format!("no choice of {option:?} in {label:?}"), async || {
            self.named("field", label).await?.select_by_label(option).await.ok()
        })
        .await;
    }

    /// Ticks the box with this label, or takes the tick away.
    pub(super) async fn ticks(&self, label: &str) {
        self.field(label).await.click().await.unwrap();
    }

    /// What stands in the field with this label.
    pub(super) async fn value(&self, label: &str) -> String {
        self.field(label).await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// The options of the select with this label.
    pub(super) async fn options(&self, label: &str) -> Vec<String> {
        let options = self.field(label).await.find_all(Locator::Css("option")).await.unwrap();
        let mut texts = Vec::new();
        for option in options {
            texts.push(option.prop("textContent").await.unwrap().unwrap());
        }
        texts
    }

    /// The field with this label.
    pub(super) async fn field(&self, label: &str) -> Element {
        let what = format!("no field {label:?}");
        self.until(&what, async || self.named("field", label).await).await
    }

    /// Waits for the page with this heading.
    pub(super) async fn reads_heading(&self, heading: &str) {
        self.until(&format!("no page {heading:?}"), async || {
            (self.eyes("heading()").await? == heading).then_some(())
        })
        .await;
    }

    /// Waits until this text can be read on the page, or in the dialog over it.
    pub(super) async fn reads(&self, text: &str) {
        let what = format!("{text:?} cannot be read");
        self.until(&what, async || self.words().await.contains(text).then_some(())).await;
    }

    /// Waits until it can no longer be read.
    pub(super) async fn reads_no_more(&self, text: &str) {
        let what = format!("{text:?} can still be read");
        self.until(&what, async || (!self.words().await.contains(text)).then_some(())).await;
    }

    /// Waits until something of this role says something with this text; gives all it says.
    pub(super) async fn hears(&self, role: &str, text: &str) -> String {
        let script = format!("said({}, {})", json!(role), json!(text));
        let what = format!("no {role} says {text:?}");
        self.until(&what, async || Some(self.eyes(&script).await?.as_str()?.to_owned())).await
    }

    /// All that can be read on the page, or in the dialog over it.
    pub(super) async fn words(&self) -> String {
        let text = self.eyes("text()").await;
        text.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Labels of fields and names of buttons, as they follow one another.
    pub(super) async fn controls(&self) -> Vec<String> {
        let names = self.eyes("controls()").await.unwrap();
        names.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    }

    /// Waits until a script finds what it looks for; `null`, `undefined` and `false` are nothing.
    pub(super) async fn finds(&self, script: &str) -> Value {
        self.until(&format!("nothing from {script}"), async || {
            self.eyes(script).await.filter(|found| *found != Value::Bool(false))
        })
        .await
    }

    /// What a script sees at this moment; nothing while a page is on its way, or when there is nothing.
    pub(super) async fn eyes(&self, script: &str) -> Option<Value> {
        let found = self.client.execute(&format!("{EYES}\nreturn {script};"), Vec::new()).await;
        found.ok().filter(|found| !found.is_null())
    }

    /// Presses keys, one after the other.
    pub(super) async fn keys(&self, keys: &str) {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for value in keys.chars() {
            actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.client.perform_actions(actions).await.unwrap();
    }

    /// Goes on with the Tab key until what has the focus is called so.
    pub(super) async fn tabs_to(&self, name: &str) {
        let mut passed = Vec::new();
        while passed.len() < 60 {
            self.keys(&char::from(Key::Tab).to_string()).await;
            let focused = self.focused().await;
            if focused == name {
                return;
            }
            passed.push(focused);
        }
        panic!("the Tab key does not lead to {name:?}, only to {passed:?}");
    }

    /// What a screen reader calls what has the focus.
    pub(super) async fn focused(&self) -> String {
        let element = self.client.active_element().await.unwrap();
        self.name_of(&element).await.unwrap_or_default()
    }

    /// Waits until what has the focus is called so.
    pub(super) async fn has_focus_on(&self, name: &str) {
        let what = format!("the focus is not on {name:?}");
        self.until(&what, async || (self.focused().await == name).then_some(())).await;
    }

    /// What a screen reader says an element is, and what it calls it.
    pub(super) async fn announced(&self, css: &str) -> (String, String) {
        let element = self.client.wait().for_element(Locator::Css(css)).await.unwrap();
        let role = self.client.issue_cmd(Extra::RoleOf(element.element_id().to_string())).await.unwrap();
        (role.as_str().unwrap().to_owned(), self.name_of(&element).await.unwrap())
    }

    /// The browser has nothing to complain of: no error in a script, nothing that the security policy refused.
    pub(super) async fn console_is_clean(&self) {
        let entries = self.client.issue_cmd(Extra::Console).await.unwrap();
        let severe = entries.as_array().unwrap().iter().filter(|entry| entry["level"] == "SEVERE");
        let messages = severe.filter_map(|entry| entry["message"].as_str());
        // 404 and 422 are answers like others
        let trouble: Vec<_> = messages.filter(|text| !text.contains("Failed to load resource")).collect();
        assert!(trouble.is_empty(), "{}", trouble.join("\n"));
    }

    /// Keeps what is on the screen, for whoever looks into a test that failed.
    pub(super) async fn leave_picture(&self) {
        let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
        if let Ok(png) = self.client.screenshot().await {
            let _ = std::fs::write(pictures().join(format!("failed-{test}.png")), png);
        }
    }

    /// Asks again and again until there is an answer.
    pub(super) async fn until<T>(&self, otherwise: &str, probe: impl AsyncFn() -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            if Instant::now() > deadline {
                panic!("{otherwise} on {} at {}: {}", self.path().await, clock::now(), self.words().await);
            }
            tokio::time::sleep(TICK).await;
        }
    }

    /// What is found by this name is also called so by a screen reader.
    async fn named(&self, what: &str, name: &str) -> Option<Element> {
        let found = self.eyes(&format!("{what}({})", json!(name))).await?;
        let id = ElementRef::from(found[ELEMENT].as_str()?.to_owned());
        let element = Element::from_element_id(self.client.clone(), id);
        (self.name_of(&element).await? == name).then_some(element)
    }

    async fn name_of(&self, element: &Element) -> Option<String> {
        let name = self.client.issue_cmd(Extra::NameOf(element.element_id().to_string())).await.ok()?;
        Some(name.as_str()?.to_owned())
    }
}

/// Where pictures are kept.
pub(super) fn pictures() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
