//! Messages for arguments that the parser refuses: what was found, what is allowed, what was probably meant.

use crate::error::advice;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::error::Error;
use std::ffi::OsString;

/// The message for a refused command line; `None`: the parser's own message is good enough.
pub(super) fn told(command: &clap::Command, answer: &clap::Error, args: &[OsString]) -> Option<String> {
    let message = match answer.kind() {
        ErrorKind::InvalidSubcommand => no_command(command, text(answer, ContextKind::InvalidSubcommand)?),
        ErrorKind::ValueValidation => bad_value(answer)?,
        ErrorKind::UnknownArgument => unexpected(command, text(answer, ContextKind::InvalidArg)?, args)?,
        _ => return None,
    };
    Some(format!("error: {message}\n\nFor more information, try '--help'."))
}

fn text(answer: &clap::Error, kind: ContextKind) -> Option<&str> {
    match answer.get(kind)? {
        ContextValue::String(text) => Some(text),
        _ => None,
    }
}

/// An unknown command, with the nearest known one.
fn no_command(command: &clap::Command, typed: &str) -> String {
    let commands: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    format!("there is no command \"{typed}\"; {}", advice(typed, &commands))
}

/// A value that an option does not accept.
fn bad_value(answer: &clap::Error) -> Option<String> {
    let option = text(answer, ContextKind::InvalidArg)?.split(' ').next()?;
    let value = text(answer, ContextKind::InvalidValue)?;
    let why = answer.source()?.to_string();
    if let Some((_, range)) = why.split_once(" is not in ") {
        let (low, high) = range.split_once("..=")?;
        let reason = match (option, low) {
            ("--replications", "2") => ": one run has no interval",
            _ => "",
        };
        return Some(format!("{option} {value} is out of range; allowed: {low} to {high}{reason}"));
    }
    let is_number = why.contains("invalid digit") || why.contains("too large") || why.contains("too small");
    let allowed = if option == "--seed" { format!("; allowed: 0 to {}", u64::MAX) } else { String::new() };
    is_number.then(|| format!("{option} {value}: a whole number is needed{allowed}"))
}

/// An argument that the command does not have.
fn unexpected(command: &clap::Command, found: &str, args: &[OsString]) -> Option<String> {
    let args: Vec<String> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let name = args.get(1).filter(|name| command.find_subcommand(name).is_some());
    let name = name.map_or("run", String::as_str);
    if let Some(option) = found.strip_prefix("--") {
        let has = |one: &&clap::Command| one.get_arguments().any(|arg| arg.get_long() == Some(option));
        let others: Vec<&str> = command.get_subcommands().filter(has).map(clap::Command::get_name).collect();
        let others = others.join(", ");
        return (!others.is_empty())
            .then(|| format!("shipback {name} has no {found}; these have it: {others}"));
    }
    let before = args.iter().position(|arg| arg == found).and_then(|at| args.get(at.checked_sub(1)?));
    Some(match before {
        _ if found.contains('=') => {
            format!("\"{found}\" is not expected; each value has a --set of its own: --set {found}")
        }
        Some(path)
            if !path.contains('=')
                && args.contains(&"--set".to_owned())
                && path.contains('.')
                && !path.ends_with(".toml") =>
        {
            format!("\"{found}\" is not expected; write path and value in one: --set {path}={found}")
        }
        _ if found.ends_with(".toml") && name == "run" => format!(
            "\"{found}\" is not expected: run takes one scenario; shipback compare FILE {found} holds two against each other"
        ),
        _ => return None,
    })
}
