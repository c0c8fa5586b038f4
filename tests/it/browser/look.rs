//! How a page looks: its width, light or dark, and a picture of it.

use std::env;

use serde_json::json;

use super::chromium::Extra;
use super::person::{Person, pictures};

/// A size of the window and a colour scheme.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) word: &'static str,
    pub(super) rules: Rules,
    width: u32,
    height: u32,
    scheme: &'static str,
}

/// What axe-core looks at: names, roles and structure are the same by day and by night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    All,
    Colours,
}

/// A desk and a phone, by day and by night.
pub(super) const LOOKS: [Look; 4] = [
    Look { word: "1280-light", rules: Rules::All, width: 1280, height: 900, scheme: "light" },
    Look { word: "1280-dark", rules: Rules::Colours, width: 1280, height: 900, scheme: "dark" },
    Look { word: "390-light", rules: Rules::Colours, ..PHONE },
    Look { word: "390-dark", scheme: "dark", ..PHONE },
];

/// A phone.
pub(super) const PHONE: Look =
    Look { word: "390", rules: Rules::All, width: 390, height: 844, scheme: "light" };

impl Person {
    /// Looks at the page like this from now on.
    pub(super) async fn takes(&self, look: Look) {
        let motion = json!({ "name": "prefers-reduced-motion", "value": "reduce" });
        let scheme = json!({ "name": "prefers-color-scheme", "value": look.scheme });
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": [scheme, motion] })).await;
        self.sizes(look.width, look.height).await;
    }

    /// A picture of the whole page, or of the screen while a dialog is open; only where pictures are asked for.
    pub(super) async fn keeps_picture(&self, name: &str, look: Look) {
        if !pictures_are_wanted() {
            return;
        }
        let full = "scope() === document ? document.documentElement.scrollHeight : innerHeight";
        let height = self.finds(full).await.as_u64().unwrap().clamp(u64::from(look.height), 4000);
        self.sizes(look.width, u32::try_from(height).unwrap()).await;
        let png = self.client.screenshot().await.unwrap();
        std::fs::write(pictures().join(format!("{name}-{}.png", look.word)), png).unwrap();
        self.sizes(look.width, look.height).await;
    }

    /// Nothing sticks out at the side of the page.
    pub(super) async fn does_not_scroll_sideways(&self, name: &str, look: Look) {
        let wide = "[document.documentElement.scrollWidth, innerWidth, all('body *').filter((element) => \
            element.getBoundingClientRect().right > innerWidth + 1).slice(0, 5).map((element) => element.outerHTML.slice(0, 90))]";
        let [page, window, widest] =
            <[_; 3]>::try_from(self.finds(wide).await.as_array().unwrap().clone()).unwrap();
        assert!(page.as_u64() <= window.as_u64(), "{name} {}: {page} in {window}: {widest}", look.word);
        assert_eq!(window.as_u64(), Some(u64::from(look.width)), "{name} {}", look.word);
    }

    async fn sizes(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    async fn devtools(&self, command: &'static str, params: serde_json::Value) {
        self.client.issue_cmd(Extra::DevTools(command, params)).await.unwrap();
    }
}

#[expect(clippy::disallowed_methods, reason = "a switch of the tests, not a setting of the program")]
fn pictures_are_wanted() -> bool {
    env::var_os("CARTWRIGHT_SCREENSHOTS").is_some()
}
