//! Tokens as people carry them: lines, files, parts (TOK-6); and what no token can be read from.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use chancery_token::carried::{CarriedFault, parts, read, write_file};
use chancery_token::{Fault, TokenError};
use proptest::prelude::*;

/// A sealed token of this many bytes: five parts, the second of them empty.
fn sealed(bytes: usize) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let head = "eyJhbGciOiJFQ0RILUVTIn0..aXYtaXYtaXYtaXY.";
    let body: String = (0..bytes - head.len() - 5).map(|i| char::from(alphabet[(i * i + i / 7) % 64])).collect();
    format!("{head}{body}.dGFn")
}

/// A signed token.
fn signed() -> String {
    format!("eyJhbGciOiJFZDI1NTE5In0.{}.c2ln", "eyJpc3MiOiJ2ZW5kXzEifQ".repeat(12))
}

#[track_caller]
fn fault(text: &str) -> Fault {
    match read(text) {
        Err(TokenError::Malformed(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn carried(text: &str) -> CarriedFault {
    match fault(text) {
        Fault::Carried(fault) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn tok_6_a_file_says_what_it_is_and_wraps_at_76() {
    let text = write_file("offline request of seat ws-042 for Acme", &sealed(400));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "Chancery offline request of seat ws-042 for Acme");
    assert_eq!(lines.len(), 1 + 400_usize.div_ceil(76));
    assert!(lines[1..lines.len() - 1].iter().all(|line| line.len() == 76));
    assert!(text.ends_with('\n') && lines[1..].concat() == sealed(400));
    // Names are others' words.
    let odd = write_file("offline request of seat a\nb\r\u{1b}[2J for \u{7}Acme", &sealed(400));
    assert_eq!(odd.lines().next(), Some("Chancery offline request of seat a b  [2J for  Acme"));
    assert_eq!(read(&odd), Ok(sealed(400)));
    assert_eq!(read(&write_file("eyJ of nobody.\n", &signed())), Ok(signed()));
}

#[test]
fn tok_6_more_parts_than_any_token_has_are_looked_at_once() {
    let many = |number: u8| format!("chancery:{number}/2:a:b\n").repeat(120_000);
    let begin = std::time::Instant::now();
    assert_eq!(carried(&(many(1) + &many(2))), CarriedFault::DamagedParts);
    assert!(begin.elapsed().as_secs() < 20, "each is compared with all others");
}

#[test]
fn tok_6_what_people_and_their_programs_do_to_a_token_does_not_matter() {
    for token in [sealed(1_900), signed()] {
        let file = write_file("offline response for ws-042", &token);
        let body = file.split_once('\n').unwrap().1.to_owned();
        let ways = [
            token.clone(),
            format!("\n \t{token} \r\n\n"),
            file.clone(),
            file.replace('\n', "\r\n"),
            file.replace('\n', "\r"),
            file.replace('\n', "\n\n"),
            format!("\u{feff}{file}"),
            body.clone(),
            body.replace('\n', " "),
            body.replace('\n', "  \n\t "),
            file.replacen("Chancery offline response", "changed by hand, eyJ and all", 1),
            file.lines().map(|line| format!("> {line}\n")).collect(),
            file.lines().map(|line| format!(">>  > {line}\r\n")).collect(),
            format!("Hello Bob,\n\nhere is what you asked for:\n\n{body}\n"),
            body.chars().flat_map(|c| [c, '\u{200b}']).collect(),
            format!("  {{\"token\": \"{token}\", \"activation\": {{\"id\": \"act_1\"}}}}\n"),
        ];
        for (i, way) in ways.iter().enumerate() {
            assert_eq!(read(way).as_ref(), Ok(&token), "way {i}: {way}");
        }
    }
}

#[test]
fn tok_6_parts_come_in_any_order_and_more_than_once() {
    let token = sealed(2_500);
    let all = parts(&token, 600);
    assert_eq!(all.len(), 5);
    assert!(all.iter().all(|part| part.len() <= 600 && part.starts_with("chancery:")), "{all:?}");
    let mut odd = all.clone();
    odd.reverse();
    odd.insert(2, all[4].clone());
    odd.push(all[0].clone());
    assert_eq!(read(&odd.join("\n")).as_ref(), Ok(&token));
    assert_eq!(read(&odd.join(" ")).as_ref(), Ok(&token));
    assert_eq!(read(&odd.concat()).as_ref(), Ok(&token));
    // Wrapped, quoted, with words between.
    let wrapped = |part: &String| format!("Code 1 of many\n> {}\r\n> {}\n", &part[..50], &part[50..]);
    assert_eq!(read(&odd.iter().map(wrapped).collect::<String>()).as_ref(), Ok(&token));
    // What fits into one is in one.
    assert_eq!(parts(&token, 2_500), [token]);
}

#[test]
fn tok_6_a_long_token_has_at_most_255_parts() {
    for (bytes, most) in [(64 * 1024, 1), (64 * 1024, 0), (64 * 1024, 100), (300, 1), (300, 299), (5_000, 2_900)] {
        let token = sealed(bytes);
        let all = parts(&token, most);
        assert!(all.len() <= 255, "{bytes} {most}: {}", all.len());
        assert_eq!(read(&all.join("\n")), Ok(token), "{bytes} {most}");
    }
}

#[test]
fn tok_6_missing_parts_are_named() {
    let all = parts(&sealed(2_500), 600);
    let without = |gone: &[usize]| -> String {
        all.iter().enumerate().filter(|(i, _)| !gone.contains(&(i + 1))).map(|(_, part)| format!("{part}\n")).collect()
    };
    for (gone, words) in [
        (&[3][..], "of its 5 parts, part 3 is missing"),
        (&[1, 5], "of its 5 parts, parts 1 and 5 are missing"),
        (&[1, 2, 4], "of its 5 parts, parts 1, 2 and 4 are missing"),
    ] {
        let CarriedFault::MissingParts(missing) = carried(&without(gone)) else { panic!("{gone:?}") };
        assert_eq!(missing.numbers().map(usize::from).collect::<Vec<_>>(), gone);
        assert_eq!(missing.count(), 5);
        assert!(read(&without(gone)).unwrap_err().to_string().contains(words), "{gone:?}");
    }
    let many = parts(&sealed(64 * 1024), 1);
    let CarriedFault::MissingParts(missing) = carried(&many[254]) else { panic!() };
    assert_eq!((missing.numbers().count(), missing.numbers().last()), (254, Some(254)));
}

#[test]
fn tok_6_parts_of_another_token_do_not_count() {
    let (one, other) = (parts(&sealed(2_500), 600), parts(&sealed(2_501), 600));
    let otherwise = parts(&sealed(2_500), 900);
    let mixed = |parts: [&str; 5]| parts.join("\n");
    let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|i| one[i].as_str());
    assert_eq!(carried(&mixed([a, b, &other[2], d, e])), CarriedFault::OtherParts);
    assert_eq!(carried(&mixed([a, b, &otherwise[0], d, e])), CarriedFault::OtherParts);
    // A part that says that it is of this token, and is not.
    let forged = other[2].replacen(other[2].split(':').nth(2).unwrap(), c.split(':').nth(2).unwrap(), 1);
    assert_eq!(carried(&mixed([a, b, &forged, d, e])), CarriedFault::DamagedParts);
    assert_eq!(carried(&[a, b, c, d, e, &forged].join("\n")), CarriedFault::DamagedParts);
    for damaged in [
        "chancery:",
        "chancery:1/2",
        "chancery:0/2:AAAAAAAA:x",
        "chancery:3/2:AAAAAAAA:x",
        "chancery:1/256:A:x",
        "chancery:-1/2:A:x",
        "chancery:1/1:AAAAAAAA:",
        "chancery:1/1:AAAAAAAA:eyJhIjox",
    ] {
        assert_eq!(carried(damaged), CarriedFault::DamagedParts, "{damaged}");
    }
}

#[test]
fn tok_6_several_tokens_are_refused_and_no_token_is_said_to_be_none() {
    let (one, two) = (write_file("one", &sealed(500)), write_file("two", &sealed(600)));
    for text in [
        format!("{one}{two}"),
        format!("{}{}", sealed(500), sealed(600)),
        format!("{one}\n\n{one}"),
        format!("{}\n{}", signed(), signed()),
        format!("{}{}", signed(), sealed(500)),
    ] {
        assert_eq!(carried(&text), CarriedFault::Several, "{text}");
    }
    for text in [
        "",
        " \r\n\t",
        "Chancery offline request of seat ws-042 for Acme\n",
        "hello",
        "> \n>",
        "{}",
        "{\"token\":\"\"}",
        "a.b.c",
        "..",
        "....",
        "\u{feff}",
    ] {
        assert_eq!(carried(text), CarriedFault::Nothing, "{text:?}");
    }
}

#[test]
fn tok_6_what_is_cut_off_or_foreign_is_malformed() {
    let token = sealed(500);
    for cut in [1, 3, 10, 24, 25, 40] {
        let text = &token[..cut];
        assert!(matches!(fault(text), Fault::Parts | Fault::Carried(CarriedFault::Nothing) | Fault::Base64), "{text}");
    }
    for foreign in ["=", "+", "/", "ä", ":", "\0", "<br>", "(Scanned by a virus scanner)"] {
        assert_eq!(fault(&format!("{token}{foreign}")), Fault::Base64, "{foreign}");
        assert_eq!(fault(&format!("{}{foreign}{}", &token[..90], &token[90..])), Fault::Base64, "{foreign}");
    }
}

#[test]
fn tok_3_a_carried_token_has_at_most_4_mib() {
    const MOST: usize = 4 << 20;
    let most = sealed(MOST);
    assert_eq!(read(&write_file("the longest", &most)), Ok(most));
    assert_eq!(fault(&sealed(MOST + 1)), Fault::TooLong);
    assert_eq!(fault(&parts(&sealed(MOST + 1), 2_000).join("\n")), Fault::TooLong);
    assert_eq!(fault(&" ".repeat(2 * MOST + 1)), Fault::TooLong);
}

#[test]
fn tok_5_no_error_repeats_what_was_given() {
    let texts =
        [format!("{}?secret", sealed(300)), "secret".to_owned(), format!("{}\nchancery:1/9:secret:x", signed())];
    for text in texts {
        let error = read(&text).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
        assert_eq!(error.code(), "token_malformed");
    }
}

proptest! {
    /// No text makes it panic, and what it reads has the form of a token.
    #[test]
    fn tok_6_any_text_is_read_or_refused(text in "(eyJ|chancery:|Chancery |[A-Za-z0-9._:/ \n>{}\"-]|\\PC){0,200}") {
        if let Ok(token) = read(&text) {
            prop_assert_eq!(read(&token), Ok(token));
        }
    }

    /// Parts of any size, in any order, make the token again.
    #[test]
    fn tok_6_parts_and_files_give_the_token_back(bytes in 60_usize..6_000, most in 0_usize..3_000, turn in 0_usize..100) {
        let token = sealed(bytes);
        let mut all = parts(&token, most);
        let middle = turn % all.len();
        all.rotate_left(middle);
        prop_assert_eq!(read(&all.join("\n")), Ok(token.clone()));
        prop_assert_eq!(read(&write_file("it", &token)), Ok(token));
    }
}
