//! How some stories begin: chance alone seldom gets to where it matters what a database that was set back makes of its products (EXP-9).

use crate::book::{NEVER, Wish};
use crate::product::DEVICES;
use crate::story::{Story, Told};
use crate::world::{HOUR, SITES};

impl Story<'_> {
    /// A server with products is backed up, goes on, and is set back; and much is done there afterwards.
    pub(crate) async fn open(&mut self) -> Told {
        let (b, site) = (0, 1 + self.chance.below(SITES));
        self.watched = Some(site);
        let most = self.books[b].sold.seats;
        let seats = self.chance.percent(80).then(|| self.chance.from(1, most));
        let delegation = Some(self.chance.pick(&[40 * HOUR, NEVER]));
        self.make_export(b, site, Wish { seats, delegation, ..Wish::default() }, false).await?;
        self.next()?;
        self.carry_to_site(self.mail.len() - 1, site).await?;
        self.some_calls((b, site), 3).await?;
        self.back_up(site).await?;
        self.some_calls((b, site), 6).await?;
        self.restore(site).await?;
        if self.chance.percent(40) {
            // With fewer seats those in use are held, and who was forgotten finds no room (SEAT-8).
            self.next()?;
            let fewer = Wish { seats: Some(self.chance.from(1, most.min(2))), ..Wish::default() };
            self.make_token(b, site, fewer).await?;
            self.carry_to_site(self.mail.len() - 1, site).await?;
        }
        self.some_calls((b, site), 5).await
    }

    async fn some_calls(&mut self, (b, site): (usize, usize), most: u64) -> Told {
        for _ in 0..self.chance.from(1, most) {
            self.next()?;
            let who = (b, site, self.chance.below(DEVICES));
            match self.chance.below(10) {
                0..=3 => self.claim(who).await?,
                4..=7 => self.refresh(who).await?,
                _ => self.deactivate(who).await?,
            }
        }
        self.next()
    }

    /// The next step.
    pub(crate) fn next(&mut self) -> Told {
        self.step += 1;
        self.check_rules()
    }
}
