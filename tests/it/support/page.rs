//! A page as a person reads it.

use axum::http::{HeaderMap, StatusCode, header};

/// An answer.
pub(crate) struct Page {
    pub(crate) path: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

impl Page {
    pub(crate) fn new(path: String, status: StatusCode, headers: HeaderMap, html: String) -> Self {
        Self { path, status, headers, html }
    }

    /// Where it leads.
    pub(crate) fn location(&self) -> &str {
        let location = self.headers.get(header::LOCATION);
        location.unwrap_or_else(|| panic!("{} leads nowhere: {}", self.path, self.text())).to_str().unwrap()
    }

    /// Its words: no tags, entities decoded, white space folded.
    pub(crate) fn text(&self) -> String {
        words(&self.html)
    }

    /// The words of the part from the tag that holds this piece of markup up to that.
    pub(crate) fn part(&self, from: &str, to: &str) -> String {
        let start =
            self.html.find(from).unwrap_or_else(|| panic!("no {from} on {}: {}", self.path, self.text()));
        let rest = &self.html[self.html[..start].rfind('<').unwrap_or(start)..];
        let end = rest.find(to).unwrap_or(rest.len());
        words(&rest[..end])
    }

    /// The words of a piece of markup.
    pub(crate) fn words_of(html: &str) -> String {
        words(html)
    }

    /// The error beside a field.
    pub(crate) fn error_of(&self, field: &str) -> String {
        self.part(&format!("id=\"{field}-error\""), "</p>")
    }

    /// Fails unless this field is marked as wrong and its message is tied to it, as a screen reader needs it.
    pub(crate) fn blames(&self, field: &str) -> String {
        let tag = self.tag(&format!("id=\"{field}\""));
        let described = tag.split("aria-describedby=\"").nth(1).unwrap_or_default();
        let described = described.split('"').next().unwrap_or_default();
        assert!(tag.contains("aria-invalid=\"true\""), "{field} is not marked: {tag}");
        assert!(described.split(' ').any(|id| id == format!("{field}-error")), "{field}: {tag}");
        let error = self.error_of(field);
        assert!(!error.is_empty(), "{field} does not say why");
        error
    }

    /// Where the link leads whose tag holds this piece of markup, if there is one.
    pub(crate) fn link(&self, holds: &str) -> Option<String> {
        if !self.html.contains(holds) {
            return None;
        }
        let to = decode(self.tag(holds).split("href=\"").nth(1)?.split('"').next()?);
        let here = self.path.split('?').next().unwrap_or_default();
        Some(if to.starts_with('?') { format!("{here}{to}") } else { to })
    }

    /// The addresses of the rows of a list, in their order.
    pub(crate) fn rows(&self) -> Vec<String> {
        let rows = self.html.split("class=\"opens\" href=\"").skip(1);
        rows.filter_map(|row| Some(row.split('"').next()?.to_owned())).collect()
    }

    /// The value that stands in a field.
    pub(crate) fn value_of(&self, field: &str) -> String {
        let tag = self.tag(&format!("id=\"{field}\""));
        let value = tag.split("value=\"").nth(1).unwrap_or_else(|| panic!("{field} has no value: {tag}"));
        decode(value.split('"').next().unwrap())
    }

    /// The value of a hidden field.
    pub(crate) fn value_of_hidden(&self, name: &str) -> String {
        let tag = self.tag(&format!("name=\"{name}\""));
        let value = tag.split("value=\"").nth(1).unwrap_or_else(|| panic!("{name} has no value: {tag}"));
        decode(value.split('"').next().unwrap())
    }

    /// What is chosen in a field.
    pub(crate) fn chosen(&self, field: &str) -> String {
        let found = self.fields().into_iter().find(|(name, _)| name == field);
        found.unwrap_or_else(|| panic!("no {field} on {}", self.path)).1
    }

    /// What a browser would post of the lines, texts and choices of the page's forms.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        let attribute = |tag: &str, name: &str| {
            let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
            Some(decode(value))
        };
        let main = self.html.split("<main").nth(1).unwrap_or_default();
        let mut fields = Vec::new();
        for piece in main.split('<').map(|piece| piece.split_once('>').unwrap_or((piece, ""))) {
            let (tag, after) = piece;
            let kind = tag.split(' ').next().unwrap_or_default();
            let name = attribute(tag, "name");
            match (kind, name) {
                ("input", Some(name)) => fields.push((name, attribute(tag, "value").unwrap_or_default())),
                ("textarea", Some(name)) => fields.push((name, decode(after.trim_start_matches('\n')))),
                ("select", Some(name)) => fields.push((name, String::new())),
                ("option", None) if tag.ends_with(" selected") => {
                    let chosen = attribute(tag, "value").unwrap_or_default();
                    fields.last_mut().into_iter().for_each(|field| field.1.clone_from(&chosen));
                }
                _ => {}
            }
        }
        fields
    }

    /// What pressing the button with this accessible name posts: the form's address, and its fields with the button's own.
    pub(crate) fn form(&self, button: &str) -> (String, Vec<(String, String)>) {
        let main = self.html.split("<main").nth(1).unwrap_or_default();
        let forms = main.split("<form").skip(1).filter_map(|form| form.split("</form>").next());
        let inside = |part: &str| {
            part.split("</button>").next().and_then(|part| part.split_once('>')).map(|(_, it)| words(it))
        };
        let named = |part: &&str| inside(part).as_deref() == Some(button);
        let button_of = |form: &str| Some(form.split("<button").skip(1).find(named)?.to_owned());
        let (form, pressed) = forms
            .filter_map(|form| Some((form, button_of(form)?)))
            .next()
            .unwrap_or_else(|| panic!("no button {button} on {}: {}", self.path, self.text()));
        let attribute = |tag: &str, name: &str| {
            let value = tag.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
            value.map(decode)
        };
        let tag = form.split('>').next().unwrap_or_default();
        let whole = Self { html: format!("<main><form{form}"), ..self.blank() };
        let mut fields = whole.fields();
        let pressed = pressed.split('>').next().unwrap_or_default();
        fields.extend(attribute(pressed, "name").zip(attribute(pressed, "value")));
        (attribute(tag, "action").unwrap_or_default(), fields)
    }

    fn blank(&self) -> Self {
        Self::new(self.path.clone(), self.status, HeaderMap::new(), String::new())
    }

    /// The tag that holds this piece of markup.
    pub(crate) fn tag(&self, holds: &str) -> &str {
        let at =
            self.html.find(holds).unwrap_or_else(|| panic!("no {holds} on {}: {}", self.path, self.text()));
        let start = self.html[..at].rfind('<').unwrap();
        let end = at + self.html[at..].find('>').unwrap();
        &self.html[start..=end]
    }
}

fn words(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    decode(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn decode(text: &str) -> String {
    [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
        ("&#38;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}
