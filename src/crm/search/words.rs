//! Words with a mistake: what they may have been meant to be, among the words of all names.

use std::collections::HashSet;

use sqlx::PgConnection;

use super::Hit;
use super::asked::Asked;

/// What a word may be meant as.
const MOST_MEANT: i64 = 4;
/// A short word has too few letters in common with what it was meant to be: all words that are one mistake away are tried.
const SHORT: usize = 6;
const LETTERS: std::ops::RangeInclusive<char> = 'a'..='z';

/// For each word, those that may have been meant, the most alike first; `None` where there is nothing to correct, or nothing alike.
pub(super) async fn corrected(
    db: &mut PgConnection,
    asked: &Asked,
) -> Result<Option<Vec<Vec<String>>>, sqlx::Error> {
    let mut meant = Vec::new();
    for word in &asked.words {
        let words = match is_a_name(word) {
            true => alike(db, word).await?,
            false => vec![word.clone()],
        };
        if words.is_empty() {
            return Ok(None);
        }
        meant.push(words);
    }
    let is_other =
        asked.words.iter().zip(&meant).any(|(typed, meant)| meant.iter().any(|meant| meant != typed));
    Ok(is_other.then_some(meant))
}

/// Of the words that may have been meant, those by which this record is called.
pub(super) async fn as_in(
    db: &mut PgConnection,
    meant: &[Vec<String>],
    hit: &Hit,
) -> Result<String, sqlx::Error> {
    let text = format!("{} {}", hit.name, hit.detail);
    let its = sqlx::query_scalar!("select words_of($1) as \"words!\"", text).fetch_one(db).await?;
    let word = |words: &Vec<String>| words.iter().find(|word| its.contains(word)).or(words.first()).cloned();
    Ok(meant.iter().filter_map(word).collect::<Vec<_>>().join(" "))
}

/// Digits are not mistyped names, and one letter could be anything.
fn is_a_name(word: &str) -> bool {
    word.chars().count() > 1 && !word.chars().any(|c| c.is_ascii_digit())
}

/// The known words that are most like this one; itself first, where it is one or the beginning of one.
async fn alike(db: &mut PgConnection, word: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "with known as (
            (select word, 2::real as likeness from name_words where word = $1)
            union all
            (select word, 1 from name_words where word = any($2))
            union all
            (select word, similarity(word, $1) from name_words where word % $1 order by 2 desc limit $3)
         )
         select word as \"word!\" from known group by word order by max(likeness) desc, similarity(word, $1) desc, word limit $3",
        word,
        &one_mistake_away(word),
        MOST_MEANT,
    )
    .fetch_all(db)
    .await
}

/// A letter too many, too few, another one, or two the wrong way round.
fn one_mistake_away(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() > SHORT {
        return Vec::new();
    }
    let mut words = HashSet::new();
    for at in 0..=letters.len() {
        let (before, after) = letters.split_at(at);
        let mut put = |middle: &[char], after: &[char]| {
            words.insert([before, middle, after].concat().iter().collect::<String>());
        };
        LETTERS.for_each(|letter| put(&[letter], after));
        if let [first, rest @ ..] = after {
            put(&[], rest);
            LETTERS.for_each(|letter| put(&[letter], rest));
            if let [second, rest @ ..] = rest {
                put(&[*second, *first], rest);
            }
        }
    }
    words.remove(word);
    words.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::one_mistake_away;

    #[test]
    fn each_mistake_is_taken_back() {
        for (typed, meant) in
            [("jhon", "john"), ("jon", "john"), ("johhn", "john"), ("jphn", "john"), ("ada", "ada")]
        {
            let words = one_mistake_away(typed);
            assert_eq!(words.contains(&meant.to_owned()), typed != meant, "{typed}");
        }
        assert!(one_mistake_away("verhoeven").is_empty());
    }
}
