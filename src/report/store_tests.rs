use super::*;
use crate::scenario::Scenario;

fn experiment(seed: u64) -> Experiment {
    let sets = [format!("run.seed={seed}")];
    Experiment::new("run").scenario(&Scenario::parse("[demand.a]\nrate = \"1/day\"", &sets).unwrap())
}

fn keep(store: &Store, number: u64, made: u64) -> u64 {
    store.get_or(&Piece::replication(number), || made).unwrap()
}

/// The store's verdict on piece 0, whose content is a number.
fn verdict(store: &Store) -> String {
    match store.get::<u64>(&Piece::replication(0)) {
        None => "no file".into(),
        Some(Ok(number)) => number.to_string(),
        Some(Err(why)) => why,
    }
}

#[test]
fn a_piece_is_found_again_by_its_own_experiment_only() {
    let home = tempfile::tempdir().unwrap();
    let ours = Store::open(home.path(), experiment(1)).unwrap();
    assert_eq!(verdict(&ours), "no file");
    assert_eq!((keep(&ours, 0, 7), keep(&ours, 0, 8), keep(&ours, 1, 9)), (7, 7, 9));
    assert_eq!(ours.used(), Used { kept: 1, again: BTreeMap::new() });
    let again = Store::open(home.path(), experiment(1)).unwrap();
    assert_eq!(verdict(&again), "7");
    let other = Store::open(home.path(), experiment(2)).unwrap();
    assert_eq!((keep(&other, 0, 5), keep(&other, 0, 6)), (5, 5));
    let seed = BTreeMap::from([("of another seed".to_owned(), 1)]);
    assert_eq!(other.used(), Used { kept: 1, again: seed });
    other.forget_others();
    assert!(!home.path().join("kept/1.part").exists(), "it belonged to another experiment");
    assert_eq!(verdict(&other), "5");
    other.clear().unwrap();
    assert_eq!(verdict(&other), "no file");
}

#[test]
fn a_piece_names_what_it_is_and_tells_which_of_that_is_another() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), experiment(3)).unwrap();
    keep(&store, 0, 7);
    let bytes = fs::read(home.path().join("kept/0.part")).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().take(8).collect();
    let version = format!("results version: {RESULTS_VERSION}");
    let program = format!("program: {PROGRAM}");
    assert_eq!(lines[..4], ["shipback piece 3", &version, &program, "command: run"]);
    assert!(lines[4].starts_with("scenario: \"scenario\" ") && lines[4].len() == 20 + 1 + 64, "{text}");
    assert_eq!(lines[5..], ["seed: 3", "replication: 0", ""]);
    let whole = |head: &str| {
        let mut bytes = head.as_bytes().to_vec();
        bytes.extend(checksum(head.as_bytes(), &[9]).as_bytes());
        bytes.push(9);
        bytes
    };
    let head = lines.join("\n") + "\n";
    for (from, to, wanted) in [
        ("seed: 3", "seed: 3", "9"),
        ("shipback piece 3", "shipback piece 2", "of another format"),
        (version.as_str(), "results version: 0", "of another results version"),
        (program.as_str(), "program: 0.0.9 x86_64 0", "of another program"),
        ("command: run", "command: sweep", "of another command"),
        ("\"scenario\"", "\"other\"", "of another scenario"),
        ("seed: 3", "seed: 31", "of another seed"),
        ("replication: 0", "replication: 1", "of another replication"),
        ("replication: 0", "inputs: 1\nreplication: 0", "of another replication"),
        ("replication: 0", "replication: 0\nmore: 1", "of another experiment"),
    ] {
        fs::write(home.path().join("kept/0.part"), whole(&head.replace(from, to))).unwrap();
        assert_eq!(verdict(&store), wanted, "{to}");
    }
}

/// Each bit counts; so does each byte that is missing or too many.
#[test]
fn no_damaged_piece_is_used() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), experiment(1)).unwrap();
    keep(&store, 0, 7);
    let path = home.path().join("kept/0.part");
    let good = fs::read(&path).unwrap();
    let refused = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        assert!(["damaged", "of another format"].contains(&verdict(&store).as_str()), "{bytes:?}");
    };
    for bit in 0..good.len() * 8 {
        let mut bytes = good.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        refused(&bytes);
    }
    (0..good.len()).for_each(|length| refused(&good[..length]));
    refused(&[&good[..], &[0]].concat());
    fs::write(&path, &good).unwrap();
    assert_eq!(verdict(&store), "7");
}

#[test]
fn content_that_does_not_decode_is_damaged_whatever_length_it_claims() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), experiment(1)).unwrap();
    let piece = Piece::replication(0);
    // As a list, this number is the length: 2^64 - 1 numbers.
    store.put(&piece, &u64::MAX).unwrap();
    assert_eq!(store.get::<Vec<u64>>(&piece), Some(Err("damaged".into())));
    assert_eq!(store.get::<String>(&piece), Some(Err("damaged".into())));
    store.put(&piece, &(7_u64, 8_u64)).unwrap();
    assert_eq!(store.get::<u64>(&piece), Some(Err("damaged".into())), "one number is too many");
    // The counts are packed in themselves.
    use crate::experiment::Finished;
    store.put(&piece, &(vec![255_u8; 9], Vec::<u8>::new(), 0_i64)).unwrap();
    assert_eq!(store.get::<Finished>(&piece), Some(Err("damaged".into())));
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(
        bytes in proptest::collection::vec(proptest::arbitrary::any::<u8>(), 0..300),
        begun in 0_usize..200,
    ) {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path(), experiment(1)).unwrap();
        let piece = Piece::replication(0);
        let head = store.head(&piece);
        let bytes = [&head.as_bytes()[..begun.min(head.len())], &bytes].concat();
        fs::write(home.path().join("kept/0.part"), bytes).unwrap();
        proptest::prop_assert!(matches!(store.get::<Vec<u64>>(&piece), Some(Err(_))));
        proptest::prop_assert_eq!(store.get_or(&piece, || vec![7_u64]).unwrap(), [7]);
        proptest::prop_assert_eq!(store.get::<Vec<u64>>(&piece), Some(Ok(vec![7])));
    }
}

#[test]
#[cfg(unix)]
fn a_piece_that_is_no_readable_file_is_computed_again() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), experiment(1)).unwrap();
    let path = home.path().join("kept/0.part");
    let again = |why: &str, kept: bool| {
        assert_eq!(verdict(&store), why);
        assert_eq!(keep(&store, 0, 7), 7);
        assert_eq!(verdict(&store), if kept { "7" } else { why });
    };
    fs::write(&path, "").unwrap();
    again("of another format", true);
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("nowhere", &path).unwrap();
    again("unreadable", true);
    fs::remove_file(&path).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    again("not a regular file", true);
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    fs::write(path.join("notes.txt"), "the user's").unwrap();
    again("not a regular file", false);
    store.clear().unwrap();
    store.forget_others();
    assert_eq!(fs::read_to_string(path.join("notes.txt")).unwrap(), "the user's");
}

#[test]
#[cfg(unix)]
fn nothing_behind_a_link_is_taken_away() {
    let home = tempfile::tempdir().unwrap();
    let elsewhere = home.path().join("elsewhere");
    fs::create_dir_all(&elsewhere).unwrap();
    fs::write(elsewhere.join("0.part"), "another's").unwrap();
    fs::create_dir(home.path().join("results")).unwrap();
    std::os::unix::fs::symlink(&elsewhere, home.path().join("results/kept")).unwrap();
    let store = Store::open(&home.path().join("results"), Experiment::new("run")).unwrap();
    let told = store.clear().expect_err("it is a link").to_string();
    assert!(told.contains("results/kept") && told.contains("it is a link"), "{told}");
    store.forget_others();
    assert_eq!(fs::read_to_string(elsewhere.join("0.part")).unwrap(), "another's");
}
