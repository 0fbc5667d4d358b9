//! The headers that a response is given, as fields of an object or as pairs.

use super::payload::Constants;
use super::responses::{Refusal, source, text};
use crate::pages_api::HeaderChange;
use crate::rewrite::Piece;
use crate::syntax::ast::{BinaryOp, CallExpr, Expr, Lit};
use crate::syntax::{Style, bare, callee_ident, is_new, literal_str, member_name, span_of};

/// What [`header_fields`] gives.
pub enum Fields {
    /// `Location: url`.
    Object(Vec<Vec<Piece>>),
    /// `['Set-Cookie', a]`.
    Pairs(Vec<Vec<Piece>>),
}

/// The folded changes as fields of an object, or as pairs if a name occurs more than once.
pub fn header_fields(changes: &[&HeaderChange], style: &Style, constants: &Constants) -> Result<Fields, Refusal> {
    let mut fields = Vec::new();
    let mut pairs = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    let mut repeated = false;
    for change in changes {
        let refuse = |message| Refusal { span: span_of(&change.name), message };
        let name = change.literal_name().ok_or(refuse("the name of this header is not written out"))?;
        let value = match change.value.as_ref() {
            Some(value) if change.verb == "set" => value,
            _ => return Err(refuse("headers are removed or appended here")),
        };
        if seen.contains(&name) {
            return Err(refuse("this header is set twice in a row"));
        }
        seen.push(name.clone());
        let name_of = || Name::of(&change.name, style);
        match (name.as_str(), bare(value)) {
            ("set-cookie", Expr::Array(list)) => {
                repeated |= list.elems.len() != 1;
                for element in list.elems.iter().flatten() {
                    if element.spread.is_some() {
                        return Err(refuse("a list of cookies with a spread element"));
                    }
                    let element = vec![Piece::Source(span_of(&element.expr))];
                    fields.push(name_of().field(element.clone()));
                    pairs.push(name_of().pair(element));
                }
            }
            _ => {
                let value = header_value(&name, value, style, constants)
                    .ok_or(refuse("this value may be a list of cookies"))?;
                fields.push(name_of().field(value.clone()));
                pairs.push(name_of().pair(value));
            }
        }
    }
    Ok(if repeated { Fields::Pairs(pairs) } else { Fields::Object(fields) })
}

/// The name of a header, as a key and as a value.
struct Name {
    key: Vec<Piece>,
    value: Vec<Piece>,
}

impl Name {
    fn of(name: &Expr, style: &Style) -> Name {
        let Some(literal) = literal_str(name) else {
            // A constant: `[HEADERS.TOTAL]: total`.
            let key = [vec![text("[")], source(name), vec![text("]")]].concat();
            return Name { key, value: source(name) };
        };
        let plain = literal.chars().all(|char| char.is_ascii_alphanumeric())
            && !literal.starts_with(|char: char| char.is_ascii_digit());
        let value = style.string(&literal);
        Name { key: vec![text(if plain { literal } else { value.clone() })], value: vec![text(value)] }
    }

    fn field(self, value: Vec<Piece>) -> Vec<Piece> {
        [self.key, vec![text(": ")], value].concat()
    }

    fn pair(self, value: Vec<Piece>) -> Vec<Piece> {
        [vec![text("[")], self.value, vec![text(", ")], value, vec![text("]")]].concat()
    }
}

/// A header's value as a string. `None` for what may be a list of cookies.
pub fn header_value(name: &str, value: &Expr, style: &Style, constants: &Constants) -> Option<Vec<Piece>> {
    match bare(value) {
        Expr::Lit(Lit::Str(literal)) if is_new(value) => {
            Some(vec![text(style.string(&literal.value.to_string_lossy()))])
        }
        // A constant that was given such a value.
        Expr::Ident(_) if is_new(value) => Some(source(value)),
        Expr::Lit(Lit::Num(number)) => Some(vec![text(style.string(&number.value.to_string()))]),
        Expr::Array(list) if name != "set-cookie" => {
            let names: Option<Vec<String>> = list
                .elems
                .iter()
                .map(|e| e.as_ref().filter(|e| e.spread.is_none()).and_then(|e| literal_str(&e.expr)))
                .collect();
            Some(match names {
                Some(names) => vec![text(style.string(&names.join(", ")))],
                None => vec![Piece::Source(span_of(value)), text(format!(".join({})", style.string(", ")))],
            })
        }
        Expr::Array(_) => None,
        other if name != "set-cookie" && constants.is_list(other) => {
            let (open, close) = if matches!(value, Expr::Ident(_) | Expr::Call(_)) { ("", "") } else { ("(", ")") };
            let join = format!("{close}.join({})", style.string(", "));
            Some(vec![text(open), Piece::Source(span_of(value)), text(join)])
        }
        other if name != "set-cookie" && (constants.may_be_list(other) || lists(name, other, constants)) => {
            let join = format!("].flat().join({})", style.string(", "));
            Some(vec![text("["), Piece::Source(span_of(value)), text(join)])
        }
        other if constants.is_number(other) => Some(vec![text("String("), Piece::Source(span_of(value)), text(")")]),
        Expr::Lit(_) | Expr::Tpl(_) => Some(source(value)),
        _ if name != "set-cookie" && may_be_number(name, value, constants) => {
            Some(vec![text("String("), Piece::Source(span_of(value)), text(")")])
        }
        other if name == "set-cookie" => is_one_cookie(other, constants).then(|| source(value)),
        _ => Some(source(value)),
    }
}

/// Whether a value is certainly one string, no list of cookies.
fn is_one_cookie(value: &Expr, constants: &Constants) -> bool {
    let is_one = |value: &Expr| match bare(value) {
        // `serialize(…)` and `cookie.serialize(…)` of the `cookie` package give a string.
        Expr::Call(call) => serialises(call),
        Expr::Bin(sum) => sum.op == BinaryOp::Add,
        _ => false,
    };
    let all = match bare(value) {
        Expr::Ident(name) => constants.all_values(name),
        _ => None,
    };
    is_one(value)
        || constants.is_string(value)
        || all.is_some_and(|values| values.into_iter().all(|value| is_one(value) || constants.is_string(value)))
}

/// Whether a value of an unknown type may be a number. `Headers` makes the same text of it, but its types take text only.
fn may_be_number(name: &str, value: &Expr, constants: &Constants) -> bool {
    if constants.is_string(value) || constants.is_typed() && constants.is_text(value) {
        return false;
    }
    // Headers of one's own may tell anything, where the others tell text.
    holds_number(name) || constants.is_typed() && name.starts_with("x-")
}

/// Whether the value of a header whose name is not written out may be a list, as far as types have to allow for it.
pub fn may_be_anything(value: &Expr, constants: &Constants) -> bool {
    constants.is_list(value) || constants.may_be_list(value) || constants.is_typed() && !constants.is_text(value)
}

/// Whether a value of an unknown type is a list, for all that its name and its header's say: `Allow: options.methods`.
fn lists(name: &str, value: &Expr, constants: &Constants) -> bool {
    let named = matches!(value, Expr::Ident(_) | Expr::Member(_)) && (name == "allow" || is_plural(value));
    named && constants.is_typed() && !constants.is_text(value) && !constants.is_number(value)
}

/// Whether a header of this name tells a number as a rule.
fn holds_number(name: &str) -> bool {
    let last = name.rsplit('-').next().unwrap_or_default();
    matches!(name, "age" | "content-length" | "retry-after")
        || matches!(last, "count" | "limit" | "page" | "pages" | "remaining" | "total")
        || name.contains("ratelimit-")
        || name.contains("rate-limit-")
}

/// Whether a value is called `roles` or `user.roles`.
fn is_plural(value: &Expr) -> bool {
    let name = match bare(value) {
        Expr::Ident(name) => Some(name.sym.to_string()),
        Expr::Member(member) => member_name(member),
        _ => None,
    };
    name.is_some_and(|name| name.ends_with('s') && !name.ends_with("ss"))
}

fn serialises(call: &CallExpr) -> bool {
    let member = || match bare(call.callee.as_expr()?) {
        Expr::Member(member) => member_name(member),
        _ => None,
    };
    callee_ident(call)
        .map(|name| name.sym.to_string())
        .or_else(member)
        .is_some_and(|name| name.starts_with("serialize"))
}
