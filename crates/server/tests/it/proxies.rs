//! Behind real proxies.
