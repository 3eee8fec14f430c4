use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long a command is silent before it says what it does.
const PATIENCE: Duration = Duration::from_millis(800);

/// A line on stderr that says what is being done, once it takes long; only where a person looks.
pub(crate) struct Progress {
    bar: ProgressBar,
    done: Option<std::sync::mpsc::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Progress {
    pub(crate) fn start(doing: &'static str) -> Self {
        let watched = std::io::stderr().is_terminal() && std::env::var_os("CI").is_none();
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if !watched {
            return Self { bar, done: None, thread: None };
        }
        let (done, wait) = std::sync::mpsc::channel();
        let shown = bar.clone();
        let thread = std::thread::spawn(move || {
            if wait.recv_timeout(PATIENCE) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                shown.set_style(ProgressStyle::default_spinner());
                shown.set_message(doing);
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(Duration::from_millis(120));
            }
        });
        Self { bar, done: Some(done), thread: Some(thread) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(thread) = self.thread.take() {
            // It never panics; and if it did, there is only a line missing.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}
