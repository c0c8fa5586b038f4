//! What whoever runs Cartwright relies on: proxies, figures, logs, several processes, restarts, upgrades, backups.

mod backup;
mod beginnings;
mod connections;
mod demo;
mod files;
mod keys;
mod logs;
mod metrics;
mod own_postgres;
mod processes;
mod proxies;
mod upgrades;
