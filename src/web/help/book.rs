//! The files, embedded in the binary. `README.md` is the front page, and its links are the order of the others.

use std::sync::LazyLock;

use rust_embed::RustEmbed;

use super::article::Article;

#[derive(RustEmbed)]
#[folder = "docs/"]
struct Files;

/// The file of the front page.
const FRONT: &str = "README";

/// A page of the handbook.
pub(super) struct Chapter {
    /// What its address calls it; empty for the front page.
    pub(super) name: String,
    pub(super) article: Article,
}

impl Chapter {
    /// Where it is found.
    pub(super) fn to(&self) -> String {
        if self.name.is_empty() { "/help".to_owned() } else { format!("/help/{}", self.name) }
    }
}

/// All pages: the front one, what it links to in that order, and whatever else is there.
pub(super) static BOOK: LazyLock<Vec<Chapter>> = LazyLock::new(|| {
    let mut book: Vec<Chapter> = chapter(FRONT).into_iter().collect();
    let linked: Vec<String> = book.iter().flat_map(|front| front.article.leads_to.clone()).collect();
    let files: Vec<String> =
        Files::iter().filter_map(|file| Some(file.strip_suffix(".md")?.to_owned())).collect();
    for name in linked.into_iter().chain(files) {
        if name != FRONT && book.iter().all(|chapter| chapter.name != name) {
            book.extend(chapter(&name));
        }
    }
    book
});

/// A file next to the front page; folders hold what is no page.
fn chapter(file: &str) -> Option<Chapter> {
    if file.contains('/') {
        return None;
    }
    let text = Files::get(&format!("{file}.md"))?;
    let name = if file == FRONT { String::new() } else { file.to_owned() };
    Some(Chapter { name, article: Article::read(&String::from_utf8_lossy(&text.data)) })
}

/// A picture of the handbook, by its bare name.
pub(super) fn picture(file: &str) -> Option<Vec<u8>> {
    if file.contains(['/', '\\']) {
        return None;
    }
    Some(Files::get(&format!("img/{file}"))?.data.into_owned())
}
