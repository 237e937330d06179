//! Durations as people say them.

/// In English, such as `3 h 12 min`.
pub fn english(seconds: f64) -> String {
    spoken(seconds, ["s", "min", "h", "days"])
}

/// In Vietnamese, such as `3 giờ 12 phút`.
pub fn vietnamese(seconds: f64) -> String {
    spoken(seconds, ["giây", "phút", "giờ", "ngày"])
}

/// From two days on in whole days, below that to the minute, below a minute to the second.
fn spoken(seconds: f64, [second, minute, hour, day]: [&str; 4]) -> String {
    match seconds.max(0.0) as u64 {
        whole @ 0..60 => format!("{whole} {second}"),
        whole @ 60..3_600 => format!("{} {minute}", whole / 60),
        whole @ 3_600..172_800 => match whole % 3_600 / 60 {
            0 => format!("{} {hour}", whole / 3_600),
            minutes => format!("{} {hour} {minutes} {minute}", whole / 3_600),
        },
        whole => format!("{} {day}", whole / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::{english, vietnamese};

    #[test]
    fn durations_are_told_in_the_unit_that_fits() {
        assert_eq!(english(-3.0), "0 s");
        assert_eq!(english(59.9), "59 s");
        assert_eq!(english(600.0), "10 min");
        assert_eq!(english(7_200.0), "2 h");
        assert_eq!(vietnamese(11_520.0), "3 giờ 12 phút");
        assert_eq!(vietnamese(172_800.0), "2 ngày");
    }
}
