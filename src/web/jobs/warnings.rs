//! The warnings of a job: each kind once, counted, with an example.

use crate::jobs::LogRow;

/// A kind of warning.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Warning {
    /// Who warned: a connector, or the store.
    pub(super) source: String,
    /// What is wrong.
    pub(super) what: String,
    /// One that was met, or nothing.
    pub(super) example: String,
    /// How often.
    pub(super) count: i64,
}

const EXAMPLE: &str = " For example: ";
const IN_ALL: &str = " times in this job: ";

/// The warnings in a log, the most frequent first. A line may tell how often it was in all, and give an example.
pub(super) fn of(log: &[LogRow]) -> Vec<Warning> {
    // the newest line comes first: once it tells how often, those before it are counted in
    let mut found: Vec<Warning> = Vec::new();
    let mut counted: Vec<String> = Vec::new();
    for line in log.iter().filter(|line| line.level == "warning") {
        let (told, text) = in_all(&line.message);
        let (what, example) = text.split_once(EXAMPLE).unwrap_or((text, ""));
        if told.is_some() {
            counted.push(shape(what));
        }
        let known = found.iter_mut().find(|it| it.source == line.source && shape(&it.what) == shape(what));
        match known {
            Some(warning) => {
                if !counted.contains(&shape(what)) {
                    warning.count += 1;
                }
                if warning.example.is_empty() {
                    example.clone_into(&mut warning.example);
                }
            }
            None => found.push(Warning {
                source: line.source.clone(),
                what: what.to_owned(),
                example: example.to_owned(),
                count: told.unwrap_or(1),
            }),
        }
    }
    found.sort_by_key(|warning| std::cmp::Reverse(warning.count));
    found
}

fn in_all(message: &str) -> (Option<i64>, &str) {
    match message.split_once(IN_ALL) {
        Some((count, what)) if count.parse::<i64>().is_ok() => (count.parse().ok(), what),
        _ => (None, message),
    }
}

/// Two that differ in their numbers only are of one kind.
fn shape(what: &str) -> String {
    what.chars().filter(|c| !c.is_ascii_digit()).collect()
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::base::clock;
    use crate::jobs::LogRow;

    #[test]
    fn each_kind_stands_once_with_its_count_and_an_example() {
        let line = |level: &str, message: &str| LogRow {
            id: 1,
            at: clock::now(),
            level: level.to_owned(),
            source: "Store".to_owned(),
            message: message.to_owned(),
        };
        // as a log is read: the newest first
        let log = [
            line("warning", "12 times in this job: Text before the answer."),
            line("info", "window 1"),
            line("warning", "Page 2 came twice."),
            line("warning", "Page 17 came twice."),
            line("warning", "Text before the answer. For example: <b>Notice</b>"),
        ];
        let told: Vec<String> =
            of(&log).iter().map(|it| format!("{} × {} ({})", it.count, it.what, it.example)).collect();
        assert_eq!(told, ["12 × Text before the answer. (<b>Notice</b>)", "2 × Page 2 came twice. ()"]);
    }
}
