//! What takes the place of data that a result does not have, where its caller has a value for an answer without JSON.
//!
//! ```ts
//! const problem = await res.json().catch(() => ({}));
//! ```
//! becomes `const problem = res.data` if each answer that it may read is JSON, `res.data ?? {}` if not, and
//! `res.data === undefined ? {} : res.data` if the JSON may be `null`, too.

use super::result::{Answer, Text};
use crate::callers::{Fallback, JsonRead, When};
use crate::rewrite::Piece;
use crate::syntax::ast::{Expr, Lit};
use crate::syntax::{Module, Span, bare};

/// Where data may be missing, by success and failure.
#[derive(Clone, Copy, Debug, Default)]
pub struct Absent {
    /// In what is `ok`.
    pub success: Side,
    /// In what is not.
    pub failure: Side,
}

/// What is known of the data of one side.
#[derive(Clone, Copy, Debug, Default)]
pub struct Side {
    /// An answer may have none.
    missing: bool,
    /// The data of an answer may be `null`.
    nullable: bool,
}

impl Absent {
    /// What `answers` may lack. `catches` tells that an uncaught error becomes a failure without data.
    pub fn of<'a>(answers: impl Iterator<Item = &'a Answer> + Clone, catches: bool) -> Absent {
        let side = |ok: bool| {
            let own = || answers.clone().filter(move |answer| answer.ok() == ok);
            Side {
                missing: own().any(|answer| answer.data.is_none()),
                nullable: own().filter_map(|answer| answer.data.as_ref()).any(|data| !is_something(data)),
            }
        };
        let (success, failure) = (side(true), side(false));
        Absent { success, failure: Side { missing: failure.missing || catches, ..failure } }
    }

    /// The data that `read` reads.
    pub fn data(&self, text: &str, read: &JsonRead) -> Vec<Piece> {
        let data = [Piece::Source(read.response), Piece::Text(".data".into())];
        let (Some(fallback), false) = (read.fallback, read.is_text) else { return data.into() };
        let sides = match read.when {
            When::Ok => [self.success, self.success],
            When::NotOk => [self.failure, self.failure],
            When::Always => [self.success, self.failure],
        };
        let missing = sides.iter().any(|side| side.missing);
        let (at, exact) = match fallback {
            Fallback::Undefined => return data.into(),
            Fallback::Null(at) => (at, false),
            Fallback::Value(at) => (at, sides.iter().any(|side| side.nullable)),
        };
        if !missing {
            return data.into();
        }
        let mut pieces = data.to_vec();
        let value = Piece::Source(at);
        if exact {
            pieces.extend([Piece::Text(" === undefined ? ".into()), value, Piece::Text(" : ".into())]);
            pieces.extend(data);
        } else {
            pieces.extend([Piece::Text(" ?? ".into()), value]);
        }
        if !stands_alone(text, read.span) {
            pieces.insert(0, Piece::Text("(".into()));
            pieces.push(Piece::Text(")".into()));
        }
        pieces
    }
}

/// Whether a value is certainly neither `null` nor `undefined`.
fn is_something(data: &Expr) -> bool {
    match bare(data) {
        Expr::Object(_) | Expr::Array(_) | Expr::Tpl(_) => true,
        Expr::Lit(literal) => !matches!(literal, Lit::Null(_)),
        _ => false,
    }
}

/// Whether an expression at `span` may be one with operators: nothing beside it binds more tightly.
fn stands_alone(text: &str, span: Span) -> bool {
    let (before, after) = (text[..span.start].trim_end(), &text[span.end..]);
    let compares = ["==", "!=", "<=", ">="].iter().any(|operator| before.ends_with(operator));
    let opens = before.ends_with(['=', '(', '[', '{', ',', ':']) || before.ends_with("=>") || ends_with_return(before);
    let next = after.trim_start();
    let line_ends = after.len() > next.len() && after[..after.len() - next.len()].contains('\n');
    let closes = next.starts_with([';', ')', ']', '}', ',']) || (line_ends && !next.starts_with("as "));
    opens && !compares && (next.is_empty() || closes)
}

fn ends_with_return(before: &str) -> bool {
    before.strip_suffix("return").is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || "_$".contains(c)))
}

/// Whether a body that is a text may be JSON all the same: `'true'`, `'1'`, `'{}'`. `module` has the answer.
pub fn may_be_json(module: &Module, answer: &Answer) -> bool {
    let Some(Text::Literal(at)) = &answer.text else { return false };
    let inner = at.text(&module.text).trim_matches(['\'', '"', '`']).trim();
    let begins = inner.starts_with(|c: char| c.is_ascii_digit() || "{[\"-\\".contains(c));
    begins || matches!(inner, "true" | "false" | "null")
}
