//! Takes tables and weighers and gives weighted tables.

pub mod contract;
