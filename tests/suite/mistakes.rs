//! Deliberate mistakes in a scenario: each is told with its file, its line, what was found, and what is allowed or meant.

use crate::tool::Folder;
use std::fs;

/// The mistake's line ends with `#!`. Then what was found, and what must be said of it. What a text leaves out, the beginning
/// below adds where it is needed.
const MISTAKES: &[(&str, &str, &[&str])] = &[
    // names
    ("[site.dok] #!\nservers = 3", "dok", &["did you mean \"dock\"?"]),
    ("[site.dock]\nserver = 3 #!", "server", &["did you mean \"servers\"?"]),
    ("[sites.dock] #!\nservers = 3", "sites", &["did you mean \"site\"?"]),
    ("[policy]\nresponse_windw = \"20d\" #!", "response_windw", &["did you mean \"response_window\"?"]),
    ("[policy]\ncancel_until = \"shiping\" #!", "shiping", &["did you mean \"shipping\"?", "allowed: "]),
    ("[customer]\nforgets_shiping = 0.1 #!", "forgets_shiping", &["did you mean \"forgets_shipping\"?"]),
    ("[faults]\nwrong_adress = 0.1 #!", "wrong_adress", &["did you mean \"wrong_address\"?"]),
    ("[demand.y]\nrate = \"1/day\"\nsaison = [] #!", "saison", &["did you mean \"season\"?"]),
    ("[carrier.a]\ntransitt = \"3d\" #!", "transitt", &["did you mean \"transit\"?"]),
    ("[demand.\"a b\"] #!\nrate = \"1/day\"", "a b", &["a name has 1 to 100 letters"]),
    // the run
    ("[run]\nhorizon = 30 #!", "30", &["no unit of time", "\"30d\""]),
    ("[run]\nhorizon = \"30 dyas\" #!", "30 dyas", &["dyas", "d, h"]),
    ("[run]\nhorizon = \"-30d\" #!", "-30d", &["duration"]),
    ("[run]\nhorizon = \"0d\" #!", "0d", &["longer than none"]),
    ("[run]\nending = \"drian\" #!", "drian", &["did you mean \"drain\"?", "allowed: drain, censor"]),
    ("[run]\nzone = \"America/Chicgo\" #!", "America/Chicgo", &["did you mean \"America/Chicago\"?"]),
    ("[run]\nstart = \"2026-02-30\" #!", "2026-02-30", &["that month has 28 days", "write it like"]),
    ("[run]\nstart = \"05.01.2026\" #!", "05.01.2026", &["is not a date", "write it like"]),
    ("[run]\nstart = 2026-01-05T09:00:00Z #!", "2026-01-05T09:00:00Z", &["a day is needed", "write it like"]),
    ("[run]\nseed = -1 #!", "-1", &["allowed: 0 to"]),
    ("[run]\nreplications = 0 #!", "0", &["allowed: 1 to 1000"]),
    ("[run]\nwarmup = \"30d\"\nhorizon = \"30d\" #!", "30d", &["not after the warm-up", "s.toml:2"]),
    ("[run]\nkind = \"steady state\" #!", "steady state", &["did you mean \"steady-state\"?"]),
    ("[run]\nkind = \"steady-state\" #!", "steady-state", &["needs a warm-up", "run.warmup"]),
    ("[calendar]\nholidays = [\"2026-13-01\"] #!", "2026-13-01", &["is not a date", "write it like"]),
    ("[calendar]\nworking_days = \"Monday-Friday\" #!", "Monday-Friday", &["is not a day", "allowed: Mon"]),
    // demand
    ("[demand.y]\nrate = \"32\" #!", "32", &["write it like \"40/day\""]),
    ("[demand.y]\nrate = 32 #!", "32", &["a rate is needed", "\"40/day\""]),
    ("[demand.y]\nrate = \"32/dya\" #!", "32/dya", &["is not a rate", "\"40/day\""]),
    ("[demand.y]\nrate = \"-5/day\" #!", "-5/day", &["is not a rate", "\"40/day\""]),
    ("[demand.y] #!\nbacklog = 3", "y", &["needs either \"rate\" or \"dates\""]),
    (
        "[demand.y]\nrate = \"1/day\"\nexport_share = 20 #!",
        "20",
        &["allowed: 0 to 1", "did you mean \"20 %\"?"],
    ),
    ("[demand.y]\nrate = \"1/day\"\ndrives = 12 #!", "12", &["values from 1 to 10 are allowed"]),
    ("[demand.y]\nrate = \"1/day\"\nbytes = \"3 terabytes\" #!", "3 terabytes", &["is not a size", "TB"]),
    ("[demand.y]\nrate = \"1/day\"\nbytes = 3 #!", "3", &["no unit of size", "TB"]),
    (
        "[demand.y]\nrate = \"1/day\"\nweekly = { \"Mo-Fr\" = 1 } #!",
        "1",
        &["\"Mo\" is not a day", "allowed: Mon"],
    ),
    (
        "[demand.y]\nrate = \"1/day\"\nweekly = { \"Mon 18:00-08:00\" = 1 } #!",
        "1",
        &["does not end after it begins", "24:00"],
    ),
    (
        "[demand.y]\nrate = \"1/day\"\nseason = [{ from = \"9d\", until = \"3d\", factor = 2 }] #!",
        "3d",
        &["not after \"from\""],
    ),
    ("[demand.y]\ndates = [\"soon\"] #!", "soon", &["is not a date", "write it like"]),
    ("[demand.y]\ndates = [\"2020-01-01\"] #!", "2020-01-01", &["none before the start"]),
    (
        "[demand.y]\ndates = [\"2026-01-06T09:00:00+02:00[Asia/Tokyo]\"] #!",
        "2026-01-06T09:00:00+02:00[Asia/Tokyo]",
        &["does not have the offset", "write it like"],
    ),
    (
        "[site]\nclasses = [\"express\", \"standard\"]\n[demand.y]\nrate = \"1/day\"\nclasses = { expres = 1 } #!",
        "1",
        &["\"expres\"", "did you mean \"express\"?"],
    ),
    (
        "[site]\nclasses = [\"a\", \"b\"]\n[demand.y]\nrate = \"1/day\"\nclasses = { a = 0.5, b = 0.4 } #!",
        "a = 0.5",
        &["add up to 0.9", "must add up to 1"],
    ),
    // carriers and distributions
    ("[carrier.a]\nshare = 0.5 #!\n[carrier.b]\nshare = 0.6", "0.5", &["add up to 1.1", "must add up to 1"]),
    ("[carrier.a]\npickup = \"17 Uhr\" #!", "17 Uhr", &["is not a time of pickup", "\"Mon-Fri 17:00\""]),
    (
        "[carrier.a]\ndelivers = \"Mon-Sat 9-17\" #!",
        "Mon-Sat 9-17",
        &["\"9\" is not a time of day", "allowed: 00:00"],
    ),
    ("[carrier.a]\nlost = \"104 %\" #!", "104 %", &["allowed: 0 to 1, or 0 % to 100 %"]),
    ("[carrier.a]\ntransit = \"-2d\" #!", "-2d", &["duration"]),
    (
        "[carrier.a]\ntransit = { lognorml = { mean = \"3d\", sd = \"1d\" } } #!",
        "lognorml",
        &["did you mean \"lognormal\"?"],
    ),
    (
        "[carrier.a]\ntransit = { gamma = { mean = \"3d\" } } #!",
        "mean = \"3d\"",
        &["needs", "mean and shape"],
    ),
    (
        "[carrier.a]\ntransit = { uniform = { low = \"3d\", high = \"1d\" } } #!",
        "low = \"3d\"",
        &["low is 3d and high is 1d"],
    ),
    (
        "[carrier.a]\nlost = { estimate = \"1 %\", low = \"0.5 %\", high = \"2d\" } #!",
        "estimate",
        &["are not one unit"],
    ),
    ("[customer]\nwaits = \"often\" #!", "often", &["is not a share", "\"3 %\""]),
    ("[faults]\nerrors = 0.6\nwarnings = 0.6 #!", "0.6", &["exclude each other", "1.2"]),
    // the site
    ("[site]\nclasses = [] #!", "[]", &["0 classes; allowed: 1 to 8"]),
    ("[site]\nclasses = [\"a\", \"a\"] #!", "a", &["named twice"]),
    ("[site]\nshelf = 0 #!", "0", &["allowed: 1 to"]),
    ("[site]\nshelf = 9\nshelf_full = \"block\" #!", "block", &["allowed: wait, overflow"]),
    ("[site.dock]\nservers = 0 #!", "0", &["allowed: 1 to 1000000"]),
    ("[site.dock]\nservers = \"ten\" #!", "ten", &["a number of servers is needed", "servers = 12"]),
    (
        "[site.dock]\nservers = 3\nhours = \"Mon-Fri 18:00-08:00\" #!",
        "18:00-08:00",
        &["a shift over midnight is two"],
    ),
    ("[site.dock]\nat_close = \"stop\" #!", "stop", &["allowed: finish, suspend"]),
    ("[site.bays]\nrate = \"70MB\" #!", "70MB", &["is not a rate of copying", "\"70MB/s\""]),
    ("[site.bays]\nrate = \"7B/s\" #!", "7B/s", &["allowed: 1KB/s to 1PB/s"]),
    ("[site.operations]\nbetween_attempts = \"1s\" #!", "1s", &["allowed: 1min or longer"]),
    // disruptions, service levels, prices
    (
        "[[disruption]] #!\nfrom = \"3d\"\nuntil = \"9d\"",
        "disruption",
        &["needs one of carrier, station and demand"],
    ),
    (
        "[[disruption]]\nfrom = \"3d\"\nuntil = \"9d\"\ncarrier = \"majr\" #!\nstops = true\n[carrier.major]",
        "majr",
        &["did you mean \"major\"?"],
    ),
    (
        "[[disruption]]\nfrom = \"3d\"\nuntil = \"9d\"\nstation = \"bay\" #!\nservers = 1",
        "bay",
        &["did you mean \"bays\"?"],
    ),
    ("[[sla]]\nfrom = \"ended\"\nto = \"ordered\" #!\nwithin = \"3d\"", "ordered", &["does not come after"]),
    (
        "[[sla]]\nfrom = \"ordered\"\nto = \"copyed\" #!\nwithin = \"3d\"",
        "copyed",
        &["did you mean \"copied\"?"],
    ),
    (
        "[[sla]]\nfrom = \"ordered\"\nto = \"ended\"\nwithin = \"3d\"\ntarget = 95 #!",
        "95",
        &["did you mean \"95 %\"?"],
    ),
    ("[[sla]] #!\nfrom = \"ordered\"\nto = \"ended\"", "sla", &["needs the key \"within\""]),
    (
        "[[comparison]]\nname = \"c\"\nfrom = \"ordered\"\nto = \"ended\"\nlow = \"9d\"\nhigh = \"3d\" #!",
        "3d",
        &["less than low"],
    ),
    ("[cost]\nworker_hour = 30 #!", "30", &["[site.dock] has no servers", "add servers"]),
    ("[cost]\nbreach = { ended = 5 } #!", "ended = 5", &["there is no SLA \"ended\""]),
    // jobs and expectations
    ("[[job]]\ndrives = 11 #!", "11", &["allowed: 1 to 10"]),
    ("[[job]]\nat = \"2020-01-01\" #!", "2020-01-01", &["ordered before the scenario starts"]),
    ("[[job]]\ncarrier = \"majr\" #!\n[carrier.major]", "majr", &["did you mean \"major\"?"]),
    (
        "[[job]]\nfault = { cause = \"custom_hold\", in = \"shipping\" } #!",
        "custom_hold",
        &["did you mean \"customs_hold\"?"],
    ),
    ("[[job]]\nname = \"a\"\n[[job.drive]]\ntravels = { with = \"a\" } #!", "a", &["of this very job"]),
    (
        "[[job]]\nname = \"lost\"\n[[expect]]\njob = \"lots\" #!\nstate = \"Closed\"",
        "lots",
        &["did you mean \"lost\"?"],
    ),
    (
        "[[job]]\nname = \"lost\"\n[[expect]]\njob = \"lost\"\nstate = \"Close\" #!",
        "Close",
        &["did you mean \"Closed\"?"],
    ),
    // by somebody who knows the reference page and nothing else
    ("[run]\nhorizon = \"1 year\" #!", "year", &["is not a unit of time", "allowed: w, d, h"]),
    ("[run]\nduration = \"365d\" #!", "duration", &["has no key", "horizon"]),
    ("[run]\nreplications = 10.5 #!", "10.5", &["a whole number is needed"]),
    ("[run]\nwarmup = \"10%\" #!", "10%", &["has no unit", "\"10d\""]),
    ("[run]\nzone = \"CST\" #!", "CST", &["is not a time zone", "write it like"]),
    (
        "[calendar]\nholidays = [\"2026-12-24..2026-12-31\"] #!",
        "2026-12-24..2026-12-31",
        &["is not a date", "write it like"],
    ),
    ("[calendar]\nworking_days = 5 #!", "5", &["a text is needed", "\"Mon-Fri\""]),
    ("[calendar]\nhours = \"9-17\" #!", "9-17", &["is not a day", "\"Mon-Fri 08:00-18:00\""]),
    (
        "[calendar]\nexceptions = { \"2026-12-24\" = \"half\" } #!",
        "half",
        &["is not a range of hours", "closed"],
    ),
    ("[demand]\nrate = \"40/day\" #!", "40/day", &["a table is needed", "[demand.NAME]"]),
    ("[demand.y]\nrate = \"40/workday\" #!", "40/workday", &["is not a rate", "\"40/day\""]),
    (
        "[demand.y]\nrate = \"1/day\"\nweekly = { \"Weekend\" = 0.5 } #!",
        "Weekend",
        &["is not a day", "allowed: Mon"],
    ),
    ("[demand.y]\nrate = \"1/day\"\ncarrier = \"ups\" #!", "carrier", &["has no key", "allowed: rate"]),
    (
        "[demand.y]\nrate = \"1/day\"\ndrives = { poisson = { mean = 3 } } #!",
        "poisson",
        &["no kind of distribution", "allowed: constant"],
    ),
    (
        "[carrier.ups]\ntransit = { normal = { mean = \"3d\", sd = \"1d\" } } #!",
        "normal",
        &["did you mean \"lognormal\"?"],
    ),
    ("[carrier.ups]\npickup = \"17\" #!", "17", &["is not a time of pickup", "write it like"]),
    ("[carrier.ups]\nlost = 1.5 #!", "1.5", &["allowed: 0 to 1", "did you mean \"1.5 %\"?"]),
    ("[carrier.ups]\nlost = \"5\" #!", "5", &["is not a share", "did you mean \"5 %\"?"]),
    ("[site]\nbays = 40 #!", "40", &["a table is needed", "[site.bays]"]),
    ("[site.dock]\nservers = 3.5 #!", "3.5", &["a whole number is needed"]),
    ("[site.dock]\nservers = { \"8-18\" = 3 } #!", "8-18", &["is not a day", "\"Mon-Fri 08:00-18:00\" = 12"]),
    (
        "[site.dock]\nservers = 3\nhours = \"Mon-Fri 8am-6pm\" #!",
        "8am-6pm",
        &["is not a time of day", "allowed: 00:00 to 24:00"],
    ),
    ("[site.dock]\nshifts = 2 #!", "shifts", &["has no key", "allowed: calendar, hours"]),
    ("[site.dock]\nservers = 3\ncalendar = \"us\" #!", "us", &["no calendar", "add a table [calendar.us]"]),
    ("[site.bays]\nrate = \"70 Mbps\" #!", "70 Mbps", &["is not a rate of copying", "\"70MB/s\""]),
    (
        "[site.dock]\nper_package = { mean = \"15min\" } #!",
        "mean",
        &["no kind of distribution", "allowed: constant"],
    ),
    ("[policy]\nresponse_window = \"1 month\" #!", "month", &["is not a unit of time", "allowed: w, d"]),
    ("[policy]\nwarnings_close_job = \"yes\" #!", "yes", &["true or false is needed"]),
    ("[faults]\nlost = 0.01 #!", "lost", &["has no key", "allowed: missing_drive"]),
    ("[disruption] #!\nfrom = \"2026-06-01\"", "disruption", &["a list of tables", "[[disruption]]"]),
    (
        "[[disruption]]\nstation = \"warehouse\" #!\nfrom = \"1d\"\nuntil = \"2d\"\nservers = 1",
        "warehouse",
        &["allowed: dock, preparation, bays, packing, operations"],
    ),
    (
        "[[sla]]\nfrom = \"ended\"\nto = \"ordered\" #!\nwithin = \"3d\"",
        "ordered",
        &["does not come after", "ordered, shipped"],
    ),
    (
        "[[sla]]\nfrom = \"ordered\"\nto = \"ended\"\nwithin = \"3d\"\nclock = \"business\" #!",
        "business",
        &["allowed: calendar, working, open"],
    ),
    (
        "[[sla]]\nfrom = \"ordered\"\nto = \"ended\"\nwithin = \"3d\"\nclass = \"gold\" #!",
        "gold",
        &["no class", "allowed: standard"],
    ),
    ("[cost]\ncurrency = 5 #!", "5", &["a text is needed", "write it like \"5\""]),
    ("[[job]]\nname = \"a\"\n[[job]]\nname = \"a\" #!", "a", &["two jobs are called \"a\""]),
    (
        "[sweep]\nvary = [\"site.bays.servers\"] #!",
        "site.bays.servers",
        &["values are needed", "=80..200:20"],
    ),
    ("extends = \"baseline\" #!", "baseline", &["cannot read", "the built-in scenario is \"baseline.toml\""]),
    ("[Site.dock] #!\nservers = 3", "Site", &["did you mean \"site\"?"]),
    (
        "[site]\nroster = \"people.xlsx\" #!",
        "people.xlsx",
        &["cannot be read", "relative to the scenario file"],
    ),
    // TOML itself
    ("[run]\nseed = 1\nseed = 2 #!", "seed", &["this key is set twice"]),
    ("extends = \"basline.toml\" #!", "basline.toml", &["extends: cannot read"]),
    ("[run]\nhorizon = 30d #!", "30d", &["not valid TOML"]),
];

#[test]
fn mistakes_are_told_with_their_line_what_was_found_and_a_way_out() {
    assert!(MISTAKES.len() >= 120);
    let folder = Folder::new();
    let mut silent = vec![];
    for (text, found, parts) in MISTAKES {
        let needs_job = !text.contains("[demand.") && !text.contains("[[job]]");
        // Before the mistake nothing may come: its line is counted.
        let whole = format!("{text}\n{}", if needs_job { "[[job]]\n" } else { "" });
        let line = text.lines().position(|line| line.ends_with("#!")).expect("a mistake has a mark") + 1;
        fs::write(folder.path("s.toml"), &whole).unwrap();
        let ran = folder.run(&["explain", "s.toml"]);
        let place = format!("--> s.toml:{line}:");
        let all = [&[place.as_str(), *found][..], parts].concat();
        let missing: Vec<&&str> = all.iter().filter(|part| !ran.err.contains(**part)).collect();
        if ran.code != 2 || !missing.is_empty() {
            silent.push(format!("{text}\n  exit code {}, missing {missing:?} in\n{}", ran.code, ran.err));
        }
    }
    assert!(silent.is_empty(), "{} of {}:\n{}", silent.len(), MISTAKES.len(), silent.join("\n\n"));
}

/// Mistakes of somebody who had not seen the checks, written down before any was tried. Each text goes on after two lines, which
/// extend `scenarios/small-site.toml` and cut it to 30 days. A line that ends with `#!` is told; then what must be said of it.
/// The first list is refused, the second is run with a warning.
const REFUSED: &[(&str, &[&str])] = &[
    ("[[sla]] #!\nname = \"ended\"\nfrom = \"ordered\"\nto = \"ended\"\nwithin = \"30d\"", LOST),
    (
        "[demand.imports]\nseason = [{ from = \"10d\", until = \"24d\", factor = \"69 %\" }] #!",
        &["69 % more is 1.69"],
    ),
    ("[demand.imports]\nrate = \"-10/day\" #!", &["is not a rate"]),
    (
        "[demand.imports]\nseason = [{ from = \"2026-10-25\", until = \"2026-10-05\", factor = 2 }] #!",
        &["2026-10-05 is not after \"from\", which is 2026-10-25", "are the two swapped?"],
    ),
    (
        "[[disruption]]\nfrom = \"2025-10-10\"\nuntil = \"2025-10-17\" #!\ncarrier = \"all\"\nstops = true",
        &["over before the scenario starts"],
    ),
    (
        "[[disruption]]\nfrom = \"2026-10-12\"\nuntil = \"2026-10-12\" #!\ncarrier = \"all\"\nstops = true",
        &["for one day give the day after it"],
    ),
    ("[calendar]\nholidays = [\"12.10.2026\"] #!", &["is not a date", "did you mean \"2026-10-12\"?"]),
    ("[demand.imports]\nrate = \"300/month\" #!", &["is not a rate", "months and years differ in length"]),
    ("[site.dock]\nhours = \"Mon-Fri 08:00-25:00\" #!", &["allowed: 00:00 to 24:00"]),
    ("[site.dock]\nhours = \"Mon-Fri 8am-6pm\" #!", &["is not a time of day"]),
    ("[disruption] #!\nfrom = \"1d\"", &["write it as [[disruption]]"]),
    (
        "[site.dock]\nservers = 5\nrun.seed = 3 #!",
        &["no key \"run\"", "above the first [table]", "below [run]"],
    ),
    ("[calendars.office] #!\nhours = \"Mon-Fri 09:00-17:00\"", &["did you mean \"calendar\"?"]),
    (
        "[[sla]]\nname = \"copied\"\nfrom = \"copied\"\nto = \"received\" #!\nwithin = \"3d\"",
        &["does not come after"],
    ),
    ("[[sla]]\nfrom = \"recieved\" #!\nto = \"copied\"\nwithin = \"3d\"", &["did you mean \"received\"?"]),
    (
        "[[sla]]\nclass = \"express\" #!\nfrom = \"received\"\nto = \"copied\"\nwithin = \"3d\"",
        &["allowed: standard"],
    ),
    ("[carrier.fast]\nshare = 0.3 #!", &["add up to 0.3", "a carrier without a share has none"]),
    (
        "[[disruption]]\nstation = \"copying\" #!\nfrom = \"1d\"\nuntil = \"2d\"\nservers = 0",
        &["allowed: dock, preparation, bays"],
    ),
    (
        "[[disruption]] #!\nstation = \"dock\"\ncarrier = \"all\"\nfrom = \"1d\"\nuntil = \"2d\"",
        &["carrier and station", "only one is allowed"],
    ),
    (
        "[[disruption]]\nfrom = \"1d\"\nuntil = \"2d\"\ncarrier = \"all\"\nslower = \"21 %\" #!",
        &["21 % more is 1.21"],
    ),
    ("[[job.drive]] #!\nbytes = \"2TB\"", &["write [[job]] above [[job.drive]]"]),
    ("[[job]]\n[[job.drives]] #!\nbytes = \"2TB\"", &["the drives one by one are [[job.drive]]"]),
    ("[dock] #!\nservers = 6", &["did you mean \"site.dock\"?"]),
    ("run.zone = \"CST\" #!", &["did you mean \"America/Chicago\"?"]),
    ("[policy]\nretention = \"12 months\" #!", &["months differ in length", "\"30d\""]),
    ("[policy]\nretention = \"1y\" #!", &["years differ in length", "\"365d\""]),
    ("[policy]\nretention = \"2026-12-31\" #!", &["is a date, but a duration is needed", "\"90d\""]),
    ("[policy]\nretention = \"2,5d\" #!", &["a decimal has a point", "write \"2.5d\""]),
    ("[[sla]]\nfrom = \"received\"\nto = \"copied\"\nwithin = \"3d working\" #!", &["clock = \"working\""]),
    ("[site]\nshelf = 3,500 #!", &["a number has no comma", "write 3500"]),
    ("[demand.imports]\nseason = [{ from = \"1d\", until = \"9d\", factor = 1,69 }] #!", &["write 1.69"]),
    ("question = \u{201c}How many?\u{201d} #!", &["a curly quotation mark (U+201C)", "write \""]),
    ("[site.dock]\nservers\u{a0}= 6 #!", &["a non-breaking space (U+00A0)", "a plain space"]),
    ("site: #!\n  dock:\n    servers: 6", &["this looks like YAML", "[site.dock]"]),
    ("[policy]\nretention = 30d #!", &["write retention = \"30d\""]),
    ("[site]\nroster = \"C:\\people.csv\" #!", &["a backslash begins an escape"]),
    ("[site.dock]\nservers = 4\nservers = 6 #!", &["set twice: line 4 has servers"]),
    ("[site.dock]\nservers = 4\n[site.bays]\n[site.dock] #!", &["set twice: line 3 has [site.dock]"]),
    ("[run] #!\nseed = 4", &["set twice: line 2 has [run]", "below one [run]"]),
    ("[site.dock]\nservers = \"6\" #!", &["write it like servers = 12"]),
    ("[site.dock]\nservers = 2.5 #!", &["a whole number is needed"]),
    ("[cost]\nworker_hour = \"30 USD\" #!", &["a number is needed", "write it like 30"]),
    ("[calendar.us]\n[site.dock]\ncalendar = \"US\" #!", &["did you mean \"us\"?"]),
    ("[cost.breach] #!\nrecieved = 100", &["did you mean \"received\"?"]),
    (
        "[site]\nroster = \"semicolons.csv\"",
        &["semicolons.csv:1", "separated by \";\", but commas are needed"],
    ),
    ("[[expect]]\nmetric = \"sla.copied.attainment\"\nat_least = \"95\" #!", &["\"95 %\" for a share"]),
    (
        "[[job]]\nname = \"a\"\n[[expect]]\njob = \"a\"\nstate = \"Shiped\" #!",
        &["did you mean \"Shipping\"?"],
    ),
];

/// What is said where an inherited service level is gone.
const LOST: &[&str] = &[
    "cost.breach: there is no SLA \"received\"",
    "[[sla]] in s.toml:3 replaces the whole list of scenarios/small-site.toml:",
    "repeat \"received\" there",
];

const WARNED: &[(&str, &[&str])] = &[
    ("[site.dock]\nper_package = \"15m\" #!", &["15m is read as 15min", "a month is not a unit"]),
    ("[policy]\nretention = \"3m\" #!", &["3m is read as 3min"]),
    ("[demand.imports]\nrate = \"300/m\" #!", &["300/m is read as 300/min"]),
    ("[site.bays]\nrate = \"70Mb/s\" #!", &["is in bits, which are 8.75MB/s"]),
    ("[carrier.major]\nlost = 1 #!", &["1 is 100 %", "write \"1 %\""]),
    ("[faults]\nunreadable = 1 #!", &["1 is 100 %"]),
    ("[demand.imports]\nweekly = { \"Mon-Fri\" = 120, \"Sat,Sun\" = 50 } #!", &["100 times the rate"]),
    (
        "[demand.imports]\nseason = [{ from = \"9d\", until = \"20d\", factor = 69 }] #!",
        &["demand is 69 times the rate; 69 % more is 1.69"],
    ),
    (
        "[[disruption]]\nfrom = \"9d\"\nuntil = \"20d\"\ndemand = \"imports\"\nfactor = 50 #!",
        &["demand is 50 times the rate"],
    ),
    (
        "[[disruption]]\nfrom = \"9d\"\nuntil = \"20d\"\ncarrier = \"all\"\nslower = 0.8 #!",
        &["makes carriers faster", "a fifth slower is 1.2"],
    ),
    (
        "[[disruption]]\nfrom = \"1d\"\nuntil = \"2d\"\nstation = \"dock\"\nservers = 2\n[[disruption]] #!\nfrom = \"1d\"\n\
         until = \"2d\"\nstation = \"dock\"\nservers = 2",
        &["[disruption[1]] is the same as [disruption[0]]"],
    ),
    (
        "[calendar]\nholidays = [\"2026-10-12\", \"2026-11-11\", \"2026-10-12\"] #!",
        &["\"2026-10-12\" stands there twice"],
    ),
    ("[calendar]\nholidays = [\"2025-10-13\"] #!", &["none lies in the days from 2026-10-01"]),
    ("[calendar.us] #!\nholidays = [\"2026-10-12\"]", &["nothing follows [calendar.us]"]),
    ("[demand.import] #!\nrate = \"10/day\"", &["beside [demand.imports]", "did you mean [demand.imports]?"]),
    ("[carrier.Major] #!\nlost = \"2 %\"", &["beside [carrier.major]", "did you mean [carrier.major]?"]),
    ("[demand.exports] #!\nrate = \"3/day\"", &["orders imports only", "export_share = 1"]),
    ("[site.bays]\nrate = \"70MB/h\" #!", &["half of the drives of imports take", "longer than run.horizon"]),
    (
        "[demand.imports]\nbytes = { lognormal = { mean = \"3TB\", sd = \"2TB\" }, max = \"1TB\" } #!",
        &["the mean 3TB is above max = \"1TB\"", "on average"],
    ),
    ("[site]\nshelf = 3 #!", &["3 places are fewer than the 5 drives that one job may have"]),
    ("[site]\nroster = \"twice.csv\"", &["twice.csv:3: this row is the same as twice.csv:2", "6 people"]),
    ("[[job]]\nname = \"late\"\nat = \"2027-05-01\" #!", &["is not measured"]),
];

/// What is wrong on the command line: the arguments, the exit code, and what must be said of it.
const COMMANDS: &[(&[&str], i32, &[&str])] = &[
    (&["run", "s.toml", "--set", "dock.servers=6"], 2, &["did you mean \"site.dock\"?", "--set:1:1"]),
    (&["run", "s.toml", "--set", "site.dock.servers=+2"], 2, &["a new value is needed", "it is 4 now"]),
    (&["run", "s.toml", "--set", "site.dock.servers", "6"], 2, &["--set site.dock.servers=6"]),
    (
        &["run", "s.toml", "--set", "site.dock.servers=8", "site.packing.servers=3"],
        2,
        &["--set site.packing.servers=3"],
    ),
    (&["run", "s.toml", "scenarios/strike.toml"], 2, &["run takes one scenario", "shipback compare"]),
    (&["run", "s.toml", "--seed", "2026-10-01"], 2, &["--seed 2026-10-01: a whole number", "allowed: 0 to"]),
    (&["run", "s.toml", "--out", "s.toml"], 2, &["s.toml is a file, not a folder"]),
    (
        &["run", "s.toml", "--vary", "site.bays.servers=24..40:8"],
        2,
        &["run has no --vary", "sweep, sensitivity, size"],
    ),
    (
        &["run", "s.toml", "--robust", "demand.imports.rate=12/day..8/day"],
        2,
        &["12/day is above 8/day", "demand.imports.rate=8/day..12/day"],
    ),
    (&["run", "twice.csv"], 2, &["is a table (CSV), not a scenario", "[site] roster = \"twice.csv\""]),
    (&["run", "wide.toml"], 2, &["is UTF-16", "save it as UTF-8"]),
    (&["run", "scenarios/smal-site.toml"], 2, &["did you mean scenarios/small-site.toml?"]),
    (&["trace", "s.toml", "import-1"], 2, &["did you mean \"imports-1\"?"]),
    (
        &["sweep", "s.toml", "--vary", "site.dock.hours=8..18"],
        2,
        &["a text is needed", "texts stand in a list with commas between", "--vary:1:"],
    ),
    (&["sweep", "s.toml", "--vary", "site.bays.servers=48..24:8"], 2, &["24 is less than 48", "24..48"]),
    (
        &["size", "s.toml", "--vary", "site.bays.servers=24..48:4", "--target", "sla.copied >= 95"],
        2,
        &["did you mean \"sla.copied.attainment\"?"],
    ),
    (
        &[
            "size",
            "s.toml",
            "--vary",
            "site.bays.servers=24..48:4",
            "--target",
            "sla.copied.attainment >= 150 %",
        ],
        2,
        &["150 % is out of range; allowed: 0 % to 100 %"],
    ),
    (
        &["compare", "s.toml", "--variant", "site.dock.servers=6, site.bays.servers=40"],
        2,
        &["--variant:1:", "several values of one variant have \"; \" between"],
    ),
    (&["compare", "s.toml", "--variant", "scenarios/peek.toml"], 2, &["did you mean scenarios/peak.toml?"]),
    (
        &["compare", "s.toml", "--variant", "scenarios/peak.toml"],
        2,
        &["a file stands after the base: shipback compare s.toml scenarios/peak.toml"],
    ),
    (
        &["compare", "s.toml", "--variant", "site.dock.servers=6", "--replications", "1"],
        2,
        &["allowed: 2 to 100000", "one run has no interval"],
    ),
    (
        &["compare", "s.toml", "--variant", "site.dock.servers=6", "--metric", "sla.copied.attainement"],
        2,
        &["did you mean \"sla.copied.attainment\"?"],
    ),
    (
        &[
            "compare",
            "s.toml",
            "s.toml",
            "--variant",
            "site.dock.servers=5",
            "--variant",
            "site.dock.servers=5",
            "--replications",
            "2",
        ],
        0,
        &["\"s (2)\" changes nothing", "\"site.dock.servers=5 (4)\" is the same as \"site.dock.servers=5\""],
    ),
    (
        &["size", "s.toml", "--vary", "site.packing.servers=2..4", "--target", "received-to-copied >= 3d"],
        2,
        &["there is no metric"],
    ),
    (
        &[
            "size",
            "s.toml",
            "--vary",
            "site.packing.servers=2..3",
            "--target",
            "station.dock.wait.mean >= 1h",
            "--most",
            "20",
            "--only-targets",
        ],
        0,
        &["less of station.dock.wait.mean is better; did you mean 'station.dock.wait.mean <= 1h'?"],
    ),
    (
        &[
            "size",
            "s.toml",
            "--vary",
            "site.packing.servers=2..3",
            "--target",
            "sla.copied.attainment >= 50 %",
            "--most",
            "40",
            "--only-targets",
        ],
        0,
        &["at every point compared: site.packing.servers does not change it there"],
    ),
];

const BEGINNING: &str = "extends = \"scenarios/small-site.toml\"\nrun.horizon = \"30d\"\n";

/// A folder with the files that the strangers' mistakes name.
fn of_a_stranger() -> Folder {
    let folder = Folder::new();
    let write = |name: &str, text: &str| fs::write(folder.path(name), text).unwrap();
    write("s.toml", BEGINNING);
    let row = "dock,2026-10-05 06:00,2026-10-05 14:30,3\n";
    write("twice.csv", &format!("station,from,until,servers\n{row}{row}"));
    write("semicolons.csv", "station;from;until;servers\n");
    let wide: Vec<u8> = "\u{feff}name = \"wide\"".encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(folder.path("wide.toml"), wide).unwrap();
    folder
}

#[test]
fn mistakes_of_a_stranger_are_told_with_their_line_and_a_way_out() {
    assert!(REFUSED.len() + WARNED.len() + COMMANDS.len() >= 90);
    let folder = of_a_stranger();
    let mut silent = vec![];
    for (code, list) in [(2, REFUSED), (0, WARNED)] {
        for (text, parts) in list {
            fs::write(folder.path("s.toml"), format!("{BEGINNING}{text}\n")).unwrap();
            let ran = folder.run(&["explain", "s.toml"]);
            // What a price says of a level that is gone is told at the price.
            let line = text.lines().position(|line| line.ends_with("#!")).filter(|_| *parts != LOST);
            let place = line.map(|line| format!("s.toml:{}:", line + 3)).unwrap_or_default();
            let all = [&[place.as_str()][..], parts].concat();
            let missing: Vec<&&str> = all.iter().filter(|part| !ran.err.contains(**part)).collect();
            if ran.code != code || !missing.is_empty() {
                silent.push(format!("{text}\n  exit code {}, missing {missing:?} in\n{}", ran.code, ran.err));
            }
        }
    }
    assert!(
        silent.is_empty(),
        "{} of {}:\n{}",
        silent.len(),
        REFUSED.len() + WARNED.len(),
        silent.join("\n\n")
    );
}

#[test]
fn mistakes_of_a_stranger_on_the_command_line_are_told() {
    let folder = of_a_stranger();
    let mut silent = vec![];
    for (args, code, parts) in COMMANDS {
        let ran = folder.run(args);
        let missing: Vec<&&str> = parts.iter().filter(|part| !ran.err.contains(**part)).collect();
        if ran.code != *code || !missing.is_empty() {
            silent.push(format!("{args:?}\n  exit code {}, missing {missing:?} in\n{}", ran.code, ran.err));
        }
    }
    assert!(silent.is_empty(), "{} of {}:\n{}", silent.len(), COMMANDS.len(), silent.join("\n\n"));
}
