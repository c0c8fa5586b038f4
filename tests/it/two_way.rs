//! Edits flow both ways: what is edited here reaches the store, what is edited there arrives, and nothing is lost between.

pub(crate) mod desk;

mod agree;
mod create;
mod doubt;
mod filters;
mod history;
mod inbox;
mod many;
mod newsletter;
mod pages;
mod preview;
mod push;
mod random;
mod reference;
mod rejected;
mod removed;
mod rules;
mod speed;
mod trouble;
mod under_way;
