//! The command line as typed.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use encoding_rs::Encoding;
use jiff::Timestamp;
use support_triage::{Classifier, Lang, Policy, ReplyFormat, Verdict};

use crate::Failure;
use crate::facts::FactsArgs;
use crate::input::{Columns, Format as InputFormat, Options};

/// Tells for Russian support tickets which part of the support policy they fall under, whether support takes them, and why.
///
/// Exit codes: 0 done · 1 done, but something was found (failing rule tests, faulty rules, unreadable rows, with --tolerance a fall in quality) · 2 could not be done · 130, 143 stopped by Ctrl-C or SIGTERM.
#[derive(Parser)]
#[command(name = "support-triage", version, max_term_width = 110)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
#[allow(clippy::large_enum_variant)] // made once
pub(crate) enum Command {
    /// Classify tickets from files or standard input
    Classify(ClassifyArgs),
    /// Show one ticket with its evidence in place, and the ranking
    Explain(ExplainArgs),
    /// Find mistakes in a folder of rule files
    Check(CheckArgs),
    /// Run the tests inside the rule files
    Test(TestArgs),
    /// List the topics of the policy
    Topics(TopicsArgs),
    /// Measure the decisions on labelled tickets
    Evaluate(EvaluateArgs),
    /// Learn the weights of a model from labelled tickets
    Tune(TuneArgs),
    /// Write a report on an export: one HTML page to read and print
    Report(ReportArgs),
    /// Show which tickets of an export two rule sets decide differently
    Diff(DiffArgs),
    /// Write the JSON Schemas of the rule files
    Schema(SchemaArgs),
    /// Tell whether support is open, and when a person answers
    Hours(HoursArgs),
    /// Tell whether an address can be the public address of a portal; nothing is contacted
    Address(AddressArgs),
}

/// Which policy decides.
#[derive(ClapArgs)]
pub(crate) struct PolicyArgs {
    /// A folder of rule files laid over the built-in policy; may be given several times
    #[arg(long, value_name = "DIR", global = true)]
    rules: Vec<PathBuf>,
    /// Start from the first --rules folder instead of the built-in policy
    #[arg(long, global = true, requires = "rules")]
    no_builtin: bool,
    /// Decide by the rules alone, without learned weights
    #[arg(long, global = true)]
    pub(crate) rules_only: bool,
}

impl PolicyArgs {
    pub(crate) fn load(&self) -> Result<Policy, Failure> {
        let mut builder = Policy::builder();
        if !self.no_builtin {
            builder = builder.builtin();
        }
        for dir in &self.rules {
            builder = builder.dir(dir);
        }
        if self.rules_only {
            builder = builder.rules_only();
        }
        Ok(builder.load()?)
    }

    /// One policy for each --rules: `builtin` by itself, or a folder laid over the built-in policy (on its own with --no-builtin).
    pub(crate) fn each(&self) -> Result<Vec<(String, Policy)>, Failure> {
        let one = |name: &PathBuf| {
            let builtin = name.as_os_str() == "builtin";
            let mut builder = if builtin || !self.no_builtin { Policy::builder().builtin() } else { Policy::builder() };
            if !builtin {
                builder = builder.dir(name);
            }
            if self.rules_only {
                builder = builder.rules_only();
            }
            Ok((name.display().to_string(), builder.load()?))
        };
        self.rules.iter().map(one).collect()
    }

    pub(crate) fn classifier(&self) -> Result<Classifier, Failure> {
        Ok(Classifier::new(&self.load()?)?)
    }
}

fn reply_format(name: &str) -> Result<ReplyFormat, String> {
    name.parse()
}

fn lang(name: &str) -> Result<Lang, String> {
    name.parse()
}

#[derive(Clone, Copy, Debug, ValueEnum, PartialEq)]
pub(crate) enum OutputFormat {
    /// A readable table
    Table,
    /// A JSON object a line
    Jsonl,
    /// The columns of the export and those of the decision
    Csv,
    /// The same as an Excel workbook (needs -o)
    Xlsx,
    /// The same as a Parquet file (needs -o)
    Parquet,
}

/// How exports are read. Everything is found out if it is not said.
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct InputArgs {
    /// Form of the input; by its first bytes and its name if not given
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = READING)]
    input_format: Option<InputFormat>,
    /// Encoding of the text, such as windows-1251 or koi8-r; found out if not given
    #[arg(long, value_name = "NAME", value_parser = encoding, help_heading = READING)]
    encoding: Option<&'static Encoding>,
    /// Separator of a CSV: one character, or `tab`; found out if not given
    #[arg(long, value_name = "CHAR", value_parser = separator, help_heading = READING)]
    separator: Option<u8>,
    /// The first row is a ticket: columns have the names 1, 2, 3…
    #[arg(long, help_heading = READING)]
    no_header: bool,
    /// Sheet of a workbook; the first that has rows if not given
    #[arg(long, value_name = "NAME", help_heading = READING)]
    sheet: Option<String>,
    /// Columns (by name or number) or JSON keys that hold the text, joined in this order, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',', help_heading = READING)]
    text: Vec<String>,
    /// Column or key that holds the id
    #[arg(long, value_name = "NAME", help_heading = READING)]
    id: Option<String>,
    /// Column or key that holds the date
    #[arg(long, value_name = "NAME", help_heading = READING)]
    date: Option<String>,
    /// Column or key that holds the author
    #[arg(long, value_name = "NAME", help_heading = READING)]
    author: Option<String>,
}

const READING: &str = "Reading";
const WRITING: &str = "Writing";
const RUNNING: &str = "Running";
pub(crate) const REPLYING: &str = "Replying";

impl InputArgs {
    /// What the reader needs to know; `facts` are further columns, `filter` reads line by line.
    pub(crate) fn options(&self, facts: Vec<String>, filter: bool) -> Options {
        let columns = Columns { text: self.text.clone(), id: self.id.clone(), date: self.date.clone(), author: self.author.clone(), facts };
        Options {
            format: self.input_format,
            encoding: self.encoding,
            separator: self.separator,
            no_header: self.no_header,
            sheet: self.sheet.clone(),
            columns,
            filter,
        }
    }
}

fn encoding(name: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(name.as_bytes())
        .ok_or_else(|| "no such encoding; known are utf-8, windows-1251, koi8-r, ibm866, utf-16le and others".to_string())
}

fn separator(name: &str) -> Result<u8, String> {
    match name.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ if matches!(name, "tab" | "\\t") => Ok(b'\t'),
        _ => Err("a single character, or `tab`".to_string()),
    }
}

/// How many tickets a sample takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sample {
    Rows(usize),
    Share(f64),
}

fn sample(text: &str) -> Result<Sample, String> {
    let wrong = || "a number of tickets (500) or a share of them (2.5%)".to_string();
    match text.strip_suffix('%') {
        Some(share) => match share.trim().replace(',', ".").parse::<f64>() {
            Ok(share) if share > 0.0 && share <= 100.0 => Ok(Sample::Share(share / 100.0)),
            _ => Err(wrong()),
        },
        None => text.parse().map(Sample::Rows).map_err(|_| wrong()),
    }
}

#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct ClassifyArgs {
    /// Files to read, or patterns of their names; `-` is standard input
    #[arg(default_value = "-")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// File to write; it stands under its name only when it is complete
    #[arg(short, long, value_name = "FILE", help_heading = WRITING)]
    pub(crate) output: Option<PathBuf>,
    /// Form of the output; by the ending of --output, otherwise a table on a terminal and JSON lines elsewhere
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = WRITING)]
    pub(crate) format: Option<OutputFormat>,
    /// Language of explanations, replies and masks
    #[arg(long, default_value = "ru", value_parser = lang, help_heading = WRITING)]
    pub(crate) lang: Lang,
    /// Columns of the export to copy: `all`, `none`, or names separated by commas; all if not given (none for JSON lines without --output)
    #[arg(long, value_name = "NAMES", value_delimiter = ',', help_heading = WRITING)]
    pub(crate) columns: Vec<String>,
    /// Write only tickets of these verdicts
    #[arg(long, value_name = "VERDICTS", value_delimiter = ',', value_parser = verdict, help_heading = WRITING)]
    pub(crate) only: Vec<Verdict>,
    /// Add the words a decision rests on and the topics that came next
    #[arg(long, help_heading = WRITING)]
    pub(crate) explain: bool,
    /// Add the composed reply to each line: what support does or asks, unmet requirements, when a person answers
    #[arg(long, help_heading = REPLYING)]
    pub(crate) reply: bool,
    /// Markup of the reply: plain, bbcode or html
    #[arg(long, value_name = "FORMAT", default_value = "plain", value_parser = reply_format, help_heading = REPLYING)]
    pub(crate) reply_format: ReplyFormat,
    /// Begin the reply with a greeting
    #[arg(long, help_heading = REPLYING)]
    pub(crate) greeting: bool,
    /// List in the reply what is not known as things to check
    #[arg(long, help_heading = REPLYING)]
    pub(crate) please_check: bool,
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    /// Write a report on everything that was read, as the command `report` does
    #[arg(long, value_name = "FILE", conflicts_with_all = ["resume", "line_buffered"])]
    pub(crate) report: Option<PathBuf>,
    /// Mask passwords, keys, tokens, mail addresses, phone numbers and IP addresses in everything that is copied from tickets
    #[arg(long, help_heading = WRITING)]
    pub(crate) redact: bool,
    /// Begin CSV with a byte order mark, so that Excel reads it as UTF-8
    #[arg(long, help_heading = WRITING)]
    pub(crate) bom: bool,
    /// Leave cells that a spreadsheet would run as formulas as they are
    #[arg(long, help_heading = WRITING)]
    pub(crate) keep_formulas: bool,
    /// Threads that classify; all cores if not given
    #[arg(long, value_name = "N", help_heading = RUNNING)]
    pub(crate) jobs: Option<usize>,
    /// Stop after this many rows
    #[arg(long, value_name = "N", help_heading = RUNNING)]
    pub(crate) limit: Option<u64>,
    /// Take a sample by chance, in the order of the input: so many tickets, or a share such as 2% (the same one in every run)
    #[arg(long, value_name = "N|N%", value_parser = sample, help_heading = RUNNING)]
    pub(crate) sample: Option<Sample>,
    /// Go on where an interrupted run with the same --output stopped
    #[arg(long, requires = "output", help_heading = RUNNING)]
    pub(crate) resume: bool,
    /// Seconds between checkpoints
    #[arg(long, hide = true, default_value_t = 1.0)]
    pub(crate) checkpoint_every: f64,
    /// File for rows that could not be read, as JSON lines; beside --output if not given
    #[arg(long, value_name = "FILE", help_heading = RUNNING)]
    pub(crate) rejects: Option<PathBuf>,
    /// A filter: answer each line as soon as it is there
    #[arg(long, conflicts_with_all = ["output", "sample"], help_heading = RUNNING)]
    pub(crate) line_buffered: bool,
    /// Say nothing of what was found out about the input, and show no progress
    #[arg(short, long, help_heading = RUNNING)]
    pub(crate) quiet: bool,
    /// Tell at the end how fast it was, and what took the time
    #[arg(long, help_heading = RUNNING)]
    pub(crate) stats: bool,
}

fn verdict(name: &str) -> Result<Verdict, String> {
    [Verdict::InScope, Verdict::OutOfScope, Verdict::Undetermined]
        .into_iter()
        .find(|verdict| verdict.as_str() == name)
        .ok_or_else(|| "in_scope, out_of_scope or undetermined".to_string())
}

/// An export and where its columns are.
#[derive(ClapArgs)]
pub(crate) struct ExportArgs {
    /// Files or patterns to read; `-` is standard input
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

#[derive(ClapArgs)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) export: ExportArgs,
    /// The page to write; `-` is standard output
    #[arg(short, long, value_name = "FILE", default_value = "report.html")]
    pub(crate) output: PathBuf,
    /// Language of the page
    #[arg(long, default_value = "ru", value_parser = lang)]
    pub(crate) lang: Lang,
    /// What the page is on, for its heading; the names of the files if not given
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// Example tickets of each topic, passwords, keys, addresses and numbers masked
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(0..=20))]
    pub(crate) examples: u8,
    /// Hours from UTC of times in the export that have no offset of their own
    #[arg(long, value_name = "HOURS", default_value_t = 3, allow_negative_numbers = true, value_parser = clap::value_parser!(i8).range(-12..=14))]
    pub(crate) utc_offset: i8,
    /// Facts about the portal that hold for all tickets, as YAML; columns named like facts go before them
    #[arg(long, value_name = "FILE")]
    pub(crate) facts: Option<PathBuf>,
}

/// The two rule sets are given as --rules A --rules B: each a folder laid over the built-in policy (or on its own, with --no-builtin), or `builtin` for the
/// built-in policy itself. One --rules is compared with `builtin`.
///
/// Exit codes: 0 nothing changes · 1 something changes, or a row could not be read · 2 could not be done.
#[derive(ClapArgs)]
pub(crate) struct DiffArgs {
    #[command(flatten)]
    pub(crate) export: ExportArgs,
    /// One JSON object with every changed ticket
    #[arg(long)]
    pub(crate) json: bool,
    /// Tickets shown with their text in each group, the shortest ones; the others by their id
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) examples: u16,
    /// Mask passwords, keys, tokens, addresses and numbers in the texts shown
    #[arg(long)]
    pub(crate) redact: bool,
    /// Language of the replies shown; a change in either counts
    #[arg(long, default_value = "ru", value_parser = lang)]
    pub(crate) lang: Lang,
}

#[derive(ClapArgs)]
pub(crate) struct ExplainArgs {
    /// The ticket; `-` reads it from standard input
    pub(crate) ticket: String,
    /// Language of the explanation
    #[arg(long, default_value = "ru", value_parser = lang)]
    pub(crate) lang: Lang,
    /// Say why this topic did not win
    #[arg(long, value_name = "TOPIC")]
    pub(crate) why_not: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct CheckArgs {
    /// The folder of rule files
    pub(crate) dir: PathBuf,
    /// The folder is an overlay: check it over the built-in policy
    #[arg(long)]
    pub(crate) overlay: bool,
    /// Treat warnings as errors
    #[arg(long)]
    pub(crate) deny_warnings: bool,
}

#[derive(ClapArgs)]
pub(crate) struct TestArgs {
    /// The folder of rule files
    pub(crate) dir: PathBuf,
    /// The folder is an overlay: test it over the built-in policy
    #[arg(long)]
    pub(crate) overlay: bool,
    /// Show only failures of topics whose id contains this
    #[arg(long)]
    pub(crate) only: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct TopicsArgs {
    /// Language of the titles
    #[arg(long, default_value = "ru", value_parser = lang)]
    pub(crate) lang: Lang,
    /// A JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(ClapArgs)]
pub(crate) struct EvaluateArgs {
    /// Labelled tickets: JSON lines with id, text, primary, accept, verdict
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Write everything as JSON to this file (`-` for standard output)
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Write a page with pictures to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Compare with an earlier --json file and name every ticket that flipped
    #[arg(long, value_name = "FILE")]
    pub(crate) against: Option<PathBuf>,
    /// With --against: exit with 1 if a figure fell by more than this many points
    #[arg(long, value_name = "POINTS")]
    pub(crate) tolerance: Option<f64>,
    /// Errors shown
    #[arg(long, default_value_t = 20)]
    pub(crate) errors: usize,
    /// Damage the tickets in each of several ways and print how much is lost
    #[arg(long)]
    pub(crate) damage: bool,
}

#[derive(ClapArgs)]
pub(crate) struct TuneArgs {
    /// The folder of rule files the model is for; its model.bin is written
    pub(crate) dir: PathBuf,
    /// Labelled tickets: JSON lines with id, text, primary, accept, verdict
    #[arg(required = true)]
    pub(crate) tickets: Vec<PathBuf>,
    /// The folder is an overlay: learn for it over the built-in policy
    #[arg(long)]
    pub(crate) overlay: bool,
    /// Write the model here instead of DIR/model.bin
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Parts for cross-validation
    #[arg(long, default_value_t = 5)]
    pub(crate) folds: usize,
    /// Features kept
    #[arg(long, default_value_t = 54_000)]
    pub(crate) rows: usize,
    /// Labelled tickets to measure rules alone, words alone and the new model on; never learned from
    #[arg(long, value_name = "FILE")]
    pub(crate) measure: Vec<PathBuf>,
    /// Skip the comparison with rules alone and words alone
    #[arg(long)]
    pub(crate) quick: bool,
    /// Write even a model that is worse than the one it replaces
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(ClapArgs)]
pub(crate) struct SchemaArgs {
    /// The folder to write to
    pub(crate) dir: PathBuf,
    /// Write nothing; exit with 1 if a file is not current
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(ClapArgs)]
pub(crate) struct HoursArgs {
    /// The instant, with its offset, such as 2027-01-08T12:00:00+03:00; now if not given
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<Timestamp>,
    /// Also tell how much working time lies between --at and this instant
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Timestamp>,
    /// A calendar like rules/calendar/ru.yaml instead of the built-in one
    #[arg(long, value_name = "FILE")]
    pub(crate) calendar: Option<PathBuf>,
    /// Count working Saturdays as open
    #[arg(long)]
    pub(crate) saturdays: bool,
    /// Language of the words
    #[arg(long, default_value = "ru", value_parser = lang)]
    pub(crate) lang: Lang,
    /// One JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(ClapArgs)]
pub(crate) struct AddressArgs {
    /// The address as it stands in the settings
    pub(crate) url: String,
    /// Language of the findings
    #[arg(long, default_value = "ru", value_parser = lang)]
    pub(crate) lang: Lang,
    /// One JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
