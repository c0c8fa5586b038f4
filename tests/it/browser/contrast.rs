//! What axe-core finds: contrast, names, roles, and whatever else makes a page hard for some.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{env, fs};

use serde_json::json;

use super::look::Rules;
use super::person::Person;

/// axe-core, read once.
static AXE: LazyLock<String> = LazyLock::new(|| {
    let path = axe();
    fs::read_to_string(&path).unwrap_or_else(|problem| {
        let folder = folder();
        panic!(
            "{}: {problem}. Get axe-core with `npm install --prefix {} --no-save axe-core@4`, or say where it is: \
             CARTWRIGHT_AXE=…/axe.min.js",
            path.display(),
            folder.display()
        )
    })
});

/// Of all that axe-core finds, what is serious: rule, help, and the elements that it is about.
const SERIOUS: &str = ".then(({ violations }) => violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, help, nodes }) => `${id}: ${help}\\n` +
            nodes.slice(0, 4).map((node) => `  ${node.html.slice(0, 200)}\\n  ${node.failureSummary}`).join('\\n')))";

impl Person {
    /// Nothing on this page is in the way of anybody.
    pub(super) async fn finds_no_obstacle(&self, name: &str, rules: Rules) {
        if self.eyes("typeof axe === 'object' || null").await.is_none() {
            self.client.execute(&AXE, Vec::new()).await.unwrap();
        }
        let mut options = json!({ "resultTypes": ["violations"], "preload": false });
        if rules == Rules::Colours {
            options["runOnly"] = json!(["color-contrast"]);
        }
        let script = format!("return axe.run(document, {options}){SERIOUS};");
        let found = self.client.execute(&script, Vec::new()).await.unwrap();
        let found: Vec<&str> = found.as_array().unwrap().iter().filter_map(|text| text.as_str()).collect();
        assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
    }
}

#[expect(clippy::disallowed_methods, reason = "a switch of the tests, not a setting of the program")]
fn axe() -> PathBuf {
    let standard = || folder().join("node_modules/axe-core/axe.min.js");
    env::var_os("CARTWRIGHT_AXE").map_or_else(standard, PathBuf::from)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("axe")
}
