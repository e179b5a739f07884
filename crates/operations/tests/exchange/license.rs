//! The servers' own licenses (LLS-1, LLS-2, EXP-11), dry runs (MAN-3), and a vendor whose database was set back.

use chancery_domain::*;
use chancery_operations::entitlement as sold;
use chancery_operations::local::{self, license};
use chancery_operations::{Error, offline};

use crate::book::{NEVER, Wish};
use crate::mail::Paper;
use crate::story::{Story, Told, code};
use crate::tables::Tables;
use crate::world::{HOUR, period};

impl Story<'_> {
    /// A server gives its license up, or gets one: for good, or for some hours.
    pub(crate) async fn license(&mut self, site: usize) -> Told {
        if self.truth.set_back.contains_key(&site) {
            return self.report(site).await;
        }
        if self.known[site].lost {
            return self.relicense_lost(site).await;
        }
        if self.books[0].terms.customer_disabled {
            return self.turn_customer().await;
        }
        self.unlicensed[site] = true;
        match self.sites[site].license {
            Some(_) => self.give_license_up(site).await,
            None => self.get_license(site).await,
        }
    }

    async fn give_license_up(&mut self, site: usize) -> Told {
        let carried = self.chance.percent(60);
        let how = if carried { "and the vendor knows" } else { "and the token is lost" };
        self.tell(format!("server {site} gives its license up, {how}"));
        let context = self.world.context(&mut self.chance);
        let done = license::deactivate(self.system(site), &context).await;
        self.as_foreseen(Ok(()), &done)?;
        let cycle = self.sites[site].cycle.take();
        self.sites[site].license = None;
        if let (true, Ok(given)) = (carried, done) {
            let context = self.world.context(&mut self.chance);
            let known = offline::deactivate(&self.world.of.system, &context, &given.token).await;
            self.as_foreseen(Ok(()), &known)?;
            if self.known[site].cycle == cycle {
                self.known[site].license = 0;
            }
        }
        Ok(())
    }

    async fn get_license(&mut self, site: usize) -> Told {
        let (limited, carried) = (self.chance.percent(50), self.chance.percent(85));
        let lasts = if limited { 5 * HOUR } else { NEVER };
        self.tell(format!("server {site} asks for a license{}", if carried { "" } else { ", and the answer is lost" }));
        self.lease_licenses(lasts).await.map_err(|error| error.private())?;
        let context = self.world.context(&mut self.chance);
        let request = license::request(self.system(site), &context, &self.world.of.code, None).await;
        let request = request.map_err(|error| error.private())?;
        let context = self.world.context(&mut self.chance);
        let answered = self.world.of.answers(&context, &request, &self.world.of.code).await;
        self.lease_licenses(NEVER).await.map_err(|error| error.private())?;
        let now = self.now();
        // Another cycle's device has its seat, as far as the vendor knows: it has not heard of the end of that.
        self.cycles += 1;
        let cycle = *self.sites[site].cycle.get_or_insert(self.cycles);
        let known = &self.known[site];
        let held = known.license > 0 && known.cycle != Some(cycle);
        let foreseen = if held { Err("seat_held_by_another_device") } else { Ok(()) };
        if !self.as_foreseen(foreseen, &answered)? {
            return Ok(());
        }
        let until = now.saturating_add(lasts);
        (self.known[site].license, self.known[site].cycle) = (until, Some(cycle));
        if let (true, Ok(answer)) = (carried, answered) {
            let context = self.world.context(&mut self.chance);
            let done = license::activate(self.system(site), &context, &answer.token).await;
            self.as_foreseen(Ok(()), &done)?;
            self.sites[site].license = Some(until);
        }
        Ok(())
    }

    /// How long leases of servers last that are given from now on.
    async fn lease_licenses(&mut self, lasts: i64) -> Result<(), Error> {
        let edit = EntitlementEdit { offline_lease_period: Some(Some(period(lasts))), ..EntitlementEdit::default() };
        let context = self.world.context(&mut self.chance);
        sold::update(&self.world.of.system, &context, self.world.licenses, edit, false).await.map(drop)
    }

    /// A server that was declared lost never comes back.
    async fn relicense_lost(&mut self, site: usize) -> Told {
        self.tell(format!("server {site}, which was lost, asks for a license"));
        let context = self.world.context(&mut self.chance);
        if self.sites[site].license.is_some() {
            drop(license::deactivate(self.system(site), &context).await);
            (self.sites[site].license, self.sites[site].cycle) = (None, None);
        }
        let context = self.world.context(&mut self.chance);
        let request = license::request(self.system(site), &context, &self.world.of.code, None).await;
        let context = self.world.context(&mut self.chance);
        let request = request.map_err(|error| error.private())?;
        let answered = self.world.of.answers(&context, &request, &self.world.of.code).await;
        self.as_foreseen(Err("server_lost"), &answered).map(drop)
    }

    /// Dry runs leave nothing.
    pub(crate) async fn rehearse(&mut self, b: usize, site: usize) -> Told {
        self.tell(format!("dry runs of book {b} at server {site}"));
        let latest = self.mail.iter().rev().find_map(|paper| match paper {
            Paper::Export { site: to, text, .. } if *to == site => Some(text.clone()),
            _ => None,
        });
        if let Some(text) = latest {
            let context = self.world.context(&mut self.chance).rehearsing(true);
            let done = local::entitlement::import(self.system(site), &context, &text).await;
            if done.is_ok() {
                return Err("a dry run that was done".to_owned());
            }
        }
        let context = self.world.context(&mut self.chance).rehearsing(true);
        let done = local::entitlement::delete(self.system(site), &context, self.books[b].id).await;
        if let Err(error) = &done
            && !matches!(error, Error::Rehearsed(_) | Error::NotFound)
        {
            return Err(format!("a dry run: {}", code(error)));
        }
        self.check_site(b, site).await?;
        self.check_vendor(b).await
    }

    /// The vendor's database is set back over its last token, and the next token is another of the same number: whoever has the one does
    /// not take what follows the other (EXP-4).
    pub(crate) async fn fork(&mut self, b: usize, site: usize) -> Told {
        if self.books[b].open_at(site).is_none() {
            return self.token(b, site).await;
        }
        self.world.tables(0, Tables::Aside).await;
        let before = self.books[b].clone();
        self.make_token(b, site, Wish::default()).await?;
        self.tell("the vendor's database is set back over this token".to_owned());
        self.world.tables(0, Tables::Back).await;
        self.books[b] = before;
        let first = self.mail.len();
        self.make_token(b, site, Wish::default()).await?;
        if self.mail.len() > first && self.chance.percent(60) {
            self.carry_to_site(first - 1, site).await?;
            self.make_token(b, site, Wish::default()).await?;
            self.carry_to_site(self.mail.len() - 1, site).await?;
        }
        Ok(())
    }
}
