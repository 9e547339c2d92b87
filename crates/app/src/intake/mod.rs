//! Files that platforms export, as they are.

mod chats;
mod goods;
mod orders;
mod outcome;
mod phrases;
mod words;

pub use chats::{ChatImport, import_chats};
pub use goods::{GoodsImport, import_goods};
pub use orders::{OrderImport, import_orders};
pub use outcome::Outcome;
pub(crate) use phrases::set_of;
pub use phrases::{PhraseImport, import_phrases, import_phrases_of};
pub use words::{WordImport, import_words, import_words_of};
pub use yingke_sheets::Refusal;
