//! Lines and seats (R-DESK-03).

pub(crate) mod lines;
pub(crate) mod pairs;
pub(crate) mod put_seats;
pub(crate) mod see_pair;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yingke_domain::routing::Seat;

/// A seat on a line.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct SeatBody {
    /// The line.
    pub line: String,
    /// Share of the line's buyers, 1 to 1000; 100 is usual, 300 gets three times as many.
    pub weight: u32,
    /// Conversations of this line at once; null = only the person's total counts.
    #[serde(default)]
    pub capacity: Option<u32>,
    /// Words: whoever uses one is best served by this person.
    #[serde(default)]
    pub skills: Vec<String>,
}

impl SeatBody {
    pub(crate) fn of(seat: &Seat) -> Self {
        Self {
            line: seat.line.to_string(),
            weight: seat.weight,
            capacity: seat.capacity,
            skills: seat.skills.to_vec(),
        }
    }
    fn read(self) -> Seat {
        Seat {
            line: self.line.into(),
            weight: self.weight,
            capacity: self.capacity,
            skills: self.skills.into(),
        }
    }
}
