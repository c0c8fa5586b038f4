//! From a file of the handbook to a page: its title, anchors on its headings, links between files as links between pages,
//! tables that scroll by themselves on a phone. Markup that stands in a file stays text.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;
use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

/// A part of a page that a link can lead to.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) anchor: String,
    pub(super) title: String,
}

/// HTML that the renderer made.
#[derive(Debug)]
pub(super) struct Body(String);

impl fmt::Display for Body {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl HtmlSafe for Body {}

/// A file, ready to be shown.
#[derive(Debug)]
pub(super) struct Article {
    /// Its first heading.
    pub(super) title: String,
    /// Its parts.
    pub(super) sections: Vec<Section>,
    /// Everything below the title.
    pub(super) body: Body,
    /// The pages that it links to, in this order.
    pub(super) leads_to: Vec<String>,
}

impl Article {
    /// Reads a file.
    pub(super) fn read(text: &str) -> Self {
        let mut reading = Reading::default();
        let mut events = Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_SMART_PUNCTUATION);
        while let Some(event) = events.next() {
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    let inside: Vec<Event<'_>> = events
                        .by_ref()
                        .take_while(|it| !matches!(it, Event::End(TagEnd::Heading(_))))
                        .collect();
                    reading.heading(level, inside);
                }
                event => reading.take(event),
            }
        }
        let mut body = String::with_capacity(text.len() * 2);
        html::push_html(&mut body, reading.events.into_iter());
        Self {
            title: reading.title,
            sections: reading.sections,
            body: Body(body),
            leads_to: reading.leads_to,
        }
    }
}

/// What was read so far.
#[derive(Default)]
struct Reading<'a> {
    title: String,
    sections: Vec<Section>,
    leads_to: Vec<String>,
    anchors: Vec<String>,
    events: Vec<Event<'a>>,
    in_table_head: bool,
    /// How many there were.
    tables: usize,
    /// The last one.
    heading: String,
}

/// Around a table: its name says where it stands, for no two may be called the same.
#[derive(Template)]
#[template(
    source = r#"<div class="grid-scroll" tabindex="0" role="region" aria-label="Table {{ nr }}: {{ of }}"><table class="table table-plain">"#,
    ext = "html"
)]
struct Frame<'a> {
    nr: usize,
    of: &'a str,
}

impl<'a> Reading<'a> {
    /// The first heading of the first level is the page's own, and shown by its frame.
    fn heading(&mut self, level: HeadingLevel, inside: Vec<Event<'a>>) {
        let title = words(&inside);
        self.heading.clone_from(&title);
        if level == HeadingLevel::H1 && self.title.is_empty() {
            self.title = title;
            return;
        }
        let anchor = self.anchor(&title);
        let id = Some(CowStr::from(anchor.clone()));
        if level == HeadingLevel::H2 {
            self.sections.push(Section { anchor, title });
        }
        self.events.push(Event::Start(Tag::Heading { level, id, classes: Vec::new(), attrs: Vec::new() }));
        inside.into_iter().for_each(|event| self.take(event));
        self.events.push(Event::End(TagEnd::Heading(level)));
    }

    /// As GitHub makes them, so that a link leads to the same place there and here.
    fn anchor(&mut self, title: &str) -> String {
        let kept = title.to_lowercase().replace(' ', "-");
        let plain: String = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect();
        let same = self.anchors.iter().filter(|anchor| **anchor == plain).count();
        self.anchors.push(plain.clone());
        if same == 0 { plain } else { format!("{plain}-{same}") }
    }

    fn take(&mut self, event: Event<'a>) {
        let event = match event {
            Event::Html(markup) | Event::InlineHtml(markup) => Event::Text(markup),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) if link_type != LinkType::Email => {
                let dest_url = CowStr::from(self.link(&dest_url));
                Event::Start(Tag::Link { link_type, dest_url, title, id })
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let dest_url = CowStr::from(format!("/help/{dest_url}"));
                Event::Start(Tag::Image { link_type, dest_url, title, id })
            }
            event => return self.table(event),
        };
        self.events.push(event);
    }

    /// `sync.md#conflicts` is `/help/sync#conflicts`; what leads elsewhere stays.
    fn link(&mut self, to: &str) -> String {
        let (file, anchor) =
            to.split_once('#').map_or((to, String::new()), |(file, at)| (file, format!("#{at}")));
        match file.strip_suffix(".md") {
            Some("README") => format!("/help{anchor}"),
            Some(name) => {
                self.leads_to.push(name.to_owned());
                format!("/help/{name}{anchor}")
            }
            None => to.to_owned(),
        }
    }

    /// Tables as the lists have them: a head that says so, and a frame that scrolls where there is no room.
    fn table(&mut self, event: Event<'a>) {
        let own = match &event {
            Event::Start(Tag::Table(_)) => {
                self.tables += 1;
                CowStr::from(Frame { nr: self.tables, of: &self.heading }.to_string())
            }
            Event::End(TagEnd::Table) => "</tbody></table></div>\n".into(),
            Event::Start(Tag::TableHead) => "<thead><tr>".into(),
            Event::End(TagEnd::TableHead) => "</tr></thead><tbody>\n".into(),
            Event::Start(Tag::TableRow) => "<tr>".into(),
            Event::End(TagEnd::TableRow) => "</tr>\n".into(),
            Event::Start(Tag::TableCell) if self.in_table_head => r#"<th scope="col">"#.into(),
            Event::Start(Tag::TableCell) => "<td>".into(),
            Event::End(TagEnd::TableCell) if self.in_table_head => "</th>".into(),
            Event::End(TagEnd::TableCell) => "</td>".into(),
            _ => return self.events.push(event),
        };
        match event {
            Event::Start(Tag::TableHead) => self.in_table_head = true,
            Event::End(TagEnd::TableHead) => self.in_table_head = false,
            _ => {}
        }
        self.events.push(Event::InlineHtml(own));
    }
}

fn words(events: &[Event<'_>]) -> String {
    let texts = events.iter().filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
        _ => None,
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::Article;

    #[test]
    fn a_file_becomes_a_page() {
        let check = |text: &str, html: &str| {
            let article = Article::read(text);
            assert!(article.body.0.contains(html), "{text}: {}", article.body);
        };
        check("# T\n\n## Sync priority & `rules`\n", r#"<h2 id="sync-priority--rules">"#);
        check("## A\n\n## A\n", r#"<h2 id="a-1">"#);
        check("[x](sync.md#conflicts)", r#"<a href="/help/sync#conflicts">"#);
        check("[x](README.md)", r#"<a href="/help">"#);
        check("[x](#here)", r##"<a href="#here">"##);
        check("[x](https://example.org/a.html)", r#"<a href="https://example.org/a.html">"#);
        check("![Alt](img/sync.svg)", r#"<img src="/help/img/sync.svg" alt="Alt" />"#);
        check("|A|B|\n|-|-|\n|1|2|", r#"<th scope="col">A</th>"#);
        check("|A|B|\n|-|-|\n|1|2|", "<tbody>\n<tr><td>1</td><td>2</td></tr>\n</tbody>");
        check("a <script>x</script> b", "&lt;script&gt;");
        check("\"a\" is `--a`", "“a” is <code>--a</code>");
        check("<script>x</script>", "&lt;script&gt;");
    }

    #[test]
    fn the_title_is_not_in_the_body_and_links_are_kept_in_order() {
        let article = Article::read("# Title\n\nText: [b](b.md), [a](a.md#x)\n\n## One\n\n### Deeper\n");
        assert_eq!(article.title, "Title");
        assert!(!article.body.0.contains("Title"), "{}", article.body);
        assert_eq!(article.leads_to, ["b", "a"]);
        let titles: Vec<&str> = article.sections.iter().map(|section| section.title.as_str()).collect();
        assert_eq!(titles, ["One"]);
    }
}
