//! A heat map of days: tables of links, a month each, Monday first.

use askama::Template;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// A day before it is drawn.
#[derive(Debug, Clone)]
pub struct CalendarDay {
    /// Which.
    pub day: Date,
    /// How much; `None` where there are no data yet.
    pub value: Option<f64>,
    /// What is told about it: `Thứ Sáu 20/03/2026: 1.203 đơn`.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

/// The drawn months.
#[derive(Debug, Template)]
#[template(path = "chart/calendar.html")]
pub struct Calendar {
    weekdays: Vec<String>,
    months: Vec<Month>,
    fewer: &'static str,
    many: &'static str,
}

#[derive(Debug)]
struct Month {
    name: String,
    /// Weeks of seven cells; `None` outside the month.
    weeks: Vec<Vec<Option<Cell>>>,
}

#[derive(Debug)]
struct Cell {
    number: i8,
    class: &'static str,
    is_today: bool,
    label: String,
    href: Option<String>,
}

/// Steps of colour.
const STEPS: usize = 5;
const CLASSES: [&str; STEPS] = ["heat1", "heat2", "heat3", "heat4", "heat5"];

impl Calendar {
    /// Draws days, which follow each other without a gap and begin with a month. `words`: fewer, many.
    pub fn draw(
        days: &[CalendarDay],
        today: Date,
        weekday: impl Fn(Weekday) -> String,
        month: impl Fn(Date) -> String,
        words: (&'static str, &'static str),
    ) -> Self {
        let limits = limits(days);
        let mut months: Vec<Month> = Vec::new();
        for entry in days {
            let offset = usize::from(entry.day.weekday().to_monday_zero_offset().unsigned_abs());
            if entry.day.day() == 1 || months.is_empty() {
                months.push(Month {
                    name: month(entry.day),
                    weeks: Vec::new(),
                });
            }
            let Some(current) = months.last_mut() else {
                continue;
            };
            if offset == 0 || current.weeks.is_empty() {
                current.weeks.push((0..7).map(|_| None).collect());
            }
            let Some(week) = current.weeks.last_mut() else {
                continue;
            };
            week[offset] = Some(Cell {
                number: entry.day.day(),
                class: class(entry, today, &limits),
                is_today: entry.day == today,
                label: entry.label.clone(),
                href: entry.value.is_some().then(|| entry.href.clone()),
            });
        }
        // Newest first: on a phone one month fills the screen, and the present one is asked about most.
        months.reverse();
        let monday: Date = jiff::civil::date(2024, 1, 1);
        Self {
            weekdays: (0..7)
                .map(|offset: i64| weekday(monday.saturating_add(offset.days()).weekday()))
                .collect(),
            months,
            fewer: words.0,
            many: words.1,
        }
    }
}

impl askama::filters::HtmlSafe for Calendar {}

/// The values at which the next colour begins. By quantile, so that one day of sales does not flatten the year.
fn limits(days: &[CalendarDay]) -> [f64; STEPS - 1] {
    let mut values: Vec<f64> = days
        .iter()
        .filter_map(|day| day.value.filter(|value| *value > 0.0))
        .collect();
    values.sort_by(f64::total_cmp);
    std::array::from_fn(|step| {
        let index = values.len() * (step + 1) / STEPS;
        values.get(index).copied().unwrap_or(f64::INFINITY)
    })
}

fn class(entry: &CalendarDay, today: Date, limits: &[f64; STEPS - 1]) -> &'static str {
    match entry.value {
        _ if entry.day > today => "future",
        None => "none",
        Some(value) if value <= 0.0 => "zero",
        Some(value) => CLASSES[limits.iter().filter(|limit| value >= **limit).count()],
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn days(values: &[Option<f64>]) -> Vec<CalendarDay> {
        values
            .iter()
            .enumerate()
            .map(|(index, value)| CalendarDay {
                day: date(2026, 3, 1).saturating_add((index as i64).days()),
                value: *value,
                label: String::new(),
                href: "/day".to_owned(),
            })
            .collect()
    }

    fn classes(values: &[Option<f64>]) -> Vec<&'static str> {
        let days = days(values);
        let limits = limits(&days);
        days.iter()
            .map(|day| class(day, date(2026, 12, 31), &limits))
            .collect()
    }

    #[test]
    fn five_steps_by_quantile() {
        let values: Vec<_> = (1..=10).map(|value| Some(f64::from(value))).collect();
        let seen = classes(&values);
        assert_eq!(seen[0], "heat1");
        assert_eq!(seen[9], "heat5");
        for step in CLASSES {
            assert_eq!(
                seen.iter().filter(|class| **class == step).count(),
                2,
                "{step}"
            );
        }
    }

    #[test]
    fn one_day_of_sales_does_not_flatten_the_others() {
        let mut values: Vec<_> = (1..=10).map(|value| Some(f64::from(value))).collect();
        values.push(Some(1e9));
        assert_ne!(classes(&values)[0], classes(&values)[8]);
    }

    #[test]
    fn zero_and_no_data_are_different() {
        assert_eq!(classes(&[Some(0.0), None]), ["zero", "none"]);
    }

    #[test]
    fn weeks_start_on_monday() {
        // 1 March 2026 is a Sunday.
        let drawn = Calendar::draw(
            &days(&[Some(1.0), Some(2.0)]),
            date(2026, 3, 2),
            |weekday| format!("{weekday:?}"),
            |day| day.to_string(),
            ("", ""),
        );
        assert_eq!(drawn.weekdays[0], "Monday");
        let weeks = &drawn.months[0].weeks;
        assert!(weeks[0][6].is_some() && weeks[0][..6].iter().all(Option::is_none));
        assert!(weeks[1][0].as_ref().is_some_and(|cell| cell.is_today));
    }
}
