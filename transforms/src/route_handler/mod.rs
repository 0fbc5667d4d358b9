//! Transform 1: a file of `pages/api` becomes a Route Handler, together with whoever imports it.
//!
//! [`propose`] decides for the endpoints of one app; [`Proposal::carry_out`] puts what was decided into a
//! change set. Deciding looks at every endpoint alone, in parallel; what ties endpoints together (two files
//! for one URL, imports between them) is looked at before and after.

mod assembly;
mod body;
pub(crate) mod compat;
mod dispatch;
mod edge;
mod handler;
mod importers;
mod lists;
pub(crate) mod moves;
mod needs;
mod payload;
mod propose;
pub(crate) mod responses;
mod siblings;
mod signature;
pub(crate) mod tidy;

pub use propose::{app_url, propose, unreadable, unreadable_finding};
