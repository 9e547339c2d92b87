//! Shops: what they set for themselves, and whether they are open.

pub(crate) mod calendar;
pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod get;
pub(crate) mod key;
pub(crate) mod list;
pub(crate) mod members;
pub(crate) mod open_now;
pub(crate) mod rotate_key;
pub(crate) mod set_member;
pub(crate) mod view;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A shop in the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShopLine {
    /// Short name in addresses and commands.
    pub code: String,
    /// Name that buyers see.
    pub name: String,
    /// IANA name of its zone.
    pub zone: String,
    /// Whether buyers may expect an answer now.
    pub open: bool,
    /// Whether any agent is online.
    pub online: bool,
    /// Now in the shop's language; empty when it names no hours.
    pub text: String,
}

/// The key of a shop's buyer tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenKey {
    /// Hexadecimal, 64 characters.
    pub key: String,
}

/// Corner of the widget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    /// Lower left.
    Left,
    /// Lower right.
    Right,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tone {
    /// As the buyer's device says.
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl From<yingke_app::shop::Side> for Side {
    fn from(side: yingke_app::shop::Side) -> Self {
        match side {
            yingke_app::shop::Side::Left => Self::Left,
            yingke_app::shop::Side::Right => Self::Right,
        }
    }
}
impl From<Side> for yingke_app::shop::Side {
    fn from(side: Side) -> Self {
        match side {
            Side::Left => Self::Left,
            Side::Right => Self::Right,
        }
    }
}
impl From<yingke_app::shop::Tone> for Tone {
    fn from(dark: yingke_app::shop::Tone) -> Self {
        match dark {
            yingke_app::shop::Tone::Auto => Self::Auto,
            yingke_app::shop::Tone::Light => Self::Light,
            yingke_app::shop::Tone::Dark => Self::Dark,
        }
    }
}
impl From<Tone> for yingke_app::shop::Tone {
    fn from(dark: Tone) -> Self {
        match dark {
            Tone::Auto => Self::Auto,
            Tone::Light => Self::Light,
            Tone::Dark => Self::Dark,
        }
    }
}
