//! Facts about writer and portal from the command line, a file, or columns of an export.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use jiff::Timestamp;
use support_triage::requirements::Facts;

use crate::Failure;
use crate::args::REPLYING;

/// What is known of the writer and the portal.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(crate) struct FactsArgs {
    /// A YAML or JSON file of facts that hold for every ticket
    #[arg(long, value_name = "FILE", help_heading = REPLYING)]
    facts: Option<PathBuf>,
    /// One fact, such as licence=demo; goes before the file. Facts: administrator, employee, edition, licence, licence_valid_until, updates_installed,
    /// outbound_access, public_address, certificate.{self_signed,issuer,valid_from,valid_until,names}, pub_readable, at
    #[arg(long, value_name = "NAME=VALUE", help_heading = REPLYING)]
    fact: Vec<String>,
    /// Take a fact from a column (CSV) or key (JSON) of the export, such as licence=Лицензия; goes before --fact
    #[arg(long, value_name = "NAME=COLUMN", help_heading = REPLYING)]
    fact_column: Vec<String>,
    /// The instant of the tickets, with its offset; now if not given. The fact `at` goes before it
    #[arg(long, value_name = "TIME", help_heading = REPLYING)]
    at: Option<Timestamp>,
}

/// The same, read: what holds for every ticket, and which columns tell more.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownFacts {
    pub(crate) base: Facts,
    /// Fact and column.
    pub(crate) columns: Vec<(String, String)>,
    pub(crate) now: Timestamp,
    /// Whether anything was given, so that requirements are worth telling.
    pub(crate) given: bool,
}

impl FactsArgs {
    /// Whether there is anything to judge requirements by.
    pub(crate) fn are_given(&self) -> bool {
        self.facts.is_some() || !self.fact.is_empty() || !self.fact_column.is_empty()
    }

    pub(crate) fn load(&self) -> Result<KnownFacts, Failure> {
        let mut base = match &self.facts {
            None => Facts::default(),
            Some(path) => {
                let name = path.display().to_string();
                let text = std::fs::read_to_string(path).map_err(|error| Failure(format!("cannot read {name}: {error}")))?;
                Facts::from_yaml(&name, &text)?
            }
        };
        for given in &self.fact {
            let (name, value) = pair(given, "--fact", "licence=demo")?;
            base.set(name, value)?;
        }
        let mut columns = Vec::new();
        for given in &self.fact_column {
            let (name, column) = pair(given, "--fact-column", "licence=Лицензия")?;
            // A misspelt fact must show before the run, not in every row of it.
            Facts::default().set(name, "")?;
            columns.push((name.to_string(), column.to_string()));
        }
        Ok(KnownFacts { base, columns, now: self.at.unwrap_or_else(Timestamp::now), given: self.are_given() })
    }
}

fn pair<'a>(given: &'a str, option: &str, example: &str) -> Result<(&'a str, &'a str), Failure> {
    given
        .split_once('=')
        .map(|(name, value)| (name.trim(), value.trim()))
        .ok_or_else(|| Failure(format!("{option} \"{given}\" has no `=`: write {example}")))
}

impl KnownFacts {
    /// The facts of one row; values that are none of a fact leave it unknown and are told by `complain`.
    pub(crate) fn of_row(&self, cells: &[(usize, String)], mut complain: impl FnMut(&str)) -> Facts {
        let mut facts = self.base.clone();
        for (at, value) in cells {
            let Some((name, column)) = self.columns.get(*at) else { continue };
            if let Err(error) = facts.set(name, value) {
                complain(&format!("column \"{column}\": {error}"));
            }
        }
        facts
    }
}
