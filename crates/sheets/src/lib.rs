//! Every file format, in and out. Bytes come in, records or refusals go out, one at a time: nothing here holds a whole
//! file, knows a database or reads the clock.
//!
//! - [`orders`]: the order lists that a platform exports;
//! - [`chats`]: chat lines of our own, the analysis console's JSON, text copied from the chat window;
//! - [`phrases`]: quick phrases, in and out;
//! - [`words`]: words that a shop does not want said, in and out;
//! - [`csv_out`], [`xlsx_out`]: tables for people who open them in a spreadsheet.
//!
//! A file that cannot be read at all is a [`FileError`]; a line that cannot be read is a [`Refusal`] and never stops the
//! others. Both say what was found, where, and how to mend it.
//!
//! ```
//! use yingke_sheets::{Item, orders};
//! let file = "订单编号,总金额,买家实际支付金额,收货地址 ,订单创建时间,订单付款时间 ,退款金额\n\
//!             1,20.00,15.00,上海,2026-10-03 10:00:00,2026-10-03 10:00:08,5.00\n";
//! let zone = yingke_kernel::Zone::shanghai();
//! let mut rows = orders::open(std::io::Cursor::new(file), "report.csv", &zone).expect("a known header");
//! assert_eq!(rows.layout, "tmall-report-7");
//! let Some(Item::Record { line, value }) = rows.next() else { panic!("a record") };
//! assert_eq!((line, value.net.to_string().as_str(), value.gross.to_string().as_str()), (2, "15.00", "20.00"));
//! ```

mod cells;
pub mod chats;
pub mod csv_out;
mod error;
pub mod goods;
pub mod orders;
pub mod phrases;
mod rows;
mod table;
mod text;
pub mod words;
pub mod xlsx_out;

pub use error::{Fault, FileError, Item, Refusal};
pub use text::Source;
