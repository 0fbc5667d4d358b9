//! Facts about Pages API routes: which files are endpoints, what the handler is, and how `req` and `res`
//! travel and are used. Facts only; what follows from them is decided elsewhere.

mod carrier;
mod config;
mod exports;
mod flow;
mod methods;
mod object_call;
mod present;
mod raw_body;
mod reader;
mod request;
mod response;
mod route;

pub use carrier::{Call, Carrier, Carriers, Escape, EscapeKind, Role, Root, Surroundings, Unpacked, united};
pub use config::{BodyParser, RouteConfig, read_config};
pub use exports::{Handler, HandlerForm, NoHandler, find_handler};
pub use flow::{After, Flow, analyse, operand};
pub use methods::{Dispatch, chosen as chosen_case, method_known, residual};
pub use object_call::{HeldProperty, ObjectCall};
pub use raw_body::{RawBody, own_reader, raw_body_readers};
pub use reader::{bound_ids, bound_names};
pub use request::{Part, RequestUse};
pub use response::{HeaderChange, Payload, ResponseUse};
pub use route::{Segment, parse_route, route_of, target_of};
