//! Round values for an axis.

/// An axis from zero up to a round value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    step: f64,
    steps: u32,
}

impl Scale {
    /// The axis for values up to a greatest one: three to five steps of 1, 2, 2.5 or 5 times a power of ten.
    pub fn up_to(greatest: f64) -> Self {
        Self::with_least_step(greatest, 0.0)
    }

    /// The same for whole numbers, which have no halves.
    pub fn of_counts(greatest: f64) -> Self {
        Self::with_least_step(greatest, 1.0)
    }

    fn with_least_step(greatest: f64, least: f64) -> Self {
        if greatest <= 0.0 || !greatest.is_finite() {
            return Self {
                step: 1.0,
                steps: 1,
            };
        }
        let rough = greatest / 4.0;
        let power = 10f64.powf(rough.log10().floor());
        let candidates = [1.0, 2.0, 2.5, 5.0, 10.0].map(|factor| factor * power);
        let step = candidates
            .into_iter()
            .find(|step| *step >= rough * 0.999 && (least == 0.0 || step.fract() == 0.0))
            .unwrap_or(10.0 * power)
            .max(least);
        Self {
            step,
            steps: (greatest / step).ceil().max(1.0) as u32,
        }
    }

    /// The value at the top.
    pub fn top(&self) -> f64 {
        self.step * f64::from(self.steps)
    }

    /// The values that get a line, zero first.
    pub fn ticks(&self) -> impl Iterator<Item = f64> + '_ {
        (0..=self.steps).map(|index| self.step * f64::from(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_values() {
        for (greatest, step, top) in [
            (100.0, 25.0, 100.0),
            (97.0, 25.0, 100.0),
            (3.0, 1.0, 3.0),
            (182_490_000.0, 50_000_000.0, 200_000_000.0),
            (0.7, 0.2, 0.8),
        ] {
            let scale = Scale::up_to(greatest);
            assert!((scale.step - step).abs() < 1e-9, "{greatest}: {scale:?}");
            assert!((scale.top() - top).abs() < 1e-9, "{greatest}: {scale:?}");
        }
    }

    #[test]
    fn counts_have_whole_steps() {
        for greatest in 1..2_000 {
            let scale = Scale::of_counts(f64::from(greatest));
            assert_eq!(scale.step.fract(), 0.0, "{greatest}");
            assert!(scale.top() >= f64::from(greatest), "{greatest}");
            assert!(scale.steps <= 5, "{greatest}: {scale:?}");
        }
    }

    #[test]
    fn nothing_is_drawn_on_an_axis_too() {
        assert_eq!(Scale::up_to(0.0).top(), 1.0);
        assert_eq!(Scale::up_to(f64::NAN).top(), 1.0);
    }
}
