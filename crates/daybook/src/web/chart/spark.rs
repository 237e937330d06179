//! The course of a figure in the size of a word.

use askama::Template;

/// A sparkline: no axis, from zero, the last point dashed while its day is not over.
#[derive(Debug, Template)]
#[template(path = "chart/spark.svg", escape = "html")]
pub struct Sparkline {
    area: String,
    solid: String,
    dashed: String,
}

/// The drawing's own units; it stretches over its tile.
const WIDTH: f64 = 200.0;
const HEIGHT: f64 = 32.0;

impl Sparkline {
    /// Draws values over time; those without a value are left out.
    pub fn draw(values: &[Option<f64>], last_is_unfinished: bool) -> Self {
        let greatest = values.iter().flatten().fold(0.0, |a: f64, b| a.max(*b));
        let step = WIDTH / (values.len().max(2) - 1) as f64;
        let points: Vec<_> = values
            .iter()
            .enumerate()
            .filter_map(|(index, value)| {
                let share = if greatest > 0.0 {
                    (*value)? / greatest
                } else {
                    0.0
                };
                Some((index as f64 * step, HEIGHT - 1.0 - share * (HEIGHT - 3.0)))
            })
            .collect();
        let solid = match (points.len(), last_is_unfinished) {
            (3.., true) => &points[..points.len() - 1],
            _ => &points[..],
        };
        let dashed = &points[solid.len().saturating_sub(1)..];
        let area = match (solid.first(), solid.last()) {
            (Some(first), Some(last)) => {
                format!(
                    "{:.1},{HEIGHT} {} {:.1},{HEIGHT}",
                    first.0,
                    text(solid),
                    last.0
                )
            }
            _ => String::new(),
        };
        Self {
            area,
            solid: text(solid),
            dashed: if dashed.len() > 1 {
                text(dashed)
            } else {
                String::new()
            },
        }
    }
}

impl askama::filters::HtmlSafe for Sparkline {}

fn text(points: &[(f64, f64)]) -> String {
    let points: Vec<_> = points
        .iter()
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    points.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_is_not_over_is_dashed() {
        let spark = Sparkline::draw(&[Some(1.0), Some(2.0), Some(0.5)], true);
        assert_eq!(spark.solid.split(' ').count(), 2);
        assert_eq!(spark.dashed.split(' ').count(), 2);
    }

    #[test]
    fn nothing_but_zeros_is_a_line_at_the_bottom() {
        let spark = Sparkline::draw(&[Some(0.0), Some(0.0)], false);
        assert_eq!(spark.solid, "0.0,31.0 200.0,31.0");
    }
}
