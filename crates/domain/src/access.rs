//! Who may do what (R-TEAM-02). Roles are few; every call is checked against a right, never against a role.

/// What somebody is in the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Owns the shop: everything.
    Owner,
    /// Leads the agents.
    Supervisor,
    /// Receives buyers.
    Agent,
}

impl Role {
    /// All roles.
    pub const ALL: &[Self] = &[Self::Owner, Self::Supervisor, Self::Agent];

    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Supervisor => "supervisor",
            Self::Agent => "agent",
        }
    }
    /// The role of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == text)
    }
}

/// How far somebody has come (R-GRADE-01..03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Begins.
    Junior,
    /// Closes large orders alone.
    Middle,
    /// Sells to large buyers.
    Senior,
    /// Leads.
    Manager,
}

impl Grade {
    /// All grades, lowest first.
    pub const ALL: &[Self] = &[Self::Junior, Self::Middle, Self::Senior, Self::Manager];

    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Junior => "junior",
            Self::Middle => "middle",
            Self::Senior => "senior",
            Self::Manager => "manager",
        }
    }
    /// The grade of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|grade| grade.as_str() == text)
    }
}

/// What may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Receive buyers: take, answer, transfer, close.
    Receive,
    /// Act upon conversations that somebody else holds.
    TakeOver,
    /// See the figures of everybody; without it only one's own.
    SeeFigures,
    /// See the people, their states and accounts.
    SeePeople,
    /// Invite, change, deactivate agents, bind accounts.
    ManagePeople,
    /// Invite or change supervisors and owners.
    ManageOwners,
    /// Read the audit trail.
    SeeAudit,
    /// Import files.
    Import,
    /// Change shops and their settings.
    ManageShops,
    /// See a buyer's telephone number or an address in full, one at a time, on the audit trail.
    Reveal,
    /// Take out everything that is held of a buyer.
    ExportBuyer,
    /// Make the house forget a buyer.
    EraseBuyer,
    /// Change texts: greetings, offers, quick questions.
    ManageTexts,
    /// Change the figures of the rules.
    ManagePolicy,
    /// Change goods: shelf and pictures.
    ManageGoods,
    /// See everybody's findings, confirm and waive them.
    JudgeIncidents,
    /// Grant what is beyond an agent's own authority.
    Approve,
    /// Change the team's phrases.
    ManagePhrases,
    /// Write notices to the team, and see who has confirmed them.
    PostNotices,
    /// Set the goals of the day and split them.
    SetGoals,
}

impl Right {
    /// All rights.
    pub const ALL: &[Self] = &[
        Self::Receive,
        Self::TakeOver,
        Self::SeeFigures,
        Self::SeePeople,
        Self::ManagePeople,
        Self::ManageOwners,
        Self::SeeAudit,
        Self::Import,
        Self::ManageShops,
        Self::Reveal,
        Self::ExportBuyer,
        Self::EraseBuyer,
        Self::ManageTexts,
        Self::ManagePolicy,
        Self::ManageGoods,
        Self::JudgeIncidents,
        Self::Approve,
        Self::ManagePhrases,
        Self::PostNotices,
        Self::SetGoals,
    ];

    /// Name on the wire; the pages hide what a person may never do.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Receive => "receive",
            Self::TakeOver => "take_over",
            Self::SeeFigures => "see_figures",
            Self::SeePeople => "see_people",
            Self::ManagePeople => "manage_people",
            Self::ManageOwners => "manage_owners",
            Self::SeeAudit => "see_audit",
            Self::Import => "import",
            Self::ManageShops => "manage_shops",
            Self::Reveal => "reveal",
            Self::ExportBuyer => "export_buyer",
            Self::EraseBuyer => "erase_buyer",
            Self::ManageTexts => "manage_texts",
            Self::ManagePolicy => "manage_policy",
            Self::ManageGoods => "manage_goods",
            Self::JudgeIncidents => "judge_incidents",
            Self::Approve => "approve",
            Self::ManagePhrases => "manage_phrases",
            Self::PostNotices => "post_notices",
            Self::SetGoals => "set_goals",
        }
    }
}

/// Whether a role has a right.
pub const fn allows(role: Role, right: Right) -> bool {
    match role {
        Role::Owner => true,
        Role::Supervisor => !matches!(
            right,
            Right::ManageOwners
                | Right::ManageShops
                | Right::ExportBuyer
                | Right::EraseBuyer
                | Right::ManagePolicy
        ),
        Role::Agent => matches!(right, Right::Receive | Right::Reveal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_team_02_each_role_has_exactly_its_rights() {
        use Right::*;
        let table = [
            (Receive, [true, true, true]),
            (TakeOver, [true, true, false]),
            (SeeFigures, [true, true, false]),
            (SeePeople, [true, true, false]),
            (ManagePeople, [true, true, false]),
            (ManageOwners, [true, false, false]),
            (SeeAudit, [true, true, false]),
            (Import, [true, true, false]),
            (ManageShops, [true, false, false]),
            (Reveal, [true, true, true]),
            (ExportBuyer, [true, false, false]),
            (EraseBuyer, [true, false, false]),
            (ManageTexts, [true, true, false]),
            (ManagePolicy, [true, false, false]),
            (ManageGoods, [true, true, false]),
            (JudgeIncidents, [true, true, false]),
            (Approve, [true, true, false]),
            (ManagePhrases, [true, true, false]),
            (PostNotices, [true, true, false]),
            (SetGoals, [true, true, false]),
        ];
        assert_eq!(table.len(), Right::ALL.len());
        for (right, expected) in table {
            for (role, allowed) in Role::ALL.iter().zip(expected) {
                assert_eq!(allows(*role, right), allowed, "{role:?} {right:?}");
            }
        }
    }

    #[test]
    fn names_are_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(*role));
        }
        assert_eq!(Role::parse("boss"), None);
        for grade in Grade::ALL {
            assert_eq!(Grade::parse(grade.as_str()), Some(*grade));
        }
        assert_eq!(Grade::parse("master"), None);
    }
}
