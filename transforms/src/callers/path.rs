//! URLs that the call of an action can take apart: static segments, single values, and a query of names and values.
//!
//! ```ts
//! `/api/posts/${id}/tags?name=${name}&draft=1`
//! '/api/posts/' + id
//! `/api/posts?${new URLSearchParams({ id })}`
//! ```

use std::collections::BTreeSet;

use super::url::HOLE;
use crate::syntax::ast::{BinaryOp, Expr};
use crate::syntax::{Span, bare, literal_str, span_of};

/// What stands in a URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// The values among its segments, with which segment below `/api` each one is.
    pub values: Vec<(usize, Value)>,
    /// Its query.
    pub query: Vec<Asked>,
}

/// A value that becomes text in a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// The expression.
    pub span: Span,
    /// By `+`, which makes another text of some objects than a template does.
    pub added: bool,
}

/// One part of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// `draft=1`: the name, and the text.
    Text(String, String),
    /// `id=${id}`: the name, and the value.
    Value(String, Value),
    /// `${params}`, or what stands behind `+`: all of it is a value.
    Whole(Span),
}

/// The text of a URL expression with a [`HOLE`] for each value, and the values.
pub fn url_text(expr: &Expr) -> Option<(String, Vec<Value>)> {
    match bare(expr) {
        Expr::Tpl(template) => {
            let (mut text, mut values) = (String::new(), Vec::new());
            for (at, quasi) in template.quasis.iter().enumerate() {
                text.push_str(quasi.cooked.as_ref()?.as_str()?);
                if let Some(value) = template.exprs.get(at) {
                    text.push(HOLE);
                    values.push(Value { span: span_of(&**value), added: false });
                }
            }
            Some((text, values))
        }
        Expr::Bin(sum) if sum.op == BinaryOp::Add => {
            let (left, right) = (url_text(&sum.left), url_text(&sum.right));
            if left.is_none() && right.is_none() {
                return None;
            }
            let whole = |side: Option<(String, Vec<Value>)>, expr: &Expr| {
                side.unwrap_or_else(|| (HOLE.to_string(), vec![Value { span: span_of(expr), added: true }]))
            };
            let (mut text, mut values) = whole(left, &sum.left);
            let (more, others) = whole(right, &sum.right);
            text.push_str(&more);
            values.extend(others);
            Some((text, values))
        }
        expr => literal_str(expr).map(|text| (text, Vec::new())),
    }
}

/// What stands in a URL. A name has no values: its text is known, or the call is not understood.
pub fn path(url: &Expr, fixed: &BTreeSet<Span>) -> Option<Path> {
    path_behind("", url, fixed)
}

/// What stands in a URL that a function puts `prefix` before.
pub fn path_behind(prefix: &str, url: &Expr, fixed: &BTreeSet<Span>) -> Option<Path> {
    match bare(url) {
        name @ (Expr::Ident(_) | Expr::Member(_)) => fixed.contains(&span_of(name)).then(Path::default),
        url => {
            let (text, values) = url_text(url)?;
            path_of(format!("{prefix}{text}").strip_prefix("/api/")?, values)
        }
    }
}

/// What stands in a URL of the form `a/${b}/c`, which a client puts behind `/api`.
pub fn path_below(url: &Expr) -> Option<Path> {
    let (text, values) = url_text(url)?;
    path_of(text.strip_prefix('/').unwrap_or(&text), values)
}

/// Why a URL is none of these.
pub fn why_no_path(url: &Expr) -> &'static str {
    match url_text(url) {
        Some((text, _)) if text.contains('?') => {
            "its query is not made of single names and values, each of them a name and all of a value"
        }
        _ => "its URL is not a path of static segments and single values",
    }
}

/// Whether `text` is a path below `/api` without values, a query or escapes.
pub fn is_fixed_path(text: &str) -> bool {
    text.strip_prefix("/api/").is_some_and(|path| path.split('/').all(is_plain_segment))
}

fn is_plain_segment(segment: &str) -> bool {
    !segment.is_empty() && segment.chars().all(is_plain)
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.~".contains(c)
}

fn path_of(url: &str, values: Vec<Value>) -> Option<Path> {
    let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    // Next leads from `/api/posts/` to `/api/posts` by 308, which keeps method and body, unless it takes both.
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut values = values.into_iter();
    let mut found = Path::default();
    for (at, segment) in path.split('/').enumerate() {
        if is_hole(segment) {
            found.values.push((at, values.next()?));
        } else if !is_plain_segment(segment) {
            return None;
        }
    }
    for part in query.into_iter().flat_map(|query| query.split('&')) {
        let (name, text) = part.split_once('=').unwrap_or((part, ""));
        found.query.push(if is_hole(part) {
            Asked::Whole(values.next()?.span)
        } else if !is_plain_segment(name) {
            return None;
        } else if is_hole(text) {
            Asked::Value(name.to_owned(), values.next()?)
        } else if text.chars().all(|c| is_plain(c) || ",:@/".contains(c)) {
            Asked::Text(name.to_owned(), text.to_owned())
        } else {
            return None;
        });
    }
    Some(found)
}

fn is_hole(text: &str) -> bool {
    text.chars().eq([HOLE])
}
