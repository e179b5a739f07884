//! Playing stories: which step comes next, and what is told when one fails.

use std::ops::RangeInclusive;

use crate::fixture::Engine;
use crate::mail::Paper;
use crate::product::{DEVICES, Who};
use crate::story::{Story, Told};
use crate::world::{SITES, World};

/// How long stories are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    Short,
    Long,
}

/// Plays stories on the same systems.
pub(crate) async fn stories(seeds: RangeInclusive<u64>, length: Length, engine: Engine) {
    let mut world = World::new(engine).await;
    let first = *seeds.start();
    for seed in seeds {
        let (told, result) = one(&mut world, seed, length).await;
        if let Err(why) = result {
            let long = if length == Length::Long { "CHANCERY_EXPORT_SEEDS=1 " } else { "" };
            let again = "cargo test -p chancery-operations --test exchange every_story -- --nocapture";
            println!("{told}\nstory {seed}: {why}\n");
            println!("again: {long}CHANCERY_EXPORT_SEED={seed} {again}");
            println!("if that alone does not fail, with those before it: CHANCERY_EXPORT_SEED={first}-{seed}");
            panic!("story {seed}: {why}");
        }
    }
}

/// Plays some and tells the last of them.
pub(crate) async fn replay(seeds: RangeInclusive<u64>, length: Length, engine: Engine) {
    let (mut world, last) = (World::new(engine).await, *seeds.end());
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
    if story.chance.percent(30) {
        story.open().await?;
    }
    for _ in 0..steps {
        story.next()?;
        story.take_step().await?;
    }
    story.next()?;
    for b in 0..story.books.len() {
        story.check_vendor(b).await?;
        for site in 1..=SITES {
            story.check_site(b, site).await?;
        }
    }
    for site in 1..=SITES {
        story.check_restored(site).await?;
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

    /// Which server is meant: rather one of a kind.
    fn some_site(&mut self, rather: impl Fn(&Self, usize) -> bool) -> usize {
        if let Some(watched) = self.watched.filter(|site| rather(self, *site))
            && self.chance.percent(80)
        {
            return watched;
        }
        let site = 1 + self.chance.below(SITES);
        let such: Vec<usize> = (1..=SITES).filter(|site| rather(self, *site)).collect();
        if such.is_empty() || self.chance.percent(15) { site } else { self.chance.pick(&such) }
    }

    /// Which product calls: rather one at a host that has something to give.
    fn some_product(&mut self, b: usize) -> Who {
        let gives = |story: &Self, host: usize| {
            story.books[b].places[host].hosted.is_some()
                && story.sites[host].license.is_some_and(|end| end > story.now())
        };
        let host = if self.chance.percent(25) { 0 } else { self.some_site(gives) };
        (b, host, self.chance.below(DEVICES))
    }

    /// The same: rather one that has an activation.
    fn some_holder(&mut self, b: usize) -> Who {
        let holders: Vec<Who> = self.copies.keys().copied().collect();
        let watched: Vec<Who> = holders.iter().copied().filter(|who| self.watched == Some(who.1)).collect();
        if holders.is_empty() || self.chance.percent(10) {
            return self.some_product(b);
        }
        let any = watched.is_empty() || self.chance.percent(25);
        self.chance.pick(if any { &holders } else { &watched })
    }

    async fn take_step(&mut self) -> Told {
        let b = self.chance.below(self.books.len());
        let hosting = |story: &Self, site: usize| story.books[b].places[site].hosted.is_some();
        let open = |story: &Self, site: usize| story.books[b].open_at(site).is_some();
        match self.chance.below(100) {
            // Nothing happens before something was exported.
            0..=6 => self.export_somewhere(b).await,
            _ if self.mail.is_empty() => self.export_somewhere(b).await,
            7..=9 if self.books[b].terms.disabled => self.command(b).await,
            7..=12 => {
                let site = self.some_site(open);
                self.token(b, site).await
            }
            13..=29 => self.carry().await,
            30..=46 => {
                let who = self.some_product(b);
                self.claim(who).await
            }
            47..=72 => self.holder_step(b).await,
            73..=77 => self.pass().await,
            78..=80 => {
                let site = self.some_site(hosting);
                self.report(site).await
            }
            81..=83 => {
                let site = self.some_site(hosting);
                self.give_back(b, site).await
            }
            84 | 85 => self.edit(b).await,
            86 => self.release(b).await,
            87 if self.books[b].terms.customer_disabled || self.chance.percent(30) => self.turn_customer().await,
            87 => self.command(b).await,
            88 => {
                let site = self.some_site(open);
                self.withdraw(b, site).await
            }
            _ => self.trouble(b).await,
        }
    }

    async fn export_somewhere(&mut self, b: usize) -> Told {
        let site = self.some_site(|story, site| story.books[b].open_at(site).is_none() && !story.known[site].lost);
        self.export(b, site).await
    }

    async fn holder_step(&mut self, b: usize) -> Told {
        let who = self.some_holder(b);
        match self.chance.below(10) {
            0 if self.former.contains_key(&who) => {
                self.forget_product(who);
                self.refresh(who).await
            }
            0..=4 => self.refresh(who).await,
            5..=8 => self.feature(who).await,
            _ => self.deactivate(who).await,
        }
    }

    /// What does not happen every day.
    async fn trouble(&mut self, b: usize) -> Told {
        let site = self.some_site(|story, site| story.books[b].places[site].hosted.is_some());
        match self.chance.below(13) {
            0 | 1 if self.watched.is_none() => self.back_up(site).await,
            0..=4 => {
                let site = self.some_site(|story, site| story.backups[site].is_some());
                self.restore(site).await
            }
            5 | 6 => {
                let site = self.some_site(|story, site| story.sites[site].restored.is_some());
                self.confirm(site).await
            }
            7 => self.fork(b, site).await,
            8 | 9 => {
                let site = self.some_site(|story, site| story.sites[site].license.is_none());
                self.license(site).await
            }
            10 if self.chance.percent(40) => self.declare_lost(site).await,
            10 if self.world.has_machines() => self.copied(b, site).await,
            11 if self.world.has_machines() => self.move_site(site).await,
            _ => self.rehearse(b, site).await,
        }
    }

    /// Something that was made is carried: rather something new, rather to where it belongs.
    async fn carry(&mut self) -> Told {
        if self.mail.is_empty() {
            return self.export(0, 1).await;
        }
        let fresh: Vec<usize> = (0..self.mail.len()).filter(|at| !self.carried.contains(at)).collect();
        let at = if fresh.is_empty() || self.chance.percent(35) {
            self.chance.late(self.mail.len())
        } else {
            self.chance.pick(&fresh)
        };
        self.carried.insert(at);
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
        let minutes = self.chance.pick(&[10, 60, 60, 150, 300, 300, 1_500]);
        self.wait(minutes).await?;
        self.tell(format!("{minutes} minutes pass"));
        Ok(())
    }
}
