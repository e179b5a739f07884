//! The token that a command made: printed as a line or as codes, or written into a file that can be carried.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use chancery_api_types::Code;
use chancery_client::carried;
use chancery_qr::{Capacity, Sheet};
use clap::Args;

use super::label;
use crate::node::Node;
use crate::part::PartFile;
use crate::{Failure, Printer, render};

/// How a token is given out.
#[derive(Debug, Args)]
pub(crate) struct OutArgs {
    /// Write the token into a file: .chancery or .txt as text, .png or .svg as QR codes [default: print it as one line]
    #[arg(long, value_name = "FILE", value_parser = OutFile::parse)]
    out: Option<OutFile>,
    /// Show the token as QR codes in the terminal
    #[arg(long)]
    qr: bool,
}

/// A file, of a kind that its name says.
#[derive(Clone, Debug)]
struct OutFile {
    path: PathBuf,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Chancery,
    Text,
    Png,
    Svg,
}

impl OutFile {
    /// A folder that is not there is found before anything is done, and not when the token is made.
    fn parse(name: &str) -> Result<Self, &'static str> {
        let path = PathBuf::from(name);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            return Err("there is no such folder");
        }
        let kind = match path.extension().unwrap_or_default().to_ascii_lowercase().to_str() {
            Some("chancery") => Kind::Chancery,
            Some("txt") => Kind::Text,
            Some("png") => Kind::Png,
            Some("svg") => Kind::Svg,
            _ => return Err("the name must end in .chancery, .txt, .png or .svg, which says what is written"),
        };
        Ok(Self { path, kind })
    }

    /// What people must know of a picture: that one code is not all.
    fn codes(&self, token: &str) -> String {
        let count = carried::parts(token, Capacity::PICTURE.bytes).len();
        match self.kind {
            Kind::Png | Kind::Svg if count > 1 => format!(", as {count} QR codes: all of them are needed"),
            Kind::Chancery | Kind::Text | Kind::Png | Kind::Svg => String::new(),
        }
    }
}

/// A token, and what people are told of it.
pub(crate) struct Made {
    /// What it is and for whom, such as `offline request of seat ws-042 for Acme`.
    pub(crate) what: String,
    /// The token.
    pub(crate) token: String,
    /// What else programs are told, beside `token` and `file`.
    pub(crate) facts: Vec<(String, Node)>,
    /// What people are told beside who takes it.
    pub(crate) remark: &'static str,
}

impl Made {
    /// The token of a server's reply. Programs are told the rest of it too.
    pub(crate) fn of(what: String, reply: Node, remark: &'static str) -> Result<Self, Failure> {
        let token = reply.get("token").and_then(Node::as_str).map(str::to_owned);
        let (Some(token), Node::Object(mut facts)) = (token, reply) else {
            return Err(Failure::new(Code::ReplyNotUnderstood, "the reply has no token"));
        };
        facts.retain(|(name, _)| name != "token");
        Ok(Self { what, token, facts, remark })
    }
}

impl OutArgs {
    /// Gives the token out: standard output has the token alone, or the JSON.
    pub(crate) fn give(&self, printer: Printer, made: Made) -> Result<(), Failure> {
        let Made { what, token, facts, remark } = made;
        let what = render::printable(&what);
        let mut told = vec![("token".to_owned(), Node::Text(token.clone()))];
        if let Some(OutFile { path, kind }) = &self.out {
            if let Err(failure) = write_as(path, *kind, &what, &token) {
                // What it stands for is done already: a token that is lost here may be made only once.
                told.extend(facts);
                printer.result(&Node::Object(told), |_| token);
                return Err(failure.hint("the token was made all the same: it is on standard output, keep it"));
            }
            told.push(("file".to_owned(), Node::Text(path.display().to_string())));
        }
        told.extend(facts);
        match &self.out {
            _ if printer.is_json() => printer.result(&Node::Object(told), |_| String::new()),
            _ if self.qr => {
                let sheet = sheet(&token, Capacity::TERMINAL)?;
                printer.text(&sheet.to_terminal(std::io::stdout().is_terminal()));
                if let Some(file) = &self.out {
                    printer.note(format!("It is in {} too.", file.path.display()));
                }
            }
            Some(file) => printer.say(format!("The {what} is in {}{}.", file.path.display(), file.codes(&token))),
            None => printer.text(&format!("{token}\n")),
        }
        printer.note([&label::next(&what), remark].join(" ").trim());
        Ok(())
    }
}

/// Writes a token into a file of the kind that its name says.
pub(crate) fn write(path: &Path, what: &str, token: &str) -> Result<(), Failure> {
    let name = path.display().to_string();
    let OutFile { path, kind } = OutFile::parse(&name).map_err(Failure::usage)?;
    write_as(&path, kind, what, token)
}

fn write_as(path: &Path, kind: Kind, what: &str, token: &str) -> Result<(), Failure> {
    let bytes = match kind {
        Kind::Chancery => carried::write_file(what, token).into_bytes(),
        Kind::Text => format!("{token}\n").into_bytes(),
        Kind::Png => sheet(token, Capacity::PICTURE)?
            .to_png()
            .map_err(|error| Failure::new(Code::File, format!("cannot draw {}: {error}", path.display())))?,
        Kind::Svg => sheet(token, Capacity::PICTURE)?.to_svg(&format!("Chancery {what}")).into_bytes(),
    };
    let mut file = PartFile::create(path)?;
    file.write(&bytes)?;
    file.finish()
}

/// The codes of a token: as many as it takes.
fn sheet(token: &str, capacity: Capacity) -> Result<Sheet, Failure> {
    Sheet::of(&carried::parts(token, capacity.bytes), capacity)
        .ok_or_else(|| Failure::internal("a part of the token fits into no code"))
}
