//! The page: one file, no script, nothing fetched.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use support_triage::Lang;

use super::chart::PATTERNS;
use super::gather::Gathered;
use super::sections;
use super::words::Words;

const STYLE: &str = include_str!("page.css");

/// Should any text of a ticket ever come through unescaped, the browser still runs and fetches nothing.
const NOTHING_FROM_OUTSIDE: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

pub(crate) fn page(gathered: &Gathered, lang: Lang, source: &str, unreadable: u64) -> Markup {
    let words = Words(lang);
    let title = words.say("Отчёт об обращениях", "Report on tickets");
    html! {
        (DOCTYPE)
        html lang=(words.say("ru", "en")) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(NOTHING_FROM_OUTSIDE);
                meta name="viewport" content="width=device-width";
                meta name="generator" content=(concat!("support-triage ", env!("CARGO_PKG_VERSION")));
                title { (title) ": " (source) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                (PreEscaped(PATTERNS))
                header {
                    h1 { (title) }
                    p { (period(gathered, words, source)) }
                }
                main {
                    @if gathered.tickets == 0 {
                        p { (words.say("В выгрузке нет ни одного обращения.", "The export has no tickets.")) }
                    } @else {
                        (tiles(gathered, words))
                        (contents(words))
                        (sections::shares::section(gathered, words))
                        (sections::weeks::section(gathered, words))
                        (sections::topics::refused(gathered, words))
                        (sections::undetermined::section(gathered, words))
                        (sections::hours::section(gathered, words))
                        (sections::requirements::section(gathered, words))
                        (sections::rules::section(gathered, words))
                        (sections::topics::ranked(gathered, words))
                    }
                }
                footer #notes { (notes(gathered, words, unreadable)) }
            }
        }
    }
}

fn period(gathered: &Gathered, words: Words, source: &str) -> Markup {
    html! {
        b { (source) }
        @if let (Some(first), Some(last)) = (gathered.first, gathered.last) {
            " · " (words.date(first)) " – " (words.date(last))
        }
        " · " (words.say("обращений: ", "tickets: ")) (words.number(gathered.tickets))
    }
}

/// What one reads who reads nothing else.
fn tiles(gathered: &Gathered, words: Words) -> Markup {
    let hours = &gathered.hours;
    let timed = hours.opened() + hours.out();
    html! {
        ul.tiles {
            @for verdict in 0..3 {
                li {
                    b { (words.percent(gathered.verdicts[verdict], gathered.tickets)) }
                    span { (words.verdict(verdict)) ", " (words.number(gathered.verdicts[verdict])) }
                }
            }
            @if timed > 0 {
                li {
                    b { (words.percent(hours.out(), timed)) }
                    span { (words.say("вне рабочего времени, ", "outside working hours, ")) (words.number(hours.out())) }
                }
            }
        }
    }
}

/// Links on the screen; paper has none.
fn contents(words: Words) -> Markup {
    let sections = [
        ("shares", words.say("разделы", "categories")),
        ("weeks", words.say("недели", "weeks")),
        ("refused", words.say("отказы", "refusals")),
        ("undetermined", words.say("чего не хватило", "what was missing")),
        ("hours", words.say("часы", "hours")),
        ("requirements", words.say("требования", "requirements")),
        ("rules", words.say("правила", "rules")),
        ("topics", words.say("темы и примеры", "topics and examples")),
        ("notes", words.say("о данных", "about the figures")),
    ];
    html! { nav { @for (id, name) in sections { a href=(format!("#{id}")) { (name) } " " } } }
}

/// How the figures came about and what they leave out.
fn notes(gathered: &Gathered, words: Words, unreadable: u64) -> Markup {
    let counted = |count: u64, ru: &'static str, en: &'static str| {
        html! { @if count > 0 { li { (words.say(ru, en)) ": " (words.number(count)) } } }
    };
    html! {
        h2 { (words.say("О данных", "About the figures")) }
        ul {
            li {
                (words.say("Решения приняты программой по тексту обращений; правила поддержки: ", "Decided by a program from the words of the tickets; support policy: "))
                @if gathered.policy.name().is_empty() { "–" } @else { "«" (gathered.policy.name()) "»" }
                (words.say(", версия ", ", version ")) code { (gathered.policy.version()) } "."
            }
            li {
                (words.say(
                    "В примерах скрыты пароли, ключи, адреса и номера; имена людей и названия компаний могли остаться.",
                    "Passwords, keys, addresses and numbers are masked in the examples; names of people and companies may still stand in them.",
                ))
            }
            (counted(unreadable, "Строк не удалось прочитать", "Rows that could not be read"))
            (counted(gathered.undated, "Обращений без даты", "Tickets without a date"))
            (counted(gathered.bad_dates, "Дат не удалось прочитать", "Dates that could not be read"))
            (counted(gathered.hourless, "Обращений без времени суток (в часы работы не входят)", "Tickets without a time of day (left out of the working hours)"))
            (counted(gathered.bad_facts, "Обращений с непонятными сведениями о портале", "Tickets with facts that could not be understood"))
            (counted(gathered.truncated, "Очень длинных обращений, прочитанных в начале и в конце", "Very long tickets of which only the beginning and the end were read"))
        }
    }
}
