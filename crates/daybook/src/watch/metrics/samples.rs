//! A metric whose samples are known when it is registered: what was read once, for one scrape. A label that is gone is not there
//! the next time, instead of staying at its last value.

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::{MetricType, TypedMetric};

/// Samples with their labels.
#[derive(Debug)]
pub(super) struct Samples<M, const N: usize> {
    names: [&'static str; N],
    samples: Vec<([String; N], M)>,
}

impl<M, const N: usize> Samples<M, N> {
    /// Samples with labels of these names.
    pub fn of(
        names: [&'static str; N],
        samples: impl IntoIterator<Item = ([String; N], M)>,
    ) -> Self {
        Self {
            names,
            samples: samples.into_iter().collect(),
        }
    }
}

impl<M: EncodeMetric + TypedMetric, const N: usize> EncodeMetric for Samples<M, N> {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), std::fmt::Error> {
        for (values, metric) in &self.samples {
            let labels: Vec<(&str, &str)> = self
                .names
                .iter()
                .copied()
                .zip(values.iter().map(String::as_str))
                .collect();
            metric.encode(encoder.encode_family(&labels)?)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        M::TYPE
    }
}
