//! Edits flow both ways: what is edited here reaches the store, what is edited there arrives, and nothing is lost between.

pub(crate) mod desk;

mod agree;
mod doubt;
mod inbox;
mod pages;
mod push;
mod random;
mod reference;
mod speed;
mod trouble;
