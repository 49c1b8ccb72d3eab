//! What must hold before support answers, where the export or the user told facts.

use maud::{Markup, html};

use crate::report::gather::Gathered;
use crate::report::words::Words;

pub(crate) fn section(gathered: &Gathered, words: Words) -> Markup {
    let rows: Vec<_> = gathered.required.iter().filter(|row| row.met + row.unmet > 0).collect();
    html! {
        section #requirements {
            h2 { (words.say("Невыполненные требования", "Unmet requirements")) }
            @if rows.is_empty() {
                p { (words.say(
                    "В выгрузке нет сведений о порталах. Их можно дать столбцами (licence, administrator, public_address и другие) или файлом --facts.",
                    "The export tells nothing about the portals. Columns (licence, administrator, public_address and others) or a file given with --facts can.",
                )) }
            } @else {
                table {
                    caption { (words.say("Обращений со сведениями о портале: ", "Tickets with facts about the portal: ")) (words.number(gathered.with_facts)) }
                    thead { tr {
                        th scope="col" { (words.say("требование", "requirement")) }
                        th.n scope="col" { (words.say("не выполнено", "unmet")) }
                        th.n scope="col" { (words.say("доля от известных", "share of known")) }
                        th.n scope="col" { (words.say("выполнено", "met")) }
                        th.n scope="col" { (words.say("неизвестно", "unknown")) }
                        th scope="col" { (words.say("причины", "causes")) }
                    } }
                    tbody { @for row in rows {
                        tr {
                            th scope="row" { (row.title) }
                            td.n { b { (words.number(row.unmet)) } }
                            td.n { (words.percent(row.unmet, row.met + row.unmet)) }
                            td.n { (words.number(row.met)) }
                            td.n { (words.number(row.unknown)) }
                            td { @for (at, (case, tickets)) in row.cases.iter().enumerate() {
                                @if at > 0 { ", " }
                                code { (case) } " " (words.number(*tickets))
                            } }
                        }
                    } }
                }
            }
        }
    }
}
