//! Replies of offline activation.

use chancery_api_types::offline::{OfflineDeactivated, OfflineReply};
use chancery_operations::offline;

use crate::show;

pub(super) fn reply(made: offline::OfflineReply) -> OfflineReply {
    OfflineReply { activation: show::activation(&made.view), token: made.token }
}

pub(super) fn deactivated(done: offline::OfflineDeactivated) -> OfflineDeactivated {
    OfflineDeactivated { activation: show::activation(&done.view), already_done: done.already_done }
}
