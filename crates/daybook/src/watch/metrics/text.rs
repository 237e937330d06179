//! The two forms that Prometheus reads. The library writes OpenMetrics; the older text form, which other tools ask for, names
//! counters in full and knows neither units nor an end mark.

use std::fmt::Write;

/// Media type of OpenMetrics.
pub const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Media type of the older text form.
pub const PLAIN: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Whether whoever asks reads OpenMetrics.
pub fn reads_open_metrics(accept: Option<&str>) -> bool {
    accept.is_some_and(|accept| accept.contains("application/openmetrics-text"))
}

/// OpenMetrics text in the older form.
pub fn plain(open_metrics: &str) -> String {
    let counters: Vec<&str> = open_metrics
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" counter"))
        .collect();
    let mut text = String::with_capacity(open_metrics.len());
    for line in open_metrics.lines() {
        let Some((word, rest)) = line
            .strip_prefix("# ")
            .and_then(|rest| rest.split_once(' '))
        else {
            if line != "# EOF" {
                let _ = writeln!(text, "{line}");
            }
            continue;
        };
        let (name, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let total = if counters.contains(&name) {
            "_total"
        } else {
            ""
        };
        if word != "UNIT" {
            let _ = writeln!(text, "# {word} {name}{total} {rest}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn counters_are_named_in_full_and_the_rest_stays() {
        let open_metrics = "# HELP a_seconds Time.\n# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1.5\n\
                            # HELP b Things.\n# TYPE b counter\nb_total{x=\"# EOF\"} 2\n# EOF\n";
        assert_eq!(
            plain(open_metrics),
            "# HELP a_seconds Time.\n# TYPE a_seconds gauge\na_seconds 1.5\n\
             # HELP b_total Things.\n# TYPE b_total counter\nb_total{x=\"# EOF\"} 2\n"
        );
    }
}
