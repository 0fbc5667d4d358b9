//! States of JavaScript that certainly hold text, because they begin as text and nothing else is put into them.
//!
//! ```jsx
//! const [email, setEmail] = useState('');
//! <input value={email} onChange={(event) => setEmail(event.target.value)} />
//! ```

use std::collections::HashMap;

use super::{Plain, Values};
use crate::syntax::ast::{CallExpr, Expr, Id, Lit, Pat, VarDeclarator};
use crate::syntax::{Module, Visit, VisitWith, bare, callee_ident, member_name};

/// Those of `module`. `values` is what is known of other values.
pub fn plain_states(module: &Module, values: &Values) -> Vec<(Id, Plain)> {
    let mut states = States { values, declared: Vec::new(), sets: HashMap::new() };
    module.ast.visit_with(&mut states);
    let all = module.references();
    let States { declared, sets, .. } = states;
    let is_known = |setter: &Id| {
        // One mention is the declaration, the others are calls that set text.
        all.get(setter).is_some_and(|all| all.len() == sets.get(setter).copied().unwrap_or_default() + 1)
    };
    declared.into_iter().filter(|(_, setter)| is_known(setter)).map(|(state, _)| (state, Plain::Text)).collect()
}

struct States<'v> {
    values: &'v Values,
    /// The state and its setter.
    declared: Vec<(Id, Id)>,
    /// How often a function is called with text.
    sets: HashMap<Id, usize>,
}

impl States<'_> {
    fn is_text(&self, value: &Expr) -> bool {
        match bare(value) {
            // `event.target.value`: what an element of a form holds.
            Expr::Member(member) => {
                let of = match bare(&member.obj) {
                    Expr::Member(of) => member_name(of),
                    _ => None,
                };
                let is_element = of.is_some_and(|of| matches!(of.as_str(), "target" | "currentTarget"));
                is_element && member_name(member).as_deref() == Some("value")
            }
            value => self.values.is_text(value),
        }
    }
}

impl Visit for States<'_> {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Pat::Array(list) = &declarator.name
            && let [Some(Pat::Ident(state)), Some(Pat::Ident(setter))] = list.elems.as_slice()
            && let Some(Expr::Call(call)) = declarator.init.as_deref().map(bare)
            && callee_ident(call).is_some_and(|name| &*name.sym == "useState")
            && let [initial] = call.args.as_slice()
            && matches!(bare(&initial.expr), Expr::Lit(Lit::Str(_)))
        {
            self.declared.push((state.id.to_id(), setter.id.to_id()));
        }
        declarator.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let (Some(name), [value]) = (callee_ident(call), call.args.as_slice())
            && value.spread.is_none()
            && self.is_text(&value.expr)
        {
            *self.sets.entry(name.to_id()).or_default() += 1;
        }
        call.visit_children_with(self);
    }
}
