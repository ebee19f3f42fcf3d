//! How far long work has come: a bar on a terminal, plain lines elsewhere. Always on the error stream.

use std::{
    io::{IsTerminal, Write, stderr},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter work is done before its lines are read.
const WORTH_TELLING: u64 = 5_000;

/// Progress of one piece of work that counts its steps.
pub(super) struct Progress {
    bar: ProgressBar,
    title: String,
    plain: bool,
    /// Tenths said so far, where lines are printed.
    said: std::sync::atomic::AtomicU64,
}

impl Progress {
    /// Starts to show `title` with a count up to `total`.
    pub(super) fn start(title: impl Into<String>, total: u64) -> Self {
        let title = title.into();
        let plain = !stderr().is_terminal();
        let target = if plain { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(8) };
        let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}").expect("a fixed template");
        let bar = ProgressBar::with_draw_target(Some(total), target).with_style(style).with_message(title.clone());
        bar.enable_steady_tick(Duration::from_millis(250));
        Self { bar, title, plain, said: 0.into() }
    }

    /// Counts steps.
    pub(super) fn add(&self, steps: u64) {
        self.bar.inc(steps);
        if self.plain && self.bar.length().unwrap_or(0) >= WORTH_TELLING {
            self.say_a_tenth();
        }
    }

    /// Ends with how much was done, and the time it took; without a word if there was nothing to do.
    pub(super) fn finish(self) {
        let done = self.done();
        self.bar.finish_and_clear();
        if let Some(done) = done {
            say(&done);
        }
    }

    /// To be asked before the bar is finished, which moves it to its length.
    fn done(&self) -> Option<String> {
        let (done, taken) = (self.bar.position(), self.bar.elapsed().as_secs_f64());
        (done > 0).then(|| format!("{}: {done} done in {taken:.1} s", self.title))
    }

    /// A line each time another tenth of the work is done.
    fn say_a_tenth(&self) {
        use std::sync::atomic::Ordering::Relaxed;
        let (done, total) = (self.bar.position(), self.bar.length().unwrap_or(0).max(1));
        let tenths = done * 10 / total;
        if tenths < 10 && self.said.fetch_max(tenths, Relaxed) < tenths {
            say(&format!("{}: {done} of {total}", self.title));
        }
    }
}

/// One plain line on the error stream; a closed stream is no reason to stop the work.
pub(super) fn say(line: &str) {
    let _closed = writeln!(stderr(), "{line}");
}

/// Progress through the log, which is told as the position that was reached.
pub(super) struct LogProgress {
    shown: Progress,
    reached: i64,
}

impl LogProgress {
    /// Starts to show `title` with positions up to the head of the log.
    pub(super) fn start(title: &str, head: i64) -> Self {
        Self { shown: Progress::start(title, u64::try_from(head).unwrap_or(0)), reached: 0 }
    }

    /// Everything up to here is done.
    pub(super) fn reached(&mut self, position: i64) {
        self.shown.add(u64::try_from(position - self.reached).unwrap_or(0));
        self.reached = position;
    }

    /// Ends with the time it took.
    pub(super) fn finish(self) {
        self.shown.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_tells_what_was_counted_and_nothing_of_nothing() {
        let nothing = Progress::start("Retelling streams", 0);
        assert_eq!(nothing.done(), None);
        let unknown = Progress::start("Retelling streams", 0);
        unknown.add(5);
        unknown.add(2);
        assert!(unknown.done().is_some_and(|done| done.starts_with("Retelling streams: 7 done in ")));
        let earlier = Progress::start("Replaying", 100);
        earlier.add(40);
        assert!(earlier.done().is_some_and(|done| done.starts_with("Replaying: 40 done in ")));
    }
}
