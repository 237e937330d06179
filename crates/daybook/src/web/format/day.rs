//! Days, weeks, months and times of the business.

use jiff::civil::{Date, DateTime, Weekday};

use super::Format;
use crate::web::words::Lang;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Weekdays from Monday: short and long, Vietnamese and English.
const WEEKDAYS: [[&str; 4]; 7] = [
    ["T2", "Thứ Hai", "Mon", "Monday"],
    ["T3", "Thứ Ba", "Tue", "Tuesday"],
    ["T4", "Thứ Tư", "Wed", "Wednesday"],
    ["T5", "Thứ Năm", "Thu", "Thursday"],
    ["T6", "Thứ Sáu", "Fri", "Friday"],
    ["T7", "Thứ Bảy", "Sat", "Saturday"],
    ["CN", "Chủ Nhật", "Sun", "Sunday"],
];

fn month_name(day: Date) -> &'static str {
    MONTHS[usize::from(day.month().unsigned_abs()) - 1]
}

impl Format {
    /// `20/03/2026`, `20 Mar 2026`.
    pub fn date(self, day: Date) -> String {
        match self.lang {
            Lang::Vi => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
            Lang::En => format!("{} {} {}", day.day(), month_name(day), day.year()),
        }
    }

    /// `20/03`, `20 Mar`.
    pub fn short_date(self, day: Date) -> String {
        match self.lang {
            Lang::Vi => format!("{:02}/{:02}", day.day(), day.month()),
            Lang::En => format!("{} {}", day.day(), month_name(day)),
        }
    }

    /// `T6 20/03`, `Fri 20 Mar`.
    pub fn weekday_date(self, day: Date) -> String {
        format!("{} {}", self.weekday(day.weekday()), self.short_date(day))
    }

    /// `Thứ Sáu 20/03/2026`, `Friday 20 Mar 2026`.
    pub fn long_date(self, day: Date) -> String {
        let names = WEEKDAYS[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())];
        let name = match self.lang {
            Lang::Vi => names[1],
            Lang::En => names[3],
        };
        format!("{name} {}", self.date(day))
    }

    /// `T6`, `CN`, `Fri`.
    pub fn weekday(self, weekday: Weekday) -> &'static str {
        let names = WEEKDAYS[usize::from(weekday.to_monday_zero_offset().unsigned_abs())];
        match self.lang {
            Lang::Vi => names[0],
            Lang::En => names[2],
        }
    }

    /// Both ends of a range, with what they share said once: `16/03–22/03/2026`, `16–22 Mar 2026`.
    pub fn range(self, from: Date, to: Date) -> String {
        if from == to {
            return self.date(from);
        }
        match self.lang {
            Lang::Vi if from.year() == to.year() => {
                format!("{}–{}", self.short_date(from), self.date(to))
            }
            Lang::Vi => format!("{}–{}", self.date(from), self.date(to)),
            Lang::En if from.first_of_month() == to.first_of_month() => {
                format!("{}–{}", from.day(), self.date(to))
            }
            Lang::En if from.year() == to.year() => {
                format!("{} – {}", self.short_date(from), self.date(to))
            }
            Lang::En => format!("{} – {}", self.date(from), self.date(to)),
        }
    }

    /// The ISO week of a Monday: `Tuần 12 (16/03–22/03/2026)`, `Week 12 (16–22 Mar 2026)`.
    pub fn week(self, monday: Date) -> String {
        let sunday = monday.saturating_add(jiff::Span::new().days(6));
        format!(
            "{} ({})",
            self.short_week(monday),
            self.range(monday, sunday)
        )
    }

    /// `Tuần 12`, `Week 12`.
    pub fn short_week(self, monday: Date) -> String {
        let word = match self.lang {
            Lang::Vi => "Tuần",
            Lang::En => "Week",
        };
        format!("{word} {}", monday.iso_week_date().week())
    }

    /// `Tháng 3/2026`, `Mar 2026`.
    pub fn month(self, day: Date) -> String {
        match self.lang {
            Lang::Vi => format!("Tháng {}/{}", day.month(), day.year()),
            Lang::En => format!("{} {}", month_name(day), day.year()),
        }
    }

    /// `T3/2026`, `Mar 26`: on an axis.
    pub fn short_month(self, day: Date) -> String {
        match self.lang {
            Lang::Vi => format!("{}/{}", day.month(), day.year()),
            Lang::En => format!("{} {:02}", month_name(day), day.year() % 100),
        }
    }

    /// `14:15`.
    pub fn time(self, time: DateTime) -> String {
        format!("{:02}:{:02}", time.hour(), time.minute())
    }

    /// `14:15:02`.
    pub fn time_with_seconds(self, time: DateTime) -> String {
        format!("{}:{:02}", self.time(time), time.second())
    }

    /// `20/03/2026 14:15`.
    pub fn date_time(self, time: DateTime) -> String {
        format!("{} {}", self.date(time.date()), self.time(time))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::tests::format;
    use super::*;

    #[test]
    fn days() {
        let (vi, en) = (format(Lang::Vi), format(Lang::En));
        let friday = date(2026, 3, 20);
        assert_eq!(vi.date(friday), "20/03/2026");
        assert_eq!(en.date(friday), "20 Mar 2026");
        assert_eq!(vi.weekday_date(friday), "T6 20/03");
        assert_eq!(en.weekday_date(friday), "Fri 20 Mar");
        assert_eq!(vi.weekday_date(date(2026, 3, 22)), "CN 22/03");
        assert_eq!(vi.long_date(friday), "Thứ Sáu 20/03/2026");
        assert_eq!(vi.time(friday.at(14, 15, 2, 0)), "14:15");
        assert_eq!(vi.time_with_seconds(friday.at(14, 15, 2, 0)), "14:15:02");
    }

    #[test]
    fn weeks_are_iso_weeks() {
        let (vi, en) = (format(Lang::Vi), format(Lang::En));
        assert_eq!(vi.week(date(2026, 3, 16)), "Tuần 12 (16/03–22/03/2026)");
        assert_eq!(en.week(date(2026, 3, 16)), "Week 12 (16–22 Mar 2026)");
        // The first partial week of 2027 is week 53 of 2026.
        assert_eq!(
            vi.week(date(2026, 12, 28)),
            "Tuần 53 (28/12/2026–03/01/2027)"
        );
        assert_eq!(en.week(date(2026, 3, 30)), "Week 14 (30 Mar – 5 Apr 2026)");
    }

    #[test]
    fn months() {
        assert_eq!(format(Lang::Vi).month(date(2026, 3, 1)), "Tháng 3/2026");
        assert_eq!(format(Lang::En).month(date(2026, 3, 1)), "Mar 2026");
    }
}
