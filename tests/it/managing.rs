//! Channels, integrations and jobs as an admin keeps them in order (issue 6).

mod audit;
mod clearing;
mod integrations;
mod jobs;
mod meanwhile;
mod small;
mod stranger;
