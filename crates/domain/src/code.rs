//! The form of activation codes: Crockford base 32 in groups of four, with a check character (LIC-2).

use crate::Invalid;

pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Crockford's check symbols: the 32 digits and five more, for a remainder modulo 37.
const CHECK: &[u8; 37] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
const GROUP: usize = 4;
const RANDOM_DIGITS: usize = 19;

/// An activation code in its one canonical form: capitals, no separators. A secret: it has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeText(String);

impl CodeText {
    /// Makes a code of 95 random bits and a check character: 20 characters, five groups of four.
    #[must_use]
    pub fn generate(random: [u8; 12]) -> Self {
        let bits = random.iter().fold(0_u128, |bits, &byte| bits << 8 | u128::from(byte));
        let digits: String =
            (0..RANDOM_DIGITS).map(|i| char::from(ALPHABET[((bits >> (5 * i)) & 31) as usize])).collect();
        let check = check_character(&digits);
        Self(format!("{digits}{check}"))
    }

    /// Whether a sign such as `*` is in it, as the check character of some: people take it for none of the code.
    #[must_use]
    pub fn has_signs(&self) -> bool {
        !self.0.bytes().all(|one| one.is_ascii_alphanumeric())
    }

    /// Reads what a person typed: ignores case, blanks and dashes, takes O for 0, I and L for 1. Any text of 1–100 letters, digits
    /// and check symbols has a canonical form, because a vendor can bring codes of its own; only a lookup tells whether it exists.
    ///
    /// # Errors
    /// `Required` if nothing is left, `TooLong` over 100 characters, `BadFormat` for other characters.
    pub fn read(typed: &str) -> Result<Self, Invalid> {
        if typed.len() > 400 {
            return Err(Invalid::TooLong);
        }
        let mut canonical = String::with_capacity(typed.len());
        for typed in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let character = match typed.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            if !character.is_ascii_alphanumeric() && !"*~$=".contains(character) {
                return Err(Invalid::BadFormat);
            }
            canonical.push(character);
        }
        match canonical.len() {
            0 => Err(Invalid::Required),
            1..=100 => Ok(Self(canonical)),
            _ => Err(Invalid::TooLong),
        }
    }

    /// Whether the last character is the right check character of the others, as in every code made here.
    #[must_use]
    pub fn has_valid_check(&self) -> bool {
        let (digits, check) = self.0.split_at(self.0.len() - 1);
        !digits.is_empty()
            && digits.bytes().all(|digit| ALPHABET.contains(&digit))
            && check.starts_with(check_character(digits))
    }

    /// The canonical characters, to be hashed.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.0
    }

    /// The code as it is shown once: in groups of four.
    #[must_use]
    pub fn grouped(&self) -> String {
        let characters: Vec<char> = self.0.chars().collect();
        let groups: Vec<String> = characters.chunks(GROUP).map(|group| group.iter().collect()).collect();
        groups.join("-")
    }

    /// The last group, which alone is kept for display. Codes of a vendor's own that have one group show nothing.
    #[must_use]
    pub fn last_group(&self) -> String {
        let begins = self.0.len().saturating_sub(1) / GROUP * GROUP;
        if begins == 0 { String::new() } else { self.0[begins..].to_owned() }
    }
}

fn check_character(digits: &str) -> char {
    let value = digits.bytes().fold(0_usize, |remainder, digit| {
        let digit = ALPHABET.iter().position(|&known| known == digit).unwrap_or(0);
        (remainder * 32 + digit) % 37
    });
    char::from(CHECK[value])
}
