//! The wish of whoever waits that nothing more is begun.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How long a pause may go on once nobody wants to wait any more.
const GLANCE: Duration = Duration::from_millis(100);

/// Whether nothing more shall be begun.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks that nothing more is begun.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether that was asked.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Waits for `pause`, or until nobody wants to wait any more.
    pub(crate) async fn sleep(&self, pause: Duration) {
        let end = Instant::now() + pause;
        while Instant::now() < end && !self.is_set() {
            sleep_until(end.min(Instant::now() + GLANCE)).await;
        }
    }

    /// Sets it at the first SIGINT or SIGTERM.
    pub(crate) async fn listen(self) {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
        let signals = kinds.into_iter().filter_map(|kind| signal(kind).ok());
        let waits: Vec<_> = signals.map(|mut signal| Box::pin(async move { signal.recv().await })).collect();
        if !waits.is_empty() {
            futures::future::select_all(waits).await;
            self.set();
        }
    }
}
