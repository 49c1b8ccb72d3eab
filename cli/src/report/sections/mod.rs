//! The sections of the page, one a file.

pub(super) mod hours;
pub(super) mod requirements;
pub(super) mod rules;
pub(super) mod shares;
pub(super) mod topics;
pub(super) mod undetermined;
pub(super) mod weeks;

use maud::{Markup, html};

use super::sample::Sample;

/// Example tickets, masked.
fn examples(sample: &Sample) -> Markup {
    html! {
        @for example in sample.examples() {
            blockquote {
                @if !example.id.is_empty() { small { "#" (example.id) } " " }
                (example.text)
            }
        }
    }
}

/// A thin bar for a share; the figure stands beside it.
fn bar(part: u64, whole: u64) -> Markup {
    let width = part as f64 * 100.0 / whole.max(1) as f64;
    html! { div.bar aria-hidden="true" { i style=(format!("width:{width:.1}%")) {} } }
}
