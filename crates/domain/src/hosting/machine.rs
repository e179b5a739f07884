//! The machine, or the database, to which a local server's data is bound (EXP-10).

use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

use crate::Invalid;

/// By what a machine is known: signs, of which some may change (OFF-12).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MachineIdentity {
    /// The signs, hashed.
    pub signs: Vec<MachineSign>,
}

/// One sign of a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineSign {
    /// What it is, such as `board`: small letters, digits and `-`.
    pub kind: String,
    /// How much it says.
    pub weight: u32,
    /// A hash of it: the sign itself is nobody's business.
    pub hash: [u8; 16],
}

impl MachineIdentity {
    /// The most characters of its text.
    pub const LONGEST: usize = 4096;

    /// Whether the machine `here` is the one that was recorded: signs of more than half of the recorded weight are the same. Where
    /// nothing was recorded, the data is bound to nothing.
    #[must_use]
    pub fn is_same(&self, here: &Self) -> bool {
        let weigh =
            |signs: &mut dyn Iterator<Item = &MachineSign>| signs.map(|sign| u64::from(sign.weight)).sum::<u64>();
        let recorded = weigh(&mut self.signs.iter());
        let found =
            |sign: &&MachineSign| here.signs.iter().any(|other| other.kind == sign.kind && other.hash == sign.hash);
        recorded == 0 || weigh(&mut self.signs.iter().filter(found)) * 2 > recorded
    }
}

impl fmt::Display for MachineIdentity {
    /// One line: `kind:weight:hash,…`; [`FromStr`] reads it back. `none` where there is no sign.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.signs.is_empty() {
            return f.write_str("none");
        }
        for (i, sign) in self.signs.iter().enumerate() {
            write!(f, "{}{}:{}:", if i == 0 { "" } else { "," }, sign.kind, sign.weight)?;
            for byte in sign.hash {
                write!(f, "{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for MachineIdentity {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.len() > Self::LONGEST {
            return Err(Invalid::TooLong);
        }
        if text == "none" {
            return Ok(Self::default());
        }
        let signs: Vec<MachineSign> = text.split(',').map(sign).collect::<Result<_, _>>()?;
        let twice = |i: usize, sign: &MachineSign| signs.iter().take(i).any(|other| other.kind == sign.kind);
        if signs.iter().enumerate().any(|(i, sign)| twice(i, sign)) {
            return Err(Invalid::Duplicate);
        }
        Ok(Self { signs })
    }
}

fn sign(text: &str) -> Result<MachineSign, Invalid> {
    let mut parts = text.split(':');
    let (Some(kind), Some(weight), Some(hex), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(Invalid::BadFormat);
    };
    let of_kind = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if kind.is_empty() || !kind.bytes().all(of_kind) {
        return Err(Invalid::BadFormat);
    }
    // Read back and compared, so that a machine has one text: no sign, no blank, no capital letter.
    let weight: u32 = weight.parse().map_err(|_| Invalid::BadFormat)?;
    let hash = u128::from_str_radix(hex, 16).map_err(|_| Invalid::BadFormat)?.to_be_bytes();
    let sign = MachineSign { kind: kind.to_owned(), weight, hash };
    let mut again = String::new();
    let _ = write!(again, "{}", MachineIdentity { signs: vec![sign.clone()] });
    if again == text { Ok(sign) } else { Err(Invalid::BadFormat) }
}
