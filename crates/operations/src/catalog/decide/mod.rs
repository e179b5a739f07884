//! From what stands and what a file wants to the steps between them, or to everything that is wrong in the file. It
//! writes nothing, so a dry run and an import decide alike.

mod attribute;
mod define;
mod definition;
mod feature;
mod offering;
mod plan;
mod product;

use std::collections::HashMap;

use chancery_domain::{
    Change as FieldChange, Facts, FieldError, Id, Invalid, Key, Name, Permit, PlanId, Timestamp, VendorId, changes,
};
use chancery_store::{StoreError, WriteTx};
use chancery_token::Entropy;

use self::define::Shelves;
use self::product::ProductHere;
use super::{CatalogContent, CatalogInput, ImportAction, ImportEntry, ImportKind, Member};
use crate::{Context, Error};

/// One write of a step.
pub(super) type Write = Box<dyn Fn(&mut WriteTx<'_>, &Permit) -> Result<(), StoreError>>;

/// What becomes of one thing: what the caller is told, what the audit says, what is written.
pub(super) struct Step {
    pub(super) entry: ImportEntry,
    pub(super) subject: String,
    pub(super) audit: Vec<FieldChange>,
    pub(super) writes: Vec<Write>,
}

/// The steps of an import, in an order in which each finds what it needs.
///
/// # Errors
/// `Invalid`, with everything that is wrong in the file.
pub(super) fn decide(context: &Context, present: &CatalogContent, input: &CatalogInput) -> Result<Vec<Step>, Error> {
    let mut draft = Draft::new(context, present);
    draft.define_globals(&input.global);
    draft.products(&input.products);
    draft.plans(&input.plans);
    draft.offerings(&input.offerings);
    let complete = draft.complete;
    let faults: Vec<FieldError> = input.faults.iter().cloned().chain(draft.faults).collect();
    match (faults.is_empty(), complete) {
        (true, true) => Ok(draft.steps),
        (true, false) => Err(Error::internal("a part of a catalog file was left out without a fault")),
        (false, _) => Err(Error::Invalid(faults)),
    }
}

/// What is known and decided so far.
struct Draft<'a> {
    present: &'a CatalogContent,
    vendor: VendorId,
    now: Timestamp,
    entropy: Entropy,
    shelves: Shelves,
    /// Products by key: those that stand and those of the file.
    products: HashMap<Key, ProductHere>,
    /// Plans by name, likewise.
    plans: HashMap<Name, PlanId>,
    /// Things of the file whose names cannot be read may be what others refer to: then nobody is told that it does not
    /// exist.
    unnamed_product: bool,
    unnamed_plan: bool,
    faults: Vec<FieldError>,
    /// Whether everything in the file could be decided.
    complete: bool,
    steps: Vec<Step>,
}

impl<'a> Draft<'a> {
    fn new(context: &Context, present: &'a CatalogContent) -> Self {
        Self {
            present,
            vendor: context.actor().vendor(),
            now: context.now(),
            entropy: context.entropy("catalog"),
            shelves: Shelves::of(present),
            products: product::present(present),
            plans: present.plans.iter().map(|plan| (plan.name.clone(), plan.id)).collect(),
            unnamed_product: false,
            unnamed_plan: false,
            faults: Vec::new(),
            complete: true,
            steps: Vec::new(),
        }
    }

    /// New ids, the lowest first: what is listed by id is then listed in the order of the file, although all are of one
    /// instant.
    fn ids<I: Id>(&mut self, count: usize) -> Vec<I> {
        let mut ids: Vec<I> = (0..count).map(|_| self.entropy.id(self.now)).collect();
        ids.sort_unstable();
        ids
    }

    fn fault(&mut self, path: impl Into<String>, invalid: Invalid, right: impl Into<String>) {
        self.faults.push(FieldError::new(path, invalid, right));
    }

    /// A member that a new thing must have; what stands may leave it out.
    fn need<T: Clone>(&mut self, member: &Member<T>, present: Option<T>, path: &str, name: &str) -> Option<T> {
        match (member, present) {
            (Member::Given(value), _) => Some(value.clone()),
            (_, Some(present)) => Some(present),
            (Member::Faulty, None) => {
                self.complete = false;
                None
            }
            (Member::Absent, None) => {
                self.fault(format!("{path}.{name}"), Invalid::Required, format!("give the member {name}"));
                None
            }
        }
    }

    /// What a thing is called whose key cannot be read, so that what belongs to it is judged all the same.
    fn placeholder(&mut self, path: &str) -> Option<Key> {
        self.complete = false;
        Key::new(path).ok()
    }

    /// Says that a name stands in the file twice, and does nothing of the second.
    fn twice(&mut self, path: &str, member: &str, first: &str) {
        let right = format!("{first} has the same {member}: name each thing once");
        self.fault(format!("{path}.{member}"), Invalid::Duplicate, right);
    }
}

/// What a step is about.
struct About<'a> {
    kind: ImportKind,
    key: String,
    path: &'a str,
    subject: String,
}

impl About<'_> {
    /// The step between two states. `told` says what differs in the caller's words; `audit` in the records'.
    fn step(self, is_new: bool, told: Vec<FieldChange>, audit: Vec<FieldChange>, writes: Vec<Write>) -> Step {
        let action = match (is_new, audit.is_empty()) {
            (true, _) => ImportAction::Create,
            (false, true) => ImportAction::Unchanged,
            (false, false) => ImportAction::Update,
        };
        let Self { kind, key, path, subject } = self;
        let entry = ImportEntry { action, kind, key, path: path.to_owned(), changes: told };
        Step { entry, subject, audit, writes }
    }

    /// The step of a record that is told as it is written. `write` is done only if something differs.
    fn record<T: Facts>(self, before: Option<&T>, after: &T, write: Write) -> Step {
        let differs = changes(before, Some(after));
        let writes = if differs.is_empty() { Vec::new() } else { vec![write] };
        self.step(before.is_none(), differs.clone(), differs, writes)
    }
}
