//! The pages in a real browser, used as a person uses them: fields by their labels, buttons and links by their names,
//! news by its role. Each test has an application on a port of its own, a database and a Chromium.
//!
//! Needs `chromium` and `chromedriver`. `CARTWRIGHT_SCREENSHOTS=1` also writes a picture of every page and look to
//! `screenshots` in the target directory; a test that fails leaves one there in any case.

mod chromium;
mod contrast;
mod desk;
mod dialog;
mod keyboard;
mod look;
mod person;
mod phone;
mod plain;
mod search;
mod served;
mod store;
mod tour;
mod two_way;
mod visit;
mod walk;
