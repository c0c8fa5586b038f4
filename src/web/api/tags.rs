//! The tags of a record: all of them at once.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::Web;
use super::super::desk::tags::note_taken_off;
use super::super::form;
use super::about::{About, RECORDS};
use super::caller::{Caller, Editor};
use super::input::{Body, IfMatch};
use super::output;
use super::problem::{Answer, Kind, Problem};
use crate::crm::tags::{self, LONGEST, MOST, Tag};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::default().routes(routes!(show, change))
}

/// The tags of a record.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Tags {
    /// From A on; the same word in another case is the same tag.
    #[schema(example = json!(["VIP", "Wholesale"]))]
    tags: Vec<String>,
}

/// Read the tags of a record
#[utoipa::path(get, operation_id = "readTags", path = "/{records}/{id}/tags", tag = "Tags",
    params(("records" = String, Path, description = RECORDS), ("id" = i64, Path)),
    responses((status = 200, description = "Its tags", body = Tags)))]
async fn show(State(web): State<Web>, _caller: Caller, about: About, headers: HeaderMap) -> Answer {
    output::record(&headers, &Tags::of(tags::of(&web.pool, about.record).await?))
}

/// Tag a record
///
/// It has these tags from then on, and no others. A tag is made by its first use, and gone with its last.
#[utoipa::path(put, operation_id = "setTags", path = "/{records}/{id}/tags", tag = "Tags",
    params(("records" = String, Path, description = RECORDS), ("id" = i64, Path)), request_body = Tags,
    responses((status = 200, description = "Its tags now", body = Tags)))]
async fn change(
    State(web): State<Web>,
    Editor(caller): Editor,
    about: About,
    condition: IfMatch,
    Body(wanted): Body<Tags>,
) -> Answer {
    let wanted = wanted.read()?;
    let mut tx = web.pool.begin().await?;
    if !tags::hold(&mut tx, about.record).await? {
        return Err(Problem::of(Kind::NotFound));
    }
    let before = tags::of(&mut *tx, about.record).await?;
    condition.must_be(&output::tag(&Tags::of(before))?)?;
    let taken = tags::put(&mut tx, about.record, &wanted, caller.user.id).await?;
    note_taken_off(&mut tx, (about.record, &about.head.name), &taken, &caller.actor()).await?;
    let after = tags::of(&mut *tx, about.record).await?;
    tx.commit().await?;
    output::changed(&Tags::of(after))
}

impl Tags {
    fn of(tags: Vec<Tag>) -> Self {
        Self { tags: tags.into_iter().map(|tag| tag.name).collect() }
    }

    /// The words, each once.
    fn read(&self) -> Result<Vec<String>, Problem> {
        let wrong = |problem: String| Problem::with(Kind::Invalid, [("tags".to_owned(), problem)]);
        let mut words: Vec<String> = Vec::new();
        for text in &self.tags {
            let word = form::line(text, "a tag", LONGEST)
                .map_err(|problem| wrong(format!("“{text}”: {problem}")))?;
            if !words.iter().any(|known| known.to_lowercase() == word.to_lowercase()) {
                words.push(word);
            }
        }
        let many = i64::try_from(words.len()).unwrap_or(i64::MAX);
        if many > MOST {
            return Err(wrong(format!("A record has at most {MOST} tags; these are {many}.")));
        }
        Ok(words)
    }
}
