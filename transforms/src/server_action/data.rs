//! What becomes of the data of an answer in the result of an action.
//!
//! | data | callers read | it becomes |
//! |---|---|---|
//! | `{ id: 'a', title }` | anything | itself, if JSON changes nothing of it |
//! | `{ id: 'a', post }` | `id` | `{ id: 'a' }` |
//! | `post` | anything | `JSON.parse(JSON.stringify(post))` |
//! | `post` | nothing | nothing |
//! | `'Saved'` | `text()` | itself |

use std::collections::BTreeSet;

use super::result::{Answer, Text};
use super::text::{Demand, Members, is_harmless};
use super::values::Values;
use crate::syntax::ast::{Expr, ObjectLit, Prop, PropOrSpread};
use crate::syntax::{Span, bare, prop_name, span_of};

/// The data of one answer, and what it leaves out.
pub struct Data {
    /// What is left of it.
    pub kept: Kept,
    /// The expressions that are left out.
    pub dropped: Vec<Expr>,
}

/// What is left of the data of an answer.
pub enum Kept {
    /// Nothing.
    Nothing,
    /// All of it, as it stands.
    Whole,
    /// These members of the object.
    Members(Vec<Span>),
    /// What JSON makes of it.
    Json,
    /// The body as text.
    Text(Text),
}

/// Decides what the action returns of the data of `answer`.
pub fn data_of(answer: &Answer, demand: &Demand, values: &Values) -> Data {
    let wanted = if answer.ok() { &demand.success } else { &demand.failure };
    let all = |kept| Data { kept, dropped: Vec::new() };
    let as_text = if answer.ok() { demand.success_text } else { demand.failure_text };
    if let (true, Some(text)) = (as_text, &answer.text) {
        return all(Kept::Text(text.clone()));
    }
    let Some(data) = &answer.data else { return all(Kept::Nothing) };
    if wanted.is_none() && is_harmless(data) {
        return Data { kept: Kept::Nothing, dropped: vec![data.clone()] };
    }
    if values.plain(data).is_some() {
        return all(Kept::Whole);
    }
    if let (Expr::Object(object), Some(Members::These(names))) = (bare(data), wanted)
        && let Some((kept, dropped)) = only_read(object, names, values)
    {
        return Data { kept: Kept::Members(kept), dropped };
    }
    all(Kept::Json)
}

/// The members of `object` that somebody reads, and the values of the others; `None` if JSON might change one that is
/// read, or if one that is not read does something.
fn only_read(object: &ObjectLit, names: &BTreeSet<String>, values: &Values) -> Option<(Vec<Span>, Vec<Expr>)> {
    let (mut kept, mut gone) = (Vec::new(), Vec::new());
    for property in &object.props {
        let (name, value, span) = member(property)?;
        if names.contains(&name) {
            values.plain(&value)?;
            kept.push(span);
        } else if values.plain(&value).is_some() {
            kept.push(span);
        } else if is_harmless(&value) {
            gone.push(value);
        } else {
            return None;
        }
    }
    (!kept.is_empty()).then_some((kept, gone))
}

/// The name, the value and the place of a member that an object literal spells out.
pub fn member(property: &PropOrSpread) -> Option<(String, Expr, Span)> {
    let PropOrSpread::Prop(property) = property else { return None };
    let (name, value) = match &**property {
        Prop::Shorthand(name) => (name.sym.to_string(), Expr::Ident(name.clone())),
        Prop::KeyValue(pair) => (prop_name(&pair.key)?, (*pair.value).clone()),
        _ => return None,
    };
    Some((name, value, span_of(&**property)))
}
