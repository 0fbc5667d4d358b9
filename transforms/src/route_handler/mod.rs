//! Transform 1: a file of `pages/api` becomes a Route Handler.

mod body;
mod compat;
mod dispatch;
mod lists;
mod needs;
mod payload;
mod responses;
mod signature;
