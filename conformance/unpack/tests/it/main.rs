//! What comes out of containers.

mod field_cases;
mod sink;
