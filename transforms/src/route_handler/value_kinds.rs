//! Whether a value is a list, a number or text. Pages took all of them as the value of a header; `Headers` takes text.
//!
//! ```ts
//! res.setHeader('Allow', Object.keys(handlers));    →    { Allow: Object.keys(handlers).join(', ') }
//! res.setHeader('X-Time', Date.now());              →    { 'X-Time': String(Date.now()) }
//! ```

use super::payload::Constants;
use crate::project::Literal;
use crate::syntax::ast::{
    BinaryOp, CallExpr, Expr, ExprOrSpread, ForOfStmt, Id, Lit, MemberExpr, ObjectPat, PropOrSpread, TsKeywordTypeKind,
    TsLit, TsType, TsUnionOrIntersectionType, UnaryOp, VarDeclKind,
};
use crate::syntax::{bare, callee_ident, ident, literal_str, member_name, prop_name};

/// What a type says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It is an array.
    List,
    /// It may be one.
    MaybeList,
    /// It is a number, or a number or text.
    Number,
    /// It is text.
    Text,
}

impl Said {
    /// What a default says: `methods = ['GET']`. Something else may be given, a single text most likely.
    pub fn of_default(default: &Expr) -> Option<Said> {
        match bare(default) {
            Expr::Array(_) => Some(Said::MaybeList),
            Expr::Lit(Lit::Num(_)) => Some(Said::Number),
            _ => None,
        }
    }

    /// Reads `string[]`, `readonly Method[]`, `Array<string>`, `number`, `'a' | 'b'`, and unions of these.
    pub fn of(asked: &TsType) -> Option<Said> {
        match asked {
            TsType::TsArrayType(_) | TsType::TsTupleType(_) => Some(Said::List),
            TsType::TsTypeOperator(operator) => Said::of(&operator.type_ann),
            TsType::TsParenthesizedType(inner) => Said::of(&inner.type_ann),
            TsType::TsKeywordType(keyword) => match keyword.kind {
                TsKeywordTypeKind::TsNumberKeyword => Some(Said::Number),
                TsKeywordTypeKind::TsStringKeyword => Some(Said::Text),
                _ => None,
            },
            TsType::TsLitType(literal) => match literal.lit {
                TsLit::Number(_) => Some(Said::Number),
                TsLit::Str(_) | TsLit::Tpl(_) => Some(Said::Text),
                _ => None,
            },
            TsType::TsTypeRef(reference) => {
                let name = reference.type_name.as_ident()?;
                matches!(&*name.sym, "Array" | "ReadonlyArray").then_some(Said::List)
            }
            TsType::TsUnionOrIntersectionType(TsUnionOrIntersectionType::TsUnionType(union)) => {
                let there = union.types.iter().filter(|part| !is_nothing(part));
                let said: Vec<Option<Said>> = there.map(|part| Said::of(part)).collect();
                let any = |wanted: &[Said]| said.iter().flatten().any(|said| wanted.contains(said));
                let all = |wanted: Said| !said.is_empty() && said.iter().all(|said| *said == Some(wanted));
                match () {
                    () if all(Said::List) => Some(Said::List),
                    () if any(&[Said::List, Said::MaybeList]) => Some(Said::MaybeList),
                    () if any(&[Said::Number]) => Some(Said::Number),
                    () => all(Said::Text).then_some(Said::Text),
                }
            }
            _ => None,
        }
    }
}

/// `undefined` and `null`.
fn is_nothing(part: &TsType) -> bool {
    part.as_ts_keyword_type().is_some_and(|keyword| {
        matches!(keyword.kind, TsKeywordTypeKind::TsUndefinedKeyword | TsKeywordTypeKind::TsNullKeyword)
    })
}

/// How many constants and operators are looked through.
const DEPTH: usize = 8;

impl Constants {
    /// Whether `expr` is certainly an array.
    pub fn is_list(&self, expr: &Expr) -> bool {
        self.list(expr, DEPTH)
    }

    /// Whether `expr` is an array in one case, and may be something else in another.
    pub fn may_be_list(&self, expr: &Expr) -> bool {
        let either = |one: &Expr, other: &Expr| [one, other].into_iter().any(|part| self.list(part, DEPTH));
        match bare(expr) {
            Expr::Cond(choice) => either(&choice.cons, &choice.alt),
            Expr::Bin(bin) if matches!(bin.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing) => {
                either(&bin.left, &bin.right)
            }
            Expr::Ident(name) => self.said(name) == Some(Said::MaybeList),
            _ => false,
        }
    }

    /// Whether `expr` is a number, or a number or text.
    pub fn is_number(&self, expr: &Expr) -> bool {
        self.number(expr, DEPTH)
    }

    /// Whether `expr` is text as far as code and types tell: `url as string`, a parameter `(url: string)`,
    /// `req.headers.origin`.
    pub fn is_text(&self, expr: &Expr) -> bool {
        self.text(expr, DEPTH)
    }

    fn text(&self, expr: &Expr, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let text = |expr: &Expr| self.text(expr, depth);
        match expr {
            Expr::Paren(inner) => return text(&inner.expr),
            Expr::TsAs(cast) if Said::of(&cast.type_ann) == Some(Said::Text) => return true,
            other if self.is_string(other) => return true,
            _ => {}
        }
        match bare(expr) {
            Expr::Cond(choice) => text(&choice.cons) && text(&choice.alt),
            Expr::Bin(bin) if matches!(bin.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing) => {
                text(&bin.left) && text(&bin.right)
            }
            Expr::Ident(name) => self.said(name) == Some(Said::Text) || self.value(name).is_some_and(text),
            // `process.env.ORIGIN`, `req.headers['x-id']`, `req.cookies.session`
            Expr::Member(member) => match bare(&member.obj) {
                Expr::Member(holder) => {
                    matches!(member_name(holder).as_deref(), Some("env" | "headers" | "cookies"))
                }
                _ => false,
            },
            Expr::Call(call) => match method(call) {
                Some((_, name)) if name == "randomUUID" => true,
                // Lists have some of these, too.
                Some((object, name)) => {
                    let of_text = ["concat", "replace", "replaceAll", "slice", "substr", "substring"];
                    of_text.contains(&name.as_str()) && text(object)
                }
                None => callee_ident(call).is_some_and(|name| name.sym.starts_with("encodeURI")),
            },
            _ => false,
        }
    }

    fn list(&self, expr: &Expr, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        if self.literal(expr) == Some(&Literal::List) {
            return true;
        }
        match bare(expr) {
            Expr::Array(_) => true,
            Expr::Cond(choice) => self.list(&choice.cons, depth) && self.list(&choice.alt, depth),
            Expr::Ident(name) => {
                self.said(name) == Some(Said::List) || self.value(name).is_some_and(|value| self.list(value, depth))
            }
            Expr::Call(call) => match method(call) {
                Some((Expr::Ident(object), name)) if &*object.sym == "Object" => {
                    matches!(name.as_str(), "keys" | "values" | "getOwnPropertyNames")
                }
                Some((Expr::Ident(object), name)) if &*object.sym == "Array" => {
                    matches!(name.as_str(), "from" | "of")
                }
                Some((_, name)) if name == "split" => true,
                // Others have these, too: text, what a library gives.
                Some((object, name)) => {
                    let of_lists =
                        ["concat", "filter", "flatMap", "map", "reverse", "slice", "sort", "toReversed", "toSorted"];
                    of_lists.contains(&name.as_str()) && self.list(object, depth)
                }
                None => false,
            },
            _ => false,
        }
    }

    fn number(&self, expr: &Expr, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let number = |expr: &Expr| self.number(expr, depth);
        if matches!(self.literal(expr), Some(Literal::Number(_))) {
            return true;
        }
        // Text stays what it is as text; a list would be joined in another way.
        let either = |one: &Expr, other: &Expr| {
            let plain = |expr: &Expr| number(expr) || self.is_string(expr);
            (number(one) || number(other)) && plain(one) && plain(other)
        };
        match bare(expr) {
            Expr::Lit(Lit::Num(_)) => true,
            Expr::Unary(unary) => matches!(unary.op, UnaryOp::Plus | UnaryOp::Minus | UnaryOp::Tilde),
            Expr::Cond(choice) => either(&choice.cons, &choice.alt),
            Expr::Bin(bin) => match bin.op {
                BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod | BinaryOp::Exp => true,
                BinaryOp::Add => number(&bin.left) && number(&bin.right),
                BinaryOp::LogicalOr | BinaryOp::NullishCoalescing => either(&bin.left, &bin.right),
                _ => false,
            },
            // What begins as a number is one to TypeScript.
            Expr::Ident(name) => {
                self.said(name) == Some(Said::Number) || self.value(name).or(self.first_value(name)).is_some_and(number)
            }
            Expr::Member(member) => {
                matches!(member_name(member).as_deref(), Some("length" | "byteLength" | "size"))
                    || self.holds_numbers(member, depth)
            }
            Expr::Call(call) => gives_number(call),
            _ => false,
        }
    }

    /// `LIMITS[plan]`, `LIMITS.free` of `const LIMITS = { free: 3, pro: 10 }`.
    fn holds_numbers(&self, member: &MemberExpr, depth: usize) -> bool {
        let Some(Expr::Object(object)) = ident(&member.obj).and_then(|name| self.value(name)).map(bare) else {
            return false;
        };
        let name = member_name(member);
        let values: Option<Vec<(String, &Expr)>> = object.props.iter().map(pair).collect();
        let meant = values.into_iter().flatten().filter(|(key, _)| name.as_ref().is_none_or(|name| name == key));
        let mut numbers = meant.map(|(_, value)| self.number(value, depth)).peekable();
        numbers.peek().is_some() && numbers.all(|number| number)
    }
}

/// What the type of a pattern says of the names in it: `{ page, size }: { page: number; size: string }`.
pub fn said_of_members(object: &ObjectPat) -> Vec<(Id, Said)> {
    let Some(asked) = object.type_ann.as_ref().and_then(|asked| asked.type_ann.as_ts_type_lit()) else { return vec![] };
    let of_member = |name: &str| {
        let members = asked.members.iter().filter_map(|member| member.as_ts_property_signature());
        let mut named = members.filter(|member| ident(&member.key).is_some_and(|key| &*key.sym == name));
        Said::of(&named.next()?.type_ann.as_ref()?.type_ann)
    };
    let names = object.props.iter().filter_map(|property| property.as_assign()).map(|property| &property.key.id);
    names.filter_map(|name| Some((name.to_id(), of_member(&name.sym)?))).collect()
}

/// `value` of `upstream.headers.forEach((value, name) => …)`.
pub fn named_value(call: &CallExpr) -> Option<Id> {
    let (object, name) = method(call)?;
    let Expr::Arrow(each) = bare(&call.args.first()?.expr) else { return None };
    let first = each.params.first()?.as_ident()?;
    (name == "forEach" && each.params.len() == 2 && is_called_headers(object)).then(|| first.to_id())
}

/// `value` of `for (const [name, value] of upstream.headers)`, or of its `entries()`.
pub fn value_of_headers(each: &ForOfStmt) -> Option<Id> {
    let variable = each.left.as_var_decl()?.decls.first()?;
    let [_, Some(value)] = variable.name.as_array()?.elems.as_slice() else { return None };
    let object = match bare(&each.right) {
        Expr::Call(call) => method(call).filter(|(_, name)| name == "entries")?.0,
        other => other,
    };
    is_called_headers(object).then(|| value.as_ident().map(|value| value.to_id()))?
}

/// `key` of `for (const key of ['a', 'b'])`.
pub fn one_of_strings(each: &ForOfStmt) -> Option<Id> {
    let variable = each.left.as_var_decl().filter(|variable| variable.kind == VarDeclKind::Const)?;
    let name = variable.decls.first()?.name.as_ident()?;
    let Expr::Array(list) = bare(&each.right) else { return None };
    let is_string = |element: &Option<ExprOrSpread>| {
        element.as_ref().is_some_and(|element| element.spread.is_none() && literal_str(&element.expr).is_some())
    };
    list.elems.iter().all(is_string).then(|| name.id.to_id())
}

fn is_called_headers(object: &Expr) -> bool {
    let name = match object {
        Expr::Member(member) => member_name(member),
        _ => ident(object).map(|name| name.sym.to_string()),
    };
    name.is_some_and(|name| name.to_lowercase().ends_with("headers"))
}

/// The value of `key: value`, with the name of its key.
fn pair(property: &PropOrSpread) -> Option<(String, &Expr)> {
    let pair = property.as_prop()?.as_key_value()?;
    Some((prop_name(&pair.key)?, &pair.value))
}

/// `object.name(…)`.
fn method(call: &CallExpr) -> Option<(&Expr, String)> {
    match call.callee.as_expr().map(|callee| bare(callee)) {
        Some(Expr::Member(member)) => Some((bare(&member.obj), member_name(member)?)),
        _ => None,
    }
}

fn gives_number(call: &CallExpr) -> bool {
    if let Some(name) = callee_ident(call) {
        return matches!(&*name.sym, "Number" | "parseInt" | "parseFloat");
    }
    let Some((object, name)) = method(call) else { return false };
    match (ident(object).map(|name| &*name.sym), name.as_str()) {
        (Some("Math"), _)
        | (Some("Date" | "performance"), "now")
        | (Some("Buffer"), "byteLength")
        | (Some("Number"), "parseInt" | "parseFloat") => true,
        (_, name) => name == "getTime",
    }
}
