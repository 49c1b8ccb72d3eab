//! The command line as typed.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use support_triage::{Classifier, Lang, Policy, ReplyFormat};

use crate::Failure;
use crate::facts::FactsArgs;

/// Tells for Russian support tickets which part of the support policy they fall under, whether support takes them, and why.
///
/// Exit codes: 0 done · 1 done, but something was found (failing rule tests, faulty rules, unreadable rows, with --tolerance a fall in quality) · 2 could not be done.
#[derive(Parser)]
#[command(name = "support-triage", version, max_term_width = 110)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
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

#[derive(Clone, Copy, ValueEnum, PartialEq)]
pub(crate) enum InputFormat {
    /// JSON lines with `id` and `text` (or `subject` and `body`)
    Jsonl,
    /// CSV or TSV with a header row
    Csv,
    /// The whole input is one ticket
    Text,
}

#[derive(Clone, Copy, ValueEnum, PartialEq)]
pub(crate) enum OutputFormat {
    /// A readable table
    Table,
    /// A JSON object a line
    Jsonl,
    /// The columns of the decision, with a header row
    Csv,
}

#[derive(ClapArgs)]
pub(crate) struct ClassifyArgs {
    /// Files to read; `-` is standard input
    #[arg(default_value = "-")]
    pub(crate) files: Vec<PathBuf>,
    /// Form of the input; by the file's extension if not given (.jsonl, .ndjson, .csv, .tsv; anything else, and standard input, is one ticket)
    #[arg(long, value_enum)]
    pub(crate) input_format: Option<InputFormat>,
    /// Form of the output; a table on a terminal, JSON lines elsewhere
    #[arg(long, value_enum)]
    pub(crate) format: Option<OutputFormat>,
    /// Language of explanations and replies
    #[arg(long, default_value = "ru", value_parser = lang)]
    pub(crate) lang: Lang,
    /// Add the composed reply to each line: what support does or asks, unmet requirements, when a person answers
    #[arg(long)]
    pub(crate) reply: bool,
    /// Markup of the reply: plain, bbcode or html
    #[arg(long, value_name = "FORMAT", default_value = "plain", value_parser = reply_format)]
    pub(crate) reply_format: ReplyFormat,
    /// Begin the reply with a greeting
    #[arg(long)]
    pub(crate) greeting: bool,
    /// List in the reply what is not known as things to check
    #[arg(long)]
    pub(crate) please_check: bool,
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    /// Columns (CSV) or keys (JSON) that hold the text, joined in this order, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) text: Vec<String>,
    /// Column or key that holds the id
    #[arg(long, value_name = "NAME")]
    pub(crate) id: Option<String>,
}

/// An export and where its columns are.
#[derive(ClapArgs)]
pub(crate) struct ExportArgs {
    /// Files to read; `-` is standard input (without dates then)
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Form of the input; by the file's extension if not given
    #[arg(long, value_enum)]
    pub(crate) input_format: Option<InputFormat>,
    /// Columns (CSV) or keys (JSON) that hold the text, joined in this order, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) text: Vec<String>,
    /// Column or key that holds the id
    #[arg(long, value_name = "NAME")]
    pub(crate) id: Option<String>,
    /// Column or key that holds the date; found by its name if not given
    #[arg(long, value_name = "NAME")]
    pub(crate) date: Option<String>,
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
