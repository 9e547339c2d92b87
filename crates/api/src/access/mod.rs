//! Signing in, the people of the house, and the audit trail.

pub(crate) mod audit;
pub(crate) mod bind_account;
pub(crate) mod change_password;
pub(crate) mod change_person;
pub(crate) mod confirm_totp;
pub(crate) mod end_own_sessions;
pub(crate) mod end_sessions;
pub(crate) mod enrol_totp;
pub(crate) mod inspect_link;
pub(crate) mod invite;
pub(crate) mod me;
pub(crate) mod new_link;
pub(crate) mod people;
pub(crate) mod recovery_codes;
pub(crate) mod reset_totp;
pub(crate) mod scan;
pub(crate) mod security;
pub(crate) mod session;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod take_audit;
pub(crate) mod totp_off;
pub(crate) mod unbind_account;
pub(crate) mod use_link;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What somebody is in the house (R-TEAM-02).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// Owns the shop.
    Owner,
    /// Leads the agents.
    Supervisor,
    /// Receives buyers.
    Agent,
}

impl From<yingke_domain::access::Role> for Role {
    fn from(role: yingke_domain::access::Role) -> Self {
        match role {
            yingke_domain::access::Role::Owner => Self::Owner,
            yingke_domain::access::Role::Supervisor => Self::Supervisor,
            yingke_domain::access::Role::Agent => Self::Agent,
        }
    }
}

impl From<Role> for yingke_domain::access::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Owner => Self::Owner,
            Role::Supervisor => Self::Supervisor,
            Role::Agent => Self::Agent,
        }
    }
}

/// How far somebody has come (R-GRADE).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Grade {
    /// Begins.
    Junior,
    /// Closes large orders alone.
    Middle,
    /// Sells to large buyers.
    Senior,
    /// Leads.
    Manager,
}

impl From<yingke_domain::access::Grade> for Grade {
    fn from(grade: yingke_domain::access::Grade) -> Self {
        use yingke_domain::access::Grade as Of;
        match grade {
            Of::Junior => Self::Junior,
            Of::Middle => Self::Middle,
            Of::Senior => Self::Senior,
            Of::Manager => Self::Manager,
        }
    }
}

impl From<Grade> for yingke_domain::access::Grade {
    fn from(grade: Grade) -> Self {
        match grade {
            Grade::Junior => Self::Junior,
            Grade::Middle => Self::Middle,
            Grade::Senior => Self::Senior,
            Grade::Manager => Self::Manager,
        }
    }
}

/// Sets an optional field, clears it with null, or leaves it as it is when it is absent.
pub(crate) fn present<'de, D, T>(d: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(d).map(Some)
}
