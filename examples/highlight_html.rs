//! Evidence marked in the ticket as HTML: spans are byte ranges of the ticket as typed, so marking is slicing.
//!
//! `cargo run --example highlight_html > page.html`

use support_triage::{Classifier, Lang};

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn main() {
    let ticket = "Здравствуйте! Поставьте нам, пожалуйста, nginx <и> php 8.2 на сервер, доступ по ssh дадим.";
    let explanation = Classifier::builtin().explain(ticket);
    let mut html = String::new();
    let mut at = 0;
    for evidence in explanation.decision().evidence() {
        let (start, end) = (evidence.span().start().max(at), evidence.span().end());
        if start < end {
            html += &escape(&ticket[at..start]);
            html += &format!("<mark title=\"{}\">{}</mark>", escape(evidence.rule()), escape(&ticket[start..end]));
            at = end;
        }
    }
    html += &escape(&ticket[at..]);
    println!("<!doctype html><meta charset=\"utf-8\"><p>{html}</p><p>{}</p>", escape(&explanation.summary(Lang::Ru)));
}
