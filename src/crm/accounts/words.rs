//! The words of all names, among which a search looks for what was typed with a mistake.

use sqlx::PgConnection;

/// Keeps the words of these texts.
pub(super) async fn learn(db: &mut PgConnection, texts: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        // in their order: two who learn the same words do not wait for each other crosswise
        "insert into name_words
         select distinct word from unnest($1::text[]) as text, unnest(words_of(text)) as word
         where not exists (select 1 from name_words n where n.word = word.word) order by word
         on conflict do nothing",
        texts
    )
    .execute(db)
    .await?;
    Ok(())
}
