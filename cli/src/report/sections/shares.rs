//! Shares of the verdicts and categories.

use maud::{Markup, html};

use crate::report::chart;
use crate::report::gather::{Gathered, Verdicts};
use crate::report::words::Words;

pub(crate) fn section(gathered: &Gathered, words: Words) -> Markup {
    let rows = rows(gathered, words);
    let about = words.say("Обращения по разделам правил", "Tickets by category");
    html! {
        section #shares {
            h2 { (about) }
            (chart::legend(&[(0, words.verdict(0)), (1, words.verdict(1)), (2, words.verdict(2))]))
            figure { (chart::bars(words, about, &rows)) }
            table {
                thead { tr {
                    th scope="col" { (words.say("раздел", "category")) }
                    @for verdict in 0..2 { th.n scope="col" { (words.verdict(verdict)) } }
                    th.n scope="col" { (words.say("всего", "all")) }
                    th.n scope="col" { (words.say("доля", "share")) }
                    th.n scope="col" { (words.say("из них отказов", "refused of these")) }
                } }
                tbody { @for (title, counts) in &rows {
                    @let sum = counts.iter().sum::<u64>();
                    tr {
                        th scope="row" { (title) }
                        @if counts[2] > 0 {
                            td.n { "–" } td.n { "–" }
                        } @else {
                            td.n { (words.number(counts[0])) } td.n { (words.number(counts[1])) }
                        }
                        td.n { (words.number(sum)) }
                        td.n { (words.percent(sum, gathered.tickets)) }
                        td.n { @if counts[2] > 0 { "–" } @else { (words.percent(counts[1], sum)) } }
                    }
                } }
            }
        }
    }
}

/// The categories that occur, most tickets first; what is left to a person has none and stands last.
fn rows(gathered: &Gathered, words: Words) -> Vec<(String, Verdicts)> {
    let mut rows: Vec<(String, Verdicts)> = Vec::new();
    for category in gathered.policy.categories() {
        let mut counts = [0; 3];
        for (topic, row) in gathered.policy.topics().iter().zip(&gathered.topics) {
            if topic.category() == category.id() {
                counts[crate::report::gather::index(topic.side().verdict())] += row.tickets;
            }
        }
        rows.push((category.title(words.0).to_string(), counts));
    }
    rows.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.iter().sum::<u64>()));
    rows.push((words.say("Раздел не определён", "No category").to_string(), [0, 0, gathered.verdicts[2]]));
    rows.retain(|(_, counts)| counts.iter().sum::<u64>() > 0);
    rows
}
