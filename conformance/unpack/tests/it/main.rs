//! What comes out of containers.

mod archives;
mod documents;
mod field_cases;
mod hostile;
mod sink;
