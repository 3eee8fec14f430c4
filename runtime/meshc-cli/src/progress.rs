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
                if shown.length().is_none() {
                    shown.set_style(ProgressStyle::default_spinner());
                }
                shown.set_message(doing);
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(Duration::from_millis(120));
            }
        });
        Self { bar, done: Some(done), thread: Some(thread) }
    }

    /// Says how much there is to do, so that a bar shows how far it is.
    pub(crate) fn expect(&self, total: u64) {
        self.bar.set_length(total);
        let style = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len}");
        if let Ok(style) = style {
            self.bar.set_style(style);
        }
    }

    /// Says that one more is done.
    pub(crate) fn step(&self) {
        self.bar.inc(1);
    }

    /// Does something that prints, with the line out of its way.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
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
