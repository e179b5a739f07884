//! Claims, refreshes and the ways by which seats are given back.

use std::collections::BTreeSet;

use chancery_domain::*;

use super::Granting;
use super::World;
use super::catalog::named_id;

/// How a claim was served.
pub(crate) struct Seated {
    pub(crate) entitlement: EntitlementId,
    pub(crate) activation: ActivationId,
    pub(crate) number: u64,
    pub(crate) again: bool,
    pub(crate) overdraft: bool,
    pub(crate) replaced: Option<SeatId>,
    pub(crate) until: Option<Timestamp>,
}

impl World {
    /// What a claim must know of an entitlement's seats, counted the slow way.
    pub(crate) fn openings(&self, entitlement: &Entitlement) -> Openings {
        let listed: Vec<&Activation> = self.listed(entitlement.id).collect();
        let taken: BTreeSet<u64> = listed.iter().filter_map(|one| one.seat_number()).collect();
        let longest = |overdraft: bool| {
            let free = listed.iter().filter(|one| one.frees_at <= self.now);
            let there = free.filter_map(|one| Some((one, one.seat_number()?)));
            let within = |number| number <= entitlement.seat_limit().get();
            let there = there.filter(|(_, number)| entitlement.is_overdraft(*number) == overdraft && within(*number));
            let (one, number) = there.min_by_key(|(one, number)| (one.frees_at, *number))?;
            Some(Ended { activation: one.id, number, since: one.frees_at })
        };
        Openings {
            gap: (1..=entitlement.counter.highest).find(|number| !taken.contains(number)),
            ended: longest(false),
            ended_overdraft: longest(true),
            ended_count: listed.iter().filter(|one| one.frees_at <= self.now).count() as u64,
            next_end: listed
                .iter()
                .map(|one| one.frees_at)
                .filter(|end| *end > self.now && *end < Timestamp::MAX)
                .min(),
        }
    }

    /// The order's entitlements for a product, as a claim sees them.
    pub(crate) fn candidates(&self, product: &str, seat_id: &SeatId) -> Vec<Candidate> {
        let product: ProductId = named_id(product);
        let of_product = self.entitlements.iter().filter(|entitlement| entitlement.product == product);
        let seated = |one: &&Activation| one.seat_id == *seat_id && matches!(one.standing, Standing::Seated(_));
        let candidate = |entitlement: &Entitlement| Candidate {
            entitlement: entitlement.clone(),
            held: self.listed(entitlement.id).find(seated).cloned(),
            openings: self.openings(entitlement),
        };
        of_product.map(candidate).collect()
    }

    /// Activates a seat id on a machine, which remembers the chain of its access token.
    pub(crate) fn activate(
        &mut self,
        machine: &str,
        seat_id: &SeatId,
        product: &str,
        edition: Option<&str>,
        release: Option<Timestamp>,
    ) -> Result<Seated, Refusal> {
        let (edition, device, seat_id) = (edition.map(named_id), DeviceClaim::default(), Some(seat_id.clone()));
        self.claim(machine, product, &ClaimRequest { seat_id, edition, release, device, mode: Mode::Online })
    }

    /// The same by a request that is carried by hand (OFF-4).
    pub(crate) fn activate_offline(&mut self, machine: &str, seat_id: &SeatId) -> Result<Seated, Refusal> {
        let (device, seat_id) = (DeviceClaim::default(), Some(seat_id.clone()));
        let request = ClaimRequest { seat_id, edition: None, release: None, device, mode: Mode::Offline };
        self.claim(machine, "cad", &request)
    }

    /// The same by what a claim says of itself, of a seat id.
    pub(crate) fn claim(&mut self, machine: &str, product: &str, request: &ClaimRequest) -> Result<Seated, Refusal> {
        let seat_id = request.seat_id.as_ref().expect("somebody claims");
        let device = Device { key: request.device.key().cloned(), ..Device::default() };
        let candidates = self.candidates(product, seat_id);
        let left = left_behind(&candidates, request, self.now);
        let claimed = claim(candidates, request, self.now).map_err(|denied| denied.refusal)?;
        let (entitlement, activation, again, replaced) = match claimed {
            Claim::Again(mut entitlement, activation) => {
                let activation = entitlement.seat_again(*activation, None, device, request.mode, self.now)?;
                (entitlement, activation, true, None)
            }
            Claim::New(mut entitlement, seat) => {
                for (_, seat, why) in left {
                    match why {
                        LeavingWhy::Held(_) => drop(self.release(seat.id, false)),
                        _ => drop(self.unseat(seat.id, End::Replaced)),
                    }
                }
                let replaced = if let Seat::Replacing(ended) = &seat { Some(self.replace(ended)) } else { None };
                let who = (seat_id.clone(), None);
                let id = self.id();
                let code = String::from("SCRIPT");
                let activation = entitlement.seat_new(id, &seat, who, device, code, request.mode, self.now)?;
                (entitlement, activation, false, replaced)
            }
        };
        let number = activation.seat_number().expect("it was just seated");
        let (id, until) = (activation.id, activation.lease.expiry);
        self.machines.insert(machine.to_owned(), (id, activation.chain));
        let overdraft = entitlement.is_overdraft(number);
        let seated = Seated { entitlement: entitlement.id, activation: id, number, again, overdraft, replaced, until };
        self.activations.retain(|one| one.id != id);
        self.activations.push(activation);
        self.put(*entitlement);
        Ok(seated)
    }

    fn replace(&mut self, ended: &Ended) -> SeatId {
        self.return_all(ended.activation);
        let one = self.activation_mut(ended.activation);
        one.end(End::Replaced);
        one.seat_id.clone()
    }

    /// Refreshes with the access token that a machine has.
    pub(crate) fn refresh(&mut self, machine: &str, release: Option<Timestamp>) -> Result<Option<Timestamp>, Refusal> {
        let (id, chain) = self.machines[machine];
        let mut one = self.activation(id).clone();
        one.check_held(chain)?;
        let entitlement = self.entitlement_of(one.entitlement).clone();
        if !one.is_in_use(self.now) {
            entitlement.check_resumes(&self.openings(&entitlement))?;
        }
        one.refresh(&entitlement, release, self.now)?;
        let until = one.lease.expiry;
        *self.activation_mut(id) = one;
        Ok(until)
    }

    /// The holder gives the seat back, and with it all that it took of pools (SEAT-9, FEAT-3).
    pub(crate) fn unseat(&mut self, id: ActivationId, how: End) -> Option<u64> {
        self.return_all(id);
        let mut one = self.activation(id).clone();
        let mut entitlement = self.entitlement_of(one.entitlement).clone();
        let number = entitlement.unseat(&mut one, how);
        *self.activation_mut(id) = one;
        self.put(entitlement);
        number
    }

    /// The vendor releases a seat: it is held until its lease's end, unless it is freed at once (SEAT-9).
    pub(crate) fn release(&mut self, id: ActivationId, free: bool) -> LeavingWhy {
        let why = self.activation(id).released(free, self.now);
        match why {
            LeavingWhy::Held(until) => self.activation_mut(id).hold(until),
            _ => drop(self.unseat(id, End::Released)),
        }
        why
    }

    /// Edits an entitlement; who must leave for it, leaves (SEAT-8).
    pub(crate) fn edit(
        &mut self,
        name: &str,
        edit: &EntitlementEdit,
        force: bool,
    ) -> Result<Vec<Leaving>, Result<Refusal, String>> {
        let was = self.entitlement(name).seat_limit();
        let mut entitlement = self.entitlement(name).clone();
        entitlement.edit(edit).map_err(|errors| Err(told(&errors)))?;
        self.fit(entitlement, was, force).map_err(Ok)
    }

    /// Makes the seats that are taken fit an entitlement whose limit was another one.
    pub(crate) fn fit(
        &mut self,
        entitlement: Entitlement,
        was: Quantity,
        force: bool,
    ) -> Result<Vec<Leaving>, Refusal> {
        let id = entitlement.id;
        let listed = self.listed(id).cloned().collect();
        let leaving = reduce(&entitlement, was, listed, force, self.now)?;
        self.put(entitlement);
        for leaving in &leaving {
            assert_eq!(self.release(leaving.activation, false), leaving.why);
        }
        self.renumber(id);
        Ok(leaving)
    }

    /// Takes up another offering (ENT-8).
    pub(crate) fn change_offering(
        &mut self,
        name: &str,
        granting: &Granting,
        force: bool,
    ) -> Result<Vec<Leaving>, Result<Refusal, String>> {
        let (before, catalog) = (self.entitlement(name).clone(), self.snapshot(name, granting));
        let mut entitlement = before.clone();
        entitlement.change_offering(catalog, self.now).map_err(|errors| Err(told(&errors)))?;
        let (world, now) = (self.clone(), self.now);
        self.forget_usage(&before, &entitlement);
        for one in self.activations.iter_mut().filter(|one| one.entitlement == before.id) {
            one.adopt(entitlement.concurrency, now);
        }
        self.fit(entitlement, before.seat_limit(), force).map_err(|refusal| {
            *self = world;
            Ok(refusal)
        })
    }

    /// Returns members and features to what the catalog says now (ENT-9).
    pub(crate) fn reset(
        &mut self,
        name: &str,
        what: &Reset,
        granting: &Granting,
        force: bool,
    ) -> Result<Vec<Leaving>, Result<Refusal, String>> {
        let (mut entitlement, catalog) = (self.entitlement(name).clone(), self.snapshot(name, granting));
        let was = entitlement.seat_limit();
        entitlement.reset_overrides(what, &catalog).map_err(|errors| Err(told(&errors)))?;
        self.fit(entitlement, was, force).map_err(Ok)
    }

    fn renumber(&mut self, id: EntitlementId) {
        let mut entitlement = self.entitlement_of(id).clone();
        let limit = entitlement.seat_limit().get();
        let mut listed: Vec<Activation> = self.listed(id).cloned().collect();
        listed.sort_by_key(Activation::seat_number);
        let taken: BTreeSet<u64> = listed.iter().filter_map(Activation::seat_number).collect();
        let free: Vec<u64> = (1..=limit.min(entitlement.counter.highest)).filter(|n| !taken.contains(n)).collect();
        let (within, above): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|one| one.seat_number() <= Some(entitlement.seats_here().get()));
        let held = within.iter().chain(&above).filter(|one| one.seat_number() <= Some(limit));
        let held: Vec<_> = held.filter(|one| matches!(one.standing, Standing::Held(_))).cloned().collect();
        let Renumbering { moves, highest } = renumber(&entitlement, &above, &free, &held);
        for (id, number) in moves {
            let one = self.activation_mut(id);
            one.standing = one.standing.numbered(number);
        }
        entitlement.counter.highest = highest;
        self.put(entitlement);
    }

    pub(crate) fn activation(&self, id: ActivationId) -> &Activation {
        self.activations.iter().find(|one| one.id == id).expect("activations are kept for good")
    }

    fn activation_mut(&mut self, id: ActivationId) -> &mut Activation {
        self.activations.iter_mut().find(|one| one.id == id).expect("activations are kept for good")
    }
}

fn told(errors: &[FieldError]) -> String {
    let told = errors.iter().map(|error| format!("{} {}", error.path, error.invalid.code()));
    told.collect::<Vec<_>>().join(", ")
}
