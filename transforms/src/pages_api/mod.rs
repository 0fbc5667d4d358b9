//! Facts about Pages API routes: which files are endpoints, what the handler is, and how `req` and `res`
//! travel and are used. Facts only; what follows from them is decided elsewhere.

mod bundle;
mod carrier;
mod chains;
mod config;
mod cors;
mod curried;
mod delegate;
mod exports;
mod flow;
mod handed;
mod methods;
mod micro_cors;
mod object_call;
mod patterns;
mod raw_body;
mod reader;
mod request;
mod response;
mod route;
mod runner;
mod streamed;
mod taught;
mod trpc;
mod wrap;

pub use carrier::{Call, Carrier, Carriers, Escape, EscapeKind, Kept, Role, Root, Surroundings, Unpacked, united};
pub use chains::{Answers, always_answers, answers};
pub use config::{BodyParser, RouteConfig, read_config};
pub use cors::{CorsCalls, CorsOptions};
pub use curried::{aliases, calls_of, declared_id, made_after, made_function, maker_of};
pub use delegate::written_out;
pub use exports::{DefaultExpression, Handler, HandlerForm, NoHandler, default_expression, find_handler};
pub use flow::{After, Flow, analyse, is_nothing, operand};
pub use handed::{Taker, handed, taker};
pub use methods::{Dispatch, chosen as chosen_case, is_sent_check, residual};
pub use object_call::{HeldProperty, ObjectCall};
pub use raw_body::{RawBody, own_reader, raw_body_readers};
pub use request::{Part, RequestUse, is_extension};
pub use response::{HeaderChange, Payload, ResponseUse};
pub use route::{Segment, parse_route, route_of, target_of};
pub use runner::Runners;
pub use streamed::Streamed;
pub use taught::{Form, TaughtCall};
pub use trpc::stays_in_fetch_adapter;
pub use wrap::{Shape, WrapCall, Wrapped, constant, shape, wrapped};
