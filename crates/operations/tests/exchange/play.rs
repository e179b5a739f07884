//! Playing stories: which step comes next, and what is told when one fails.

use std::ops::RangeInclusive;

use crate::mail::Paper;
use crate::product::DEVICES;
use crate::story::{Story, Told};
use crate::world::{SITES, World};

/// How long stories are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    Short,
    Long,
}

/// Plays stories on the same systems.
pub(crate) async fn stories(seeds: RangeInclusive<u64>, length: Length) {
    let mut world = World::new().await;
    let first = *seeds.start();
    for seed in seeds {
        let (told, result) = one(&mut world, seed, length).await;
        if let Err(why) = result {
            let long = if length == Length::Long { " CHANCERY_EXPORT_LONG=1" } else { "" };
            let again = format!("cargo test -p chancery-operations --test exchange -- --nocapture");
            println!("{told}\nstory {seed}: {why}\n");
            println!("again:{long} CHANCERY_EXPORT_SEED={seed} {again}");
            println!("if that alone does not fail, with those before it: CHANCERY_EXPORT_SEED={first}-{seed}");
            panic!("story {seed}: {why}");
        }
    }
}

/// Plays some and tells the last of them.
pub(crate) async fn replay(seeds: RangeInclusive<u64>, length: Length) {
    let (mut world, last) = (World::new().await, *seeds.end());
    for seed in seeds {
        let (told, result) = one(&mut world, seed, length).await;
        if seed == last || result.is_err() {
            println!("{told}");
        }
        result.unwrap_or_else(|why| panic!("story {seed}: {why}"));
    }
}

async fn one(world: &mut World, seed: u64, length: Length) -> (String, Told) {
    let mut story = Story::begin(world, seed).await;
    let steps = match length {
        Length::Short => 14 + story.chance.below(14),
        Length::Long => 30 + story.chance.below(120),
    };
    story.tell_books();
    let result = play(&mut story, steps).await;
    (story.log.join("\n"), result)
}

async fn play(story: &mut Story<'_>, steps: usize) -> Told {
    for step in 1..=steps {
        story.step = step;
        story.take_step().await?;
        story.check_rules()?;
    }
    story.step = steps + 1;
    for b in 0..story.books.len() {
        story.check_vendor(b).await?;
        for site in 1..=SITES {
            story.check_site(b, site).await?;
        }
    }
    story.end_sessions().await.map_err(|error| error.private())?;
    story.tidy().await.map_err(|error| error.private())
}

impl Story<'_> {
    fn tell_books(&mut self) {
        for b in 0..self.books.len() {
            let book = &self.books[b];
            let offline = book.offline.map(|of| of / 3_600_000_000);
            let line = format!("book {b}: {:?}, {:?}, delegations of {offline:?} h", book.sold, book.terms);
            self.tell(line);
        }
    }

    /// Which server is meant: rather one that hosts something.
    fn some_site(&mut self, b: usize) -> usize {
        let site = 1 + self.chance.below(SITES);
        let hosting: Vec<usize> = (1..=SITES).filter(|site| self.books[b].open_at(*site).is_some()).collect();
        if hosting.is_empty() || self.chance.percent(30) { site } else { self.chance.pick(&hosting) }
    }

    /// Which host a product calls: rather one that has something to give.
    fn some_host(&mut self, b: usize) -> usize {
        let hosts: Vec<usize> = (1..=SITES).filter(|site| self.books[b].places[*site].hosted.is_some()).collect();
        if hosts.is_empty() || self.chance.percent(25) {
            self.chance.below(SITES + 1)
        } else {
            self.chance.pick(&hosts)
        }
    }

    async fn take_step(&mut self) -> Told {
        let b = self.chance.below(self.books.len());
        let (site, host) = (self.some_site(b), self.some_host(b));
        let who = (b, host, self.chance.below(DEVICES));
        match self.chance.below(100) {
            0..=9 => self.export(b, site).await,
            10..=14 => self.token(b, site).await,
            15..=29 => self.carry().await,
            30..=46 => self.claim(who).await,
            47..=56 => self.refresh(who).await,
            57..=60 => self.deactivate(who).await,
            61..=68 => self.feature(who).await,
            69..=74 => self.pass().await,
            75..=78 => self.report(site).await,
            79..=81 => self.give_back(b, site).await,
            82..=84 => self.edit(b).await,
            85..=86 => self.command(b).await,
            87..=88 => self.withdraw(b, site).await,
            89 => self.declare_lost(site).await,
            90..=91 => self.back_up(site).await,
            92..=93 => self.restore(site).await,
            94 => self.confirm(site).await,
            95 => self.copied(b, site).await,
            96 => self.fork(b, site).await,
            97..=98 => self.license(site).await,
            _ => self.rehearse(b, site).await,
        }
    }

    /// Something that was made is carried: rather something new, rather to where it belongs.
    async fn carry(&mut self) -> Told {
        if self.mail.is_empty() {
            return self.export(0, 1).await;
        }
        let at = self.chance.late(self.mail.len());
        let astray = self.chance.percent(8);
        match &self.mail[at] {
            Paper::Export { .. } if astray && self.chance.percent(20) => self.carry_to_vendor(at).await,
            Paper::Export { site, .. } => {
                let to = if astray { 1 + site % SITES } else { *site };
                self.carry_to_site(at, to).await
            }
            Paper::Return { site, .. } | Paper::Report { site, .. } if astray => {
                let site = *site;
                self.carry_to_site(at, site).await
            }
            _ => self.carry_to_vendor(at).await,
        }
    }

    async fn pass(&mut self) -> Told {
        let minutes = self.chance.pick(&[10, 60, 60, 150, 300, 1_500]);
        self.wait(minutes).await?;
        self.tell(format!("{minutes} minutes pass"));
        Ok(())
    }
}
