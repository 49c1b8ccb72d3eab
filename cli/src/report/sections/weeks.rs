//! The trend by ISO week.

use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::report::chart;
use crate::report::gather::{Gathered, Verdicts};
use crate::report::words::Words;

/// Weeks shown; more would be hairs.
const SHOWN: usize = 156;
/// Weeks listed in the table.
const LISTED: usize = 13;

pub(crate) fn section(gathered: &Gathered, words: Words) -> Markup {
    let about = words.say("Обращения по неделям", "Tickets by week");
    let all = filled(gathered);
    if all.is_empty() {
        return html! {
            section #weeks {
                h2 { (about) }
                p { (words.say(
                    "В выгрузке не нашлось дат. Столбец с датой можно назвать: --date ИМЯ.",
                    "The export has no dates. The column that holds them can be named: --date NAME.",
                )) }
            }
        };
    }
    let weeks = &all[all.len().saturating_sub(SHOWN)..];
    let listed = &all[all.len().saturating_sub(LISTED)..];
    html! {
        section #weeks {
            h2 { (about) }
            p.dim {
                (words.say(
                    "Неделя считается с понедельника; подписан её первый день. Первая и последняя могут быть неполными.",
                    "Weeks begin on Monday, the day under the column (day.month). The first and the last may be incomplete.",
                ))
                @if weeks.len() < all.len() {
                    " " (words.say("Показаны последние недели: ", "The last weeks shown: ")) (weeks.len()) "."
                }
            }
            (chart::legend(&[(0, words.verdict(0)), (1, words.verdict(1)), (2, words.verdict(2))]))
            figure { (chart::columns(words, about, weeks)) }
            table {
                caption { (words.say("Последние недели", "The last weeks")) }
                thead { tr {
                    th scope="col" { (words.say("неделя", "week")) }
                    th scope="col" { (words.say("с понедельника", "from Monday")) }
                    @for verdict in 0..3 { th.n scope="col" { (words.verdict(verdict)) } }
                    th.n scope="col" { (words.say("всего", "all")) }
                    th.n scope="col" { (words.say("отказов", "refused")) }
                } }
                tbody { @for (monday, counts) in listed {
                    @let sum = counts.iter().sum::<u64>();
                    tr {
                        th.d scope="row" { (words.week(*monday)) }
                        td.d { (words.date(*monday)) }
                        @for count in counts { td.n { (words.number(*count)) } }
                        td.n { (words.number(sum)) }
                        td.n { (words.percent(counts[1], sum)) }
                    }
                } }
            }
        }
    }
}

/// All weeks from the first to the last, those without a ticket too.
fn filled(gathered: &Gathered) -> Vec<(Date, Verdicts)> {
    let mut out: Vec<(Date, Verdicts)> = Vec::new();
    for (&monday, &counts) in &gathered.weeks {
        while let Some(next) = out.last().and_then(|(last, _)| last.checked_add(1.week()).ok()).filter(|next| *next < monday) {
            out.push((next, [0; 3]));
        }
        out.push((monday, counts));
    }
    out
}
