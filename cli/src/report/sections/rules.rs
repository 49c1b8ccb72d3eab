//! The rules that decided most.

use maud::{Markup, html};

use crate::report::gather::Gathered;
use crate::report::words::Words;

/// Rules shown.
const SHOWN: usize = 20;

pub(crate) fn section(gathered: &Gathered, words: Words) -> Markup {
    let decided = gathered.verdicts[0] + gathered.verdicts[1];
    let learned: u64 = gathered.topics.iter().map(|row| row.learned).sum();
    let of_topic = |(topic, row)| -> Vec<_> {
        let row: &crate::report::gather::TopicRow = row;
        let topic: &support_triage::Topic = topic;
        row.rules.iter().map(|(rule, row)| (topic, rule.as_str(), row)).collect()
    };
    let mut rules: Vec<_> = gathered.policy.topics().iter().zip(&gathered.topics).flat_map(of_topic).collect();
    rules.sort_by(|a, b| b.2.tickets.cmp(&a.2.tickets).then_with(|| (a.0.id(), a.1).cmp(&(b.0.id(), b.1))));
    html! {
        section #rules {
            h2 { (words.say("Правила, которые решили больше всего", "The rules that decided most")) }
            p.dim {
                (words.say(
                    "Условие с наибольшим весом среди сработавших для выбранной темы. Ни одно условие не сработало, решили все слова вместе: ",
                    "The condition that weighed most among those that held for the topic. No condition held and all words together decided: ",
                ))
                (words.number(learned)) " (" (words.percent(learned, decided)) ")."
            }
            table {
                thead { tr {
                    th scope="col" { (words.say("условие", "condition")) }
                    th scope="col" { (words.say("слова обращений", "words of tickets")) }
                    th.n scope="col" { (words.say("обращений", "tickets")) }
                    th.n scope="col" { (words.say("доля", "share")) }
                } }
                tbody { @for (topic, rule, row) in rules.iter().take(SHOWN) {
                    tr {
                        td { code { (rule) } br; small { (topic.title(words.0)) } }
                        td { @for (at, found) in row.words.examples().enumerate() { @if at > 0 { ", " } "«" (found.text.to_lowercase()) "»" } }
                        td.n { (words.number(row.tickets)) }
                        td.n { (words.percent(row.tickets, decided)) }
                    }
                } }
            }
            @if rules.len() > SHOWN {
                p.dim { (words.say("Других правил: ", "Other rules: ")) (rules.len() - SHOWN) "." }
            }
        }
    }
}
