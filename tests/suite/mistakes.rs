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
    ("[run]\nstart = \"2026-02-30\" #!", "2026-02-30", &["is no date", "write it like"]),
    ("[run]\nstart = \"05.01.2026\" #!", "05.01.2026", &["is no date", "write it like"]),
    ("[run]\nstart = 2026-01-05T09:00:00Z #!", "2026-01-05T09:00:00Z", &["a day is needed", "write it like"]),
    ("[run]\nseed = -1 #!", "-1", &["allowed: 0 to"]),
    ("[run]\nreplications = 0 #!", "0", &["allowed: 1 to 1000"]),
    ("[run]\nwarmup = \"30d\"\nhorizon = \"30d\" #!", "30d", &["not after the warm-up", "s.toml:2"]),
    ("[run]\nkind = \"steady state\" #!", "steady state", &["did you mean \"steady-state\"?"]),
    ("[run]\nkind = \"steady-state\" #!", "steady-state", &["needs a warm-up", "run.warmup"]),
    ("[calendar]\nholidays = [\"2026-13-01\"] #!", "2026-13-01", &["is no date", "write it like"]),
    ("[calendar]\nworking_days = \"Monday-Friday\" #!", "Monday-Friday", &["is no day", "allowed: Mon"]),
    // demand
    ("[demand.y]\nrate = \"32\" #!", "32", &["write it like \"40/day\""]),
    ("[demand.y]\nrate = 32 #!", "32", &["a rate is needed", "\"40/day\""]),
    ("[demand.y]\nrate = \"32/dya\" #!", "32/dya", &["is no rate", "\"40/day\""]),
    ("[demand.y]\nrate = \"-5/day\" #!", "-5/day", &["is no rate", "\"40/day\""]),
    ("[demand.y] #!\nbacklog = 3", "y", &["needs either \"rate\" or \"dates\""]),
    (
        "[demand.y]\nrate = \"1/day\"\nexport_share = 20 #!",
        "20",
        &["allowed: 0 to 1", "did you mean \"20 %\"?"],
    ),
    ("[demand.y]\nrate = \"1/day\"\ndrives = 12 #!", "12", &["values from 1 to 10 are allowed"]),
    ("[demand.y]\nrate = \"1/day\"\nbytes = \"3 terabytes\" #!", "3 terabytes", &["is no size", "TB"]),
    ("[demand.y]\nrate = \"1/day\"\nbytes = 3 #!", "3", &["no unit of size", "TB"]),
    (
        "[demand.y]\nrate = \"1/day\"\nweekly = { \"Mo-Fr\" = 1 } #!",
        "1",
        &["\"Mo\" is no day", "allowed: Mon"],
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
    ("[demand.y]\ndates = [\"soon\"] #!", "soon", &["is no date", "write it like"]),
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
    ("[carrier.a]\npickup = \"17 Uhr\" #!", "17 Uhr", &["no time of pickup", "\"Mon-Fri 17:00\""]),
    (
        "[carrier.a]\ndelivers = \"Mon-Sat 9-17\" #!",
        "Mon-Sat 9-17",
        &["\"9\" is no time of day", "allowed: 00:00"],
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
    ("[customer]\nwaits = \"often\" #!", "often", &["is no share", "\"3 %\""]),
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
    ("[site.bays]\nrate = \"70MB\" #!", "70MB", &["no rate of copying", "\"70MB/s\""]),
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
    ("[run]\nhorizon = \"1 year\" #!", "year", &["no unit of time", "allowed: w, d, h"]),
    ("[run]\nduration = \"365d\" #!", "duration", &["has no key", "horizon"]),
    ("[run]\nreplications = 10.5 #!", "10.5", &["a whole number is needed"]),
    ("[run]\nwarmup = \"10%\" #!", "10%", &["has no unit", "\"10d\""]),
    ("[run]\nzone = \"CST\" #!", "CST", &["no time zone", "write it like"]),
    (
        "[calendar]\nholidays = [\"2026-12-24..2026-12-31\"] #!",
        "2026-12-24..2026-12-31",
        &["is no date", "write it like"],
    ),
    ("[calendar]\nworking_days = 5 #!", "5", &["a text is needed", "\"Mon-Fri\""]),
    ("[calendar]\nhours = \"9-17\" #!", "9-17", &["is no day", "\"Mon-Fri 08:00-18:00\""]),
    ("[calendar]\nexceptions = { \"2026-12-24\" = \"half\" } #!", "half", &["no range of hours", "closed"]),
    ("[demand]\nrate = \"40/day\" #!", "40/day", &["a table is needed", "[demand.NAME]"]),
    ("[demand.y]\nrate = \"40/workday\" #!", "40/workday", &["is no rate", "\"40/day\""]),
    (
        "[demand.y]\nrate = \"1/day\"\nweekly = { \"Weekend\" = 0.5 } #!",
        "Weekend",
        &["is no day", "allowed: Mon"],
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
    ("[carrier.ups]\npickup = \"17\" #!", "17", &["no time of pickup", "write it like"]),
    ("[carrier.ups]\nlost = 1.5 #!", "1.5", &["allowed: 0 to 1", "did you mean \"1.5 %\"?"]),
    ("[carrier.ups]\nlost = \"5\" #!", "5", &["is no share", "did you mean \"5 %\"?"]),
    ("[site]\nbays = 40 #!", "40", &["a table is needed", "[site.bays]"]),
    ("[site.dock]\nservers = 3.5 #!", "3.5", &["a whole number is needed"]),
    ("[site.dock]\nservers = { \"8-18\" = 3 } #!", "8-18", &["is no day", "\"Mon-Fri 08:00-18:00\" = 12"]),
    (
        "[site.dock]\nservers = 3\nhours = \"Mon-Fri 8am-6pm\" #!",
        "8am-6pm",
        &["no time of day", "allowed: 00:00 to 24:00"],
    ),
    ("[site.dock]\nshifts = 2 #!", "shifts", &["has no key", "allowed: calendar, hours"]),
    ("[site.dock]\nservers = 3\ncalendar = \"us\" #!", "us", &["no calendar", "add a table [calendar.us]"]),
    ("[site.bays]\nrate = \"70 Mbps\" #!", "70 Mbps", &["no rate of copying", "\"70MB/s\""]),
    (
        "[site.dock]\nper_package = { mean = \"15min\" } #!",
        "mean",
        &["no kind of distribution", "allowed: constant"],
    ),
    ("[policy]\nresponse_window = \"1 month\" #!", "month", &["no unit of time", "allowed: w, d"]),
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
