//! Tickets outside working hours.

use maud::{Markup, html};

use crate::report::chart;
use crate::report::gather::Gathered;
use crate::report::words::Words;

pub(crate) fn section(gathered: &Gathered, words: Words) -> Markup {
    let hours = &gathered.hours;
    let all = hours.opened() + hours.out();
    let about = words.say("Когда приходят обращения", "When tickets come");
    if all == 0 {
        return html! {
            section #hours {
                h2 { (about) }
                p { (words.say("В выгрузке нет времени обращений.", "The export has no times of day.")) }
            }
        };
    }
    let (open, closed) = (words.say("поддержка работает", "support is open"), words.say("поддержка закрыта", "support is closed"));
    let rows = [
        (words.say("в рабочее время", "in working hours"), hours.opened()),
        (words.say("в рабочий день до открытия", "on a working day before opening"), hours.before),
        (words.say("в рабочий день после закрытия", "on a working day after closing"), hours.after),
        (words.say("в выходной", "on a weekend"), hours.weekend),
        (words.say("в праздник", "on a public holiday"), hours.holiday),
    ];
    html! {
        section #hours {
            h2 { (about) }
            p.dim { (words.say(
                "По московскому времени и производственному календарю. Площадь кружка – число обращений за этот час недели.",
                "Moscow time, with Russian public holidays. The area of a dot is the number of tickets in that hour of the week.",
            )) }
            (chart::legend(&[(0, open), (1, closed)]))
            figure { (chart::clock(words, about, hours)) }
            table.narrow {
                thead { tr {
                    th scope="col" { (words.say("когда", "when")) }
                    th.n scope="col" { (words.say("обращений", "tickets")) }
                    th.n scope="col" { (words.say("доля", "share")) }
                } }
                tbody { @for (name, tickets) in rows {
                    tr { th scope="row" { (name) } td.n { (words.number(tickets)) } td.n { (words.percent(tickets, all)) } }
                } }
            }
        }
    }
}
