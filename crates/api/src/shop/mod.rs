//! Shops: what they set for themselves, and whether they are open.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
