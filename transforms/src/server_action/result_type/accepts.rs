//! Where a value may stand whose type is known now and was `any` before.
//!
//! ```tsx
//! if (data.error) setError(data.error || 'Failed');   // const [error, setError] = useState('');
//! <p>{data.error}</p>
//! throw new Error(data.error);
//! ```
//! Elsewhere a type may be wrong for what stands around it, and `any` was not.

use std::collections::HashMap;

use crate::syntax::ast::{
    ArrayPat, BinExpr, BinaryOp, CallExpr, CondExpr, Expr, Id, IfStmt, JSXElementChild, JSXExpr, Lit, NewExpr, Pat,
    Tpl, TsKeywordTypeKind, TsType, TsUnionOrIntersectionType, UnaryExpr, UnaryOp, VarDeclarator,
};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, callee_ident, ident, literal_str, member_name, span_of};

/// A set of types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    pub const TEXT: Kinds = Kinds(1);
    pub const BOOLEAN: Kinds = Kinds(2);
    pub const UNDEFINED: Kinds = Kinds(4);
    pub const ALL: Kinds = Kinds(7);

    pub fn or(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    pub fn contains(self, other: Kinds) -> bool {
        self.0 & other.0 == other.0
    }
}

/// By the place of an expression, which types it may have there.
pub fn accepted(module: &Module) -> HashMap<Span, Kinds> {
    let mut setters = Setters(HashMap::new());
    module.ast.visit_with(&mut setters);
    let mut accepting = Accepting { setters: setters.0, found: HashMap::new() };
    module.ast.visit_with(&mut accepting);
    accepting.found
}

struct Accepting {
    setters: HashMap<Id, Kinds>,
    found: HashMap<Span, Kinds>,
}

impl Accepting {
    fn take(&mut self, expr: &Expr, kinds: Kinds) {
        match expr {
            Expr::Paren(inner) => self.take(&inner.expr, kinds),
            Expr::Cond(choice) => {
                self.take(&choice.cons, kinds);
                self.take(&choice.alt, kinds);
            }
            Expr::Bin(bin) => match bin.op {
                BinaryOp::LogicalOr | BinaryOp::NullishCoalescing => {
                    self.take(&bin.left, kinds.or(Kinds::UNDEFINED));
                    self.take(&bin.right, kinds);
                }
                BinaryOp::LogicalAnd => {
                    self.take(&bin.left, kinds);
                    self.take(&bin.right, kinds);
                }
                _ => {}
            },
            other => {
                self.found.insert(span_of(other), kinds);
            }
        }
    }

    fn arguments(&mut self, callee: &Expr, first: &Expr) {
        let name = ident(callee).map(|name| &*name.sym);
        let kinds = match (name, bare(callee)) {
            (Some("String" | "Boolean" | "alert"), _) => Kinds::ALL,
            (Some("Error"), _) => Kinds::TEXT.or(Kinds::UNDEFINED),
            (Some("toast"), _) => Kinds::TEXT,
            (Some(_), _) => match ident(callee).and_then(|name| self.setters.get(&name.to_id())) {
                Some(kinds) => *kinds,
                None => return,
            },
            (None, Expr::Member(member)) => {
                match (ident(&member.obj).map(|name| &*name.sym), member_name(member).as_deref()) {
                    (Some("console"), _) => Kinds::ALL,
                    (Some("toast"), Some("error" | "success")) => Kinds::TEXT,
                    _ => return,
                }
            }
            _ => return,
        };
        self.take(first, kinds);
    }
}

impl Visit for Accepting {
    fn visit_if_stmt(&mut self, branch: &IfStmt) {
        self.take(&branch.test, Kinds::ALL);
        branch.visit_children_with(self);
    }

    fn visit_cond_expr(&mut self, choice: &CondExpr) {
        self.take(&choice.test, Kinds::ALL);
        choice.visit_children_with(self);
    }

    fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
        if matches!(unary.op, UnaryOp::Bang | UnaryOp::TypeOf) {
            self.take(&unary.arg, Kinds::ALL);
        }
        unary.visit_children_with(self);
    }

    fn visit_tpl(&mut self, template: &Tpl) {
        template.exprs.iter().for_each(|value| self.take(value, Kinds::ALL));
        template.visit_children_with(self);
    }

    fn visit_bin_expr(&mut self, bin: &BinExpr) {
        for (value, other) in [(&bin.left, &bin.right), (&bin.right, &bin.left)] {
            match bin.op {
                BinaryOp::Add if literal_str(other).is_some() => self.take(value, Kinds::ALL),
                BinaryOp::EqEq | BinaryOp::EqEqEq | BinaryOp::NotEq | BinaryOp::NotEqEq
                    if literal_str(other).is_some() =>
                {
                    self.take(value, Kinds::TEXT.or(Kinds::UNDEFINED));
                }
                _ => {}
            }
        }
        bin.visit_children_with(self);
    }

    fn visit_jsx_element_child(&mut self, child: &JSXElementChild) {
        if let JSXElementChild::JSXExprContainer(container) = child
            && let JSXExpr::Expr(value) = &container.expr
        {
            self.take(value, Kinds::ALL);
        }
        child.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let (Some(callee), [first, ..]) = (call.callee.as_expr(), call.args.as_slice()) {
            self.arguments(callee, &first.expr);
        }
        call.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        if let Some([first, ..]) = new.args.as_deref()
            && ident(&new.callee).is_some_and(|name| &*name.sym == "Error")
        {
            self.arguments(&new.callee, &first.expr);
        }
        new.visit_children_with(self);
    }
}

/// What the setters of states take: `const [error, setError] = useState('')`.
struct Setters(HashMap<Id, Kinds>);

impl Visit for Setters {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Pat::Array(ArrayPat { elems, .. }) = &declarator.name
            && let [_, Some(Pat::Ident(setter))] = elems.as_slice()
            && let Some(Expr::Call(call)) = declarator.init.as_deref().map(bare)
            && let Some(kinds) = state(call)
        {
            self.0.insert(setter.id.to_id(), kinds);
        }
        declarator.visit_children_with(self);
    }
}

fn state(call: &CallExpr) -> Option<Kinds> {
    let is_state = match bare(call.callee.as_expr()?) {
        Expr::Member(member) => member_name(member).as_deref() == Some("useState"),
        _ => callee_ident(call).is_some_and(|name| &*name.sym == "useState"),
    };
    match &call.type_args {
        _ if !is_state => None,
        Some(list) => Some(declared(list.params.first()?)),
        None => match bare(&call.args.first()?.expr) {
            Expr::Lit(Lit::Bool(_)) => Some(Kinds::BOOLEAN),
            first => literal_str(first).map(|_| Kinds::TEXT),
        },
    }
}

fn declared(kind: &TsType) -> Kinds {
    match kind {
        TsType::TsKeywordType(keyword) => match keyword.kind {
            TsKeywordTypeKind::TsStringKeyword => Kinds::TEXT,
            TsKeywordTypeKind::TsBooleanKeyword => Kinds::BOOLEAN,
            TsKeywordTypeKind::TsUndefinedKeyword => Kinds::UNDEFINED,
            TsKeywordTypeKind::TsAnyKeyword | TsKeywordTypeKind::TsUnknownKeyword => Kinds::ALL,
            _ => Kinds(0),
        },
        TsType::TsUnionOrIntersectionType(TsUnionOrIntersectionType::TsUnionType(union)) => {
            union.types.iter().map(|kind| declared(kind)).fold(Kinds(0), Kinds::or)
        }
        _ => Kinds(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which types `x` may have in `code`.
    #[track_caller]
    fn check(code: &str, expected: Option<Kinds>) {
        let module = Module::parse("a.tsx", code.into()).expect("the code parses");
        let at = code.rfind("x").expect("`x` is there");
        assert_eq!(accepted(&module).get(&Span::new(at, at + 1)).copied(), expected, "{code}");
    }

    #[test]
    fn tests_and_texts_take_anything() {
        check("if (x) {}", Some(Kinds::ALL));
        check("f(!x)", Some(Kinds::ALL));
        check("`a ${x}`", Some(Kinds::ALL));
        check("'a' + x", Some(Kinds::ALL));
        check("const a = <p>{x}</p>", Some(Kinds::ALL));
        check("console.error(x)", Some(Kinds::ALL));
    }

    #[test]
    fn others_take_what_they_say() {
        check("throw new Error(x)", Some(Kinds::TEXT.or(Kinds::UNDEFINED)));
        check(
            "throw new Error(x ?? 'a')".replace("x ?? 'a'", "b ? 'a' : x").as_str(),
            Some(Kinds::TEXT.or(Kinds::UNDEFINED)),
        );
        check("toast.error(x)", Some(Kinds::TEXT));
        check("const [a, b] = useState(''); b(x)", Some(Kinds::TEXT));
        check("const [a, b] = useState<string | null>(null); b(x)", Some(Kinds::TEXT));
        check("const [a, b] = useState<Item>(); b(x)", Some(Kinds(0)));
        check("'a' === x", Some(Kinds::TEXT.or(Kinds::UNDEFINED)));
    }

    #[test]
    fn elsewhere_nothing_is_known() {
        check("f(x)", None);
        check("const a = x", None);
        check("if (f(x)) {}", None);
        check("toast.error(x as Item)".replace("x as Item", "a || (x as Item)").as_str(), None);
        check("const a = <p id={x} />", None);
        check("new Failure(x)", None);
    }
}
