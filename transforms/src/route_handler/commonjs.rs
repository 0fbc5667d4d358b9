//! Endpoints that are CommonJS modules: a Route Handler is an ES module, which is strict and has no `exports`.
//!
//! ```js
//! total = 0                                    // no name of this file: an error in strict code
//! module.exports = handler
//! if (require.main === module) handler(…)      // nothing that an ES module knows
//! ```

use crate::finding::Finding;
use crate::project::NextVersion;
use crate::syntax::{Module, Span, Visit, VisitWith, assigned, ast, exported_whole, is_commonjs, span_of};

const HELP: &str = "write the file as an ES module by hand first";

/// What in `module` an ES module does otherwise, if it is none yet. The statements of its top that export are looked at
/// elsewhere.
pub fn sloppy(module: &Module) -> Vec<Finding> {
    if !is_commonjs(module) {
        return Vec::new();
    }
    let finding = |span: Span, message: String| Finding::manual("commonjs", &module.path, span, message).help(HELP);
    let undeclared = assigned(&module.ast).into_iter().filter(|(id, _)| module.is_free(id));
    let undeclared = undeclared.map(|((name, _), span)| {
        finding(
            span,
            format!("nothing declares `{name}`, which is an error in an ES module, as a Route Handler is one"),
        )
    });
    let mut search = Search { module, found: Vec::new() };
    for item in &module.ast.body {
        match exported(item) {
            Some(value) => value.visit_with(&mut search),
            None => item.visit_with(&mut search),
        }
    }
    let others = search.found.into_iter().map(|(span, name)| {
        finding(span, format!("`{name}` means something else in an ES module, as a Route Handler is one"))
    });
    undeclared.chain(others).collect()
}

/// What is to be said of an endpoint whose handler is all that the module exports: that Next.js wants an export called
/// `default`. From 13.5 on it looks for it when it builds, and what webpack makes of such a module has none; Turbopack's has.
/// Where it is found, its code becomes strict.
pub fn unserved(module: &Module, next: NextVersion) -> Option<Finding> {
    let (export, member) = exported_whole(module)?;
    if !member && !next.wants_default_export() {
        let message = "the file becomes an ES module, whose code is strict: what did nothing may fail, as setting a member of \
                       a number or of a frozen object";
        let finding = Finding::review("commonjs", &module.path, export, message);
        return Some(finding.help("write `'use strict'` at its top, and see that it works"));
    }
    let message = "in a build by webpack, the Pages Router of this Next.js finds no handler that is exported like this, and \
                   answers with 500; the Route Handler would answer, in strict code";
    Some(Finding::review("commonjs", &module.path, export, message).help("try what the endpoint answers today"))
}

/// The value that a statement assigns to a member of something.
fn exported(item: &ast::ModuleItem) -> Option<&ast::Expr> {
    let assign = item.as_stmt()?.as_expr()?.expr.as_assign()?;
    let target = assign.left.as_simple()?.as_member()?;
    let mut object = &*target.obj;
    while let ast::Expr::Member(member) = object {
        object = &member.obj;
    }
    matches!(&*object.as_ident()?.sym, "module" | "exports").then_some(&*assign.right)
}

struct Search<'m> {
    module: &'m Module,
    found: Vec<(Span, &'static str)>,
}

impl Visit for Search<'_> {
    fn visit_ident(&mut self, name: &ast::Ident) {
        let known = ["module", "exports", "arguments"].into_iter().find(|own| *own == &*name.sym);
        if let Some(own) = known.filter(|_| self.module.is_free(&name.to_id())) {
            self.found.push((span_of(name), own));
        }
    }

    fn visit_this_expr(&mut self, this: &ast::ThisExpr) {
        self.found.push((span_of(this), "this"));
    }

    // Code of classes is strict anyway.
    fn visit_class(&mut self, _: &ast::Class) {}
}
