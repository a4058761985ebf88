//! `shipback help KEY`, `schema`, `completions` and `man`.

use super::{TEMPLATE, print};
use crate::error::Error;
use crate::scenario::keys;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

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

/// Print the completions of a shell
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback completions bash > ~/.local/share/bash-completion/completions/shipback
  shipback completions zsh > ~/.zfunc/_shipback
  shipback completions fish > ~/.config/fish/completions/shipback.fish")]
pub(super) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

impl CompletionsArgs {
    pub(super) fn run(&self) -> Result<(), Error> {
        let mut script = vec![];
        clap_complete::generate(self.shell, &mut super::Cli::command(), "shipback", &mut script);
        print::data(&String::from_utf8(script).expect("completions: a script is text"))
    }
}

/// Print the manual page of the program or of a command
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback man > ~/.local/share/man/man1/shipback.1
  shipback man size | man -l -                             the page of a command")]
pub(super) struct ManArgs {
    /// A command [default: the program as a whole]
    command: Option<String>,
}

impl ManArgs {
    pub(super) fn run(&self) -> Result<(), Error> {
        let mut whole = super::Cli::command();
        whole.build();
        let command = match &self.command {
            None => whole,
            Some(name) => whole.find_subcommand(name).cloned().ok_or_else(|| {
                let names: Vec<&str> = whole.get_subcommands().map(clap::Command::get_name).collect();
                Error::Usage(format!(
                    "there is no command \"{name}\"; {}",
                    crate::error::advice(name, &names)
                ))
            })?,
        };
        let mut page = vec![];
        let man = clap_mangen::Man::new(command).source(concat!("shipback ", env!("CARGO_PKG_VERSION")));
        man.render(&mut page).expect("man: memory takes all");
        print::data(&String::from_utf8(page).expect("man: a page is text"))
    }
}
