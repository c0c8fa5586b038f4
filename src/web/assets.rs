//! Styles, scripts and pictures: embedded in the binary, under an address that changes with their content, so that a
//! browser may keep them for ever. The styles of all components are one answer, in the order of their layers.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// `reset.css` fixes the layers; the others follow as the prototype linked them.
const STYLES: [&str; 26] = [
    "reset",
    "tokens",
    "base",
    "shell",
    "page",
    "button",
    "form",
    "dialog",
    "tabs",
    "grid",
    "badge",
    "card",
    "note",
    "progress",
    "record",
    "account",
    "desk",
    "search",
    "chart",
    "choices",
    "bell",
    "settings",
    "profile",
    "help",
    "reference",
    "print",
];

struct Bundle {
    version: String,
    css: String,
}

static BUNDLE: LazyLock<Bundle> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for name in Files::iter() {
        if let Some(file) = Files::get(&name) {
            hash.update(name.as_bytes());
            hash.update(&file.data);
        }
    }
    let version = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let css = STYLES
        .iter()
        .filter_map(|name| Files::get(&format!("css/{name}.css")))
        .map(|file| String::from_utf8_lossy(&file.data).into_owned())
        .collect();
    Bundle { version, css }
});

/// Where a file is found, for example `img/icons.svg`.
pub(super) fn url(path: &str) -> String {
    format!("/static/{}/{path}", BUNDLE.version)
}

/// `GET /static/{version}/{path}`: any version is answered with today's file, only today's may be kept.
pub(super) async fn show(Path((version, path)): Path<(String, String)>) -> Response {
    let keep = if version == BUNDLE.version { "public, max-age=31536000, immutable" } else { "no-cache" };
    let body = if path == "app.css" {
        BUNDLE.css.clone().into_bytes()
    } else {
        match Files::get(&path) {
            Some(file) => file.data.into_owned(),
            None => return StatusCode::NOT_FOUND.into_response(),
        }
    };
    ([(header::CONTENT_TYPE, content_type(&path)), (header::CACHE_CONTROL, keep)], body).into_response()
}

/// What a file is, by the end of its name.
pub(super) fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Files, STYLES};

    /// A name that two components style is one thing to the reader and another to the browser: the reference of the API once
    /// made five narrow columns of every record's page.
    #[test]
    fn a_class_belongs_to_one_file() {
        let mut owners: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for name in STYLES {
            let file = Files::get(&format!("css/{name}.css")).unwrap();
            let css = String::from_utf8(file.data.into_owned()).unwrap();
            let rules = css.lines().filter_map(|line| line.strip_prefix("  .")?.split_once(" {"));
            let mut classes: Vec<&str> = rules.map(|(class, _)| class).collect();
            classes.dedup();
            for class in classes.into_iter().filter(|class| !class.contains([' ', '.', ':', '>', ','])) {
                let files = owners.entry(class.to_owned()).or_default();
                if files.last() != Some(&name) {
                    files.push(name);
                }
            }
        }
        assert!(owners.len() > 100, "{}", owners.len());
        owners.retain(|_, files| files.len() > 1);
        assert!(owners.is_empty(), "{owners:?}");
    }
}
