//! How a monitor finds out whether its container works, decided before it starts.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ProcessPlan;

/// A command run in the container again and again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HealthPlan {
    /// What is run.
    pub process: ProcessPlan,
    /// From the end of a check to the next.
    pub interval: Duration,
    /// How long a check may take.
    pub timeout: Duration,
    /// From the container's start, how long a failure does not count.
    pub start_period: Duration,
    /// Between checks while it starts, in place of `interval`.
    pub start_interval: Duration,
    /// Failures in a row before it is said unhealthy.
    pub retries: u32,
}
