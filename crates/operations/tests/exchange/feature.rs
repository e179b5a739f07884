//! Products that give their seats up, take of the pool and spend of the counter (FEAT-1…4).

use chancery_domain::*;
use chancery_operations::activation;

use crate::book::At;
use crate::product::{Copy, Who};
use crate::record::{Code, Means, Place, Standing};
use crate::story::{Story, Told};

impl Story<'_> {
    /// A product gives its seat up.
    pub(crate) async fn deactivate(&mut self, who: Who) -> Told {
        let (b, host, device) = who;
        let Some(copy) = self.copies.get(&who).cloned() else { return Ok(()) };
        self.tell(format!("device {device} gives up what it has of book {b} at {host}"));
        let place = &mut self.books[b].places[host];
        let seat = place.seat(copy.act).map(|seat| (seat.standing, copy.turn.0 < seat.turn.0));
        let foreseen = match (self.means(b, host), seat) {
            (Err("local_server_not_active"), _) => Err("local_server_not_active"),
            (_, None) => Err("unauthenticated"),
            (_, Some((Standing::Seated | Standing::Held, true))) => Err("activation_superseded"),
            (_, Some(_)) => Ok(()),
        };
        let (context, call) = self.call(&copy);
        let done = match self.gate(host) {
            Ok(()) => activation::deactivate(self.system(host), &context, call).await,
            Err(error) => Err(error),
        };
        if self.as_foreseen(foreseen, &done)? {
            if let Some(seat) = self.books[b].places[host].seat(copy.act) {
                seat.standing = match seat.standing {
                    Standing::Seated => Standing::Gone("activation_deactivated"),
                    Standing::Held => Standing::Gone("activation_released"),
                    gone => gone,
                };
                seat.pool = 0;
            }
            if let Some(handed) = self.truth.handed.get_mut(&copy.act) {
                (handed.given_back, handed.pool) = (true, 0);
            }
            self.copies.remove(&who);
        }
        self.check_host(b, host).await
    }

    /// A product takes of the pool, gives back to it, or spends of the counter.
    pub(crate) async fn feature(&mut self, who: Who) -> Told {
        let (b, host, device) = who;
        let Some(copy) = self.copies.get(&who).cloned() else { return self.claim(who).await };
        let (what, amount) = (self.chance.pick(&["checkout", "return", "use", "use"]), self.chance.from(1, 3));
        self.tell(format!("device {device}: {what} {amount}, of book {b} at {host}"));
        let (now, means) = (self.now(), self.means(b, host));
        let foreseen = match &means {
            Err("nothing") => Err("unauthenticated"),
            Err(code) => Err(*code),
            Ok(means) => self.plan_feature(b, host, &copy, (what, amount), means, now),
        };
        let (context, call) = self.call(&copy);
        let count = Quantity::new(amount).unwrap();
        let key = |key: &str| Key::new(key).unwrap();
        let system = self.system(host);
        let done = match (self.gate(host), what) {
            (Err(error), _) => Err(error),
            (_, "checkout") => activation::checkout(system, &context, call, key("pool"), count).await,
            (_, "return") => activation::give_back(system, &context, call, key("pool"), count).await,
            _ => activation::spend(system, &context, call, key("uses"), count).await,
        };
        self.turned(who, &done, |got| got.nonce.clone());
        if self.as_foreseen(foreseen, &done)? {
            let place = &mut self.books[b].places[host];
            let handed = self.truth.handed.get_mut(&copy.act).ok_or("nothing was handed out")?;
            match (what, place.seat(copy.act)) {
                ("checkout", Some(seat)) => (seat.pool, handed.pool) = (seat.pool + amount, handed.pool + amount),
                ("return", Some(seat)) => {
                    (seat.pool, handed.pool) = (seat.pool - amount, handed.pool.saturating_sub(amount))
                }
                _ => {
                    place.uses += amount;
                    self.truth.uses[b] += amount;
                }
            }
        }
        self.check_host(b, host).await
    }

    fn plan_feature(
        &self,
        b: usize,
        host: usize,
        copy: &Copy,
        (what, amount): (&str, u64),
        means: &Means,
        now: At,
    ) -> Result<(), Code> {
        let place = &self.books[b].places[host];
        let own = place.holds(copy.act, copy.turn)?;
        let used = place.used(now);
        match what {
            "return" if amount > own.pool => Err("returned_more_than_taken"),
            "return" => Ok(()),
            _ => {
                Place::runs(own, means, now)?;
                let (total, used) =
                    if what == "use" { (means.amounts.uses, used.uses) } else { (means.amounts.pool, used.pool) };
                if used + amount > total { Err("feature_exhausted") } else { Ok(()) }
            }
        }
    }
}
