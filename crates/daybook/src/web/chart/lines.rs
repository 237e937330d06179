//! Lines: levels over time, side by side or against an earlier period.

use askama::Template;

use super::{Mark, PLOT, Percent, Pixels, Scale, TOP, Tick, height_of, marks, ticks};

/// A line before it is drawn.
#[derive(Debug)]
pub struct Line {
    /// What it is, as a class of the style sheet.
    pub class: &'static str,
    /// Whether it is another period, drawn dashed and below the others.
    pub is_comparison: bool,
    /// A value for each column; `None` where the line has ended or there is none.
    pub values: Vec<Option<f64>>,
}

/// A column before it is drawn.
#[derive(Debug)]
pub struct Point {
    /// What it is about, under the axis.
    pub label: String,
    /// What is told about it: a line of text for each thing.
    pub tip: String,
    /// Where it leads.
    pub href: String,
    /// Whether it can still change so much that it is hatched.
    pub is_unripe: bool,
    /// Whether it is not over: its part of the line is dashed and its point open.
    pub is_unfinished: bool,
}

/// The drawn chart.
#[derive(Debug, Template)]
#[template(path = "chart/lines.svg", escape = "html")]
pub struct Lines {
    id: String,
    height: Pixels,
    base: Pixels,
    ticks: Vec<Tick>,
    marks: Vec<Mark>,
    columns: Vec<Hit>,
    paths: Vec<Path>,
    dots: Vec<Dot>,
    unripe: Option<(Percent, Percent)>,
    top: Pixels,
    plot: Pixels,
}

#[derive(Debug)]
struct Hit {
    x: Percent,
    width: Percent,
    middle: Percent,
    href: String,
    tip: String,
}

#[derive(Debug)]
struct Path {
    class: &'static str,
    kind: &'static str,
    points: String,
}

#[derive(Debug)]
struct Dot {
    class: &'static str,
    x: Percent,
    y: Pixels,
    is_open: bool,
}

impl Lines {
    /// Draws lines over the same columns on a scale. `id` is the chart's own on its page.
    pub fn draw(
        id: &str,
        lines: &[Line],
        columns: Vec<Point>,
        scale: Scale,
        label: &dyn Fn(f64) -> String,
    ) -> Self {
        let width = 100.0 / columns.len().max(1) as f64;
        let middle = |index: usize| (index as f64 + 0.5) * width;
        let labels: Vec<_> = columns.iter().map(|column| column.label.clone()).collect();
        let unfinished = columns.iter().position(|column| column.is_unfinished);

        let mut paths = Vec::new();
        let mut dots = Vec::new();
        // Comparisons first: what is asked about lies on top of them.
        let (earlier, present): (Vec<_>, Vec<_>) =
            lines.iter().partition(|line| line.is_comparison);
        for line in earlier.into_iter().chain(present) {
            let at = |index: usize| {
                let value = line.values.get(index).copied().flatten()?;
                Some((middle(index), height_of(value, &scale)))
            };
            for run in runs(&line.values) {
                let solid_end = match unfinished {
                    Some(first) if !line.is_comparison => run.end.min(first.max(run.start)),
                    _ => run.end,
                };
                let kind = if line.is_comparison {
                    "earlier"
                } else {
                    "level"
                };
                paths.extend(path(
                    line.class,
                    kind,
                    (run.start..solid_end).filter_map(at),
                ));
                if solid_end < run.end {
                    let from = solid_end.saturating_sub(1).max(run.start);
                    paths.extend(path(
                        line.class,
                        "unfinished",
                        (from..run.end).filter_map(at),
                    ));
                }
                if !line.is_comparison {
                    let last = run.end - 1;
                    dots.extend(at(last).map(|(x, y)| Dot {
                        class: line.class,
                        x: Percent(x),
                        y: Pixels(y),
                        is_open: unfinished.is_some_and(|first| last >= first),
                    }));
                }
            }
        }
        let unripe = columns.iter().position(|column| column.is_unripe);
        Self {
            id: id.to_owned(),
            height: Pixels(TOP + PLOT + 28.0),
            base: Pixels(TOP + PLOT + 20.0),
            ticks: ticks(&scale, label),
            marks: marks(&labels),
            columns: columns
                .into_iter()
                .enumerate()
                .map(|(index, column)| Hit {
                    x: Percent(index as f64 * width),
                    width: Percent(width),
                    middle: Percent(middle(index)),
                    href: column.href,
                    tip: column.tip,
                })
                .collect(),
            paths,
            dots,
            unripe: unripe.map(|first| {
                let x = first as f64 * width;
                (Percent(x), Percent(100.0 - x))
            }),
            top: Pixels(TOP),
            plot: Pixels(PLOT),
        }
    }
}

impl askama::filters::HtmlSafe for Lines {}

/// The stretches of a line that have values.
fn runs(values: &[Option<f64>]) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut start = None;
    for (index, value) in values.iter().enumerate() {
        match (value, start) {
            (Some(_), None) => start = Some(index),
            (None, Some(first)) => {
                runs.push(first..index);
                start = None;
            }
            _ => {}
        }
    }
    runs.extend(start.map(|first| first..values.len()));
    runs
}

/// A path through points, in the thousandths of the nested drawing; `None` for fewer than two.
fn path(
    class: &'static str,
    kind: &'static str,
    points: impl Iterator<Item = (f64, f64)>,
) -> Option<Path> {
    let points: Vec<_> = points
        .map(|(x, y)| format!("{:.1},{y:.1}", x * 10.0))
        .collect();
    (points.len() > 1).then(|| Path {
        class,
        kind,
        points: points.join(" "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(count: usize, unfinished: Option<usize>) -> Vec<Point> {
        (0..count)
            .map(|index| Point {
                label: index.to_string(),
                tip: String::new(),
                href: String::new(),
                is_unripe: false,
                is_unfinished: unfinished == Some(index),
            })
            .collect()
    }

    fn line(values: Vec<Option<f64>>) -> Line {
        Line {
            class: "shopee",
            is_comparison: false,
            values,
        }
    }

    fn drawn(values: Vec<Option<f64>>, unfinished: Option<usize>) -> Lines {
        let columns = points(values.len(), unfinished);
        let scale = Scale::up_to(4.0);
        Lines::draw("c", &[line(values)], columns, scale, &|value| {
            value.to_string()
        })
    }

    #[test]
    fn a_line_ends_where_its_data_end_instead_of_dropping_to_zero() {
        let lines = drawn(vec![Some(1.0), Some(2.0), None, None], None);
        assert_eq!(lines.paths.len(), 1);
        assert_eq!(lines.paths[0].points.split(' ').count(), 2);
        assert_eq!(lines.dots.len(), 1);
    }

    #[test]
    fn the_last_part_of_a_line_is_dashed_while_its_day_is_not_over() {
        let lines = drawn(vec![Some(1.0), Some(2.0), Some(0.5)], Some(2));
        let kinds: Vec<_> = lines.paths.iter().map(|path| path.kind).collect();
        assert_eq!(kinds, ["level", "unfinished"]);
        assert!(lines.dots[0].is_open);
    }

    #[test]
    fn a_zero_is_a_point_on_the_axis() {
        let lines = drawn(vec![Some(0.0), Some(0.0)], None);
        assert!(
            lines.paths[0]
                .points
                .ends_with(&format!(",{:.1}", TOP + PLOT))
        );
    }
}
