//! Activation codes: who shows one claims a seat of its order (LIC-2).

use chancery_domain::{
    ActivationCode, Actor, CodeText, Invalid, Product, ProductId, Refusal, Selector, Timestamp, Vendor, VendorId,
};
use chancery_store::{ReadTx, activation_code, product, vendor};
use chancery_token::hash::sha256;

use super::{Authenticated, Claimant, Lead};
use crate::{Error, System};

/// What is kept of an activation code (LIC-2). The code's own randomness is the salt.
pub(crate) fn hash_code(vendor: VendorId, code: &CodeText) -> [u8; 32] {
    sha256(&[vendor.to_string().as_bytes(), b"\0", code.canonical().as_bytes()])
}

/// Who shows a code.
pub(super) async fn claimant(
    system: &System,
    code: &str,
    which: Selector<ProductId>,
    clock: Timestamp,
) -> Result<Claimant, Error> {
    let code = match CodeText::read(code) {
        Ok(code) => code,
        Err(Invalid::Required) => {
            return Err(Error::invalid("credential.code", Invalid::Required, "give the activation code"));
        }
        Err(_) => return Err(Error::ActivationCodeUnknown),
    };
    let vendors: Vec<VendorId> = system.vendors().iter().map(|vendor| vendor.id).take(FEW).collect();
    let look = move |tx: &mut ReadTx<'_>| {
        if tx.announces() {
            announce(tx, &code, &which, &vendors)?;
        }
        find(tx, &code, &which)
    };
    let (vendor, code, product) = system.store().glance(look).await?;
    let now = vendor.now(system.now(clock));
    let actor = Actor::Order { id: code.order, vendor: vendor.id };
    let caller = Authenticated { actor, vendor, now };
    Ok(Claimant { caller, product, lead: Lead::Code(code.order, code.id), orders: vec![code.order] })
}

/// Of so many vendors it is told at once what will be asked about the code.
const FEW: usize = 3;

fn announce(
    tx: &mut ReadTx<'_>,
    code: &CodeText,
    which: &Selector<ProductId>,
    vendors: &[VendorId],
) -> Result<(), Error> {
    product::announce_anywhere(tx, which)?;
    for vendor in vendors {
        activation_code::announce_by_hash(tx, &hash_code(*vendor, code))?;
        vendor::announce(tx, *vendor)?;
    }
    Ok(())
}

fn find(
    tx: &mut ReadTx<'_>,
    code: &CodeText,
    which: &Selector<ProductId>,
) -> Result<(Vendor, ActivationCode, Product), Error> {
    for product in product::find_anywhere(tx, which)? {
        if let Some(code) = find_code(tx, product.vendor, code)?
            && let Some(vendor) = vendor::find(tx, code.vendor)?
        {
            return Ok((vendor, code, product));
        }
    }
    for vendor in vendor::all(tx)? {
        if find_code(tx, vendor.id, code)?.is_some() {
            return Err(Refusal::ProductNotInOrder.into());
        }
    }
    Err(Error::ActivationCodeUnknown)
}

fn find_code(tx: &mut ReadTx<'_>, vendor: VendorId, code: &CodeText) -> Result<Option<ActivationCode>, Error> {
    let found = activation_code::find_by_hash(tx, &hash_code(vendor, code))?;
    Ok(found.filter(|code| code.revoked.is_none()))
}
