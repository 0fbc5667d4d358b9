//! Transform 1: a file of `pages/api` becomes a Route Handler, together with whoever imports it.
//!
//! [`propose`] decides for the endpoints of one app; [`Proposal::carry_out`] puts what was decided into a
//! change set. Deciding looks at every endpoint alone, in parallel; what ties endpoints together (two files
//! for one URL, imports between them) is looked at before and after.

mod assembly;
mod body;
mod called_back;
mod candidates;
mod carry_out;
mod cases;
mod checks;
mod clash;
pub(crate) mod compat;
mod compat_connect;
mod compat_cors;
mod compat_form;
mod compat_stream;
mod connect;
mod cors;
mod dispatch;
mod doc_comment;
mod doubtful;
mod edge;
mod effect;
mod fit;
mod given;
mod handed;
mod handler;
mod handler_findings;
mod header_clash;
mod header_fields;
mod held_parameter;
mod helper_form;
mod helpers;
mod importers;
mod library_route;
mod lists;
mod made;
pub(crate) mod moves;
mod narrow;
mod narrowed;
mod needs;
mod next_parameter;
mod overloads;
mod packaged;
mod packages;
mod payload;
mod propose;
mod refusal;
mod request_type;
pub(crate) mod responses;
mod sending;
mod settle;
mod shared;
mod siblings;
mod signature;
pub(crate) mod statements;
mod sure;
mod taught;
pub(crate) mod tidy;
mod trpc;
mod unit;
mod uploads;
mod waited;
mod wrapped;
mod wrapped_calls;
mod wrapper_form;
mod wraps;
mod yoga;

pub use candidates::{app_url, unreadable, unreadable_finding};
pub use propose::propose;
pub use shared::Shared;
