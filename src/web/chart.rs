//! Charts: the geometry of an SVG that a template draws, its words beside it, and the same numbers in a table.
//!
//! **Invariant:** nothing is told by the picture alone: its title and description are read out, and the table has every number.

use std::fmt::Write;

/// The picture's own size; it is stretched to the room that there is.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 200.0;

/// Words below the picture: more would run into each other on a phone.
const MOST_WORDS: usize = 5;
/// Below bars they stand where their bar is, which is nearer together.
const MOST_WORDS_OF_BARS: usize = 4;

/// A picture of numbers over time.
pub(super) struct Chart {
    /// Tells it apart on its page.
    pub(super) id: &'static str,
    /// Its heading.
    pub(super) title: &'static str,
    /// What can be seen on it, in words.
    pub(super) description: String,
    /// What one step of it is, such as "a day" or "USD a month".
    pub(super) step: String,
    /// The words at the left, from the top down.
    pub(super) scale: Vec<String>,
    /// Lines across, at each of them.
    pub(super) rules: String,
    pub(super) picture: Picture,
    /// The words below, from the left: below each bar one, which may be empty.
    pub(super) words: Vec<String>,
    /// What the columns of numbers are called.
    pub(super) heads: Vec<&'static str>,
    pub(super) rows: Vec<Row>,
}

/// How the numbers are drawn.
pub(super) enum Picture {
    /// A line with what is below it tinted, and fainter the same of the time before.
    Line { line: String, area: String, before: Option<String>, last: Option<(String, String)> },
    /// A bar each.
    Bars(Vec<Bar>),
}

pub(super) struct Bar {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
    /// What it stands for.
    pub(super) words: String,
}

/// A line of the table.
pub(super) struct Row {
    pub(super) label: String,
    /// The records that it counts.
    pub(super) link: String,
    pub(super) values: Vec<String>,
}

/// A number with what it is of and how it is written.
pub(super) struct Point {
    pub(super) label: String,
    pub(super) value: f64,
    pub(super) words: String,
}

impl Chart {
    /// Draws a line; `before` is of the same length.
    pub(super) fn line(
        id: &'static str,
        title: &'static str,
        points: &[Point],
        before: Option<&[f64]>,
    ) -> Self {
        let all = points.iter().map(|point| point.value).chain(before.unwrap_or_default().iter().copied());
        let scale = Scale::over(all);
        let values: Vec<f64> = points.iter().map(|point| point.value).collect();
        let line = scale.path(&values);
        let area = match values.len() {
            0 | 1 => String::new(),
            _ => format!("{line}V{HEIGHT}H0Z"),
        };
        let last = values.last().map(|value| {
            let x = if values.len() > 1 { WIDTH } else { WIDTH / 2.0 };
            (round(x), round(scale.height(*value)))
        });
        let before = before.map(|values| scale.path(values));
        Self::with(id, title, points, &scale, Picture::Line { line, area, before, last })
    }

    /// Draws a bar for each.
    pub(super) fn bars(id: &'static str, title: &'static str, points: &[Point]) -> Self {
        let scale = Scale::over(points.iter().map(|point| point.value));
        let room = WIDTH / f64::from(u32::try_from(points.len().max(1)).unwrap_or(u32::MAX));
        let base = scale.height(0.0);
        let bar = |(nr, point): (usize, &Point)| {
            let top = scale.height(point.value);
            let left = room * f64::from(u32::try_from(nr).unwrap_or(u32::MAX));
            Bar {
                x: round(left + room * 0.2),
                y: round(top.min(base)),
                width: round(room * 0.6),
                height: round((top - base).abs()),
                words: format!("{}: {}", point.label, point.words),
            }
        };
        let bars = points.iter().enumerate().map(bar).collect();
        let mut words = vec![String::new(); points.len()];
        for place in places(points.len(), MOST_WORDS_OF_BARS) {
            words[place].clone_from(&points[place].label);
        }
        Self { words, ..Self::with(id, title, points, &scale, Picture::Bars(bars)) }
    }

    fn with(
        id: &'static str,
        title: &'static str,
        points: &[Point],
        scale: &Scale,
        picture: Picture,
    ) -> Self {
        Self {
            id,
            title,
            description: describe(title, points),
            step: String::new(),
            scale: Vec::new(),
            rules: scale.rules(),
            picture,
            words: places(points.len(), MOST_WORDS).map(|place| points[place].label.clone()).collect(),
            heads: Vec::new(),
            rows: Vec::new(),
        }
        .scaled(scale)
    }

    fn scaled(mut self, scale: &Scale) -> Self {
        self.scale = scale.ticks().map(short).collect();
        self
    }

    /// Amounts are written with their currency at the left, too.
    pub(super) fn in_currency(mut self, sign: &str) -> Self {
        for word in &mut self.scale {
            *word = match word.strip_prefix('−') {
                Some(amount) => format!("−{sign}{amount}"),
                None => format!("{sign}{word}"),
            };
        }
        self
    }
}

/// "Revenue over time, from 1 May to 30 May: between €0.00 on 3 May and €940.00 on 9 May."
fn describe(title: &str, points: &[Point]) -> String {
    let by_value = |a: &&Point, b: &&Point| a.value.total_cmp(&b.value);
    let (least, most) = (points.iter().min_by(by_value), points.iter().max_by(by_value));
    match (points.first(), points.last(), least, most) {
        (Some(first), Some(last), Some(least), Some(most)) if points.len() > 1 => format!(
            "{title}, {} to {}: at least {} ({}), at most {} ({}).",
            first.label, last.label, least.words, least.label, most.words, most.label
        ),
        (Some(only), ..) => format!("{title}, {}: {}.", only.label, only.words),
        _ => format!("{title}: nothing."),
    }
}

/// Which of so many points have their label below: at most so many, evenly spread, with the first and the last.
fn places(points: usize, most: usize) -> impl Iterator<Item = usize> {
    let last = points.saturating_sub(1);
    let words = points.min(most);
    (0..words).map(move |nr| nr * last / words.saturating_sub(1).max(1))
}

/// From the least to the greatest number, in round steps.
struct Scale {
    low: f64,
    step: f64,
    steps: u32,
}

impl Scale {
    /// One that holds these numbers and nothing, in three to five steps of 1, 2 or 5 times a power of ten.
    fn over(values: impl Iterator<Item = f64>) -> Self {
        let (least, most) = values.fold((0.0_f64, 0.0_f64), |(a, b), value| (a.min(value), b.max(value)));
        let step = nice((most - least) / 4.0);
        let low = (least / step).floor() * step;
        let steps = ((most - low) / step).ceil().clamp(1.0, 10.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 10")]
        Self { low, step, steps: steps as u32 }
    }

    /// From the top down.
    fn ticks(&self) -> impl Iterator<Item = f64> {
        let tick = |nr: u32| self.low + self.step * f64::from(nr);
        (0..=self.steps).rev().map(tick)
    }

    /// How far from the top.
    fn height(&self, value: f64) -> f64 {
        HEIGHT - (value - self.low) / (self.step * f64::from(self.steps)) * HEIGHT
    }

    fn rules(&self) -> String {
        self.ticks().map(|tick| format!("M0 {}H{WIDTH}", round(self.height(tick)))).collect()
    }

    fn path(&self, values: &[f64]) -> String {
        let gaps = f64::from(u32::try_from(values.len().saturating_sub(1)).unwrap_or(u32::MAX)).max(1.0);
        let mut path = String::new();
        for (nr, value) in values.iter().enumerate() {
            let x = WIDTH * f64::from(u32::try_from(nr).unwrap_or(u32::MAX)) / gaps;
            let word = if nr == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{word}{} {}", round(x), round(self.height(*value)));
        }
        path
    }
}

/// The least of 1, 2, 5, 10 … that is not less, and at least 1.
fn nice(rough: f64) -> f64 {
    let magnitude = 10.0_f64.powf(rough.max(1.0).log10().floor());
    let times = [1.0, 2.0, 5.0].into_iter().find(|times| times * magnitude >= rough).unwrap_or(10.0);
    times * magnitude
}

/// "0", "800", "2.5k", "1.2M".
fn short(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    let (size, unit) = match value.abs() {
        amount if amount >= 1e9 => (amount / 1e9, "bn"),
        amount if amount >= 1e6 => (amount / 1e6, "M"),
        amount if amount >= 1e3 => (amount / 1e3, "k"),
        amount => (amount, ""),
    };
    let digits = format!("{size:.1}");
    format!("{sign}{}{unit}", digits.strip_suffix(".0").unwrap_or(&digits))
}

/// To a tenth, which is less than anybody can see.
fn round(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[f64]) -> Vec<Point> {
        let point = |(nr, value): (usize, &f64)| Point {
            label: format!("{} May", nr + 1),
            value: *value,
            words: value.to_string(),
        };
        values.iter().enumerate().map(point).collect()
    }

    #[test]
    fn scales_are_round_and_hold_every_number() {
        for (values, expected) in [
            (vec![0.0], "1 0"),
            (vec![3.0], "3 2 1 0"),
            (vec![80.0], "80 60 40 20 0"),
            (vec![5720.0], "6k 4k 2k 0"),
            (vec![1_234_567.0], "1.5M 1M 500k 0"),
            (vec![-50.0, 120.0], "150 100 50 0 −50"),
        ] {
            let chart = Chart::bars("it", "It", &points(&values));
            assert_eq!(chart.scale.join(" "), expected, "{values:?}");
        }
    }

    #[test]
    fn a_line_goes_from_edge_to_edge_and_a_bar_stands_on_nothing() {
        let chart = Chart::line("it", "It", &points(&[0.0, 2.0, 4.0]), Some(&[4.0, 4.0, 0.0]));
        let Picture::Line { line, before, last, .. } = chart.picture else { panic!("a line") };
        assert_eq!(line, "M0 200L300 100L600 0");
        assert_eq!(before.as_deref(), Some("M0 0L300 0L600 200"));
        assert_eq!(last, Some(("600".to_owned(), "0".to_owned())));
        let chart = Chart::bars("it", "It", &points(&[4.0, 0.0, -4.0]));
        let Picture::Bars(bars) = chart.picture else { panic!("bars") };
        let shown: Vec<_> = bars.iter().map(|bar| format!("{}+{}", bar.y, bar.height)).collect();
        assert_eq!(shown, ["0+100", "100+0", "100+100"]);
    }

    #[test]
    fn what_can_be_seen_is_said_and_the_words_below_are_few() {
        let chart = Chart::line("it", "Orders", &points(&[3.0, 7.0, 1.0, 4.0, 4.0, 4.0, 9.0]), None);
        assert_eq!(chart.description, "Orders, 1 May to 7 May: at least 1 (3 May), at most 9 (7 May).");
        assert_eq!(chart.words, ["1 May", "2 May", "4 May", "5 May", "7 May"]);
        assert_eq!(Chart::bars("it", "Orders", &[]).description, "Orders: nothing.");
        let bars = Chart::bars("it", "Orders", &points(&[3.0, 7.0, 1.0, 4.0, 4.0, 4.0, 9.0]));
        assert_eq!(bars.words, ["1 May", "", "3 May", "", "5 May", "", "7 May"], "each below its bar");
    }
}
