//! The real clock.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use signbridge_core::Clock;

/// The system's time, and tokio's timers. It needs a tokio runtime with time enabled.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioClock;

#[async_trait]
impl Clock for TokioClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
