//! The people of a run.
