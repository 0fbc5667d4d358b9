//! Values at the top of a module that are written down, as far as nobody changes them:
//!
//! ```ts
//! export const OK = 200;
//! export const HTTP = { OK: 200, CREATED: 201 } as const;
//! export enum Status { Created = 201, Accepted }
//! export default Object.freeze({ notFound: { message: 'Not found' } });
//! ```
//!
//! TypeScript lets nobody change an enum or what is `as const`. Any other object is known only as far as each mention of it
//! reads a member: see [`super::touches`].

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use super::touches::{How, Touch, Touches, elsewhere, touches};
use super::{Modules, Project};
use crate::syntax::ast::{
    BinaryOp, Decl, Expr, Id, Lit, ModuleDecl, ModuleItem, ObjectLit, Prop, PropName, PropOrSpread, Stmt, TsEnumDecl,
    TsEnumMemberId, UnaryOp, VarDeclKind,
};
use crate::syntax::{Module, bare, default_object, frozen, literal_str, pat_ident, prop_name};

/// A value that is written down.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// `true` or `false`.
    Flag,
    /// `null`.
    Null,
    /// An array, whatever it holds.
    List,
    /// An object, with those of its members that are known.
    Object(BTreeMap<String, Literal>),
    /// What a JSON file holds: anything but `undefined`.
    Data,
}

impl Literal {
    /// The member `name` of an object.
    pub fn member(&self, name: &str) -> Option<&Literal> {
        match self {
            Literal::Object(members) => members.get(name),
            _ => None,
        }
    }

    fn is_object(&self) -> bool {
        matches!(self, Literal::Object(_))
    }

    /// Forgets what `touch` may change.
    fn forget(&mut self, touch: &Touch) {
        let Literal::Object(members) = self else { return };
        match touch.path.split_first() {
            Some((name, [])) if touch.how == How::Written => drop(members.remove(name)),
            Some((name, rest)) => {
                if let Some(member) = members.get_mut(name) {
                    member.forget(&Touch { path: rest.to_vec(), how: touch.how });
                }
            }
            None if touch.how == How::Members => members.retain(|_, member| !member.is_object()),
            None => members.clear(),
        }
    }
}

/// Who may change a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    /// Nobody but code that TypeScript refuses.
    Fast,
    /// Nobody, as to its own members; what is inside of these is open.
    Frozen,
    /// Whoever has it.
    Open,
}

impl Held {
    /// What of `touch` reaches the value.
    fn reached(self, touch: &Touch) -> Option<Touch> {
        match (self, touch.path.len(), touch.how) {
            (Held::Fast, _, How::Handed | How::Members)
            | (Held::Frozen, 0, How::AnyWritten)
            | (Held::Frozen, 1, How::Written) => None,
            (Held::Frozen, 0, _) => Some(Touch { path: Vec::new(), how: How::Members }),
            _ => Some(touch.clone()),
        }
    }
}

/// A value, and what is left of it once all who mention it are known.
#[derive(Debug)]
struct Constant {
    value: Literal,
    held: Held,
    settled: OnceLock<Literal>,
}

/// The values of one module.
#[derive(Debug)]
pub struct Literals {
    found: HashMap<Id, Constant>,
    touches: OnceLock<Touches>,
}

impl Literals {
    /// Those of `module`; its default export goes by [`default_object`].
    pub fn of(module: &Module) -> Literals {
        let mut found = Literals { found: HashMap::new(), touches: OnceLock::new() };
        let mut seen: HashMap<Id, usize> = HashMap::new();
        for item in &module.ast.body {
            match item {
                ModuleItem::Stmt(Stmt::Decl(declaration)) => found.add(declaration, &mut seen),
                ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => found.add(&export.decl, &mut seen),
                ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => {
                    found.value(default_object(), &export.expr);
                }
                _ => {}
            }
        }
        // Declarations of one name are put together: two enums, or an enum and a namespace.
        found.found.retain(|id, _| seen.get(id).is_none_or(|times| *times == 1));
        found
    }

    fn add(&mut self, declaration: &Decl, seen: &mut HashMap<Id, usize>) {
        match declaration {
            Decl::Var(variable) if variable.kind == VarDeclKind::Const => {
                for declarator in &variable.decls {
                    if let (Some(name), Some(init)) = (pat_ident(&declarator.name), &declarator.init) {
                        self.value(name.to_id(), init);
                    }
                }
            }
            Decl::TsEnum(own) => {
                *seen.entry(own.id.to_id()).or_default() += 1;
                if !own.declare {
                    self.insert(own.id.to_id(), enumeration(own), Held::Fast);
                }
            }
            Decl::TsModule(own) => {
                if let Some(name) = own.id.as_ident() {
                    *seen.entry(name.to_id()).or_default() += 2;
                }
            }
            _ => {}
        }
    }

    fn value(&mut self, id: Id, init: &Expr) {
        let held = match bare(init) {
            _ if is_const(init) => Held::Fast,
            Expr::Call(_) => Held::Frozen,
            _ => Held::Open,
        };
        if let Some(value) = value(init, held) {
            self.insert(id, value, held);
        }
    }

    fn insert(&mut self, id: Id, value: Literal, held: Held) {
        self.found.insert(id, Constant { value, held, settled: OnceLock::new() });
    }

    /// What is certain of `id`, which `module` declares. These are the values of that module.
    pub fn get(&self, project: &Project, modules: &Modules<'_>, module: &Module, id: &Id) -> Option<&Literal> {
        let constant = self.found.get(id)?;
        if !constant.value.is_object() {
            return Some(&constant.value);
        }
        if let Some(settled) = constant.settled.get() {
            return Some(settled);
        }
        let own = self.touches.get_or_init(|| touches(module)).get(id).map_or(&[][..], Vec::as_slice);
        let others = match constant.held {
            Held::Fast => Vec::new(),
            Held::Frozen | Held::Open => elsewhere(project, modules, module, id),
        };
        let mut value = constant.value.clone();
        for touch in own.iter().chain(&others).filter_map(|touch| constant.held.reached(touch)) {
            value.forget(&touch);
        }
        // Set afterwards, as whoever waits for the files that import it may be asked for this meanwhile.
        Some(constant.settled.get_or_init(|| value))
    }
}

/// Whether `as const` stands behind the value.
fn is_const(expr: &Expr) -> bool {
    match expr {
        Expr::TsConstAssertion(_) => true,
        Expr::Paren(inner) => is_const(&inner.expr),
        Expr::TsAs(inner) => is_const(&inner.expr),
        Expr::TsSatisfies(inner) => is_const(&inner.expr),
        Expr::TsNonNull(inner) => is_const(&inner.expr),
        _ => false,
    }
}

fn value(expr: &Expr, held: Held) -> Option<Literal> {
    match bare(expr) {
        Expr::Lit(Lit::Num(number)) => Some(Literal::Number(number.value)),
        Expr::Lit(Lit::Bool(_)) => Some(Literal::Flag),
        Expr::Lit(Lit::Null(_)) => Some(Literal::Null),
        Expr::Unary(unary) if unary.op == UnaryOp::Minus => match value(&unary.arg, held)? {
            Literal::Number(number) => Some(Literal::Number(-number)),
            _ => None,
        },
        Expr::Array(_) => Some(Literal::List),
        Expr::Object(object) => Some(Literal::Object(members(object, held))),
        Expr::Call(call) => value(frozen(call)?, Held::Frozen).filter(Literal::is_object),
        other => literal_str(other).map(Literal::Text),
    }
}

/// The members of an object that are known. None are where a spread or a method may say something else.
fn members(object: &ObjectLit, held: Held) -> BTreeMap<String, Literal> {
    let mut known = BTreeMap::new();
    for property in &object.props {
        let pair = match property {
            PropOrSpread::Prop(property) => property.as_key_value(),
            PropOrSpread::Spread(_) => None,
        };
        // `{ fail }`: a function may change what it is called on.
        let shorthand = property.as_prop().and_then(|property| match &**property {
            Prop::Shorthand(name) => Some(name),
            _ => None,
        });
        match (pair, shorthand) {
            (Some(pair), _) => {
                let name = match &pair.key {
                    PropName::Num(number) => number.value.to_string(),
                    key => match prop_name(key).filter(|name| name != "__proto__") {
                        Some(name) => name,
                        None => return BTreeMap::new(),
                    },
                };
                match value(&pair.value, if held == Held::Fast { held } else { Held::Open }) {
                    Some(value) => drop(known.insert(name, value)),
                    None if held != Held::Fast && !is_inert(&pair.value) => return BTreeMap::new(),
                    None if matches!(bare(&pair.value), Expr::Fn(_)) => return BTreeMap::new(),
                    None => drop(known.remove(&name)),
                }
            }
            (None, Some(name)) if held == Held::Fast => drop(known.remove(&*name.sym)),
            _ => return BTreeMap::new(),
        }
    }
    known
}

/// Whether a value cannot be a function that knows the object that it is called on.
fn is_inert(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(_) | Expr::Tpl(_) | Expr::Arrow(_) => true,
        Expr::Bin(bin) => !matches!(bin.op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr | BinaryOp::NullishCoalescing),
        _ => false,
    }
}

fn enumeration(own: &TsEnumDecl) -> Literal {
    let mut known = BTreeMap::new();
    let mut next = Some(0.0);
    for member in &own.members {
        let name = match &member.id {
            TsEnumMemberId::Ident(name) => name.sym.to_string(),
            TsEnumMemberId::Str(name) => name.value.to_string_lossy().into_owned(),
        };
        let value = match &member.init {
            None => next.map(Literal::Number),
            Some(init) => {
                value(init, Held::Fast).filter(|value| matches!(value, Literal::Number(_) | Literal::Text(_)))
            }
        };
        next = match value {
            Some(Literal::Number(number)) => Some(number + 1.0),
            _ => None,
        };
        known.extend(value.map(|value| (name, value)));
    }
    Literal::Object(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the constant `X` of a module is.
    fn x(text: &str) -> Option<Literal> {
        let module = Module::parse("a.ts", text.into()).expect("it parses");
        let mut found = Literals::of(&module).found;
        let id = found.keys().find(|id| &*id.0 == "X").cloned()?;
        found.remove(&id).map(|constant| constant.value)
    }

    fn numbers(text: &str) -> String {
        let Some(Literal::Object(members)) = x(text) else { panic!("no object: {text}") };
        let number = |(name, value): (String, Literal)| match value {
            Literal::Number(number) => format!("{name} {number}"),
            other => format!("{name} {other:?}"),
        };
        members.into_iter().map(number).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn plain_values() {
        assert_eq!(x("export const X = 200 as const"), Some(Literal::Number(200.0)));
        assert_eq!(x("const X = `a`"), Some(Literal::Text("a".into())));
        assert_eq!(x("const X = [f()]"), Some(Literal::List));
        for unknown in ["let X = 1", "var X = 1", "const X = f()", "const X = `${a}`", "function f() { const X = 1 }"] {
            assert_eq!(x(unknown), None, "{unknown}");
        }
        assert_eq!(x("declare const X: 200"), None);
    }

    #[test]
    fn members_of_objects() {
        assert_eq!(numbers("const X = { a: 1, 'b': 2, [`c`]: 3, d: () => 1, e: 1 * 2 }"), "a 1, b 2, c 3");
        assert_eq!(numbers("const X = Object.freeze({ a: 1 })"), "a 1");
        assert_eq!(numbers("const X = { a: 1, a: f() } as const"), "");
        // Each of these may change the others, or say something else.
        for open in [
            "...other",
            "set() { this.a = 2 }",
            "get b() { return 1 }",
            "[key]: 2",
            "__proto__: other",
            "b: function () {}",
        ] {
            assert_eq!(numbers(&format!("const X = {{ a: 1, {open} }} as const")), "", "{open}");
        }
        assert_eq!(numbers("const X = { a: 1, change }"), "");
        assert_eq!(numbers("const X = { a: 1, text } as const"), "a 1");
    }

    #[test]
    fn enums() {
        assert_eq!(numbers("export enum X { A, B = 5, C, D = f(), E, F = 'f' }"), "A 0, B 5, C 6, F Text(\"f\")");
        assert_eq!(x("declare enum X { A }"), None);
        assert_eq!(x("enum X { A } enum X { B = 2 }"), None);
        assert_eq!(x("enum X { A } namespace X { export let b = 1 }"), None);
    }
}
