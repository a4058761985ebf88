//! The command line: one file for each command, with its arguments. Only this module prints: data to standard output,
//! all else to standard error.
//!
//! - In: the arguments.
//! - Out: an exit code; it is documented in `--help`.
//! - Read first: [`main`] in this file, then `run.rs`; `choice.rs` has the arguments that several commands share.

mod bench;
mod bug;
mod check;
mod choice;
mod colour;
mod compare;
pub mod explain;
mod help;
pub mod init;
mod job;
mod many;
mod memory;
mod metrics;
mod mistyped;
pub mod policy;
mod print;
mod progress;
mod robust;
mod run;
mod sensitivity;
mod shards;
mod size;
mod sweep;
mod table;
mod trace;
mod warmup;
mod when;

use crate::error::Error;
use crate::report::{json_head, json_text};
use crate::screen;
use clap::{Args, CommandFactory, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// The help shows examples first: most readers look for them.
const TEMPLATE: &str = "\
{about-with-newline}
{before-help}{usage-heading} {usage}

{all-args}{after-help}";

#[derive(Debug, Parser)]
#[command(
    name = "shipback",
    version,
    about = "Simulates the life of drive import/export jobs by the service's documented policy",
    help_template = TEMPLATE,
    before_help = "\
Examples:
  shipback                                         a year of the built-in data center, into output/baseline
  shipback run scenarios/peak.toml --seed 7        another scenario, another random seed
  shipback run --set site.bays.servers=120         the same year with fewer bays
  shipback trace baseline imports-17               one job's life, day by day
  shipback job baseline imports-17 --at 30d        what Get Job would have answered
  shipback check scenarios/policy                  run the expectations of the scenarios there
  shipback compare baseline --variant policy.response_window=20d
                                                   what another policy would change, job by job
  shipback sweep --vary site.bays.servers=100..160:20
                                                   results for several numbers of bays
  shipback sensitivity --vary site.bays.servers=110..140 --vary site.dock.servers=8..12
                                                   which of the two matters more
  shipback size --vary site.bays.servers=100..160 --target 'sla.copied.attainment >= 0.95'
                                                   the smallest number of bays that is enough
  shipback policy                                  the rules, with every deadline as in force
  shipback init mine.toml                          a scenario to start from
  shipback help site.dock                          what the keys of a scenario mean",
    after_help = "\
SCENARIO is a file, or \"baseline\" for the built-in one.
Exit codes: 0 success, 1 a check failed, 2 wrong usage, an invalid scenario or nothing found, 3 system error or bug,
130 interrupted.",
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: run::Options,
    /// Wait while another shipback writes into the same folder, instead of stopping with an error
    #[arg(long, global = true, help_heading = "Any command")]
    wait: bool,
    /// Print the progress of an experiment line by line where there is no terminal for a bar
    #[arg(long, global = true, help_heading = "Any command")]
    progress: bool,
    /// Colour failed and undecided results [default: auto, by terminal and NO_COLOR]
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        help_heading = "Any command",
        hide_possible_values = true
    )]
    #[arg(value_parser = ["auto", "always", "never"])]
    color: Option<String>,
    /// Stop before the program uses more memory [default: 80 % of the memory free at the start]
    #[arg(long, global = true, value_name = "SIZE", help_heading = "Any command")]
    memory: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::RunArgs),
    Trace(trace::TraceArgs),
    Job(job::JobArgs),
    Check(check::CheckArgs),
    Compare(compare::CompareArgs),
    Sweep(sweep::SweepArgs),
    Sensitivity(sensitivity::SensitivityArgs),
    Size(size::SizeArgs),
    Warmup(warmup::WarmupArgs),
    Metrics(metrics::MetricsArgs),
    Policy(PolicyArgs),
    Explain(ExplainArgs),
    Init(InitArgs),
    Help(help::HelpArgs),
    Schema(help::SchemaArgs),
    Completions(help::CompletionsArgs),
    Man(help::ManArgs),
    Bench(bench::BenchArgs),
}

/// Print the policy: every rule, with every deadline as in force
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback policy                                          as documented
  shipback policy --scenario scenarios/response-window-20.toml
  shipback policy --set policy.retention=60d --format markdown
  shipback policy --format svg > policy.svg
  shipback policy --diff scenarios/response-window-20.toml what differs from the documentation's policy")]
struct PolicyArgs {
    /// Show what this scenario overrides
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// Print only the rows and settings of this scenario that differ from the documentation's policy
    #[arg(long, value_name = "FILE", conflicts_with_all = ["scenario", "format"])]
    diff: Option<PathBuf>,
    #[command(flatten)]
    choice: choice::Sets,
    /// Format: text, markdown, mermaid, dot, svg or json
    #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    #[arg(value_parser = ["text", "markdown", "mermaid", "dot", "svg", "json"])]
    format: String,
    /// The same as --format json, with the head of all answers, see docs/json.md
    #[arg(long, conflicts_with_all = ["format", "diff"])]
    json: bool,
}

impl PolicyArgs {
    fn run(&self) -> Result<(), Error> {
        use crate::policy::{Format, Policy, Timings};
        if let Some(path) = &self.diff {
            let policy = self.choice.load(Some(path))?.scenario.policy;
            return print::data(&policy::print_difference(&policy));
        }
        let loaded = match &self.scenario {
            None if self.choice.sets().is_empty() => None,
            path => Some(self.choice.load(path.as_deref())?),
        };
        let documented = Policy::new(Timings::DOCUMENTED);
        let policy = loaded.as_ref().map_or(&documented, |loaded| &loaded.scenario.policy);
        if self.json {
            let tables = policy::print(policy, Format::Json);
            let tables = serde_json::from_str(&tables).expect("policy: its JSON is JSON");
            return print::json(&json_text(json_head("policy", loaded.as_ref()), tables));
        }
        let named = |format: &&Format| format.name().eq_ignore_ascii_case(&self.format);
        let format = Format::ALL.iter().find(named).expect("cli: clap lets only known formats pass");
        print::data(&policy::print(policy, *format))
    }
}

/// Print every value in force and the line that set it
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback explain                                         the built-in scenario
  shipback explain scenarios/peak.toml --set site.bays.servers=120
  shipback explain --date 2026-12-25                       who is open on that date, and why")]
struct ExplainArgs {
    /// A scenario file [default: the built-in baseline]
    scenario: Option<PathBuf>,
    /// Show this date instead: calendar hours, servers, deliveries, clocks of service levels
    #[arg(long, value_name = "DATE", value_parser = date)]
    date: Option<jiff::civil::Date>,
    #[command(flatten)]
    choice: choice::Sets,
    /// Print the values as JSON, see docs/json.md
    #[arg(long, conflicts_with = "date")]
    json: bool,
}

fn date(text: &str) -> Result<jiff::civil::Date, String> {
    text.parse().map_err(|_| "no date; write it like 2026-11-23".into())
}

impl ExplainArgs {
    fn run(&self) -> Result<(), Error> {
        let loaded = self.choice.load(self.scenario.as_deref())?;
        if self.json {
            return print::json(&explain::explain_json(&loaded));
        }
        print::data(&explain::explain(&loaded, self.date))
    }
}

/// Write a commented scenario to start from
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = "\
Examples:
  shipback init                    writes scenario.toml
  shipback init mine.toml")]
struct InitArgs {
    /// The file to write; it must not exist yet
    #[arg(default_value = "scenario.toml")]
    file: PathBuf,
}

impl InitArgs {
    fn run(&self) -> Result<(), Error> {
        init::init(&self.file).and_then(|told| print::data(&format!("{told}\n")))
    }
}

/// Runs the command that the arguments name. Exit codes are documented in `--help`.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(answer) => {
            // Report the mistake with the arguments as they can be shown on a screen.
            let shown = args.iter().map(|arg| screen::line(&arg.to_string_lossy()).into_owned());
            let answer = Cli::try_parse_from(shown).err().unwrap_or(answer);
            let whole = answer.render().to_string();
            match mistyped::told(&Cli::command(), &answer, &args) {
                Some(told) => print::note(&told),
                None if screen::page(&whole) != whole => print::note(&whole),
                // `--help` and `--version` arrive here too. If they cannot be printed, there is nobody to tell.
                None => drop(answer.print()),
            }
            return ExitCode::from(answer.exit_code() as u8);
        }
    };
    colour::choose(cli.color.as_deref());
    match bug::caught(|| dispatch(&cli)) {
        Some(Ok(code)) => ExitCode::from(code),
        Some(Err(error)) => {
            print::note(&error.to_string());
            ExitCode::from(error.exit_code())
        }
        None => ExitCode::from(bug::EXIT_CODE),
    }
}

fn dispatch(cli: &Cli) -> Result<u8, Error> {
    memory::watch(memory::checked(cli.memory.as_deref())?);
    if cli.wait {
        crate::report::wait_for_places();
    }
    if cli.progress {
        progress::tell_lines();
    }
    progress::watch_for_interrupts();
    let done = match &cli.command {
        None => return cli.run.run(None),
        Some(Command::Run(args)) => return args.run(),
        Some(Command::Trace(args)) => args.run(),
        Some(Command::Job(args)) => args.run(),
        Some(Command::Check(args)) => return args.run(),
        Some(Command::Compare(args)) => args.run(),
        Some(Command::Sweep(args)) => args.run(),
        Some(Command::Sensitivity(args)) => args.run(),
        Some(Command::Size(args)) => return args.run(),
        Some(Command::Warmup(args)) => return args.run(),
        Some(Command::Metrics(args)) => args.run(),
        Some(Command::Policy(args)) => args.run(),
        Some(Command::Explain(args)) => args.run(),
        Some(Command::Init(args)) => args.run(),
        Some(Command::Help(args)) => args.run(),
        Some(Command::Schema(args)) => args.run(),
        Some(Command::Completions(args)) => args.run(),
        Some(Command::Man(args)) => args.run(),
        Some(Command::Bench(args)) => args.run(),
    };
    done.map(|()| 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
