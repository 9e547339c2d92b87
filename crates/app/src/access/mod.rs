//! People, sign-in, sessions, one-time links, rights, the audit trail.

mod link;
mod password;
mod people;
mod scan;
mod session;
mod totp;

pub use link::{LinkForm, LinkInfo, inspect_link, owner_link, recover_owner, signin_link, use_link};
pub use people::{
    AuditLine, Change, Invite, PersonView, add_person, add_shop, audit, audit_exported, bind_account,
    change_person, invite, new_link, people, unbind_account,
};
pub(crate) use scan::Scans;
pub use scan::{Scan, ScanView, Waited, answer_scan, begin_scan, inspect_scan, wait_scan};
pub(crate) use session::SessionCache;
pub use session::{SessionView, SignedIn, change_password, end_sessions, sessions, sign_in, sign_out, staff};
pub use totp::{
    Came, Enrolment, confirm_totp, enrol, new_recovery_codes, reset_totp, second_factor, totp_off,
};

use crate::{House, Problem, Result, Staff};
use yingke_domain::access::{Right, Role, allows};
use yingke_kernel::{AuditId, PersonId, ShopId, Stamp};
use yingke_store::Tx;
pub use yingke_store::access::AuditFilter;
use yingke_store::access::AuditRow;
use yingke_store::shop::ShopRow;

/// Fewest characters of a password.
pub const PASSWORD_MIN: usize = 10;

/// A picture of an address for a telephone's camera, SVG.
pub(crate) fn picture(address: &str) -> Result<String> {
    Ok(qrcode::QrCode::new(address.as_bytes())
        .map_err(|error| Problem::invalid("bad_field", error.to_string()))?
        .render::<qrcode::render::svg::Color<'_>>()
        .min_dimensions(176, 176)
        .build())
}

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

/// Whether this person must set up a second factor before anything else (`access.require_totp`).
pub fn must_enrol(house: &House, staff: &Staff) -> bool {
    house.policy().access.require_totp.contains(&staff.role)
        && house.directory().person(staff.person).is_some_and(|p| !p.totp)
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

/// Writes that a file left the house (R-TEAM-02): how many rows it has, in which form, of what (days, whose). `act` ends in `export`.
pub(crate) fn exported(
    tx: &mut Tx<'_>,
    now: Stamp,
    by: Option<PersonId>,
    act: &str,
    subject: &str,
    (rows, form, of): (i64, &str, &str),
) -> yingke_store::Result<()> {
    let detail = serde_json::json!({ "rows": rows, "form": form, "of": of });
    audited(tx, now, by, act, subject, &detail.to_string())
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
