//! `evaluate --html`: one self-contained page with pictures.

use std::fmt::Write;

use support_triage::Evaluation;
use support_triage::evaluation::Share;

/// The shares of an evaluation, each with its name.
pub(crate) fn shares(evaluation: &Evaluation) -> Vec<(&'static str, Share)> {
    vec![
        ("verdict accuracy", evaluation.verdict_accuracy),
        ("category accuracy", evaluation.category_accuracy),
        ("topic accuracy", evaluation.topic_accuracy),
        ("topic among the first three", evaluation.topic_top3),
        ("answer rate", evaluation.answer_rate),
        ("precision when answered", evaluation.precision_when_answered),
        ("wrong refusals", evaluation.wrong_refusals),
        ("wrong acceptances", evaluation.wrong_acceptances),
        ("uncovered rejected", evaluation.uncovered_rejected),
    ]
}

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}\
table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem .7rem;border-bottom:1px solid #d8dee4;text-align:left;vertical-align:top}\
td.n{text-align:right;font-variant-numeric:tabular-nums}small{color:#57606a}svg{max-width:100%;height:auto}h2{margin-top:2.2rem}\
@media print{body{margin:0}}";

/// The page.
pub(crate) fn page(evaluation: &Evaluation) -> String {
    let mut out = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Evaluation</title><style>{STYLE}</style><h1>Evaluation</h1><p>{} labelled tickets, policy version <code>{}</code></p>",
        evaluation.tickets,
        escape(&evaluation.policy)
    );
    let mut rows = String::new();
    for (name, share) in shares(evaluation) {
        let (low, high) = share.interval();
        let _ = write!(
            rows,
            "<tr><td>{name}<td class=n><b>{:.1} %</b><td class=n><small>{:.1}–{:.1}</small><td class=n>{}/{}",
            share.value() * 100.0,
            low * 100.0,
            high * 100.0,
            share.hits,
            share.of
        );
    }
    let _ = write!(
        out,
        "<table><tr><th>figure<th>share<th>95 % interval<th>tickets{rows}<tr><td>calibration error (ECE)<td class=n><b>{:.3}</b><td><td></table>",
        evaluation.ece
    );
    let _ = write!(
        out,
        "<h2>Reliability</h2><p>Of the tickets answered with a confidence, how many are right. On the diagonal the confidence keeps its word; the numbers are tickets.</p>{}",
        reliability(evaluation)
    );
    let _ = write!(
        out,
        "<h2>Coverage and risk</h2><p>What if only answers of at least some confidence were given: how many tickets are answered, and how many of the answers are wrong.</p>{}",
        tradeoffs(evaluation)
    );
    let _ = write!(out, "<h2>Confusion of categories</h2>{}", confusion(evaluation));
    for (title, classes) in [("Categories", &evaluation.categories), ("Topics", &evaluation.topics)] {
        let mut rows = String::new();
        for (name, class) in classes {
            let _ = write!(
                rows,
                "<tr><td>{}<td class=n>{}<td class=n>{:.2}<td class=n>{:.2}<td class=n>{:.2}",
                escape(name),
                class.tickets,
                class.precision,
                class.recall,
                class.f1
            );
        }
        let _ = write!(out, "<h2>{title}</h2><table><tr><th>name<th>tickets<th>precision<th>recall<th>F1{rows}</table>");
    }
    let mut rows = String::new();
    for conflict in evaluation.conflicts.iter().take(30) {
        let _ = write!(
            rows,
            "<tr><td>{}<td>{}<td class=n>{}<td>{}<td><small>{}</small>",
            escape(&conflict.label),
            escape(&conflict.answer),
            conflict.tickets,
            escape(&conflict.examples.join(", ")),
            escape(&conflict.rules.join(" · "))
        );
    }
    let _ = write!(
        out,
        "<h2>Confused pairs</h2><table><tr><th>right<th>answered<th>tickets<th>examples<th>rules that spoke for the answer{rows}</table>"
    );
    let mut rows = String::new();
    for result in evaluation.results.iter().filter(|result| !result.verdict_right) {
        let _ = write!(
            rows,
            "<tr><td>{}<td>{}<td>{}<td class=n>{:.2}<td>{}",
            escape(&result.id),
            escape(&result.label),
            escape(&result.answer),
            result.confidence,
            escape(&result.explanation)
        );
    }
    let _ =
        write!(out, "<h2>Wrong verdicts</h2><table><tr><th>ticket<th>right<th>answered<th>confidence<th>what decided{rows}</table></html>");
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const SIZE: f64 = 320.0;
const MARGIN: f64 = 44.0;

/// An empty diagram from 0 to 1 on both axes.
fn frame(x: &str, y: &str) -> String {
    let total = SIZE + 2.0 * MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{total}\" height=\"{total}\" viewBox=\"0 0 {total} {total}\" role=\"img\" font-family=\"sans-serif\" font-size=\"11\">"
    );
    let _ = write!(out, "<rect x=\"{MARGIN}\" y=\"{MARGIN}\" width=\"{SIZE}\" height=\"{SIZE}\" fill=\"none\" stroke=\"#8c959f\"/>");
    for tick in 0..=5 {
        let share = f64::from(tick) / 5.0;
        let (px, py) = at(share, share);
        let _ = write!(
            out,
            "<text x=\"{px:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{share:.1}</text><text x=\"{:.0}\" y=\"{py:.0}\" text-anchor=\"end\">{share:.1}</text>",
            SIZE + MARGIN + 14.0,
            MARGIN - 6.0
        );
    }
    let _ = write!(
        out,
        "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{x}</text><text x=\"12\" y=\"{:.0}\" text-anchor=\"middle\" transform=\"rotate(-90 12 {:.0})\">{y}</text>",
        total / 2.0,
        total - 6.0,
        total / 2.0,
        total / 2.0
    );
    out
}

fn at(x: f64, y: f64) -> (f64, f64) {
    (MARGIN + x * SIZE, MARGIN + (1.0 - y) * SIZE)
}

/// The reliability picture, also used by the README.
pub(crate) fn reliability(evaluation: &Evaluation) -> String {
    let mut out = frame("confidence", "share of right verdicts");
    let ((x0, y0), (x1, y1)) = (at(0.0, 0.0), at(1.0, 1.0));
    let _ = write!(out, "<line x1=\"{x0}\" y1=\"{y0}\" x2=\"{x1}\" y2=\"{y1}\" stroke=\"#8c959f\" stroke-dasharray=\"4 4\"/>");
    let total: usize = evaluation.reliability.iter().map(|bin| bin.tickets).sum();
    for bin in evaluation.reliability.iter().filter(|bin| bin.tickets > 0) {
        let (x, y) = at(bin.confidence, bin.accuracy);
        let radius = 3.0 + 14.0 * (bin.tickets as f64 / total as f64).sqrt();
        let _ = write!(
            out,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"#0969da\" fill-opacity=\"0.55\" stroke=\"#0550ae\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            x + radius + 2.0,
            y + 4.0,
            bin.tickets
        );
    }
    out + "</svg>"
}

fn tradeoffs(evaluation: &Evaluation) -> String {
    let mut out = frame("coverage", "risk (share of wrong answers)");
    let points: Vec<String> =
        evaluation.tradeoffs.iter().map(|point| at(point.coverage, point.risk)).map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let _ = write!(out, "<polyline points=\"{}\" fill=\"none\" stroke=\"#0969da\" stroke-width=\"2\"/>", points.join(" "));
    for point in evaluation.tradeoffs.iter().step_by(4) {
        let (x, y) = at(point.coverage, point.risk);
        let _ = write!(
            out,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/><text x=\"{:.1}\" y=\"{:.1}\">from {:.2}</text>",
            x - 20.0,
            y - 8.0,
            point.threshold
        );
    }
    out + "</svg>"
}

fn confusion(evaluation: &Evaluation) -> String {
    let names: Vec<&String> = evaluation
        .confusion
        .keys()
        .chain(evaluation.confusion.values().flat_map(|row| row.keys()))
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    let mut out = "<table><tr><th>right \\ answered".to_string();
    for name in &names {
        let _ = write!(out, "<th>{}", escape(name));
    }
    for label in &names {
        let _ = write!(out, "<tr><th>{}", escape(label));
        let row = evaluation.confusion.get(*label);
        let most = row.map_or(1, |row| row.values().copied().max().unwrap_or(1));
        for answer in &names {
            let count = row.and_then(|row| row.get(*answer)).copied().unwrap_or(0);
            let shade = 0.55 * count as f64 / most as f64;
            let _ = write!(
                out,
                "<td class=n style=\"background:rgba(9,105,218,{shade:.2})\">{}",
                if count == 0 { String::new() } else { count.to_string() }
            );
        }
    }
    out + "</table>"
}
