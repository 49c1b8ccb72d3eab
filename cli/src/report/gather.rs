//! The figures of a report, gathered ticket by ticket in memory that depends on the policy and the period, not on the number of tickets.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::{Date, ISOWeekDate};
use support_triage::hours::{Calendar, DayKind};
use support_triage::requirements::{Facts, RequirementId, RequirementState, Requirements};
use support_triage::{AbstainReason, Decision, Lang, Policy, Verdict};

use super::dates::{Dates, When, local, noon};
use super::export::Ticket;
use super::sample::{Sample, key};

/// Counts of the three verdicts: in scope, out of scope, undetermined.
pub(crate) type Verdicts = [u64; 3];

pub(crate) fn index(verdict: Verdict) -> usize {
    match verdict {
        Verdict::InScope => 0,
        Verdict::OutOfScope => 1,
        Verdict::Undetermined => 2,
    }
}

/// Tickets of one topic.
#[derive(Default)]
pub(crate) struct TopicRow {
    pub(crate) tickets: u64,
    /// Sum of the confidences.
    pub(crate) confidence: f64,
    pub(crate) sample: Sample,
    /// By the condition that weighed most, as written.
    pub(crate) rules: HashMap<String, RuleRow>,
    /// Decided by the learned weights of all words, without any condition of the topic.
    pub(crate) learned: u64,
}

/// Tickets that one condition decided.
#[derive(Default)]
pub(crate) struct RuleRow {
    pub(crate) tickets: u64,
    /// A few of the words it held on.
    pub(crate) words: Sample,
}

/// Undetermined tickets that lack the same thing.
#[derive(Default)]
pub(crate) struct Cluster {
    pub(crate) tickets: u64,
    pub(crate) sample: Sample,
}

/// When the tickets came.
#[derive(Default)]
pub(crate) struct Hours {
    /// By day of the week from Monday and hour, while support was open.
    pub(crate) open: [[u64; 24]; 7],
    /// The same while it was closed.
    pub(crate) closed: [[u64; 24]; 7],
    /// Closed on a working day: before opening, after closing.
    pub(crate) before: u64,
    pub(crate) after: u64,
    pub(crate) weekend: u64,
    pub(crate) holiday: u64,
}

impl Hours {
    pub(crate) fn opened(&self) -> u64 {
        self.open.iter().flatten().sum()
    }

    pub(crate) fn out(&self) -> u64 {
        self.before + self.after + self.weekend + self.holiday
    }
}

/// How often a requirement was met.
#[derive(Default)]
pub(crate) struct RequirementRow {
    pub(crate) met: u64,
    pub(crate) unmet: u64,
    pub(crate) unknown: u64,
    pub(crate) title: String,
    pub(crate) cases: BTreeMap<&'static str, u64>,
}

pub(crate) struct Gathered {
    pub(crate) policy: Policy,
    lang: Lang,
    examples: usize,
    dates: Dates,
    calendar: Calendar,
    facts: Facts,
    requirements: Requirements,
    by_id: HashMap<String, usize>,
    pub(crate) tickets: u64,
    pub(crate) truncated: u64,
    pub(crate) verdicts: Verdicts,
    /// In the order of the policy.
    pub(crate) topics: Vec<TopicRow>,
    /// By reason, then by the question that would decide.
    pub(crate) undetermined: HashMap<AbstainReason, BTreeMap<String, Cluster>>,
    pub(crate) weeks: BTreeMap<Date, Verdicts>,
    pub(crate) first: Option<Date>,
    pub(crate) last: Option<Date>,
    pub(crate) hours: Hours,
    pub(crate) undated: u64,
    pub(crate) bad_dates: u64,
    /// Tickets with a date but no hour.
    pub(crate) hourless: u64,
    /// Tickets of which a fact is known.
    pub(crate) with_facts: u64,
    pub(crate) bad_facts: u64,
    pub(crate) required: Vec<RequirementRow>,
}

/// Words kept of a rule.
const WORDS: usize = 3;

impl Gathered {
    pub(crate) fn new(policy: &Policy, lang: Lang, examples: usize, dates: Dates, facts: Facts) -> Gathered {
        Gathered {
            by_id: policy.topics().iter().enumerate().map(|(at, topic)| (topic.id().to_string(), at)).collect(),
            topics: policy.topics().iter().map(|_| TopicRow::default()).collect(),
            policy: policy.clone(),
            lang,
            examples,
            dates,
            calendar: Calendar::builtin(),
            facts,
            requirements: Requirements::builtin(),
            tickets: 0,
            truncated: 0,
            verdicts: [0; 3],
            undetermined: HashMap::new(),
            weeks: BTreeMap::new(),
            first: None,
            last: None,
            hours: Hours::default(),
            undated: 0,
            bad_dates: 0,
            hourless: 0,
            with_facts: 0,
            bad_facts: 0,
            required: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, ticket: &Ticket, decision: &Decision) {
        self.tickets += 1;
        self.truncated += u64::from(decision.is_truncated());
        let verdict = index(decision.verdict());
        self.verdicts[verdict] += 1;
        let key = key(&ticket.text);
        let known = decision.topic().and_then(|topic| self.by_id.get(topic));
        if let Some(&topic) = known {
            let row = &mut self.topics[topic];
            row.tickets += 1;
            row.confidence += f64::from(decision.confidence());
            row.sample.offer(self.examples, key, &ticket.id, &ticket.text, self.lang);
            decided(row, decision, &ticket.text, self.lang);
        } else if let Some(reason) = decision.reason() {
            let cluster = self.undetermined.entry(reason).or_default().entry(decision.question(self.lang)).or_default();
            cluster.tickets += 1;
            cluster.sample.offer(self.examples, key, &ticket.id, &ticket.text, self.lang);
        }
        let when = self.dates.read(&ticket.date);
        self.date(when, ticket.date.trim().is_empty(), verdict);
        self.require(ticket, when);
    }

    fn date(&mut self, when: Option<When>, empty: bool, verdict: usize) {
        let Some(when) = when else {
            *(if empty { &mut self.undated } else { &mut self.bad_dates }) += 1;
            return;
        };
        let day = self.dates.day(when);
        self.first = Some(self.first.map_or(day, |first| first.min(day)));
        self.last = Some(self.last.map_or(day, |last| last.max(day)));
        self.weeks.entry(monday(day)).or_default()[verdict] += 1;
        let When::Instant(at) = when else {
            self.hourless += 1;
            return;
        };
        let wall = local(at);
        let (weekday, hour) = (wall.date().weekday().to_monday_zero_offset() as usize, wall.hour() as usize);
        if self.calendar.is_open(at) {
            self.hours.open[weekday][hour] += 1;
            return;
        }
        self.hours.closed[weekday][hour] += 1;
        let opens_today = self.calendar.next_opening(at).is_some_and(|opening| local(opening).date() == day);
        *(match self.calendar.day(day) {
            DayKind::Working if opens_today => &mut self.hours.before,
            DayKind::Working => &mut self.hours.after,
            DayKind::Holiday => &mut self.hours.holiday,
            _ => &mut self.hours.weekend,
        }) += 1;
    }

    fn require(&mut self, ticket: &Ticket, when: Option<When>) {
        if ticket.facts.is_empty() && self.facts == Facts::default() {
            return;
        }
        let mut facts = self.facts.clone();
        let mut bad = false;
        for (name, value) in &ticket.facts {
            bad |= facts.set(name, value).is_err();
        }
        self.bad_facts += u64::from(bad);
        self.with_facts += 1;
        let at = match when {
            Some(When::Instant(at)) => at,
            Some(When::Day(day)) => noon(day).unwrap_or_else(Timestamp::now),
            None => Timestamp::now(),
        };
        let results = self.requirements.check(&facts, at);
        let judged = results.iter().filter(|result| result.id() != RequirementId::WorkingHours);
        if self.required.is_empty() {
            let row = |title: &str| RequirementRow { title: title.to_string(), ..RequirementRow::default() };
            self.required = judged.clone().map(|result| row(result.title(self.lang))).collect();
        }
        for (row, result) in self.required.iter_mut().zip(judged) {
            match result.state() {
                RequirementState::Met => row.met += 1,
                RequirementState::Unknown => row.unknown += 1,
                RequirementState::Unmet => {
                    row.unmet += 1;
                    *row.cases.entry(result.case()).or_default() += 1;
                }
            }
        }
    }
}

/// Gives a ticket to the condition that weighed most for its topic; of equals, to the one that stands first in the ticket.
fn decided(row: &mut TopicRow, decision: &Decision, text: &str, lang: Lang) {
    let of_topic = decision.evidence().iter().filter(|evidence| !evidence.is_learned());
    let Some(best) = of_topic.min_by(|a, b| b.weight().total_cmp(&a.weight())) else {
        row.learned += 1;
        return;
    };
    if !row.rules.contains_key(best.rule()) {
        row.rules.insert(best.rule().to_string(), RuleRow::default());
    }
    let Some(rule) = row.rules.get_mut(best.rule()) else { return };
    rule.tickets += 1;
    let words = best.span().slice(text);
    rule.words.offer(WORDS, key(words), "", words, lang);
}

/// The Monday of a day's ISO week.
fn monday(day: Date) -> Date {
    let week = day.iso_week_date();
    ISOWeekDate::new(week.year(), week.week(), jiff::civil::Weekday::Monday).map_or(day, |monday| monday.date())
}
