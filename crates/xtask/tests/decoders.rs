//! The corpus of the fuzz targets, through the same functions without a fuzzer: what broke a decoder once never does again.
//! `cargo xtask fuzz` finds more.
#![allow(clippy::unwrap_used, reason = "what fails in a helper fails the test")]

#[path = "../../../fuzz/src/lib.rs"]
mod decoders;

use std::fs;
use std::path::PathBuf;

/// A corpus is kept for its coverage, not for its size: what fuzzers find is for nobody to read.
const MOST_FILES: usize = 250;

fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus")).join(target);
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

fn keeps_its_word(name: &str) {
    let (_, target) = decoders::TARGETS.into_iter().find(|(known, _)| *known == name).unwrap();
    target(&[]);
    let files = corpus(name);
    assert!(!files.is_empty());
    for (path, bytes) in files {
        let broken = std::panic::catch_unwind(|| target(&bytes)).is_err();
        assert!(!broken, "{} broke it", path.display());
    }
}

#[test]
fn tok_3_decoders_of_signed_tokens_keep_their_word() {
    keeps_its_word("signed");
}

#[test]
fn tok_2_tok_3_decoders_of_sealed_tokens_keep_their_word() {
    keeps_its_word("sealed");
}

#[test]
fn tok_6_decoders_of_carried_texts_keep_their_word() {
    keeps_its_word("carried");
}

#[test]
fn decoders_of_keys_keep_their_word() {
    keeps_its_word("keys");
}

#[test]
fn off_12_decoders_of_states_keep_their_word() {
    keeps_its_word("state");
}

#[test]
fn api_1_decoders_of_bodies_tables_and_values_keep_their_word() {
    keeps_its_word("tables");
}

#[test]
fn tok_6_decoders_of_pictures_keep_their_word() {
    keeps_its_word("pictures");
}

#[test]
fn what_is_changed_is_accepted_as_it_is() {
    // The targets require it.
    for kind in 0..10 {
        decoders::signed::run(&[&[kind << 2 | 2][..], b"{}\n{}"].concat());
    }
    for kind in 0..9 {
        decoders::sealed::run(&[&[kind << 2 | 2][..], b"{}\n{}"].concat());
    }
}

#[test]
fn the_corpus_is_small_and_of_targets_that_there_are() {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz"));
    let mut folders: Vec<String> = fs::read_dir(root.join("corpus"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let mut targets = decoders::TARGETS.map(|(name, _)| name);
    targets.sort_unstable();
    assert_eq!(folders, targets);
    let files: Vec<usize> = targets.iter().flat_map(|name| corpus(name)).map(|(_, bytes)| bytes.len()).collect();
    assert!(files.len() <= MOST_FILES && files.iter().sum::<usize>() < 1 << 20, "{} files", files.len());
    for name in targets {
        assert!(root.join(format!("targets/{name}.rs")).is_file(), "{name}");
    }
}
