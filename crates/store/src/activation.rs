//! Activations, as rows, and what a claim must know of an entitlement's seats.

use chancery_domain::{
    Activation, ActivationId, DeviceInfo, End, Ended, Entitlement, EntitlementId, Lease, LeaseMark, Openings, OrderId,
    Permit, ProductId, Quantity, SeatId, Standing, Timestamp, VendorId,
};

use crate::{Columns, List, PageRequest, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, e.vendor_id, t.entitlement_id, e.order_id, e.product_id, t.seat_id, t.seat_name, t.standing,
                t.seat_number, t.frees_at, t.mode, t.concurrency, t.lease_issued, t.lease_expiry, t.lease_epoch, t.lease_serial, t.activated, t.chain,
                t.counter, t.client_code, t.container, t.vm, t.device_key
         FROM activations t JOIN entitlements e ON e.id = t.entitlement_id"
    };
}

fn read(c: &mut Columns<'_>) -> Result<Activation, StoreError> {
    Ok(Activation {
        id: c.take()?,
        vendor: c.take()?,
        entitlement: c.take()?,
        order: c.take()?,
        product: c.take()?,
        seat_id: c.take()?,
        seat_name: c.take()?,
        standing: standing(&c.take::<String>()?, c.take()?)?,
        frees_at: c.take()?,
        mode: c.take()?,
        concurrency: c.take()?,
        lease: Lease { issued: c.take()?, expiry: c.take()?, mark: mark(c)? },
        activated: c.take()?,
        chain: c.take()?,
        counter: c.take()?,
        client_code: c.take()?,
        device: DeviceInfo { container: c.take()?, vm: c.take()? },
        device_key: c.take()?,
    })
}

fn mark(c: &mut Columns<'_>) -> Result<Option<LeaseMark>, StoreError> {
    let (epoch, serial): (Option<u64>, Option<u64>) = (c.take()?, c.take()?);
    Ok(epoch.zip(serial).map(|(epoch, serial)| LeaseMark { epoch, serial }))
}

fn standing(name: &str, number: Option<u64>) -> Result<Standing, StoreError> {
    match (name, number) {
        ("seated", Some(number)) => Ok(Standing::Seated(number)),
        ("held", Some(number)) => Ok(Standing::Held(number)),
        (end, None) => end.parse().map(Standing::Ended).map_err(|_| StoreError::corrupt("an activation's standing")),
        _ => Err(StoreError::corrupt("an activation's standing and seat number do not agree")),
    }
}

const fn standing_name(standing: Standing) -> &'static str {
    match standing {
        Standing::Seated(_) => "seated",
        Standing::Held(_) => "held",
        Standing::Ended(end) => match end {
            End::Deactivated => "deactivated",
            End::Replaced => "replaced",
            End::Released => "released",
        },
    }
}

fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

const FIND: &str = concat!(select!(), " WHERE t.id = $1 AND e.vendor_id = $2");

/// Tells that [`find`] will be asked soon.
///
/// # Errors
/// The database's.
pub fn announce(tx: &mut ReadTx<'_>, vendor: VendorId, id: ActivationId) -> Result<(), StoreError> {
    tx.announce(FIND, params![id, vendor])
}

/// One activation of a vendor, ended ones too.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, vendor: VendorId, id: ActivationId) -> Result<Option<Activation>, StoreError> {
    tx.query_opt(FIND, params![id, vendor], read)
}

const OF_SEAT: &str =
    concat!(select!(), " WHERE e.order_id = $1 AND e.product_id = $2 AND t.seat_id = $3 AND t.standing = 'seated'");

/// Tells that [`of_seat`] will be asked soon.
///
/// # Errors
/// The database's.
pub fn announce_seat(tx: &mut ReadTx<'_>, order: OrderId, product: ProductId, seat: &SeatId) -> Result<(), StoreError> {
    tx.announce(OF_SEAT, params![order, product, seat])
}

/// The activations by which a seat id holds seats of an order's entitlements for a product: of each at most one.
///
/// # Errors
/// The database's.
pub fn of_seat(
    tx: &mut ReadTx<'_>,
    order: OrderId,
    product: ProductId,
    seat: &SeatId,
) -> Result<Vec<Activation>, StoreError> {
    tx.query(OF_SEAT, params![order, product, seat], read)
}

macro_rules! seated {
    ($compare:literal, $of:literal, $order:literal) => {
        concat!(
            select!(),
            " WHERE e.vendor_id = $1 AND t.id ",
            $compare,
            " $2 AND t.seat_number IS NOT NULL AND (t.standing = 'seated' OR t.frees_at > $3)",
            $of,
            " ORDER BY t.id ",
            $order,
            " LIMIT 101"
        )
    };
}

/// A page of the activations with a seat, and of the seats held at an instant: of one entitlement if it is named, else of the
/// vendor.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    entitlement: Option<EntitlementId>,
    now: Timestamp,
    page: &PageRequest,
) -> Result<List<Activation>, StoreError> {
    // Two texts, so that each finds its own index.
    let items = if let Some(entitlement) = entitlement {
        let of =
            (seated!(">", " AND t.entitlement_id = $4", "ASC"), seated!("<", " AND t.entitlement_id = $4", "DESC"));
        tx.query(page.pick(of), params![permit.vendor(), page.from(), now, entitlement], read)?
    } else {
        let all = (seated!(">", "", "ASC"), seated!("<", "", "DESC"));
        tx.query(page.pick(all), params![permit.vendor(), page.from(), now], read)?
    };
    Ok(page.cut(items, |activation| activation.id.to_string()))
}

/// What an entitlement's seats look like to a claim: some looks into indexes, however many seats there are.
///
/// # Errors
/// The database's.
pub fn openings(tx: &mut ReadTx<'_>, e: &Entitlement, now: Timestamp) -> Result<Openings, StoreError> {
    let gap = first_gap(tx, e)?;
    let over = e.is_over_limit();
    // While a number is free within those sold, nothing else is looked at.
    if !over && gap.unwrap_or(e.counter.highest + 1) <= e.seats_here().get() {
        return Ok(Openings { gap, ..Openings::default() });
    }
    // So many ended leases make room at most: more need not be counted.
    let enough = e.counter.occupied.saturating_sub(e.seat_limit().get()) + 1;
    let ended_count = if over { count_ended(tx, e, now, enough)? } else { 0 };
    let ended = tx.query_opt(
        "SELECT id, seat_number, frees_at FROM activations
         WHERE entitlement_id = $1 AND seat_number IS NOT NULL AND frees_at <= $2 AND seat_number <= $3
         ORDER BY frees_at, id LIMIT 1",
        params![e.id, now, e.seats_here()],
        read_ended,
    )?;
    let ended_overdraft = if ended.is_some() { None } else { ended_overdraft(tx, e, now)? };
    // Who finds nothing free is told when to come back.
    let none = ended.is_none() && ended_overdraft.is_none();
    let next_end = if none || over { next_end(tx, e, now)? } else { None };
    Ok(Openings { gap, ended, ended_overdraft, next_end, ended_count })
}

/// How many seats are free because their lease has ended: at most `most`.
fn count_ended(tx: &mut ReadTx<'_>, e: &Entitlement, now: Timestamp, most: u64) -> Result<u64, StoreError> {
    tx.query_one(
        "SELECT COUNT(*) FROM (SELECT 1 FROM activations
         WHERE entitlement_id = $1 AND seat_number IS NOT NULL AND frees_at <= $2 LIMIT $3) AS ended",
        params![e.id, now, int(most)],
        |c| c.take(),
    )
}

fn next_end(tx: &mut ReadTx<'_>, e: &Entitlement, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    tx.query_one(
        "SELECT MIN(frees_at) FROM activations
         WHERE entitlement_id = $1 AND seat_number IS NOT NULL AND frees_at > $2 AND frees_at < $3",
        params![e.id, now, Timestamp::MAX],
        |c| c.take(),
    )
}

fn ended_overdraft(tx: &mut ReadTx<'_>, e: &Entitlement, now: Timestamp) -> Result<Option<Ended>, StoreError> {
    tx.query_opt(
        "SELECT id, seat_number, frees_at FROM activations
         WHERE entitlement_id = $1 AND seat_number IS NOT NULL AND frees_at <= $2 AND seat_number > $3 AND seat_number <= $4
         ORDER BY frees_at, id LIMIT 1",
        params![e.id, now, e.seats_here(), int(e.seat_limit().get())],
        read_ended,
    )
}

fn read_ended(c: &mut Columns<'_>) -> Result<Ended, StoreError> {
    Ok(Ended { activation: c.take()?, number: c.take()?, since: c.take()? })
}

fn first_gap(tx: &mut ReadTx<'_>, e: &Entitlement) -> Result<Option<u64>, StoreError> {
    // Every number up to the highest is taken or free: no need to look when none is missing.
    if e.counter.occupied == e.counter.highest {
        return Ok(None);
    }
    tx.query_one("SELECT MIN(number) FROM free_seats WHERE entitlement_id = $1", params![e.id], |c| c.take())
}

/// The same with no more than how many leases have ended, which tells how many seats are left.
///
/// # Errors
/// The database's.
pub fn openings_left(tx: &mut ReadTx<'_>, e: &Entitlement, now: Timestamp) -> Result<Openings, StoreError> {
    let ended_count = count_ended(tx, e, now, u64::MAX)?;
    Ok(Openings { ended_count, ..Openings::default() })
}

/// The same with what only people need: how many leases have ended, and when the next one does. Costs a look at every
/// lease that has ended.
///
/// # Errors
/// The database's.
pub fn openings_in_full(tx: &mut ReadTx<'_>, e: &Entitlement, now: Timestamp) -> Result<Openings, StoreError> {
    let openings = openings(tx, e, now)?;
    let ended_count = count_ended(tx, e, now, u64::MAX)?;
    let next_end = next_end(tx, e, now)?;
    Ok(Openings { ended_count, next_end, ..openings })
}

/// How many seats are held now, because their devices may still run (SEAT-9).
///
/// # Errors
/// The database's.
pub fn held_count(tx: &mut ReadTx<'_>, e: &Entitlement, now: Timestamp) -> Result<Quantity, StoreError> {
    tx.query_one(
        "SELECT COUNT(*) FROM activations WHERE entitlement_id = $1 AND standing = 'held' AND frees_at > $2",
        params![e.id, now],
        |c| c.take(),
    )
}

/// The held seats whose number is at most `number`: as many as are asked for.
///
/// # Errors
/// The database's.
pub fn held_within(
    tx: &mut ReadTx<'_>,
    e: &Entitlement,
    number: u64,
    most: u64,
) -> Result<Vec<Activation>, StoreError> {
    let sql = concat!(
        select!(),
        " WHERE t.entitlement_id = $1 AND t.standing = 'held' AND t.seat_number <= $2 ORDER BY t.seat_number LIMIT $3"
    );
    tx.query(sql, params![e.id, int(number), int(most)], read)
}

/// How many overdraft seats are used now. Held seats beyond the limit are none of them.
///
/// # Errors
/// The database's.
pub fn overdraft_used(tx: &mut ReadTx<'_>, e: &Entitlement, now: Timestamp) -> Result<Quantity, StoreError> {
    if e.counter.highest <= e.seats_here().get() {
        return Ok(Quantity::ZERO);
    }
    tx.query_one(
        "SELECT COUNT(*) FROM activations
         WHERE entitlement_id = $1 AND seat_number > $2 AND frees_at > $3 AND seat_number <= $4",
        params![e.id, e.seats_here(), now, int(e.seat_limit().get())],
        |c| c.take(),
    )
}

/// The first who leave when there are fewer seats than taken (SEAT-8): ended leases first, then who leaves already, then the
/// least recently refreshed, ties by id.
///
/// # Errors
/// The database's.
pub fn first_to_leave(
    tx: &mut ReadTx<'_>,
    e: &Entitlement,
    surplus: u64,
    now: Timestamp,
) -> Result<Vec<Activation>, StoreError> {
    let sql = concat!(
        select!(),
        " WHERE t.entitlement_id = $1 AND t.seat_number IS NOT NULL
          ORDER BY CASE WHEN t.frees_at <= $2 THEN 0 ELSE 1 END, CASE WHEN t.standing = 'held' THEN 0 ELSE 1 END,
                   CASE WHEN t.lease_expiry <= $2 THEN 0 ELSE 1 END, t.lease_issued, t.id LIMIT $3"
    );
    tx.query(sql, params![e.id, now, int(surplus)], read)
}

/// The activations whose seat number is above `number`, the lowest first.
///
/// # Errors
/// The database's.
pub fn above(tx: &mut ReadTx<'_>, e: &Entitlement, number: u64) -> Result<Vec<Activation>, StoreError> {
    let sql = concat!(select!(), " WHERE t.entitlement_id = $1 AND t.seat_number > $2 ORDER BY t.seat_number");
    tx.query(sql, params![e.id, int(number)], read)
}

/// The free numbers below or at `number`, the lowest first: at most `most`.
///
/// # Errors
/// The database's.
pub fn free_numbers(tx: &mut ReadTx<'_>, e: &Entitlement, number: u64, most: u64) -> Result<Vec<u64>, StoreError> {
    tx.query(
        "SELECT number FROM free_seats WHERE entitlement_id = $1 AND number <= $2 ORDER BY number LIMIT $3",
        params![e.id, int(number), int(most)],
        |c| c.take(),
    )
}

/// The next activations that have a seat of an entitlement, by id: as many as are asked for. Those whose seat is held are none.
///
/// # Errors
/// The database's.
pub fn seated(
    tx: &mut ReadTx<'_>,
    e: EntitlementId,
    after: Option<ActivationId>,
    most: u64,
) -> Result<Vec<Activation>, StoreError> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let sql = concat!(
        select!(),
        " WHERE t.entitlement_id = $1 AND t.standing = 'seated' AND t.id > $2 ORDER BY t.id LIMIT $3"
    );
    tx.query(sql, params![e, after, int(most)], read)
}

/// Who has the seat of a number, or holds it.
///
/// # Errors
/// The database's.
pub fn of_number(tx: &mut ReadTx<'_>, e: EntitlementId, number: u64) -> Result<Option<Activation>, StoreError> {
    tx.query_opt(
        concat!(select!(), " WHERE t.entitlement_id = $1 AND t.seat_number = $2"),
        params![e, int(number)],
        read,
    )
}

/// How many activations there are and were; how many of their leases could still be running, held seats' too; and when the last of
/// those ends, at [`Timestamp::MAX`] for one without end.
///
/// # Errors
/// The database's.
pub fn running(
    tx: &mut ReadTx<'_>,
    e: EntitlementId,
    now: Timestamp,
) -> Result<(u64, u64, Option<Timestamp>), StoreError> {
    // A `nodeLocked` seat frees at no instant: what its device has ends with its lease.
    tx.query_one(
        "SELECT COUNT(*), COALESCE(CAST(SUM(CASE WHEN a.ends > $1 THEN 1 ELSE 0 END) AS BIGINT), 0),
                MAX(CASE WHEN a.ends > $1 THEN a.ends ELSE NULL END)
         FROM (SELECT CASE WHEN seat_number IS NULL THEN 0
                           WHEN frees_at >= $2 THEN COALESCE(lease_expiry, $2)
                           ELSE frees_at END AS ends
               FROM activations WHERE entitlement_id = $3) AS a",
        params![now, Timestamp::MAX, e],
        |c| Ok((c.take()?, c.take()?, c.take()?)),
    )
}

/// Takes a number out of the free ones, if it is among them.
///
/// # Errors
/// The database's.
pub fn take_number(tx: &mut WriteTx<'_>, e: EntitlementId, number: u64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM free_seats WHERE entitlement_id = $1 AND number = $2", params![e, int(number)])?;
    Ok(())
}

/// Gives a number back.
///
/// # Errors
/// The database's; a constraint if it is free already.
pub fn give_back_number(tx: &mut WriteTx<'_>, e: EntitlementId, number: u64) -> Result<(), StoreError> {
    tx.execute("INSERT INTO free_seats (entitlement_id, number) VALUES ($1, $2)", params![e, int(number)])?;
    Ok(())
}

/// Forgets the free numbers above `number`, which has become the highest.
///
/// # Errors
/// The database's.
pub fn forget_numbers_above(tx: &mut WriteTx<'_>, e: EntitlementId, number: u64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM free_seats WHERE entitlement_id = $1 AND number > $2", params![e, int(number)])?;
    Ok(())
}

/// Adds an activation.
///
/// # Errors
/// The database's; a constraint if its number or its seat id has a seat (SEAT-2, SEAT-10).
pub fn insert(tx: &mut WriteTx<'_>, _permit: &Permit, a: &Activation) -> Result<(), StoreError> {
    tx.send(
        "INSERT INTO activations (id, entitlement_id, seat_id, seat_name, standing, seat_number, frees_at, mode, concurrency,
                                  lease_issued, lease_expiry, activated, chain, counter, client_code, container, vm,
                                  device_key, lease_epoch, lease_serial)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        params![
            a.id,
            a.entitlement,
            &a.seat_id,
            a.seat_name.as_ref(),
            standing_name(a.standing),
            a.seat_number().map(int),
            a.frees_at,
            a.mode,
            a.concurrency,
            a.lease.issued,
            a.lease.expiry,
            a.activated,
            int(a.chain),
            int(a.counter),
            &a.client_code,
            a.device.container,
            a.device.vm,
            a.device_key.as_ref(),
            a.lease.mark.map(|mark| int(mark.epoch)),
            a.lease.mark.map(|mark| int(mark.serial)),
        ],
    )?;
    Ok(())
}

/// Changes all that can change of an activation.
///
/// # Errors
/// The database's; a constraint if its number is taken.
pub fn update(tx: &mut WriteTx<'_>, _permit: &Permit, a: &Activation) -> Result<(), StoreError> {
    tx.send(
        "UPDATE activations SET seat_name = $1, standing = $2, seat_number = $3, frees_at = $4, mode = $5, concurrency = $6,
                lease_issued = $7, lease_expiry = $8, chain = $9, counter = $10, container = $11, vm = $12,
                device_key = $13, lease_epoch = $14, lease_serial = $15
         WHERE id = $16",
        params![
            a.seat_name.as_ref(),
            standing_name(a.standing),
            a.seat_number().map(int),
            a.frees_at,
            a.mode,
            a.concurrency,
            a.lease.issued,
            a.lease.expiry,
            int(a.chain),
            int(a.counter),
            a.device.container,
            a.device.vm,
            a.device_key.as_ref(),
            a.lease.mark.map(|mark| int(mark.epoch)),
            a.lease.mark.map(|mark| int(mark.serial)),
            a.id,
        ],
    )?;
    Ok(())
}
