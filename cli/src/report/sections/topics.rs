//! Topics: all of them by number of tickets, and those that support refuses.

use maud::{Markup, html};
use support_triage::{Side, Topic};

use super::{bar, examples};
use crate::report::gather::{Gathered, TopicRow, index};
use crate::report::words::Words;

fn ranking(gathered: &Gathered) -> Vec<(&Topic, &TopicRow)> {
    let mut rows: Vec<_> = gathered.policy.topics().iter().zip(&gathered.topics).filter(|(_, row)| row.tickets > 0).collect();
    // A stable sort: of equals, the policy's order.
    rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.tickets));
    rows
}

pub(crate) fn ranked(gathered: &Gathered, words: Words) -> Markup {
    let rows = ranking(gathered);
    let most = rows.first().map_or(0, |(_, row)| row.tickets);
    let missing = gathered.policy.topics().len() - rows.len();
    html! {
        section #topics {
            h2 { (words.say("Темы по числу обращений", "Topics by number of tickets")) }
            @for (rank, (topic, row)) in rows.iter().enumerate() {
                @let verdict = index(topic.side().verdict());
                article class=(format!("v{verdict}")) id=(topic.id()) {
                    div.head {
                        h3 { (rank + 1) ". " (topic.title(words.0)) }
                        span.n { b { (words.number(row.tickets)) } " · " (words.percent(row.tickets, gathered.tickets)) }
                    }
                    p { small {
                        (words.verdict(verdict)) " · " code { (topic.id()) } " · "
                        (words.say("средняя уверенность ", "mean confidence "))
                        (words.decimal(format!("{:.2}", row.confidence / row.tickets as f64)))
                    } }
                    (bar(row.tickets, most))
                    (examples(&row.sample))
                }
            }
            @if missing > 0 {
                p.dim { (words.say("Тем правил без единого обращения: ", "Topics of the policy without a ticket: ")) (missing) "." }
            }
        }
    }
}

/// What support refuses: each is something to write down or to sell.
pub(crate) fn refused(gathered: &Gathered, words: Words) -> Markup {
    let rows: Vec<_> = ranking(gathered).into_iter().filter(|(topic, _)| topic.side() == Side::Out).collect();
    let all = gathered.verdicts[1];
    html! {
        section #refused {
            h2 { (words.say("В чём поддержка отказывает чаще всего", "What support refuses most")) }
            @if rows.is_empty() {
                p { (words.say("Отказов нет.", "Nothing was refused.")) }
            } @else {
                p.dim { (words.say(
                    "Каждая строка – спрос, который правила оставляют без исполнителя: его можно закрыть статьёй или платной услугой.",
                    "Each row is a demand that the policy leaves to nobody: it can be met by an article or by a paid service.",
                )) }
                table {
                    thead { tr {
                        th scope="col" { (words.say("просьба", "request")) }
                        th.n scope="col" { (words.say("обращений", "tickets")) }
                        th.n scope="col" { (words.say("из отказов", "of refusals")) }
                        th scope="col" { (words.say("что можно сделать", "what can be done")) }
                    } }
                    tbody { @for (topic, row) in &rows {
                        tr {
                            th.wide scope="row" { a href=(format!("#{}", topic.id())) { (topic.title(words.0)) } br; small { code { (topic.id()) } } }
                            td.n { (words.number(row.tickets)) }
                            td.n { (words.percent(row.tickets, all)) }
                            td { (way_out(topic, words)) }
                        }
                    } }
                }
            }
        }
    }
}

/// Where the policy promises recommendations, an article gives them once for all; the rest is work that somebody can be paid for.
fn way_out(topic: &Topic, words: Words) -> &'static str {
    if topic.advice() {
        words.say(
            "написать статью: правила обещают здесь общие рекомендации",
            "write an article: the policy promises general recommendations here",
        )
    } else {
        words.say("предложить платную услугу или партнёра", "offer a paid service or a partner")
    }
}
