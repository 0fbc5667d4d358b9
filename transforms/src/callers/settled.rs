//! What the promise of a call gives, or throws, where that is not the response: what axios or a function of the
//! repository makes of it. The same has to follow the call of an action.
//!
//! ```ts
//! axios.delete(`/api/posts/${id}`).then(() => router.refresh()).catch(report);
//! const post = await postJson('/api/posts', draft);   // throws where the response is not `ok`
//! ```

use std::collections::BTreeSet;
use std::sync::Arc;

use super::reading::JsonRead;
use crate::syntax::Span;

/// What is made of the response before anybody sees it.
#[derive(Clone, Debug)]
pub enum Settled {
    /// axios rejects what is not `ok`; whether somebody reads what it gives.
    Rejecting(bool),
    /// A function around `fetch` reads the response.
    Tail(Tail),
}

impl Settled {
    /// The names in its code that no module declares.
    pub fn globals(&self) -> impl Iterator<Item = &str> {
        let tail = match self {
            Settled::Rejecting(_) => None,
            Settled::Tail(tail) => Some(tail),
        };
        tail.into_iter().flat_map(|tail| &tail.globals).map(String::as_str)
    }
}

/// What a function does with the response of `fetch`.
#[derive(Clone, Debug)]
pub struct Tail {
    /// The text of its file.
    pub text: Arc<str>,
    /// What it calls the response.
    pub response: String,
    /// Its code behind the call of `fetch`: statements, or an expression.
    pub code: Span,
    pub is_expression: bool,
    /// The names in it that no module declares.
    pub globals: BTreeSet<String>,
    /// The reads of JSON.
    pub reads: Vec<JsonRead>,
    /// The type that it is declared to give.
    pub gives: Option<String>,
}
