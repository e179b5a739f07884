//! The machine that does one job: it says what to send and how long to wait, and is told what came of it.
//!
//! A changing call stands in the state before it is sent (SAFE-1…3). So whatever is lost, the reply, the connection, or this
//! process, the next changing call finds it there and repeats it to the letter before it does its own.

use std::sync::Arc;
use std::time::Duration;

use chancery_domain::{ActivationId, Timestamp};
use chancery_token::{Entropy, random_seed};

use super::Core;
use super::call::{Call, Method, Outcome, Reply, change_call};
use super::job::{Activated, Job, LeaseOnly, parse, showing, text};
use super::locked::Locked;
use super::offline::{self, Carried};
use super::patience::Patience;
use super::proof::{call_proof, device_proof};
use super::verdict::{Lost, Refusal, Verdict, not_understood, verdict};
use crate::Error;
use crate::error::Because;
use crate::state::device::DeviceKeys;
use crate::state::record::{Change, Held, Link, Online, Pending};

/// What the machine is told.
pub(crate) enum Input {
    /// Begin.
    Begin,
    /// The time it asked for is over.
    Waited,
    /// What became of the call.
    Outcome(Outcome),
}

/// What the machine asks for.
pub(crate) enum Next {
    /// Send this, and tell what became of it.
    Send(Call),
    /// Wait this long.
    Wait(Duration),
    /// It is over.
    Done(Result<Reply, Error>),
}

/// One job under way. Dropping it at any point is safe.
pub(crate) struct Machine {
    core: Arc<Core>,
    job: Job,
    entropy: Entropy,
    patience: Patience,
    lock_patience: Patience,
    /// The stored state, once this job has its lock.
    locked: Option<Locked>,
    exchange: Option<Exchange>,
    /// The keys of the claim that is being made.
    keys: Option<DeviceKeys>,
    /// How far the server's clock is ahead of this one, in microseconds, once it has refused a proof for that.
    ahead: Option<i64>,
}

/// The call that is being sent.
struct Exchange {
    call: Call,
    /// It is an earlier job's call, whose outcome must be known before this job can begin.
    settling: bool,
    /// Whether it may have been done already.
    may_be_done: bool,
}

impl Machine {
    pub(crate) fn new(core: &Arc<Core>, job: Job) -> Result<Self, Error> {
        if core.address.is_none() && matches!(job, Job::Activate { .. } | Job::Validate { .. }) {
            return Err(no_server());
        }
        let seed = random_seed().map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self {
            core: Arc::clone(core),
            job,
            entropy: Entropy::new(seed),
            patience: Patience::for_call(core.options.patience),
            lock_patience: Patience::for_lock(core.options.lock_patience),
            locked: None,
            exchange: None,
            keys: None,
            ahead: None,
        })
    }

    /// Goes one step. It may read and write the state, and so block for as long as a disk takes.
    pub(crate) fn step(&mut self, input: Input) -> Next {
        let next = match (input, &self.exchange) {
            (Input::Outcome(outcome), Some(_)) => self.judge(outcome),
            (_, Some(exchange)) => Ok(Next::Send(exchange.call.clone())),
            (_, None) => self.begin(),
        };
        let next = next.unwrap_or_else(|error| Next::Done(Err(error)));
        // What it has learned of the time is written down before its lock goes (OFF-11).
        if let (Next::Done(_), Some(locked)) = (&next, &self.locked) {
            self.core.keep_time(locked);
        }
        next
    }

    fn begin(&mut self) -> Result<Next, Error> {
        if !matches!(self.job, Job::Validate { .. }) {
            let Some(lock) = self.core.store.try_lock()? else {
                let wait = self.lock_patience.wait(Duration::ZERO, None, &mut self.entropy);
                return wait.map(Next::Wait).ok_or_else(|| Error::StateLocked(self.core.store.name()));
            };
            let replaces = matches!(self.job, Job::Activate { .. } | Job::Offline(Carried::Request(_)));
            self.locked = Some(Locked::read(lock, &self.core.store, replaces)?);
        }
        if self.core.address.is_none() && !matches!(self.job, Job::Offline(_)) {
            // An activation that needs no server has better advice.
            self.online()?;
            return Err(no_server());
        }
        match &self.job {
            Job::Change { .. } => self.begin_change(),
            Job::Offline(_) => self.carry(),
            _ => self.send_own(),
        }
    }

    /// What is done by carried tokens asks nobody.
    fn carry(&mut self) -> Result<Next, Error> {
        let (Job::Offline(job), Some(locked)) = (&self.job, &mut self.locked) else { return Err(no_lock()) };
        let token = offline::carry(&self.core, locked, job, &mut self.entropy)?;
        Ok(Next::Done(Ok(Reply::made_here(token))))
    }

    /// Everything but changes: these may be sent again without harm, by this job or by the next.
    fn send_own(&mut self) -> Result<Next, Error> {
        let mut call = match &self.job {
            Job::Activate { .. } => self.activate_call()?,
            Job::Validate { .. } => self.validate_call()?,
            Job::Deactivate => Call::new(Method::Delete, "/api/v1/activation".to_owned()),
            Job::Read { path } => Call::new(Method::Get, (*path).to_owned()),
            Job::Change { .. } => return self.begin_change(),
            Job::Offline(_) => return self.carry(),
        };
        if matches!(self.job, Job::Activate { .. } | Job::Validate { .. } | Job::Deactivate) {
            call.idempotency_key = Some(self.entropy.token_id());
        }
        if matches!(self.job, Job::Deactivate | Job::Read { .. }) {
            call.bearer = Some(self.online()?.access_token.clone());
        }
        Ok(self.send(call, false, false))
    }

    fn activate_call(&mut self) -> Result<Call, Error> {
        let core = Arc::clone(&self.core);
        let Job::Activate { request, seat_id } = &self.job else {
            return Err(Error::Internal("only an activation activates".to_owned()));
        };
        let (mut request, seat_id) = (request.clone(), seat_id.clone());
        let locked = self.locked.as_mut().ok_or_else(no_lock)?;
        let keys = locked.keys_for(&seat_id, &core.store, &mut self.entropy)?;
        let proof = device_proof(&core, &keys, &seat_id, self.now(), &mut self.entropy)?;
        self.keys = Some(keys);
        request.device_proof = Some(proof.into());
        Ok(Call::post("/api/v1/activate", &text(&request)?))
    }

    /// Asks as the device that has the seat or would get it: with the seat's key, else with one that nobody has yet.
    fn validate_call(&mut self) -> Result<Call, Error> {
        let core = Arc::clone(&self.core);
        let Job::Validate { request } = &self.job else {
            return Err(Error::Internal("only a validation validates".to_owned()));
        };
        let mut request = request.clone();
        if let Some(seat_id) = request.seat_id.as_ref().map(ToString::to_string) {
            let known = core.store.keys().ok().and_then(|keys| keys.of(&seat_id).cloned());
            let keys = known.unwrap_or_else(|| DeviceKeys::new(&mut self.entropy));
            let proof = device_proof(&core, &keys, &seat_id, self.now(), &mut self.entropy)?;
            request.device_proof = Some(proof.into());
        }
        Ok(Call::post("/api/v1/validate", &text(&request)?))
    }

    /// What the server's clock shows now, as far as it is known.
    fn now(&self) -> Timestamp {
        self.core.now().shifted(self.ahead.unwrap_or_default())
    }

    /// Adds the proof of the activation's key to a call, if it has one (SEC-5).
    fn proved(&mut self, mut call: Call) -> Result<Call, Error> {
        let core = Arc::clone(&self.core);
        if let Some(keys) = self.locked()?.held_keys().cloned() {
            call.proof = call_proof(&core, &keys, &call, self.now(), &mut self.entropy)?;
        }
        Ok(call)
    }

    fn begin_change(&mut self) -> Result<Next, Error> {
        let Some(pending) = self.online()?.pending.clone() else {
            return self.send_change();
        };
        let call = change_call(self.online()?, &pending);
        // The same again: the application repeats what it does not know the outcome of. The lost reply is its answer, so that
        // nothing is taken twice. But a refresh wants a lease of now, and takes nothing.
        let same = matches!(&self.job, Job::Change { change, body } if *change != Change::Refresh
            && *change == pending.change && *body == pending.body);
        let call = self.proved(call)?;
        Ok(self.send(call, !same, true))
    }

    /// Writes the change down, then sends it.
    fn send_change(&mut self) -> Result<Next, Error> {
        let idempotency_key = self.entropy.token_id();
        let Job::Change { change, body } = &self.job else {
            return Err(Error::Internal("only a change is sent as a change".to_owned()));
        };
        let (change, mut body) = (change.clone(), body.clone());
        if change == Change::Refresh
            && let Some(lease) = self.shown()?
        {
            body = showing(&body, lease)?;
        }
        let online = self.online()?;
        let pending = Pending { change, body, nonce: online.nonce.clone(), idempotency_key };
        online.pending = Some(pending.clone());
        self.save()?;
        let call = change_call(self.online()?, &pending);
        let call = self.proved(call)?;
        Ok(self.send(call, false, false))
    }

    /// What a refresh shows: the lease that is held, if a local server gave it: one that was set back learns by it what it has given
    /// since (EXP-9), at whatever address it is now. It tells no other server more than the access token, which goes with it. A lease
    /// that is not believed here proves nothing there.
    fn shown(&mut self) -> Result<Option<String>, Error> {
        let core = Arc::clone(&self.core);
        let held = self.held()?;
        let hosted = core.held_lease(held).is_ok_and(|lease| lease.host.is_some());
        Ok(hosted.then(|| held.lease.clone()))
    }

    fn send(&mut self, call: Call, settling: bool, may_be_done: bool) -> Next {
        self.exchange = Some(Exchange { call: call.clone(), settling, may_be_done });
        Next::Send(call)
    }

    fn judge(&mut self, outcome: Outcome) -> Result<Next, Error> {
        match verdict(outcome) {
            Verdict::Done(reply) => self.done(reply),
            Verdict::Refused(refusal) => match self.again_by_the_servers_clock(&refusal)? {
                Some(next) => Ok(next),
                None => self.refused(refusal),
            },
            Verdict::Lost(lost) => self.lost(lost),
        }
    }

    /// A proof that was made by a wrong clock is made again, once, by the server's: nothing was done, and nothing turned.
    fn again_by_the_servers_clock(&mut self, refusal: &Refusal) -> Result<Option<Next>, Error> {
        let wrong_time = matches!(refusal.problem.code.as_str(), "token_expired" | "token_not_yet_valid");
        let now = refusal.problem.facts.get("now").and_then(|now| now.as_str()?.parse::<Timestamp>().ok());
        let (true, None, Some(now), Some(exchange)) = (wrong_time, self.ahead, now, &self.exchange) else {
            return Ok(None);
        };
        let (call, settling, may_be_done) = (exchange.call.clone(), exchange.settling, exchange.may_be_done);
        self.ahead = Some(now.as_micros().saturating_sub(self.core.now().as_micros()));
        if !matches!(self.job, Job::Change { .. }) {
            return self.send_own().map(Some);
        }
        let call = self.proved(call)?;
        Ok(Some(self.send(call, settling, may_be_done)))
    }

    fn done(&mut self, reply: Reply) -> Result<Next, Error> {
        match &self.job {
            Job::Activate { .. } => self.activated(&reply)?,
            Job::Change { .. } => return self.changed(reply),
            Job::Deactivate => self.remove()?,
            Job::Read { .. } | Job::Validate { .. } | Job::Offline(_) => {}
        }
        Ok(Next::Done(Ok(reply)))
    }

    fn activated(&mut self, reply: &Reply) -> Result<(), Error> {
        let Activated { activation, lease, revocations, access_token } = parse(reply)?;
        let Some(nonce) = reply.nonce.clone() else {
            return Err(no_nonce(reply).error);
        };
        let id: ActivationId =
            activation.id.parse().map_err(|_| not_understood(reply.status, "the activation's id").error)?;
        let Job::Activate { seat_id, .. } = &self.job else {
            return Err(Error::Internal("only an activation activates".to_owned()));
        };
        let core = Arc::clone(&self.core);
        self.learn(revocations.as_deref())?;
        core.open_received(&lease, id, seat_id, self.keys.as_ref())?;
        let link = Link::Online(Online { access_token, nonce, pending: None });
        let new = Held { id: id.to_string(), seat_id: seat_id.clone(), lease, link };
        self.locked()?.replace(&core.store, new)
    }

    /// The change was done: this job's, or the earlier one that it had to settle.
    fn changed(&mut self, reply: Reply) -> Result<Next, Error> {
        let Some(nonce) = reply.nonce.clone() else {
            return self.lost(no_nonce(&reply));
        };
        let lease = self.refreshed(&reply);
        let online = self.online()?;
        online.nonce = nonce;
        online.pending = None;
        let bad_lease = match lease {
            Ok(Some(lease)) => {
                self.held()?.lease = lease;
                None
            }
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if self.is_settling() {
            return self.send_change();
        }
        // Also with a bad lease: the server has turned the nonce.
        self.save()?;
        Ok(Next::Done(bad_lease.map_or(Ok(reply), Err)))
    }

    /// The lease in the reply, if the change is a refresh and the lease is good.
    fn refreshed(&mut self, reply: &Reply) -> Result<Option<String>, Error> {
        let core = Arc::clone(&self.core);
        let keys = self.locked()?.held_keys().cloned();
        if !self.online()?.pending.as_ref().is_some_and(|pending| pending.change == Change::Refresh) {
            return Ok(None);
        }
        let LeaseOnly { lease, revocations } = parse(reply)?;
        self.learn(revocations.as_deref())?;
        let held = self.held()?;
        core.open_received(&lease, held.activation()?, &held.seat_id, keys.as_ref())?;
        Ok(Some(lease))
    }

    /// Keeps a newer revocation list, which counts for the lease that came with it too (KEY-5).
    fn learn(&self, list: Option<&str>) -> Result<(), Error> {
        match (list, &self.locked) {
            (Some(list), Some(locked)) if self.core.is_news(list)? => locked.learn(&self.core.store, list),
            _ => Ok(()),
        }
    }

    fn refused(&mut self, refusal: Refusal) -> Result<Next, Error> {
        // What is refused without an access token has no activation to be lost.
        let has_token = self.exchange.as_ref().is_some_and(|exchange| exchange.call.bearer.is_some());
        let because = Because::of(&refusal.problem.code).filter(|_| has_token);
        match &self.job {
            Job::Deactivate if because.is_some_and(Because::is_gone) => {
                self.remove()?;
                return Ok(Next::Done(Ok(Reply::made_here(String::new()))));
            }
            Job::Change { .. } => {
                self.settle_refused(&refusal)?;
                if self.is_settling() && refusal.settles && because.is_none() {
                    return self.send_change();
                }
            }
            _ => {}
        }
        let problem = refusal.problem;
        Err(match because {
            Some(because) => Error::ActivateAgain { because, problem },
            None => Error::Refused(problem),
        })
    }

    fn settle_refused(&mut self, refusal: &Refusal) -> Result<(), Error> {
        let keep = !refusal.settles && self.exchange.as_ref().is_some_and(|exchange| exchange.may_be_done);
        if keep {
            return Ok(());
        }
        let online = self.online()?;
        online.pending = None;
        if let Some(nonce) = &refusal.nonce {
            online.nonce.clone_from(nonce);
        }
        self.save()
    }

    fn lost(&mut self, lost: Lost) -> Result<Next, Error> {
        if let Some(exchange) = &mut self.exchange {
            exchange.may_be_done |= lost.may_be_done;
        }
        let wait = if lost.again { self.patience.wait(lost.took, lost.after, &mut self.entropy) } else { None };
        match wait {
            Some(wait) => Ok(Next::Wait(wait)),
            None => self.give_up(lost.error),
        }
    }

    /// What surely was not done is forgotten; what may have been done stays in the state, for the next changing call.
    fn give_up(&mut self, mut error: Error) -> Result<Next, Error> {
        let Some(Exchange { settling, may_be_done, .. }) = self.exchange.take() else {
            return Err(error);
        };
        let changing = matches!(self.job, Job::Change { .. });
        if changing && !may_be_done {
            self.online()?.pending = None;
            self.save()?;
        }
        let takes = changing || matches!(self.job, Job::Activate { .. } | Job::Deactivate);
        if let Error::Unavailable { outcome_unknown, .. } | Error::Reply { outcome_unknown, .. } = &mut error {
            *outcome_unknown = takes && may_be_done && !settling;
        }
        Err(error)
    }

    fn is_settling(&self) -> bool {
        self.exchange.as_ref().is_some_and(|exchange| exchange.settling)
    }

    fn locked(&mut self) -> Result<&mut Locked, Error> {
        self.locked.as_mut().ok_or_else(no_lock)
    }

    fn held(&mut self) -> Result<&mut Held, Error> {
        self.locked()?.record.held.as_mut().ok_or(Error::NotActivated)
    }

    /// What a call needs. An activation by carried tokens has nothing of it, and calls are not its way.
    fn online(&mut self) -> Result<&mut Online, Error> {
        let instead = self.job.without_connection();
        match &mut self.held()?.link {
            Link::Online(online) => Ok(online),
            Link::Offline(_) => Err(instead),
        }
    }

    fn save(&mut self) -> Result<(), Error> {
        let core = Arc::clone(&self.core);
        self.locked()?.save(&core.store)
    }

    fn remove(&mut self) -> Result<(), Error> {
        let core = Arc::clone(&self.core);
        self.locked()?.remove(&core.store)
    }
}

/// For calls of a client that was opened without a server's address.
pub(crate) fn no_server() -> Error {
    Error::Configuration("this client was opened without a server's address, which the call needs".to_owned())
}

fn no_lock() -> Error {
    Error::Internal("the state is used without its lock".to_owned())
}

fn no_nonce(reply: &Reply) -> Lost {
    not_understood(reply.status, "it has no header Chancery-Nonce; perhaps a proxy took it away")
}
