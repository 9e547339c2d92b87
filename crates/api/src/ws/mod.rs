//! The socket: what is said, who is told, and one connection.

pub(crate) mod hub;
pub mod protocol;
pub(crate) mod session;
pub(crate) mod upgrade;

use yingke_app::House;
use yingke_kernel::{Problem, ThreadId};

/// A guest's place in the queue (0 = not in it) and who holds the conversation.
pub(crate) async fn queue_of(
    house: &House,
    guest: &yingke_app::Guest,
) -> Result<(i64, Option<String>), Problem> {
    let row = yingke_app::conversation::thread_of_guest(house, guest).await?;
    Ok((place_of(house, row.id), holder_name(house, &row)))
}

/// Place in the queue, 1 = next, 0 = not in it.
pub(crate) fn place_of(house: &House, thread: ThreadId) -> i64 {
    yingke_app::conversation::queue_place(house, thread)
}

/// Name of whoever holds the conversation.
pub(crate) fn holder_name(house: &House, row: &yingke_app::ThreadRow) -> Option<String> {
    row.live
        .holder
        .and_then(|person| house.directory().actor_name(person.0).map(str::to_owned))
}
