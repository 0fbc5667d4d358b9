//! Where the code of an object or a class says `this`.

use swc_core::ecma::ast::{Expr, MemberExpr, ThisExpr};
use swc_core::ecma::visit::{Visit, VisitWith};

use super::{Module, Span, bare, member_name, span_of};

/// A `this`.
#[derive(Clone, Debug)]
pub struct This {
    /// Where it stands.
    pub span: Span,
    /// The member that is taken from it: `auth` in `this.auth`. `None` if it stands for itself.
    pub member: Option<String>,
}

/// Every `this` within `home`, those of functions in there with a `this` of their own among them.
pub fn this_within(module: &Module, home: Span) -> Vec<This> {
    let mut search = Search { home, found: Vec::new() };
    module.ast.visit_with(&mut search);
    search.found
}

struct Search {
    home: Span,
    found: Vec<This>,
}

impl Visit for Search {
    fn visit_member_expr(&mut self, member: &MemberExpr) {
        match bare(&member.obj) {
            Expr::This(this) => {
                self.add(span_of(this), member_name(member).or_else(|| private_name(member)));
                member.prop.visit_with(self);
            }
            _ => member.visit_children_with(self),
        }
    }

    fn visit_this_expr(&mut self, this: &ThisExpr) {
        self.add(span_of(this), None);
    }
}

impl Search {
    fn add(&mut self, span: Span, member: Option<String>) {
        if self.home.contains(span) {
            self.found.push(This { span, member });
        }
    }
}

fn private_name(member: &MemberExpr) -> Option<String> {
    member.prop.as_private_name().map(|name| format!("#{}", name.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_that_are_taken_from_this() {
        let text = "const a = { b() { const { c } = this; return this.d(this['e'], (this as any)[f], this.#g) } }";
        let module = Module::parse("a.ts", text.into()).unwrap();
        let found = this_within(&module, Span::new(0, text.len()));
        let members: Vec<Option<&str>> = found.iter().map(|this| this.member.as_deref()).collect();
        assert_eq!(members, [None, Some("d"), Some("e"), None, Some("#g")]);
        assert!(this_within(&module, Span::new(0, 9)).is_empty());
    }
}
