//! Stacked bars: what a whole is made of, over time.

use askama::Template;

use super::{Mark, PLOT, Percent, Pixels, Scale, TOP, Tick, height_of, marks, ticks};

/// A bar before it is drawn.
#[derive(Debug)]
pub struct Column {
    /// What it is about, under the axis.
    pub label: String,
    /// What is told about it: a line of text for each thing.
    pub tip: String,
    /// Where it leads.
    pub href: String,
    /// Its parts from the bottom up.
    pub parts: Vec<Part>,
    /// Whether it can still change so much that it is hatched.
    pub is_unripe: bool,
}

/// A part of a bar.
#[derive(Debug)]
pub struct Part {
    /// What it is, as a class of the style sheet.
    pub class: &'static str,
    /// How much, in the units of the axis.
    pub value: f64,
}

/// The drawn chart.
#[derive(Debug, Template)]
#[template(path = "chart/bars.svg", escape = "html")]
pub struct Bars {
    id: String,
    height: Pixels,
    base: Pixels,
    ticks: Vec<Tick>,
    marks: Vec<Mark>,
    bars: Vec<Bar>,
    top: Pixels,
    plot: Pixels,
}

#[derive(Debug)]
struct Bar {
    x: Percent,
    width: Percent,
    hit_x: Percent,
    hit_width: Percent,
    href: String,
    tip: String,
    is_unripe: bool,
    segments: Vec<Segment>,
}

#[derive(Debug)]
struct Segment {
    class: &'static str,
    y: Pixels,
    height: Pixels,
}

impl Bars {
    /// Draws columns on a scale. `id` is the chart's own on its page.
    pub fn draw(
        id: &str,
        columns: Vec<Column>,
        scale: Scale,
        label: &dyn Fn(f64) -> String,
    ) -> Self {
        let width = 100.0 / columns.len().max(1) as f64;
        let labels: Vec<_> = columns.iter().map(|column| column.label.clone()).collect();
        let bars = columns.into_iter().enumerate().map(|(index, column)| {
            let left = index as f64 * width;
            let mut reached = 0.0;
            let segments = column
                .parts
                .into_iter()
                .filter(|part| part.value > 0.0)
                .map(|part| {
                    let bottom = height_of(reached, &scale);
                    reached += part.value;
                    let top = height_of(reached, &scale);
                    Segment {
                        class: part.class,
                        y: Pixels(top),
                        height: Pixels(bottom - top),
                    }
                })
                .collect();
            Bar {
                x: Percent(left + width * 0.12),
                width: Percent(width * 0.76),
                hit_x: Percent(left),
                hit_width: Percent(width),
                href: column.href,
                tip: column.tip,
                is_unripe: column.is_unripe,
                segments,
            }
        });
        Self {
            id: id.to_owned(),
            height: Pixels(TOP + PLOT + 28.0),
            base: Pixels(TOP + PLOT + 20.0),
            ticks: ticks(&scale, label),
            marks: marks(&labels),
            bars: bars.collect(),
            top: Pixels(TOP),
            plot: Pixels(PLOT),
        }
    }
}

impl askama::filters::HtmlSafe for Bars {}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(parts: &[f64]) -> Column {
        Column {
            label: "T2".to_owned(),
            tip: "<script>".to_owned(),
            href: "/day/2026-03-20".to_owned(),
            parts: parts
                .iter()
                .map(|value| Part {
                    class: "completed",
                    value: *value,
                })
                .collect(),
            is_unripe: false,
        }
    }

    #[test]
    fn parts_stand_on_each_other_and_fill_the_scale() {
        let columns = vec![column(&[25.0, 75.0]), column(&[0.0])];
        let bars = Bars::draw("c", columns, Scale::up_to(100.0), &|value| {
            value.to_string()
        });
        let [lower, upper] = &bars.bars[0].segments[..] else {
            panic!("{:?}", bars.bars[0])
        };
        assert_eq!(lower.y.0 + lower.height.0, TOP + PLOT);
        assert_eq!(upper.y.0, TOP);
        assert!((upper.y.0 + upper.height.0 - lower.y.0).abs() < 1e-9);
        assert!(
            bars.bars[1].segments.is_empty(),
            "a true zero is drawn as zero"
        );
    }

    #[test]
    fn text_is_escaped_and_nothing_is_inline() {
        let svg = Bars::draw("c", vec![column(&[1.0])], Scale::up_to(1.0), &|_| {
            String::new()
        })
        .to_string();
        assert!(!svg.contains("<script"), "{svg}");
        assert!(!svg.contains("style="), "{svg}");
    }
}
