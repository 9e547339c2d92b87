//! People, sign-in, sessions, one-time links, rights, the audit trail.

mod link;
mod people;
mod session;

pub use link::{LinkForm, LinkInfo, inspect_link, owner_link, signin_link, use_link};
pub use people::{
    Change, Invite, PersonView, add_person, add_shop, audit, bind_account, change_person, invite, new_link,
    people,
};
pub(crate) use session::SessionCache;
pub use session::{SignedIn, sign_in, sign_out, staff};

use crate::{Problem, Result, Staff};
use uuid::Uuid;
use yingke_domain::access::{Right, Role, allows};
use yingke_kernel::{AuditId, PersonId, ShopId, Stamp};
use yingke_store::Tx;
use yingke_store::access::AuditRow;
use yingke_store::shop::ShopRow;

/// Fewest characters of a password.
pub const PASSWORD_MIN: usize = 10;

/// Refuses whoever lacks the right.
pub fn require(staff: &Staff, right: Right) -> Result<()> {
    if allows(staff.role, right) {
        return Ok(());
    }
    Err(Problem::forbidden(format!(
        "this needs the right {}; ask the owner of the shop",
        right.as_str()
    )))
}

/// Names of the rights of a role, for the pages.
pub fn rights(role: Role) -> Vec<&'static str> {
    Right::ALL
        .iter()
        .filter(|r| allows(role, **r))
        .map(|r| r.as_str())
        .collect()
}

/// The shop that an empty house begins with.
pub(crate) fn first_shop(now: Stamp) -> ShopRow {
    ShopRow {
        id: ShopId::new(now),
        code: "main".to_owned(),
        name: "main".to_owned(),
        zone: "Asia/Shanghai".to_owned(),
        settings: "{}".to_owned(),
        secret: crate::secret_hash(&crate::new_secret()).to_vec(),
    }
}

/// Writes a line of the audit trail in the transaction of the act.
pub(crate) fn audited(
    tx: &mut Tx<'_>,
    now: Stamp,
    by: Option<PersonId>,
    act: &str,
    subject: &str,
    detail: &str,
) -> yingke_store::Result<()> {
    let line = AuditRow {
        id: AuditId::new(now),
        at: now,
        person: by,
        act: act.to_owned(),
        subject: subject.to_owned(),
        detail: detail.to_owned(),
    };
    yingke_store::access::audit(tx, &line)
}

/// The highest id of the audit trail, to begin from its newest line.
pub(crate) fn audit_end() -> AuditId {
    AuditId(Uuid::max())
}
