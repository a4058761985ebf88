//! Nothing from a file, and no argument, reaches a terminal or GitHub's runner raw: whatever it holds, all lines of output
//! are the program's own.

use crate::tool::{Folder, Ran, ran};
use std::fs;

/// What a hostile text brings along: a terminal's orders (C0, DEL, C1), writing turned around, a line of its own that is a
/// command of GitHub's runner, and the older form of such a command.
const EVIL: &str = "x\u{1b}[31m\u{7f}\u{9b}1m\u{202e}\u{2066}\r\n::error::pwned ##[error]pwned\n\t::warning::y\nOWN LINE\u{2028}z";

/// The same as TOML writes it.
fn evil() -> String {
    let escaped =
        |c: char| if c.is_ascii_graphic() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) };
    EVIL.chars().map(escaped).collect()
}

/// Fails where anything of it is raw. On GitHub, commands of the program's own begin lines: so many.
fn assert_clean(what: &str, ran: &Ran, commands: usize) {
    let all = format!("{}{}", ran.out, ran.err);
    let raw = |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{2066}\u{2028}".contains(c));
    let found = all.chars().find(|&c| raw(c));
    assert_eq!(found, None, "{what}: {all:?}");
    let orders: Vec<&str> = all.lines().filter(|line| line.trim_start().starts_with("::")).collect();
    assert_eq!(orders.len(), commands, "{what}: {orders:#?}");
    for order in orders {
        assert!(order.starts_with("::error ") && order.contains("title="), "{what}: {order}");
    }
    // The runner looks for the older form only where a line is no command of the newer one.
    let older = |line: &str| line.contains("##[") && !line.starts_with("::");
    assert!(!all.lines().any(older), "{what}: {all}");
    // No value begins a line, not even one that is spelled out afterwards.
    let begins = |line: &str| ["OWN", "\\u{3a}:"].iter().any(|own| line.trim_start().starts_with(own));
    assert!(!all.lines().any(begins), "{what}: {all}");
    assert!(!all.contains("a bug of its own"), "{what}: {all}");
}

/// A scenario with hostile text wherever a text is allowed.
fn scenario() -> String {
    let evil = evil();
    format!(
        "name = \"evil\"\nquestion = \"{evil}\"\n[run]\nhorizon = \"9d\"\n[demand.a]\nrate = \"3/day\"\n\
         [site.dock]\nservers = 2\n\
         [[sla]]\nfrom = \"ordered\"\nto = \"ended\"\nwithin = \"20d\"\n\
         [[comparison]]\nname = \"c\"\nfrom = \"ordered\"\nto = \"ended\"\nlow = \"1d\"\nhigh = \"2d\"\nsource = \"{evil}\"\n\
         [[job]]\nname = \"lost\"\n[[expect]]\njob = \"lost\"\nat = \"1d\"\nstate = \"Closed\"\n"
    )
}

#[test]
fn no_text_of_a_scenario_reaches_the_screen_raw() {
    let folder = Folder::new();
    fs::write(folder.path("evil.toml"), scenario()).unwrap();
    for args in [
        &["run", "evil.toml", "--no-charts"][..],
        &["run", "evil.toml", "--json", "--no-charts"],
        &["run", "evil.toml", "--replications", "2", "--no-charts"],
        &["run", "evil.toml", "--replications", "2", "--no-charts", "--json"],
        &["explain", "evil.toml"],
        &["policy", "--scenario", "evil.toml"],
        &["trace", "evil.toml", "lost"],
        &["job", "evil.toml", "lost", "--at", "3d"],
        &["job", "evil.toml", "lost", "--at", "3d", "--format", "json"],
        &["compare", "evil.toml", "--variant", "site.dock.servers=2", "--replications", "2", "--no-charts"],
        &["check", "evil.toml"],
        &["check", "evil.toml", "--json"],
        &["check", "--baseline", "b.json", "evil.toml", "--bless"],
        &["check", "--baseline", "b.json", "evil.toml"],
        &["check", "--baseline", "b.json", "evil.toml", "--set", "run.seed=2"],
        &["check", "--baseline", "b.json", "evil.toml", "--set", "question=\"other\""],
    ] {
        let ran = folder.run(args);
        assert_clean(&format!("{args:?}"), &ran, 0);
        assert!(ran.code == 0 || args[0] == "check", "{args:?}: {}", ran.err);
    }
    let ran = folder.run(&["run", "evil.toml", "--no-charts"]);
    assert!(ran.out.contains("\nx\\u{1b}[31m\\u{7f}\\u{9b}1m\\u{202e}\\u{2066}\n"), "{}", ran.out);
    let json = folder.run(&["check", "evil.toml", "--json"]).out;
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
    // Files keep the text as it is.
    let kept: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path("output/evil/run.json")).unwrap()).unwrap();
    let resolved: toml::Table = kept["resolved"].as_str().unwrap().parse().unwrap();
    assert_eq!(resolved["question"].as_str(), Some(EVIL));
}

#[test]
fn no_mistake_in_a_scenario_shows_its_words_raw() {
    let folder = Folder::new();
    let evil = evil();
    let texts = [
        format!("[run]\nstart = \"{evil}\""),
        format!("[run]\nzone = \"{evil}\""),
        format!("[run]\nhorizon = \"{evil}\""),
        format!("name = \"{evil}\""),
        format!("\"{evil}\" = 1"),
        format!("[demand.\"{evil}\"]\nrate = \"1/day\""),
        format!("[carrier.\"{evil}\"]"),
        format!("extends = \"{evil}\""),
        format!("[[expect]]\nmetric = \"{evil}\"\nat_most = 1\n[[job]]\n"),
        format!("[[expect]]\njob = \"{evil}\"\nstate = \"Gone\"\n[[job]]\n"),
        format!("[[sla]]\nname = \"{evil}\"\nfrom = \"{evil}\""),
        format!("[site.dock]\nservers = {{ \"{evil}\" = 1 }}"),
        // Raw in the file itself.
        format!("# {EVIL}\nx"),
        format!("[run]\nseed = '{EVIL}'"),
        format!("x = \"\"\"\n{EVIL}"),
        EVIL.into(),
    ];
    for (number, text) in texts.iter().enumerate() {
        fs::write(folder.path("evil.toml"), text).unwrap();
        for command in
            [&["explain", "evil.toml"][..], &["check", "evil.toml"], &["check", "evil.toml", "--json"]]
        {
            let plain = folder.run(command);
            assert_clean(&format!("{number} {command:?}"), &plain, 0);
            // What is expected of a metric is looked at when it is judged.
            let is_read = command[0] == "explain" && text.contains("metric");
            assert_eq!(plain.code, if is_read { 0 } else { 2 }, "{number}: {}{}", plain.out, plain.err);
            let on_github = ran(folder.command(command).env("GITHUB_ACTIONS", "true").output().unwrap());
            assert_clean(
                &format!("{number} {command:?} on GitHub"),
                &on_github,
                usize::from(command[0] == "check"),
            );
        }
    }
}

#[test]
fn a_mark_stands_below_what_is_spelled_out() {
    let folder = Folder::new();
    fs::write(folder.path("evil.toml"), "# \u{1b}[31m red\n[run]\n").unwrap();
    let told = folder.run(&["run", "evil.toml"]).err;
    let shown = "1 | # \\u{1b}[31m red\n  |   ^^^^^^\n";
    assert!(told.contains(shown), "{told}");
}

#[test]
fn no_argument_is_shown_raw() {
    let folder = Folder::new();
    let set = format!("{EVIL}=1");
    let flag = format!("--{EVIL}");
    let value = format!("--seed={EVIL}");
    for args in [
        &["run", EVIL][..],
        &["run", "--set", EVIL],
        &["run", "--set", &set],
        &["run", "--until", EVIL],
        &["run", "--log", EVIL],
        &["run", &flag],
        &["run", &value],
        &[EVIL],
        &["explain", EVIL],
        &["trace", "baseline", EVIL],
        &["job", "baseline", EVIL, "--at", "3d"],
        &["job", "baseline", "imports-1", "--at", EVIL],
        &["check", EVIL],
        &["check", "--baseline", EVIL],
        &["compare", "baseline", EVIL],
        &["compare", "baseline", "--variant", EVIL],
        &["compare", "baseline", "--variant", "run.seed=2", "--metric", EVIL],
        &["sweep", "--vary", EVIL],
        &["sweep", "--vary", "site.dock.servers=1,2", "--where", EVIL],
        &["sweep", "--vary", "site.dock.servers=1,2", "--metric", EVIL],
        &["size", "--vary", "site.dock.servers=1,2", "--target", EVIL],
    ] {
        let ran = folder.run(args);
        assert_clean(&format!("{args:?}"), &ran, 0);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.err);
    }
}

#[test]
#[cfg(unix)]
fn no_name_of_a_file_or_folder_is_shown_raw() {
    let folder = Folder::new();
    let name = EVIL.replace('/', "_");
    let file = format!("{name}.toml");
    for (text, code) in [(scenario(), 1), ("[run]\nseed = -1".into(), 2), ("[run]\n".into(), 2)] {
        fs::write(folder.path(&file), text).unwrap();
        for command in [&["check", &file][..], &["check", "."], &["check", &file, "--json"]] {
            let ran = folder.run(command);
            assert_clean(&format!("{command:?}"), &ran, 0);
            assert!(ran.code == code || command[1] == ".", "{}{}", ran.out, ran.err);
        }
        assert_clean("explain", &folder.run(&["explain", &file]), 0);
        let on_github =
            ran(folder.command(&["check", &file]).env("GITHUB_ACTIONS", "true").output().unwrap());
        assert_clean("check on GitHub", &on_github, 1);
    }
    fs::create_dir(folder.path(&name)).unwrap();
    assert_clean("a folder without scenarios", &folder.run(&["check", &name]), 0);
    assert_clean("a folder that is none", &folder.run(&["run", &name]), 0);
    let tiny = ["run", "scenarios/tiny.toml", "--no-charts", "--out", &name];
    assert_clean("where files go", &folder.run(&tiny), 0);
    let made = format!("{name}2.toml");
    for _ in 0..2 {
        assert_clean("init", &folder.run(&["init", &made]), 0);
    }
    let baseline = format!("{name}.json");
    for args in [&["--bless"][..], &[], &["--seed", "2"], &["--set", "run.horizon=11d"]] {
        let args = [&["check", "scenarios/tiny.toml", "--baseline", &baseline], args].concat();
        let ran = ran(folder.command(&args).env("GITHUB_ACTIONS", "true").output().unwrap());
        assert_clean(&format!("{args:?}"), &ran, usize::from(ran.code == 1));
    }
}

#[test]
#[cfg(unix)]
fn the_command_that_is_to_be_typed_again_works_in_a_shell() {
    let folder = Folder::new();
    let name = "it's \u{1b}[31m\n::error::x.toml";
    let wrong = scenario().replace("Closed", "Received");
    fs::write(folder.path(name), wrong).unwrap();
    let told = folder.run(&["check", name]).out;
    let again = told.lines().find_map(|line| line.strip_prefix("  again    shipback ")).expect("a command");
    let program = env!("CARGO_BIN_EXE_shipback");
    let shell = std::process::Command::new("bash")
        .args(["-c", &format!("{program} {again}")])
        .current_dir(folder.path("."))
        .env("LC_ALL", "C.UTF-8")
        .env_remove("GITHUB_ACTIONS")
        .output();
    assert_eq!(ran(shell.unwrap()).out, told);
}

/// A record of a small scenario, changed by hand.
fn changed(folder: &Folder, change: impl FnOnce(&mut serde_json::Value)) -> Ran {
    let args = ["check", "scenarios/tiny.toml", "--baseline", "b.json"];
    let bless = [&args[..], &["--bless", "--force"]].concat();
    fs::remove_file(folder.path("b.json")).ok();
    assert_eq!(folder.run(&bless).code, 0);
    let mut record = serde_json::from_slice(&fs::read(folder.path("b.json")).unwrap()).unwrap();
    change(&mut record);
    fs::write(folder.path("b.json"), record.to_string()).unwrap();
    folder.run(&args)
}

#[test]
fn a_record_that_was_changed_is_refused_or_shown_and_never_a_bug() {
    let folder = Folder::new();
    let long = "é".repeat(32);
    for hash in ["é", "", "123456789012345é789", long.as_str(), EVIL] {
        let ran = changed(&folder, |record| record["scenario_hash"] = hash.into());
        assert_clean(hash, &ran, 0);
        assert_eq!(ran.code, 2, "{hash:?}: {}{}", ran.out, ran.err);
        assert!(
            ran.err.contains("b.json is not a record") && ran.err.contains("is not a hash"),
            "{}",
            ran.err
        );
        for key in ["fingerprint", "fates"] {
            let ran = changed(&folder, |record| record[key] = hash.into());
            assert_clean(hash, &ran, 0);
            assert!(ran.code <= 2, "{}{}", ran.out, ran.err);
        }
    }
    for (pointer, value) in [
        ("/facts/0/blocks", "é".into()),
        ("/facts/0/count", u64::MAX.into()),
        ("/metrics/0/each", "1 2 3".into()),
        ("/seed", EVIL.into()),
        ("/replications", u64::MAX.into()),
    ] {
        let ran = changed(&folder, |record| *record.pointer_mut(pointer).expect(pointer) = value);
        assert_clean(pointer, &ran, 0);
        assert_eq!(ran.code, 2, "{pointer}: {}{}", ran.out, ran.err);
    }
    let other = "0".repeat(64);
    for (pointer, value) in [
        ("/version", EVIL),
        ("/scenario", EVIL),
        ("/metrics/0/unit", EVIL),
        ("/metrics/0/by", EVIL),
        ("/kept/3", EVIL),
    ] {
        for key in ["fingerprint", "scenario_hash"] {
            let ran = changed(&folder, |record| {
                *record.pointer_mut(pointer).expect(pointer) = value.into();
                record[key] = other.clone().into();
                record["facts"][0]["fingerprint"] = other.clone().into();
                record["values"]["site.dock.servers"] = value.into();
                record["facts"][0]["blocks"] = {
                    let blocks = record["facts"][0]["blocks"].as_str().unwrap();
                    format!("{}{}", "0".repeat(16), &blocks[16..]).into()
                };
            });
            assert_clean(pointer, &ran, 0);
            assert!(ran.code <= 2, "{pointer}: {}{}", ran.out, ran.err);
        }
    }
}
