//! Fetchers that hooks have without naming one.
//!
//! ```tsx
//! <SWRConfig value={{ fetcher: (url) => fetch(url).then((res) => res.json()) }}>
//! ```

use super::Sites;
use crate::callers::value::Evaluator;
use crate::project::Method;
use crate::syntax::ast::{
    CallExpr, Expr, Id, JSXAttrName, JSXAttrOrSpread, JSXAttrValue, JSXElementName, JSXExpr, JSXOpeningElement, Prop,
    PropOrSpread,
};
use crate::syntax::{Visit, VisitWith, bare, function_of, ident, imported, pat_ident, prop_name};

/// Constants that are spread into constants are followed no further.
const MAX_DEPTH: usize = 3;

/// Whether all fetchers that `SWRConfig` sets anywhere read.
pub fn defaults_read(evaluator: &Evaluator<'_>) -> bool {
    let files = evaluator.project.files.iter();
    let mut configs = files.filter(|(_, text)| text.as_ref().is_ok_and(|text| text.contains("SWRConfig")));
    configs.all(|(path, _)| {
        let Ok(module) = evaluator.modules.get(path) else { return false };
        let Some(component) = imported(module, "swr", "SWRConfig") else { return true };
        let mut configs = Configs { component, sites: Sites::new(evaluator, module, None), read: true };
        module.ast.visit_with(&mut configs);
        configs.read
    })
}

struct Configs<'e, 'a> {
    component: Id,
    sites: Sites<'e, 'a>,
    read: bool,
}

impl Visit for Configs<'_, '_> {
    fn visit_jsx_opening_element(&mut self, element: &JSXOpeningElement) {
        if matches!(&element.name, JSXElementName::Ident(name) if name.to_id() == self.component) {
            self.read &= element.attrs.iter().all(|attribute| match attribute {
                JSXAttrOrSpread::JSXAttr(attribute) => match (&attribute.name, &attribute.value) {
                    (JSXAttrName::Ident(name), Some(JSXAttrValue::JSXExprContainer(value)))
                        if &*name.sym == "value" =>
                    {
                        matches!(&value.expr, JSXExpr::Expr(value) if self.sites.config_reads(value, None, MAX_DEPTH))
                    }
                    _ => true,
                },
                JSXAttrOrSpread::SpreadElement(_) => false,
            });
        }
        element.visit_children_with(self);
    }

    /// `createElement(SWRConfig, …)`.
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let is_component = |expr: &Expr| ident(expr).is_some_and(|name| name.to_id() == self.component);
        self.read &= !call.args.iter().any(|argument| is_component(&argument.expr));
        call.visit_children_with(self);
    }
}

impl Sites<'_, '_> {
    /// Whether the configuration of SWR that an expression is has no fetcher, or one that reads. `parent` is the
    /// configuration around it.
    fn config_reads(&self, config: &Expr, parent: Option<&Id>, depth: usize) -> bool {
        if depth == 0 {
            return false;
        }
        match bare(config) {
            Expr::Object(object) => object.props.iter().all(|property| match property {
                PropOrSpread::Spread(spread) => self.config_reads(&spread.expr, parent, depth),
                PropOrSpread::Prop(property) => match &**property {
                    Prop::KeyValue(pair) => match prop_name(&pair.key).as_deref() {
                        Some("fetcher") => self.reads(&pair.value),
                        name => name.is_some(),
                    },
                    Prop::Shorthand(name) => &*name.sym != "fetcher" || self.reads(&Expr::Ident(name.clone())),
                    _ => false,
                },
            }),
            // `(parent) => ({ ...parent, suspense: true })`.
            Expr::Arrow(_) => function_of(config).is_some_and(|function| {
                let parent = function.params().first().and_then(|param| pat_ident(param)).map(|name| name.to_id());
                function.expression().is_some_and(|value| self.config_reads(value, parent.as_ref(), depth - 1))
            }),
            Expr::Ident(name) if parent == Some(&name.to_id()) => true,
            Expr::Ident(name) => {
                let Some((file, id)) = self.evaluator.symbol(&self.module.path, &name.to_id()) else { return false };
                let (held, module) = (self.evaluator.held(file, &id), self.evaluator.modules.get(file));
                let (Some(held), Ok(module)) = (held, module) else { return false };
                Sites::new(self.evaluator, module, None).config_reads(held, None, depth - 1)
            }
            _ => false,
        }
    }

    fn reads(&self, fetcher: &Expr) -> bool {
        self.fetcher_method(fetcher) == Some(Method::Get)
    }
}
