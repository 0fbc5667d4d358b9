//! Transform 2: a method of a Route Handler that only this app's own components call becomes a `'use server'`
//! function, and they call it.
//!
//! ```ts
//! // app/api/posts/[id]/route.ts                         // app/posts/actions.ts
//! export async function DELETE(req, { params }) {        export async function deletePost(id: string) {
//!   const { id } = await params;                    →      await db.post.delete({ where: { id } });
//!   await db.post.delete({ where: { id } });               return { ok: true, status: 204 };
//!   return new Response(null, { status: 204 });          }
//! }
//! ```
//!
//! It works on the tree as the first transform leaves it ([`after`]), so that it knows only one form of input.
//! [`propose_actions`] decides; [`crate::decide`] has the rules about who calls; [`conversion`] is what one method needs,
//! [`handler`], [`input`] and [`result`] say what a function reads and returns; [`text`], [`file`] and [`caller`] write.

mod absent;
mod after;
mod caller;
mod caller_notes;
mod carry_out;
mod checks;
mod client_id;
mod compat;
mod conversion;
mod data;
mod demand;
mod file;
mod form_fields;
mod forms;
mod gaps;
mod handler;
mod headers;
mod input;
mod input_type;
mod left_over;
mod loading;
mod localised;
mod module_state;
mod name;
mod native;
mod notes;
mod page_middleware;
mod parallel;
mod place;
mod propose;
mod query;
mod result;
mod result_type;
mod seen;
mod sent_headers;
mod settled;
mod shared_secret;
mod text;
mod told;
mod twin;
mod twins;
mod types;
mod values;
mod wishes;
mod wrapped;

pub use after::{Stage, after};
pub use handler::find_handler;
pub use headers::imported_modules;
pub use propose::propose_actions;
pub use wrapped::wrapped_function;
