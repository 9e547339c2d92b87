//! Buyers who come through the widget.

pub(crate) mod hello;
