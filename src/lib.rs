//! `shipback` simulates the life of drive import/export jobs by the documented policy of Azure Import/Export (classic).
//!
//! # Whose policy
//!
//! The rules come from one page of the service's public documentation: "Retrieving state information for an Azure
//! Import/Export job", dated 12/16/2016, `storage-import-export-retrieving-state-info-for-a-job.md` in the repository
//! `MicrosoftDocs/azure-docs`. This project says every rule in its own words and cites the page: `S:36` is its line 36.
//! `docs/policy.md` names the section and row of each citation, lists all rules, and marks what this project decided
//! ("ours"). The project is independent: the owner of the service has no part in it and does not endorse it.
//!
//! # The map of the house
//!
//! Imports point up this list only; a room knows nothing of those below it.
//!
//! | room | what it is |
//! |---|---|
//! | [`engine`] | a discrete-event kernel: integer time, agenda, stations, calendars, chance |
//! | [`policy`] | what the documentation says about jobs and drives, as tables that can be read, drawn and checked |
//! | [`scenario`] | a TOML file becomes checked plain data |
//! | [`fate`] | all that neither rules nor capacity decide about a job: drawn from the seed, or written by hand |
//! | [`world`] | jobs, drives, packages, cases and the site; tells observers what happened |
//! | [`measure`] | facts become counts, integer sums and histograms; real numbers only at the very end |
//! | [`experiment`] | which worlds to run, and what may be concluded from them |
//! | [`report`] | the only writer of files: CSV, charts, run.json; and the wire shape of Get Job |
//! | [`cli`] | one file for each command; the only printer |
//!
//! Two belong to none: [`error`] is what a user can do wrong, with the place and a way out; [`screen`] is how the text of
//! files and arguments is shown.
//!
//! # What never happens
//!
//! - The engine never mentions a job, and the policy never asks a clock, chance or a file.
//! - The world never decides a state: each change comes from a row of the policy and carries its rule. It never does
//!   I/O, and never asks who observes it: observing changes nothing.
//! - Time is never a float, and no deadline is ever early or late by a tick.
//! - No draw ever depends on another: each decision has its own place in the stream of its job, so neither policy nor
//!   capacity nor another job ever shifts a fate.
//! - Nothing is ever decided by the order of a hash table, of threads or of addresses in memory: a result is a function
//!   of scenario and seed, to the byte (tested on x86-64 Linux, debug and release).
//! - No sum of results is ever rounded: runs merge by addition of integers, in any order.
//! - No file is ever seen half-written, and none holds a time of the clock on the wall.
//! - What a user does wrong never panics; a bug never does anything else.

pub mod cli;
pub mod engine;
pub mod error;
pub mod experiment;
pub mod fate;
pub mod measure;
pub mod policy;
pub mod report;
pub mod scenario;
pub mod screen;
pub mod world;
