//! The command from outside, and its parts over real folders and a real git.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod apply;
mod callers;
mod command;
mod discovery;
mod fixture;
mod kept;
mod listing;
mod patch;
mod report;
mod resolution;
mod rules;
mod settings;
