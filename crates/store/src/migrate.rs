//! The schema, step by step: one file for both databases, never edited once released.
