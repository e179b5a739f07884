//! Tokens that people carry: taken as text, from files and from pictures of codes; given as the same (TOK-6).

mod given;
mod label;
mod out;
mod source;

pub(crate) use self::given::{Carried, GivenToken, OptionalToken, read};
pub(crate) use self::out::{Made, OutArgs, write};
