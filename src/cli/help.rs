//! `shipback help KEY` and `shipback schema`: what the keys of a scenario mean.

use super::{TEMPLATE, print};
use crate::error::Error;
use crate::scenario::keys;
use clap::{Args, CommandFactory};

/// Explain a scenario key (unit, default, example) or a command
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback help site.dock                                  every key of the table
  shipback help run.horizon
  shipback help 'demand.*.season'
  shipback help size                                       the help of a command")]
pub(super) struct HelpArgs {
    /// A key or a table of a scenario, or a command
    key: Option<String>,
}

impl HelpArgs {
    pub(super) fn run(&self) -> Result<(), Error> {
        let mut command = super::Cli::command();
        let Some(key) = &self.key else { return print::data(&command.render_help().to_string()) };
        command.build();
        if let Some(found) = command.find_subcommand_mut(key) {
            return print::data(&found.render_help().to_string());
        }
        keys::help(key).map_err(Error::Usage).and_then(|text| print::data(&text))
    }
}

/// Print the JSON Schema of scenario files
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback schema > shipback.schema.json                   for editors: the first line of a scenario names it,
                                                           #:schema shipback.schema.json")]
pub(super) struct SchemaArgs {}

impl SchemaArgs {
    pub(super) fn run(&self) -> Result<(), Error> {
        print::json(&format!("{:#}\n", keys::schema()))
    }
}
