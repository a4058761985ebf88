//! `shipback` simulates the life of drive import/export jobs by the documented policy of Azure Import/Export (classic).
//! It is a library and a program; `shipback --help` and the pages in `docs/` describe the program.
//!
//! # A first run
//!
//! ```
//! use shipback::measure::Tally;
//! use shipback::scenario::Scenario;
//! use shipback::world;
//!
//! // Two scripted jobs. What the text does not set takes no time and has no limit.
//! let text = "[[job]]\nname = \"a\"\n[[job]]\nname = \"b\"\ntransit = \"lost\"\n";
//! let scenario = Scenario::parse(text, &[])?.scenario;
//! let (end, tally) = world::run(&scenario, scenario.run.seed, 0, Tally::new(&scenario));
//! let results = tally.finish(&scenario, &end);
//! // The package of b is lost and its customer never answers: the policy closes the job.
//! assert_eq!(results.metric("jobs.completed", "").unwrap().value.real(), 1.0);
//! assert_eq!(results.metric("jobs.closed", "").unwrap().value.real(), 1.0);
//! # Ok::<(), shipback::error::Error>(())
//! ```
//!
//! `examples/` has three programs: run a scenario, observe its facts, run an experiment.
//!
//! # Where to read on
//!
//! | to | read |
//! |---|---|
//! | load a scenario, change a value, understand an error | [`scenario`], [`error`] |
//! | run it and see each event | [`world`] |
//! | compute metrics, histograms and service levels | [`measure`] |
//! | replicate, compare, sweep and size | [`experiment`] |
//! | print, draw and compare policies | [`policy`] |
//! | use the event list, stations, calendars and distributions alone | [`engine`] |
//!
//! # Modules
//!
//! A module imports only those above it in this table.
//!
//! | module | content |
//! |---|---|
//! | [`engine`] | discrete-event kernel: integer time, event list, stations, calendars, random numbers |
//! | [`policy`] | the documented rules about jobs and drives, as tables that can be read, drawn and checked |
//! | [`scenario`] | reads a TOML file into checked plain data |
//! | [`fate`] | the random inputs of a job: drawn from the seed, or written by hand |
//! | [`world`] | the model: jobs, drives, packages, cases and the site; passes each fact to an observer |
//! | [`measure`] | turns facts into counts, integer sums and histograms; computes real numbers at the end only |
//! | [`experiment`] | replications, comparisons, searches, and the conclusions from them |
//! | [`report`] | writes all files: CSV, charts, pages, `run.json`; the JSON of Get Job |
//! | [`cli`] | the program: one file for each command; prints everything that is printed |
//!
//! Every module may use [`error`] (a user's mistake, with its place and a way out) and [`screen`] (how text from files and
//! arguments is shown).
//!
//! # Invariants
//!
//! - The engine knows no jobs. The policy reads no clock, no random numbers and no files.
//! - The world decides no state: each change comes from a row of the policy and carries its rule. The world does no I/O,
//!   and observing a run changes nothing.
//! - Time is an integer number of microseconds. A deadline is never early or late.
//! - No draw depends on another. Each decision has its own place in the random stream of its job, so neither policy nor
//!   capacity nor another job changes the random inputs of a job.
//! - No result depends on the order of a hash table, of threads or of addresses: a result is a function of scenario and
//!   seed, to the byte (tested on x86-64 Linux, debug and release).
//! - No sum of results is rounded: runs merge by addition of integers, in any order.
//! - No file is seen half-written, and none contains the time of day at which it was written.
//! - A user's mistake never panics. A bug always does, with the name of the invariant.
//!
//! # Source of the policy
//!
//! The rules come from one page of the service's public documentation: "Retrieving state information for an Azure
//! Import/Export job", dated 12/16/2016, `storage-import-export-retrieving-state-info-for-a-job.md` in the repository
//! `MicrosoftDocs/azure-docs`. This project says every rule in its own words and cites the page: `S:36` is its line 36.
//! `docs/policy.md` names the section and row of each citation, lists all rules, and marks what this project decided
//! ("ours"). The project is independent: the owner of the service has no part in it and does not endorse it.

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
