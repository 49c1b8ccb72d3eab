//! A bar on a terminal.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use super::source::Inputs;

/// A bar with rate and time left, if there is a terminal to show it and the input takes more than a moment.
pub(crate) fn bar(inputs: &Inputs, wanted: bool) -> ProgressBar {
    if !wanted || !std::io::stderr().is_terminal() || inputs.size.is_some_and(|size| size < 1 << 20) {
        return ProgressBar::hidden();
    }
    let (bar, template) = match inputs.size {
        Some(size) => (ProgressBar::new(size), "{bar:30} {percent}% {msg} · {bytes}/{total_bytes} · {bytes_per_sec} · {eta} left"),
        None => (ProgressBar::new_spinner(), "{spinner} {msg} · {bytes} · {bytes_per_sec}"),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
