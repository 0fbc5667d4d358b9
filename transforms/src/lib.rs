//! The pure half of routelift: source text in, a reviewed [`plan::Plan`] out. Nothing here reads or
//! writes a file, asks git or prints; `routelift`'s binary does that around this crate.
//!
//! The way through, in the order things happen:
//!
//! 1. [`project`]: the files of a repository and the Next.js apps in it, parsed on demand.
//! 2. `pages_api`: facts about the endpoints, the functions that carry `req` and `res`, the methods.
//! 3. `route_handler`, then `server_action`: the two transforms. The second one works on what
//!    the first one made.
//! 4. [`plan::Plan`]: one decision per endpoint with its [`finding::Finding`]s, and the
//!    [`rewrite::ChangeSet`] that carries it out.

mod app_routes;
mod callers;
mod decide;
pub mod finding;
mod libraries;
pub mod lookup;
mod pages_api;
pub mod plan;
pub mod project;
pub mod rewrite;
mod route_handler;
mod server_action;
pub mod settings;
pub mod syntax;

pub use callers::{Reached, Via};
