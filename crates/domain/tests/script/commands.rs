//! The commands of a script.

use chancery_domain::*;

use super::answers::{figures, list, refused, show, state, terms};
use super::terms::{define, edit, granting, instant, read, reset, set_value};
use crate::world::features::Call;
use crate::world::{World, count, key};

/// What a command answers; a refusal is an error, which a script must expect.
pub(super) type Answer = Result<String, String>;

/// Plays one command. Says what came of it.
pub(super) fn play(world: &mut World, command: &str) -> Answer {
    let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
    let (name, more) = rest.split_once(' ').unwrap_or((rest, ""));
    match verb {
        "at" => world.now = rest.strip_prefix('+').map_or_else(|| instant(rest), |by| world.now.plus(read(by))),
        "entitlement" => drop(world.grant(name, &granting(more))),
        "feature" => define(world, rest),
        "value" => set_value(world, rest),
        "undefine" => world.shelf.features.retain(|(known, ..)| known.as_str() != name),
        "catalog" => {
            let (level, value) = world.shelf.value(&key(name));
            return Ok(format!("{value} by {level}"));
        }
        "activate" => return activate(world, name, more),
        "refresh" => return refresh(world, name, more),
        "deactivate" => return Ok(deactivate(world, name)),
        "release" => return Ok(why(world.release(activation(world, name), more == "free"))),
        "use" => return call(world, Call::Use, name, more),
        "checkout" => return call(world, Call::Checkout, name, more),
        "return" => return call(world, Call::Return, name, more),
        "state" => return Ok(state(&world.state(activation(world, name), more))),
        "show" => return Ok(show(world, name)),
        "terms" => return Ok(terms(world, name)),
        "seats" => return Ok(figures(world, name)),
        "list" => return Ok(list(world, name)),
        _ => return manage(world, verb, name, more),
    }
    Ok(String::new())
}

/// What the vendor does to an entitlement.
fn manage(world: &mut World, verb: &str, name: &str, more: &str) -> Answer {
    let now = world.now;
    let done = match verb {
        "start" => {
            let start = (!more.is_empty()).then(|| instant(more));
            world.entitlement_mut(name).start_by_command(start, now)
        }
        "renew" => world.entitlement_mut(name).renew(now),
        "disable" => {
            world.entitlement_mut(name).disable(Reason::new(more).ok(), now);
            Ok(())
        }
        "enable" => {
            world.entitlement_mut(name).enable();
            Ok(())
        }
        "disable-customer" | "enable-customer" => {
            world.entitlements.iter_mut().for_each(|one| one.customer_disabled = verb == "disable-customer");
            Ok(())
        }
        "edit" => return edited(world, name, more),
        "change-offering" => {
            let (terms, force) = by_force(more);
            return fitted(world.change_offering(name, &granting(terms), force));
        }
        "reset" => {
            let (terms, force) = by_force(more);
            let (what, offering) = terms.split_once(" from ").expect("reset NAME MEMBERS from TERMS");
            return fitted(world.reset(name, &reset(what), &granting(offering), force));
        }
        _ => panic!("unknown command: {verb}"),
    };
    done.map(|()| "ok".to_owned()).map_err(|refusal| refused(&refusal))
}

fn edited(world: &mut World, name: &str, more: &str) -> Answer {
    let (terms, force) = by_force(more);
    fitted(world.edit(name, &edit(terms), force))
}

fn by_force(more: &str) -> (&str, bool) {
    more.strip_suffix(" by force").map_or((more, false), |terms| (terms, true))
}

/// Who leaves.
fn fitted(leaving: Result<Vec<Leaving>, Result<Refusal, String>>) -> Answer {
    match leaving {
        Ok(leaving) if leaving.is_empty() => Ok("ok".to_owned()),
        Ok(leaving) => {
            let held = |one: &Leaving| if matches!(one.why, LeavingWhy::Held(_)) { " held" } else { "" };
            let told = leaving.iter().map(|one| format!("{}{}", one.seat_id, held(one)));
            Ok(format!("leaves: {}", told.collect::<Vec<_>>().join(" ")))
        }
        Err(Ok(refusal)) => Err(refused(&refusal)),
        Err(Err(invalid)) => Err(invalid),
    }
}

/// What becomes of a seat that is released.
fn why(why: LeavingWhy) -> String {
    match why {
        LeavingWhy::LeaseEnded(_) | LeavingWhy::Freed => "free".to_owned(),
        LeavingWhy::Held(Timestamp::MAX) => "held for ever".to_owned(),
        LeavingWhy::Held(until) => format!("held until {until}"),
        LeavingWhy::RunsOut(_) => "runs out".to_owned(),
    }
}

/// The word after another one.
fn after<'a>(words: &'a str, wanted: &str) -> Option<&'a str> {
    words.split(' ').skip_while(|word| *word != wanted).nth(1)
}

fn activate(world: &mut World, machine: &str, more: &str) -> Answer {
    let seat_id = SeatId::new(machine.split('@').next().unwrap_or_default()).expect("scripts use plain seat ids");
    let product = after(more, "product").unwrap_or("cad");
    let release = after(more, "release").map(instant);
    let activated = match more {
        "offline" => world.activate_offline(machine, &seat_id),
        _ => world.activate(machine, &seat_id, product, after(more, "edition"), release),
    };
    match activated {
        Err(refusal) => Err(refused(&refusal)),
        Ok(seated) => {
            let until = seated.until.map_or_else(|| "without end".to_owned(), |until| format!("until {until}"));
            let how = if seated.again { " again" } else { "" };
            let beyond = if seated.overdraft { " in overdraft" } else { "" };
            let replaced = seated.replaced.map_or_else(String::new, |who| format!(", replaces {who}"));
            let sku = &world.entitlement_of(seated.entitlement).sku;
            Ok(format!("{sku} seat {}{how}{beyond} {until}{replaced}", seated.number))
        }
    }
}

fn refresh(world: &mut World, machine: &str, more: &str) -> Answer {
    match world.refresh(machine, after(more, "release").map(instant)) {
        Err(refusal) => Err(refused(&refusal)),
        Ok(until) => Ok(until.map_or_else(|| "without end".to_owned(), |until| format!("until {until}"))),
    }
}

fn deactivate(world: &mut World, machine: &str) -> String {
    world
        .unseat(activation(world, machine), End::Deactivated)
        .map_or_else(String::new, |seat| format!("frees seat {seat}"))
}

fn call(world: &mut World, call: Call, machine: &str, more: &str) -> Answer {
    let (feature, amount) = more.split_once(' ').expect("SEAT KEY N");
    let id = activation(world, machine);
    match world.call(call, id, feature, count(read(amount))) {
        Err(refusal) => Err(refused(&refusal)),
        Ok(()) => Ok(state(&world.state(id, feature))),
    }
}

fn activation(world: &World, machine: &str) -> ActivationId {
    world.machines.get(machine).unwrap_or_else(|| panic!("{machine} was never activated")).0
}
