//! Facts about Pages API routes: which files are endpoints, what the handler is, and how `req` and `res`
//! travel and are used. Facts only; what follows from them is decided elsewhere.

mod aliases;
mod bundle;
mod carrier;
mod catcher;
mod chains;
mod changes;
mod compose;
mod config;
mod config_elsewhere;
mod connect;
mod connect_shared;
mod continuations;
mod cors;
mod curried;
mod delegate;
mod exports;
mod flow;
mod forms;
mod giving;
mod handed;
mod imported_leaves;
mod kept;
mod locals;
mod member_handler;
mod methods;
mod micro_cors;
mod middleware;
mod multer;
mod object_call;
mod packed;
mod patterns;
mod plain;
mod questions;
mod raw_body;
mod reader;
mod request;
mod response;
mod route;
mod runner;
mod selecting;
mod short;
mod streamed;
mod taught;
mod trpc;
mod voids;
mod waiting;
mod wrap;
mod wrapped;

pub use bundle::Bundle;
pub use carrier::{
    Call, Carrier, Carriers, Escape, EscapeKind, Held, Kept, Role, Root, Surroundings, Unpacked, united,
};
pub use catcher::{Caught, caught, is_catcher};
pub use chains::{Answers, Stands, always_answers, answers};
pub use changes::changes_parameter;
pub use compose::{Composed, Composer};
pub use config::{BodyParser, RouteConfig, exports_config, read_config, unknown_setting};
pub use config_elsewhere::config_written_out;
pub use connect::{
    Connect, ConnectOptions, ConnectRoute, Export as RouterExport, Maker, ODD as ODD_OPTIONS, Step, Unread,
    WRITE as WRITE_OPTIONS, router_types,
};
pub use connect_shared::{Base, adds_to_router, made_router, router_at, shared};
pub use continuations::{Inner, aliases as handler_aliases, root_of};
pub use cors::{CorsCall, CorsCalls, CorsOptions};
pub use curried::{aliases, annotations, calls_of, declared_id, made_after, made_function, made_functions, maker_of};
pub use delegate::{handing_over, written_out};
pub use exports::{DefaultExpression, Handler, HandlerForm, NoHandler, default_expression, find_handler};
pub use flow::{After, Flow, analyse, is_nothing, operand, returned_sends};
pub use forms::{FormParse, form_parses};
pub use giving::keeps_values;
pub use handed::{Taker, handed, plain_calls, taker};
pub use imported_leaves::{gives_function, names as written_out_leaves, shortened, written_out as leaves_written_out};
pub use kept::kept_work;
pub use member_handler::member_written_out;
pub use methods::{ANY, Dispatch, chosen_case, residual};
pub use middleware::{Given, GoesOn, Place, Waited, middleware, middlewares, takes_next, waited_alias, waited_aliases};
pub use multer::{Multipart, Multiparts};
pub use object_call::{HeldProperty, ObjectCall};
pub use packed::Packed;
pub use questions::questions;
pub use raw_body::{RawBody, own_reader, raw_body_readers};
pub use request::{Part, RequestUse, is_extension};
pub use response::{HeaderChange, Otherwise, Payload, ResponseUse};
pub use route::{Segment, parse_route, route_of, target_of};
pub use runner::Runners;
pub use selecting::selects_by_method;
pub use short::{Short, short};
pub use streamed::Streamed;
pub use taught::{Form, TaughtCall};
pub use trpc::stays_in_fetch_adapter;
pub use voids::voids;
pub use waiting::{Settles, runner_maker};
pub use wrap::{CalledOf, Shape, Taken, called_of, hands_on, returned, shape};
pub use wrapped::{WrapCall, Wrapped, constant, lost, unwrapped, wrapped};
