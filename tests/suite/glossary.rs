//! One word for one thing: help, messages and pages say the words of the glossary, and none of those that they replace.

use crate::tool::Folder;
use std::fs;
use std::path::{Path, PathBuf};

/// What is not said, and what is said instead.
const GLOSSARY: [(&str, &str); 36] = [
    ("house", "the site; jobs in the system"),
    ("nought", "zero"),
    ("none at all", "zero"),
    ("all chance", "random numbers"),
    ("another chance", "another random seed"),
    ("own chance", "own random numbers"),
    ("draw of chance", "one run: another seed gives another result"),
    ("to chance", "random"),
    ("by chance", "at random"),
    ("beyond chance", "significantly"),
    ("chance alone", "random variation alone"),
    ("chance may", "random variation may"),
    ("how much chance", "random variation"),
    ("fate", "random inputs"),
    ("fates", "random inputs"),
    ("what is said", "the subject itself"),
    ("what is told", "the subject itself"),
    ("what must come of it", "expectation"),
    ("what must come of them", "expectation"),
    ("in line", "in the queue"),
    ("longest line", "longest queue"),
    ("waiting line", "queue"),
    ("% busy", "% utilized"),
    ("busy servers", "servers at work"),
    ("after hours", "overtime"),
    ("few words", "compact encoding"),
    ("bless", "to update a regression record"),
    ("blessed", "updated"),
    ("never was", "not ordered"),
    ("rise and fall", "correlation across replications"),
    ("promise", "service level; SLA"),
    ("promises", "service level; SLA"),
    ("cut off", "censored"),
    ("acts refused", "requests refused"),
    ("tries", "attempts"),
    ("guest", "drive in another job's package"),
];

/// A value of `flow.csv` and `changed.csv`: files keep their words.
const IN_FILES: &str = "never was";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The first word in a text that the glossary replaces, as "WORD, say: WORDS".
fn wrong(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let is_letter = |letter: Option<char>| letter.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let found = GLOSSARY.iter().find(|(word, _)| {
        text.match_indices(word).any(|(at, _)| {
            let (before, after) = (text[..at].chars().next_back(), text[at + word.len()..].chars().next());
            !is_letter(before) && !is_letter(after)
        })
    });
    found.map(|(word, say)| format!("\"{word}\", say: {say}"))
}

/// The string literals of a source file with their lines, tests at its end left out.
fn literals(source: &str) -> Vec<(usize, String)> {
    let source = source.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
    let letters: Vec<char> = source.chars().collect();
    let (mut found, mut at, mut line) = (vec![], 0, 1);
    while at < letters.len() {
        let rest = &letters[at..];
        let hashes = rest.iter().skip(1).take_while(|c| **c == '#').count();
        let length = match rest {
            ['/', '/', ..] => rest.iter().take_while(|c| **c != '\n').count(),
            ['r', ..] if rest.get(1 + hashes) == Some(&'"') => {
                let end: Vec<char> = std::iter::once('"').chain(vec!['#'; hashes]).collect();
                let text = &rest[2 + hashes..];
                let length = text.windows(end.len()).position(|part| part == end).expect("a literal ends");
                found.push((line, text[..length].iter().collect()));
                length + 3 + 2 * hashes
            }
            ['"', text @ ..] => {
                let mut length = 0;
                while text[length] != '"' {
                    length += if text[length] == '\\' { 2 } else { 1 };
                }
                // A line end after a backslash, and the blanks after it, are not part of the text.
                let text: String = text[..length].iter().collect();
                let parts = text.split("\\\n").enumerate();
                let joined = parts.map(|(n, part)| if n == 0 { part } else { part.trim_start() }).collect();
                found.push((line, joined));
                length + 2
            }
            ['\'', '\\', _, '\'', ..] => 4,
            ['\'', _, '\'', ..] => 3,
            _ => 1,
        };
        line += rest[..length].iter().filter(|c| **c == '\n').count();
        at += length;
    }
    found
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "tests" {
            sources(&path, found);
        } else if (name.ends_with(".rs") && !name.ends_with("tests.rs")) || name.ends_with(".html") {
            found.push(path);
        }
    }
}

#[test]
fn messages_say_the_words_of_the_glossary() {
    let mut files = vec![];
    sources(&root().join("src"), &mut files);
    assert!(files.len() > 100, "{} files", files.len());
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let texts =
            if path.extension().is_some_and(|end| end == "rs") { literals(&text) } else { vec![(1, text)] };
        for (line, text) in texts.iter().filter(|(_, text)| text.contains(' ') && text != IN_FILES) {
            // Names of metrics, keys and files are no words.
            let words: Vec<&str> = text.split('`').step_by(2).collect();
            let wrong = wrong(&words.join(" "));
            assert!(wrong.is_none(), "{}:{line}: {}\n{text}", path.display(), wrong.unwrap());
        }
    }
}

#[test]
fn help_says_the_words_of_the_glossary_in_lines_that_fit() {
    let folder = Folder::new();
    let whole = folder.run(&["--help"]).out;
    let commands = whole.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands: Vec<&str> = commands
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.len() > 15, "{whole}");
    for command in commands.into_iter().map(|name| vec![name, "--help"]).chain([vec!["--help"]]) {
        let help = folder.run(&command).out;
        let long = help.lines().find(|line| line.chars().count() > 120);
        assert!(long.is_none(), "{command:?}: {}", long.unwrap());
        let wrong = wrong(&help);
        assert!(wrong.is_none(), "{command:?}: {}\n{help}", wrong.unwrap());
    }
}

#[test]
fn pages_say_the_words_of_the_glossary() {
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let pages = docs.filter(|path| path.extension().is_some_and(|end| end == "md"));
    for path in pages.chain([root().join("README.md"), root().join("CONTRIBUTING.md")]) {
        let text = fs::read_to_string(&path).unwrap();
        // Blocks show files and output; what stands between backticks is a name.
        let mut in_block = false;
        for (number, line) in text.lines().enumerate() {
            in_block ^= line.starts_with("```");
            let words: Vec<&str> = line.split('`').step_by(2).collect();
            let wrong = if in_block { None } else { wrong(&words.join(" ")) };
            assert!(wrong.is_none(), "{}:{}: {}\n{line}", path.display(), number + 1, wrong.unwrap());
        }
    }
}

#[test]
fn a_wrong_word_is_found_and_parts_of_words_are_not() {
    let source = "// chance alone\nlet a = '\"'; f(\"two \\\n    words\"); r#\"a \"guest\" b\"#;\n#[cfg(test)]\nmod tests {\"x y\"";
    let found: Vec<String> = literals(source).into_iter().map(|(_, text)| text).collect();
    assert_eq!(found, ["two words", "a \"guest\" b"]);
    assert!(wrong("Is Fate kind?").is_some() && wrong("fated, in lines, in_line").is_none());
}
