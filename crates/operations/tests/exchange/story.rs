//! A story: the worlds as they are, the models of them, and what is checked after every step.

use std::collections::{BTreeMap, BTreeSet};

use chancery_operations::{Error, System};

use crate::book::{At, Book, NEVER};
use crate::chance::Chance;
use crate::mail::Paper;
use crate::product::{Copy, Who};
use crate::record::Place;
use crate::truth::Truth;
use crate::world::{HOUR, SITES, World};

pub(crate) type Told<T = ()> = Result<T, String>;

/// A local server's own affairs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Site {
    /// The tokens that it applied.
    pub(crate) applied: Vec<usize>,
    /// Until when its license runs, as it knows; nothing: it was given up.
    pub(crate) license: Option<At>,
    /// Which keys it has for that.
    pub(crate) cycle: Option<usize>,
    /// Since when it is known that its database was set back.
    pub(crate) restored: Option<At>,
    /// To which machine its data are bound (EXP-10).
    pub(crate) machine: u8,
    /// In which epoch its leases are (EXP-9).
    pub(crate) epoch: u64,
    /// Since when it knows of its customer, and whether that is disabled.
    pub(crate) customer: (At, bool),
    /// The latest instant that the vendor's tokens prove.
    pub(crate) proved: At,
}

/// The same, as the vendor knows it.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) lost: bool,
    /// Until when its license runs.
    pub(crate) license: At,
    pub(crate) cycle: Option<usize>,
    /// The report that was taken last, and how many were made.
    pub(crate) reported: usize,
    pub(crate) reports: usize,
}

/// A local server's database, put aside, as the models have it.
#[derive(Clone)]
pub(crate) struct Backup {
    pub(crate) site: Site,
    pub(crate) places: Vec<Place>,
}

pub(crate) struct Story<'w> {
    pub(crate) world: &'w mut World,
    pub(crate) chance: Chance,
    pub(crate) books: Vec<Book>,
    /// By number; 0, the vendor, is not used.
    pub(crate) sites: Vec<Site>,
    pub(crate) known: Vec<Known>,
    pub(crate) backups: Vec<Option<Backup>>,
    /// The servers whose licenses are not what they were in the beginning.
    pub(crate) unlicensed: Vec<bool>,
    /// All that was ever made to be carried.
    pub(crate) mail: Vec<Paper>,
    /// Which of it was carried anywhere.
    pub(crate) carried: BTreeSet<usize>,
    /// What products have, by book, host and device.
    pub(crate) copies: BTreeMap<Who, Copy>,
    /// What they had before, where that was another activation.
    pub(crate) former: BTreeMap<Who, Copy>,
    /// A host that much is done at.
    pub(crate) watched: Option<usize>,
    pub(crate) truth: Truth,
    pub(crate) issued: usize,
    pub(crate) cycles: usize,
    pub(crate) step: usize,
    pub(crate) log: Vec<String>,
    begun: At,
}

/// The code of an error, as the problem has it.
pub(crate) fn code(error: &Error) -> String {
    match error {
        Error::Refused(refused) => refused.refusal.code().to_owned(),
        Error::Token { error, .. } => error.code().to_owned(),
        Error::LocalServerNotActive(_) => "local_server_not_active".to_owned(),
        Error::ActivationCodeUnknown => "activation_code_unknown".to_owned(),
        Error::Unauthenticated(_) => "unauthenticated".to_owned(),
        Error::NotFound => "not_found".to_owned(),
        Error::Invalid(_) => "validation_failed".to_owned(),
        other => format!("another error: {}", other.private()),
    }
}

impl<'w> Story<'w> {
    pub(crate) async fn begin(world: &'w mut World, seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        world.begin(&mut chance).await;
        let mut books = Vec::new();
        for _ in 0..if chance.percent(30) { 2 } else { 1 } {
            books.push(world.sell(&mut chance).await);
        }
        let begun = world.now();
        let mut sites = vec![Site { license: Some(NEVER), cycle: Some(0), ..Site::default() }; SITES + 1];
        for (site, (dark, machine)) in sites.iter_mut().skip(1).zip(world.sites.iter().zip(&world.machines)) {
            site.epoch = dark.status(&world.of).await.epoch;
            site.machine = *machine;
        }
        let known = vec![Known { lost: false, license: NEVER, cycle: Some(0), reported: 0, reports: 0 }; SITES + 1];
        let truth = Truth { uses: vec![0; books.len()], uses_forgotten: vec![0; books.len()], ..Truth::default() };
        Self {
            world,
            chance,
            books,
            sites,
            known,
            backups: vec![None; SITES + 1],
            unlicensed: vec![false; SITES + 1],
            mail: Vec::new(),
            carried: BTreeSet::new(),
            copies: BTreeMap::new(),
            former: BTreeMap::new(),
            watched: None,
            truth,
            issued: 0,
            cycles: 0,
            step: 0,
            log: Vec::new(),
            begun,
        }
    }

    pub(crate) fn now(&self) -> At {
        self.world.now()
    }

    /// Adds a line to what is told of a story that fails.
    pub(crate) fn tell(&mut self, line: String) {
        let minutes = (self.now() - self.begun) / (HOUR / 60);
        self.log.push(format!("{:>3} +{}:{:02} {line}", self.step, minutes / 60, minutes % 60));
    }

    /// Whether what happened is what was foreseen. Says whether it was done.
    pub(crate) fn as_foreseen<T>(&mut self, foreseen: Result<(), &str>, happened: &Result<T, Error>) -> Told<bool> {
        let (foreseen, happened) = (foreseen.err().unwrap_or("done"), happened.as_ref().err().map(code));
        let happened = happened.unwrap_or_else(|| "done".to_owned());
        if let Some(line) = self.log.last_mut() {
            line.push_str(&format!(" -> {happened}"));
        }
        if foreseen == happened {
            Ok(foreseen == "done")
        } else {
            Err(format!("foreseen was {foreseen}, and it was {happened}"))
        }
    }

    /// A local server goes on in an epoch, with all that it counts.
    pub(crate) fn enter(&mut self, site: usize, epoch: u64) {
        self.sites[site].epoch = epoch;
        let marks = self.books.iter_mut().map(|book| &mut book.places[site].mark);
        marks.filter(|mark| mark.0 > 0).for_each(|mark| mark.0 = mark.0.max(epoch));
    }

    pub(crate) fn system(&self, host: usize) -> &System {
        if host == 0 { &self.world.of.system } else { &self.world.sites[host - 1].system }
    }
}

pub(crate) fn same<T: PartialEq + std::fmt::Debug>(what: &str, model: T, shown: T) -> Told {
    if model == shown { Ok(()) } else { Err(format!("{what}: {model:?} in the model, {shown:?} on record")) }
}
