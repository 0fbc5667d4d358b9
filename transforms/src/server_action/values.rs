//! Which values survive the way through JSON unchanged.
//!
//! A body went through `JSON.stringify` and `JSON.parse`; the arguments and the result of an action keep a `Date`,
//! `undefined` and `NaN` as they are. So a value may be passed as it stands only if JSON would have given the same:
//! strings, booleans, `null`, finite numbers, and objects and arrays of them. Everything of which that is not
//! certain from the expression goes through JSON once more: `JSON.parse(JSON.stringify(value))`.

mod declared;
mod submitted;

use std::collections::{HashMap, HashSet};

use declared::Types;
use submitted::submitted;

use crate::syntax::ast::{BinaryOp, Expr, Id, Lit, Prop, PropName, PropOrSpread, TsTypeElement, UnaryOp};
use crate::syntax::{Module, VisitWith, bare, callee_ident, ident, imported, member_name, prop_name};

/// What the declarations of a module tell about its variables.
#[derive(Default)]
pub struct Values {
    /// `const x = …`.
    constants: HashMap<Id, Expr>,
    /// Variables that certainly hold strings, or booleans.
    plain: HashMap<Id, Plain>,
    /// Types of the module by name.
    types: HashMap<String, Vec<TsTypeElement>>,
    /// Those that may be something else than an object, and whether that may be `undefined`.
    open: HashMap<String, bool>,
    /// Parameters of a declared type, which are there for certain.
    given: HashSet<Id>,
    /// Variables and parameters of which the declared type is none of the language's own.
    objects: HashSet<Id>,
    /// Variables and parameters that hold a `FormData`.
    forms: HashSet<Id>,
    /// Variables whose object may be changed after it was made.
    changed: HashSet<Id>,
    /// The type of functions that react-hook-form gives its fields to.
    submit_handler: Option<Id>,
    typescript: bool,
}

/// Types of bodies that are sent as they are.
const SENT_AS_THEY_ARE: [&str; 8] =
    ["FormData", "URLSearchParams", "Blob", "File", "ArrayBuffer", "Uint8Array", "ReadableStream", "BodyInit"];

/// A kind of value that JSON leaves alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    /// Text.
    Text,
    /// `true`, `false`.
    Boolean,
    /// Something else that JSON leaves alone.
    Other,
}

impl Values {
    /// Reads the declarations of `module`.
    pub fn of(module: &Module) -> Values {
        let typescript = module.path.ends_with(".ts") || module.path.ends_with(".tsx");
        let mut types = Types::default();
        module.ast.visit_with(&mut types);
        let mut values = Values {
            typescript,
            types: types.members,
            open: types.open,
            submit_handler: imported(module, "react-hook-form", "SubmitHandler"),
            ..Values::default()
        };
        module.ast.visit_with(&mut values);
        for fields in submitted(module) {
            values.objects.insert(fields.clone());
            values.given.insert(fields);
        }
        values
    }

    /// What is known of `expr`; `None` if JSON might change it.
    pub fn plain(&self, expr: &Expr) -> Option<Plain> {
        self.plain_within(expr, 8)
    }

    /// Whether `JSON.stringify` certainly makes text of `expr`: it does not of `undefined`.
    pub fn is_given(&self, expr: &Expr) -> bool {
        match bare(expr) {
            Expr::Ident(name) if self.given.contains(&name.to_id()) => true,
            Expr::Ident(name) if self.constants.get(&name.to_id()).is_some_and(makes_object) => true,
            other => makes_object(other) || self.plain(other).is_some(),
        }
    }

    /// Whether axios sends `expr` as JSON: a plain object or an array.
    pub fn is_object(&self, expr: &Expr) -> bool {
        match bare(expr) {
            Expr::Ident(name) => {
                let made = self.constants.get(&name.to_id());
                self.objects.contains(&name.to_id()) || made.is_some_and(makes_object)
            }
            other => makes_object(other),
        }
    }

    /// Whether `expr` is certainly a `FormData`.
    pub fn is_form(&self, expr: &Expr) -> bool {
        ident(expr).is_some_and(|name| {
            let made = match self.constants.get(&name.to_id()) {
                Some(Expr::New(new)) => ident(&new.callee).is_some_and(|name| &*name.sym == "FormData"),
                _ => false,
            };
            made || self.forms.contains(&name.to_id())
        })
    }

    /// Whether `expr` is certainly a string.
    pub fn is_text(&self, expr: &Expr) -> bool {
        self.plain(expr) == Some(Plain::Text)
    }

    fn plain_within(&self, expr: &Expr, depth: usize) -> Option<Plain> {
        let depth = depth.checked_sub(1)?;
        let of = |expr: &Expr| self.plain_within(expr, depth);
        match bare(expr) {
            Expr::Lit(Lit::Str(_)) | Expr::Tpl(_) => Some(Plain::Text),
            Expr::Lit(Lit::Bool(_)) => Some(Plain::Boolean),
            Expr::Lit(Lit::Null(_)) => Some(Plain::Other),
            // `-0` and what is too large for a number are no literals that people write.
            Expr::Lit(Lit::Num(number)) if number.value.is_finite() => Some(Plain::Other),
            Expr::Unary(not) if not.op == UnaryOp::Bang => Some(Plain::Boolean),
            Expr::Bin(bin) => match bin.op {
                BinaryOp::EqEq
                | BinaryOp::EqEqEq
                | BinaryOp::NotEq
                | BinaryOp::NotEqEq
                | BinaryOp::Lt
                | BinaryOp::LtEq
                | BinaryOp::Gt
                | BinaryOp::GtEq
                | BinaryOp::In
                | BinaryOp::InstanceOf => Some(Plain::Boolean),
                BinaryOp::Add => {
                    (of(&bin.left) == Some(Plain::Text) || of(&bin.right) == Some(Plain::Text)).then_some(Plain::Text)
                }
                BinaryOp::LogicalAnd | BinaryOp::LogicalOr | BinaryOp::NullishCoalescing => {
                    both(of(&bin.left)?, of(&bin.right)?)
                }
                _ => None,
            },
            Expr::Cond(choice) => both(of(&choice.cons)?, of(&choice.alt)?),
            Expr::Object(object) => {
                let all = object.props.iter().all(|property| match property {
                    PropOrSpread::Prop(property) => match &**property {
                        Prop::Shorthand(name) => self.of_name(&name.to_id(), depth).is_some(),
                        Prop::KeyValue(pair) => {
                            !matches!(pair.key, PropName::Computed(_))
                                && prop_name(&pair.key).is_none_or(|name| name != "__proto__" && name != "toJSON")
                                && of(&pair.value).is_some()
                        }
                        _ => false,
                    },
                    PropOrSpread::Spread(_) => false,
                });
                all.then_some(Plain::Other)
            }
            Expr::Array(list) => {
                let all = list
                    .elems
                    .iter()
                    .all(|element| element.as_ref().is_some_and(|e| e.spread.is_none() && of(&e.expr).is_some()));
                all.then_some(Plain::Other)
            }
            Expr::Ident(name) => self.of_name(&name.to_id(), depth),
            Expr::Call(call) => {
                if let Some(name) = callee_ident(call) {
                    return match &*name.sym {
                        "String" | "encodeURIComponent" => Some(Plain::Text),
                        "Boolean" => Some(Plain::Boolean),
                        _ => None,
                    };
                }
                let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
                match member_name(member)?.as_str() {
                    "toLowerCase" | "toUpperCase" | "trim" | "trimStart" | "trimEnd" | "padStart" | "padEnd"
                    | "toFixed" | "toISOString" => Some(Plain::Text),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn of_name(&self, id: &Id, depth: usize) -> Option<Plain> {
        if let Some(plain) = self.plain.get(id) {
            return Some(*plain);
        }
        match self.constants.get(id) {
            // Its text says only how it began.
            Some(Expr::Object(_) | Expr::Array(_)) if self.changed.contains(id) => None,
            Some(init) => self.plain_within(init, depth),
            None => None,
        }
    }
}

fn both(one: Plain, other: Plain) -> Option<Plain> {
    Some(if one == other { one } else { Plain::Other })
}

/// `{ … }`, `[…]`, `Object.fromEntries(form)`.
fn makes_object(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Object(_) | Expr::Array(_) => true,
        Expr::Call(call) => call.callee.as_expr().is_some_and(|callee| match bare(callee) {
            Expr::Member(member) => {
                ident(&member.obj).is_some_and(|name| &*name.sym == "Object")
                    && member_name(member).as_deref() == Some("fromEntries")
            }
            _ => false,
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::ast::{ModuleItem, Stmt};

    /// What is known of the expression that is the last statement of `text`.
    #[track_caller]
    fn check(path: &str, text: &str, expected: Option<Plain>) {
        let module = Module::parse(path, text.into()).expect("the text parses");
        let Some(ModuleItem::Stmt(Stmt::Expr(last))) = module.ast.body.last() else {
            panic!("no expression at the end")
        };
        assert_eq!(Values::of(&module).plain(&last.expr), expected, "{text}");
    }

    #[test]
    fn strings_and_booleans_stay_as_they_are() {
        check("a.ts", "`${x}`", Some(Plain::Text));
        check("a.ts", "'a' + x", Some(Plain::Text));
        check("a.ts", "x.trim()", Some(Plain::Text));
        check("a.ts", "!x", Some(Plain::Boolean));
        check("a.ts", "({ a: 1, b: [null, 'x'], c: x > 1 })", Some(Plain::Other));
        check("a.ts", "const a = { b: 'c' }; ({ a })", Some(Plain::Other));
        check("a.ts", "const [name, setName] = useState(''); ({ name })", Some(Plain::Other));
        check("a.ts", "const [done] = useState<boolean>(false); (done)", Some(Plain::Boolean));
    }

    #[test]
    fn what_json_may_change_is_not_plain() {
        check("a.ts", "x", None);
        check("a.ts", "undefined", None);
        check("a.ts", "new Date()", None);
        check("a.ts", "Number(x)", None);
        check("a.ts", "NaN", None);
        check("a.ts", "1 / 0", None);
        check("a.ts", "({ ...x })", None);
        check("a.ts", "({ a: x.size })", None);
        check("a.ts", "[, 1]", None);
        check("a.ts", "let a = 'b'; (a)", None);
        check("a.ts", "const a = { b: 'c' }; a.b = new Date(); ({ a })", None);
        check("a.ts", "const a = { b: 'c' }; change(a); ({ a })", None);
        check("a.ts", "const [x] = useState<string | undefined>(); (x)", None);
        check("a.js", "const [name, setName] = useState(''); (name)", None);
    }
}
