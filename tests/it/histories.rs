//! Histories in which something was lost, doubled or stuck without a rule of the sync; each is told through the front
//! door and ends with both sides compared.

mod again;
mod buyers;
mod carts;
mod clocks;
mod late;
mod lifetimes;
mod locks;
mod neighbours;
mod poison;
mod removals;
mod reused;
mod rich;
mod subscribers;
mod unanswered;
mod walks;
mod websites;
