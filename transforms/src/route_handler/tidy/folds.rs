//! What can be said shorter once `req` has become something else.
//!
//! ```ts
//! list({ query: query })                                                               // list({ query })
//! typeof req.headers.get('x') === 'string' ? req.headers.get('x')! : ''                // req.headers.get('x') ?? ''
//! ```

use crate::rewrite::Edit;
use crate::syntax::ast::{BinaryOp, Callee, CondExpr, Expr, Ident, Lit, Prop, UnaryOp};
use crate::syntax::{Module, Visit, VisitWith, bare, literal_str, member_name, prop_name, span_of};

/// Edits of `module`, the new form of `original`, where it says what that does not.
pub(super) fn folds(module: &Module, original: &Module) -> Vec<Edit> {
    let mut folds = Folds { module, original, edits: Vec::new() };
    module.ast.visit_with(&mut folds);
    folds.edits
}

struct Folds<'m> {
    module: &'m Module,
    original: &'m Module,
    edits: Vec<Edit>,
}

impl Visit for Folds<'_> {
    fn visit_prop(&mut self, prop: &Prop) {
        if let Prop::KeyValue(own) = prop
            && let Expr::Ident(value) = &*own.value
            && prop_name(&own.key).is_some_and(|key| is_shorthand(&key, value))
            && self.is_new(self.module.text_of(prop), &format!("{0}: {0}", value.sym))
        {
            self.edits.push(Edit::replace(span_of(prop), value.sym.to_string()));
            return;
        }
        prop.visit_children_with(self);
    }

    fn visit_cond_expr(&mut self, choice: &CondExpr) {
        if let Some(read) = asked_for_text(choice, self.module)
            && !self.original.text.contains(self.module.text_of(choice))
        {
            let fallback = match bare(&choice.alt) {
                Expr::Lit(Lit::Null(_)) => String::new(),
                _ => format!(" ?? {}", self.module.text_of(&*choice.alt)),
            };
            self.edits.push(Edit::replace(span_of(choice), format!("{read}{fallback}")));
            return;
        }
        choice.visit_children_with(self);
    }
}

impl Folds<'_> {
    /// Whether `text` is just `plain`, which the original does not say.
    fn is_new(&self, text: &str, plain: &str) -> bool {
        text == plain && !self.original.text.contains(plain)
    }
}

fn is_shorthand(key: &str, value: &Ident) -> bool {
    key == &*value.sym && key != "__proto__"
}

/// `request.headers.get('x')` in `typeof request.headers.get('x') === 'string' ? request.headers.get('x')! : ''`. It is a
/// text or `null`.
fn asked_for_text<'m>(choice: &CondExpr, module: &'m Module) -> Option<&'m str> {
    let Expr::Bin(test) = bare(&choice.test) else { return None };
    let Expr::Unary(kind) = bare(&test.left) else { return None };
    let is_text = matches!(test.op, BinaryOp::EqEqEq | BinaryOp::EqEq) && literal_str(&test.right)? == "string";
    let (asked, given) = (bare(&kind.arg), bare(&choice.cons));
    let read = module.text_of(asked);
    let same = module.text_of(given) == read && kind.op == UnaryOp::TypeOf;
    // What may stand behind `??` without parentheses.
    let simple = matches!(bare(&choice.alt), Expr::Lit(_)) || matches!(&*choice.alt, Expr::Ident(_) | Expr::Member(_));
    (is_text && same && simple && is_header(asked)).then_some(read)
}

/// `request.headers.get('x')`.
fn is_header(read: &Expr) -> bool {
    let Expr::Call(call) = read else { return false };
    let Callee::Expr(callee) = &call.callee else { return false };
    let Expr::Member(get) = &**callee else { return false };
    let Expr::Member(headers) = &*get.obj else { return false };
    let [name] = call.args.as_slice() else { return false };
    let literal = name.spread.is_none() && literal_str(&name.expr).is_some();
    let names = member_name(get).as_deref() == Some("get") && member_name(headers).as_deref() == Some("headers");
    literal && names && matches!(&*headers.obj, Expr::Ident(_))
}

#[cfg(test)]
mod tests {
    use super::folds;
    use crate::rewrite::Rewrite;
    use crate::syntax::Module;

    fn folded(text: &str, original: &str) -> String {
        let [module, original] = [text, original].map(|text| Module::parse("a.ts", text.into()).unwrap());
        let mut rewrite = Rewrite::new();
        rewrite.extend(folds(&module, &original)).unwrap();
        rewrite.render(&module.text).unwrap()
    }

    #[test]
    fn what_the_rewriting_made_long() {
        assert_eq!(folded("f({ query: query, body: b })", ""), "f({ query, body: b })");
        let own = "f({ query: query })";
        assert_eq!(folded(own, own), own);
        let read = |end: &str| format!("a(typeof r.headers.get('x') === 'string' ? r.headers.get('x'){end})");
        assert_eq!(folded(&read("! : ''"), ""), "a(r.headers.get('x') ?? '')");
        assert_eq!(folded(&read(" as string : null"), ""), "a(r.headers.get('x'))");
        assert_eq!(folded(&read(" : undefined"), ""), "a(r.headers.get('x') ?? undefined)");
        for kept in [
            "typeof r.headers.get('x') === 'string' ? r.headers.get('y') : ''",
            "typeof r.headers.get('x') === 'object' ? r.headers.get('x') : ''",
            "typeof r.headers.get(x()) === 'string' ? r.headers.get(x()) : ''",
            "typeof r.headers.get('x') === 'string' ? r.headers.get('x') : (a, b)",
            "typeof r.map.get('x') === 'string' ? r.map.get('x') : ''",
        ] {
            assert_eq!(folded(kept, ""), kept);
        }
    }
}
