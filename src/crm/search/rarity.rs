//! Which of the typed words an index is asked for.
//!
//! A word that nearly every record has ("com") is looked for in what the other words find: the index would bring all
//! records for it. Where all words are such ones, the rarest of them is asked for. How frequent a word is, the planner's
//! statistics know of the most frequent ones; of a small table nothing has to be known.

use std::collections::HashMap;

use sqlx::PgConnection;

/// A word of so many records is left to the other words.
const EVERYWHERE: f32 = 0.2;

/// Whose words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Customers,
    Accounts,
    Contacts,
}

impl Whose {
    fn index(self) -> &'static str {
        match self {
            Self::Customers => "customers_words",
            Self::Accounts => "accounts_words",
            Self::Contacts => "contacts_words",
        }
    }
}

/// How great a part of the records has a word, and how great a part one that begins so.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    whole: f32,
    begun: f32,
}

/// What is known of the typed words.
#[derive(Debug, Clone, Default)]
pub(super) struct Rarity {
    shares: HashMap<(String, String), Share>,
}

impl Rarity {
    pub(super) async fn of(db: &mut PgConnection, words: &[String]) -> Result<Self, sqlx::Error> {
        let rows = sqlx::query!(
            "select s.tablename::text as \"index!\", word as \"word!\", max(e.share) as \"begun!\",
                coalesce(max(e.share) filter (where e.element = word), 0) as \"whole!\"
             from pg_stats s, unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) as e(element, share),
                unnest($1::text[]) as word
             where s.schemaname = current_schema() and s.tablename in ('customers_words', 'accounts_words', 'contacts_words')
                and starts_with(e.element, word)
             group by 1, 2",
            words,
        )
        .fetch_all(db)
        .await?;
        let shares = rows.into_iter().map(|row| {
            let share = Share { whole: row.whole, begun: row.begun };
            ((row.index, row.word), share)
        });
        Ok(Self { shares: shares.collect() })
    }

    /// The words that find whatever has all of them.
    pub(super) fn whole<'a>(&self, whose: Whose, words: &'a [String]) -> Vec<&'a String> {
        telling(words, |word| self.share(whose, word).whole)
    }

    /// The same of words that are begun.
    pub(super) fn begun<'a>(&self, whose: Whose, words: &'a [String]) -> Vec<&'a String> {
        telling(words, |word| self.share(whose, word).begun)
    }

    fn share(&self, whose: Whose, word: &str) -> Share {
        self.shares.get(&(whose.index().to_owned(), word.to_owned())).copied().unwrap_or_default()
    }
}

fn telling(words: &[String], share: impl Fn(&str) -> f32) -> Vec<&String> {
    let rare: Vec<&String> = words.iter().filter(|word| share(word) < EVERYWHERE).collect();
    if rare.is_empty() {
        return words.iter().min_by(|one, other| share(one).total_cmp(&share(other))).into_iter().collect();
    }
    rare
}

#[cfg(test)]
mod tests {
    use super::telling;

    #[test]
    fn words_that_all_records_have_are_left_to_the_others() {
        let check = |shares: &[f32], asked: &[usize]| {
            let words: Vec<String> = (0..shares.len()).map(|nr| nr.to_string()).collect();
            let share = |word: &str| shares[word.parse::<usize>().unwrap()];
            let expected: Vec<&String> = asked.iter().map(|nr| &words[*nr]).collect();
            assert_eq!(telling(&words, share), expected, "{shares:?}");
        };
        check(&[], &[]);
        check(&[0.0, 0.01], &[0, 1]);
        check(&[0.9, 0.01], &[1]);
        check(&[0.9, 0.5], &[1]);
    }
}
