//! Tickets left to a person, by what they lacked.

use maud::{Markup, html};
use support_triage::AbstainReason;

use super::examples;
use crate::report::gather::{Cluster, Gathered};
use crate::report::words::Words;

/// Clusters shown of one reason.
const SHOWN: usize = 12;

pub(crate) fn section(gathered: &Gathered, words: Words) -> Markup {
    let all = gathered.verdicts[2];
    let sum = |reason: &AbstainReason| gathered.undetermined[reason].values().map(|cluster| cluster.tickets).sum::<u64>();
    let mut reasons: Vec<(AbstainReason, u64)> = gathered.undetermined.keys().map(|reason| (*reason, sum(reason))).collect();
    reasons.sort_by_key(|(reason, tickets)| (std::cmp::Reverse(*tickets), reason.as_str()));
    html! {
        section #undetermined {
            h2 { (words.say("Чего не хватило для решения", "What was missing for a decision")) }
            @if reasons.is_empty() {
                p { (words.say("Решение принято по каждому обращению.", "Every ticket was decided.")) }
            }
            @for (reason, tickets) in &reasons {
                article.v2 {
                    div.head {
                        h3 { (capital(reason.text(words.0))) }
                        span.n { b { (words.number(*tickets)) } " · " (words.percent(*tickets, all)) }
                    }
                    @let clusters = ranking(gathered, reason);
                    @for (question, cluster) in clusters.iter().take(SHOWN) {
                        p {
                            (words.say("Решил бы ответ на вопрос: ", "The answer to this would decide: "))
                            b { @if question.is_empty() { "–" } @else { (question) } }
                            " " small { (words.number(cluster.tickets)) }
                        }
                        (examples(&cluster.sample))
                    }
                    @if clusters.len() > SHOWN {
                        p.dim { (words.say("Других вопросов: ", "Other questions: ")) (clusters.len() - SHOWN) "." }
                    }
                }
            }
        }
    }
}

fn ranking<'a>(gathered: &'a Gathered, reason: &AbstainReason) -> Vec<(&'a String, &'a Cluster)> {
    let mut clusters: Vec<_> = gathered.undetermined[reason].iter().collect();
    clusters.sort_by_key(|(_, cluster)| std::cmp::Reverse(cluster.tickets));
    clusters
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
