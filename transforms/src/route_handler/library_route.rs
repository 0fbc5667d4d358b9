//! Endpoints whose handler is what a package makes: `export default NextAuth(options)`. What becomes of the
//! call is written down in [`crate::libraries`]; here it is found, and the new exports are written.

use std::collections::{BTreeSet, HashSet};

use super::candidates::Candidate;
use super::file_router::FileRouter;
use super::generated::compat_path;
use super::handler::{Migrated, has_manual, imports_at, internal};
use super::handler_findings::config_findings;
use super::lasting::FileLasting;
use super::statements::{config_edits, segment_config};
use super::tidy::{Invalid, tidy};
use super::{trpc, yoga};
use crate::finding::{Finding, Safety};
use crate::libraries::{self, Route, RouteForm};
use crate::pages_api::{Segment, parse_route, read_config};
use crate::project::{App, Import, Imported, Method, Modules, Project, imports};
use crate::rewrite::{Edit, Piece, Rewrite};
use crate::syntax::ast::{
    CallExpr, Callee, Decl, ExportSpecifier, Expr, Id, ModuleDecl, ModuleExportName, ModuleItem, Stmt, VarDecl,
};
use crate::syntax::{Module, Span, bare, declared_names, ident, member_name, pat_ident, span_of};

/// An endpoint whose handler is what a package makes.
pub struct LibraryRoute<'m> {
    /// The file.
    pub module: &'m Module,
    /// The call that makes the handler.
    pub call: &'m CallExpr,
    /// The import of the function that is called, or of the namespace it is taken from.
    pub import: Import,
    /// The statement with `export default`.
    pub export: Span,
    /// The name of the handler, and the statement that declares it, if that is another one.
    pub name: Option<(String, Span)>,
    /// What becomes of the call.
    pub route: Route,
}

/// What deciding looks at.
pub struct Around<'a> {
    /// The project.
    pub project: &'a Project,
    /// Its modules.
    pub modules: &'a Modules<'a>,
    /// The app of the endpoint.
    pub app: &'a App,
    /// What moves where.
    pub candidate: &'a Candidate,
}

impl<'m> LibraryRoute<'m> {
    /// The default export of `module`, if it is the call of a package that we know.
    pub fn find(project: &Project, module: &'m Module) -> Option<LibraryRoute<'m>> {
        let (value, export) = default_export(module)?;
        let mut only_exported = true;
        let (call, name) = match bare(value) {
            Expr::Call(call) => (call, None),
            Expr::Ident(local) => {
                let (call, statement, mentions) = constant(module, &local.to_id())?;
                only_exported = mentions == 2;
                (call, Some((local.sym.to_string(), statement)))
            }
            _ => return None,
        };
        let known = |import: &Import, name: &str| {
            libraries::route(&import.specifier, name, &|package| project.packages.version(&module.path, package))
        };
        let all = imports(module);
        // `const router = nc(); router.get(handler)`: what is done to it is not known, only what to say.
        let found = |import, route: Route| {
            let refused = route.form == RouteForm::Refused;
            (only_exported || refused).then(|| LibraryRoute { module, call, import, export, name: name.clone(), route })
        };
        if let Some((import, function)) = called(&all, call) {
            return known(&import, &function).and_then(|route| found(import, route));
        }
        // `nc().get(handler)`: enough to say what it is.
        let (import, function) = origin(module, &all, call, 4)?;
        known(&import, &function)
            .filter(|route| route.form == RouteForm::Refused)
            .and_then(|route| found(import, route))
    }

    /// The Route Handler.
    pub fn migrate(
        &self,
        around: &Around<'_>,
        moved: Vec<Edit>,
        lasting: FileLasting<'_>,
    ) -> Result<Migrated, Vec<Finding>> {
        let Around { app, candidate, .. } = around;
        let path = self.module.path.as_str();
        let config = read_config(self.module);
        let place = span_of(self.call);
        let mut findings: Vec<Finding> = self.route.remarks.iter().map(|remark| remark.at(path, place)).collect();
        let later = self.route.until.filter(|(major, _)| app.next.major >= *major);
        findings.extend(later.map(|(_, remark)| remark.at(path, place)));
        findings.extend(config_findings(path, &config));
        if config.edge {
            let message = "the handler of an Edge API route is what this package makes";
            findings.push(Finding::manual("wrapped-handler", path, place, message).help("migrate it by hand"));
        }
        if self.route.form == RouteForm::Yoga {
            findings.extend(yoga::handler(self).ok().and_then(|made| made.finding));
        }
        let segments = parse_route(&candidate.route);
        let edits = self.edits(around, &segments).map_err(|finding| findings.push(finding));
        let (Ok(mut edits), false) = (edits, has_manual(&findings)) else {
            findings.retain(|finding| finding.level == Safety::Manual);
            return Err(findings);
        };
        edits.extend(moved);
        let mut elsewhere = Vec::new();
        if let RouteForm::FileRouter { named } = self.route.form
            && let Ok(router) = FileRouter::find(self, named, around.project, around.modules)
        {
            elsewhere = router.elsewhere;
        }
        let methods = self.route.methods.to_vec();
        let added = segment_config(app, &candidate.route, self.module, &methods);
        edits.extend(config_edits(self.module, &config, &added, self.export.start));
        let text = self.finish(edits, around, lasting).map_err(|invalid| vec![internal(path, &invalid)])?;
        let (helpers, imported) = (BTreeSet::new(), BTreeSet::new());
        Ok(Migrated { text, methods, helpers, findings, imported, elsewhere })
    }

    fn finish(&self, edits: Vec<Edit>, around: &Around<'_>, lasting: FileLasting<'_>) -> Result<String, Invalid> {
        let target = around.candidate.target.as_str();
        let mut rewrite = Rewrite::new();
        rewrite.protect(self.module.verbatim.iter().copied());
        rewrite.extend(edits).map_err(Invalid::Conflict)?;
        let text = rewrite.render(&self.module.text).map_err(Invalid::Conflict)?;
        tidy(target, text, self.module, &imports_at(target, &compat_path(around.app), &BTreeSet::new()), Some(lasting))
    }

    fn edits(&self, around: &Around<'_>, segments: &[Segment]) -> Result<Vec<Edit>, Finding> {
        match self.route.form {
            RouteForm::Same { param, bare } => {
                self.has_param(segments, param)?;
                if bare && !self.call.args.is_empty() {
                    let message =
                        "this call is given options of its own, which may hold functions that take `req` and `res`";
                    return Err(self.refuse(message, "migrate these options by hand"));
                }
                Ok(self.exported(vec![Piece::Source(span_of(self.call))]))
            }
            RouteForm::Object => Ok(self.functions()),
            RouteForm::FileRouter { named } => {
                let mut edits = FileRouter::find(self, named, around.project, around.modules)?.own;
                edits.extend(self.functions());
                Ok(edits)
            }
            RouteForm::Trpc => {
                let param = self.has_param(segments, "trpc")?;
                let (pieces, mut edits) = trpc::handler(self, around, param)?;
                edits.extend(self.exported(pieces));
                Ok(edits)
            }
            RouteForm::Yoga => yoga::edits(self),
            RouteForm::RequestOnly => {
                self.takes_nothing(around)?;
                self.called()
            }
            // The remark says why.
            RouteForm::Refused => Ok(Vec::new()),
        }
    }

    /// The part of the route called `name`, by its index.
    fn has_param(&self, segments: &[Segment], name: &str) -> Result<usize, Finding> {
        let last = segments.len().checked_sub(1);
        let found = last.filter(|last| match &segments[*last] {
            Segment::Dynamic(own) | Segment::CatchAll(own) | Segment::OptionalCatchAll(own) => own == name,
            Segment::Static(_) => false,
        });
        found.ok_or_else(|| {
            self.refuse(
                "this package reads a part of the route that the file's name does not have",
                "check the file's name",
            )
        })
    }

    /// A finding at the call that keeps the endpoint where it is.
    pub fn refuse(&self, message: &str, help: &str) -> Finding {
        Finding::manual("package-call", &self.module.path, span_of(self.call), message).help(help)
    }

    /// Refuses options that hold more than functions without parameters.
    fn takes_nothing(&self, around: &Around<'_>) -> Result<(), Finding> {
        let help =
            "export `(req) => handler(req)` as `GET` and `POST` by hand, and let the options read the web `Request`";
        let taken = |why: &str| self.refuse(why, help);
        let options = match self.call.args.as_slice() {
            [only] if only.spread.is_none() => return Ok(()),
            [first, options] if first.spread.is_none() && options.spread.is_none() => bare(&options.expr),
            _ => return Err(taken("the arguments of this call are not written out")),
        };
        let Expr::Object(options) = options else {
            return Err(taken("the options of this call are not written out"));
        };
        for property in &options.props {
            if !trpc::is_function_of_nothing(self, around, property) {
                let message =
                    "this option may read Node's `req` and `res`, and gets a web `Request` in a Route Handler";
                return Err(Finding::manual("package-call", &self.module.path, span_of(property), message).help(help));
            }
        }
        Ok(())
    }

    /// The handler as a constant, and a function for every method that hands it the request alone.
    fn called(&self) -> Result<Vec<Edit>, Finding> {
        let style = &self.module.style;
        let taken = declared_names(&self.module.ast);
        if self.route.methods.iter().any(|method| taken.contains(method.as_str())) {
            return Err(
                self.refuse("the file uses the name of a method for something else", "rename what has that name")
            );
        }
        let name = self.name.as_ref().map_or_else(|| fresh(&taken), |(name, _)| name);
        let request = if self.module.path.ends_with(".ts") || self.module.path.ends_with(".tsx") {
            "(req: NextRequest)"
        } else {
            "(req)"
        };
        let line =
            |method: &Method| format!("export const {} = {request} => {name}(req){}", method.as_str(), style.semi());
        let exports = self.route.methods.iter().map(line).collect::<Vec<_>>().join("\n");
        Ok(match &self.name {
            Some(_) => vec![Edit::replace(self.export, exports)],
            None => {
                let head = Piece::Text(format!("const {name} = "));
                let tail = Piece::Text(format!("{}\n\n{exports}", style.semi()));
                vec![Edit::of(self.export, vec![head, Piece::Source(span_of(self.call)), tail])]
            }
        })
    }

    /// `made` as a constant, if it is none yet, and the statement that exports it for every method.
    fn exported(&self, made: Vec<Piece>) -> Vec<Edit> {
        let style = &self.module.style;
        let taken = declared_names(&self.module.ast);
        let name = self.name.as_ref().map_or_else(|| fresh(&taken), |(name, _)| name);
        let list: Vec<String> =
            self.route.methods.iter().map(|method: &Method| format!("{name} as {}", method.as_str())).collect();
        let export = format!("export {}{}", style.braces(&list.join(", ")), style.semi());
        match &self.name {
            Some(_) => vec![Edit::replace(self.export, export), Edit::of(span_of(self.call), made)],
            None => {
                let mut pieces = vec![Piece::Text(format!("const {name} = "))];
                pieces.extend(made);
                pieces.push(Piece::Text(format!("{}\n\n{export}", style.semi())));
                vec![Edit::of(self.export, pieces)]
            }
        }
    }

    /// `export const { GET, POST } = f(…)`.
    fn functions(&self) -> Vec<Edit> {
        let names: Vec<&str> = self.route.methods.iter().map(|method| method.as_str()).collect();
        let style = &self.module.style;
        let head = format!("export const {} = ", style.braces(&names.join(", ")));
        let call = Piece::Source(span_of(self.call));
        self.in_place(vec![Piece::Text(head), call, Piece::Text(style.semi().into())])
    }

    /// `made` in place of the statement that makes the handler; the one that exports it goes.
    fn in_place(&self, made: Vec<Piece>) -> Vec<Edit> {
        match &self.name {
            Some((_, statement)) => {
                let text = &self.module.text;
                let kept = text[..self.export.start].trim_end().len();
                vec![Edit::of(*statement, made), Edit::delete(Span::new(kept, self.export.end))]
            }
            None => vec![Edit::of(self.export, made)],
        }
    }
}

/// A name for the handler.
fn fresh(taken: &HashSet<String>) -> &'static str {
    let free = ["handler", "routeHandler", "routeHandler_"].into_iter().find(|name| !taken.contains(*name));
    free.unwrap_or("handler")
}

/// The value of the one default export, and its statement.
fn default_export(module: &Module) -> Option<(&Expr, Span)> {
    let mut found = None;
    for item in &module.ast.body {
        let value = match item {
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => &*export.expr,
            // `export { handler as default }` has no expression; such a file stays as it is.
            ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) => {
                let names_default = |specifier: &ExportSpecifier| {
                    matches!(specifier, ExportSpecifier::Named(named)
                        if matches!(&named.exported, Some(ModuleExportName::Ident(name)) if &*name.sym == "default"))
                };
                if export.specifiers.iter().any(names_default) {
                    return None;
                }
                continue;
            }
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(_)) => return None,
            _ => continue,
        };
        found = Some((value, span_of(item)));
    }
    found
}

/// The call that the constant `id` is, its statement, and how often it is mentioned, the export included.
fn constant<'m>(module: &'m Module, id: &Id) -> Option<(&'m CallExpr, Span, usize)> {
    let mentions = crate::syntax::references(&module.ast).remove(id)?.len();
    let statement = module.ast.body.iter().find_map(|item| match item {
        ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) => call_of(variable, id).map(|call| (call, span_of(item))),
        _ => None,
    });
    statement.map(|(call, statement)| (call, statement, mentions))
}

fn call_of<'m>(variable: &'m VarDecl, id: &Id) -> Option<&'m CallExpr> {
    let [declarator] = variable.decls.as_slice() else { return None };
    if pat_ident(&declarator.name)?.to_id() != *id {
        return None;
    }
    match bare(declarator.init.as_deref()?) {
        Expr::Call(call) => Some(call),
        _ => None,
    }
}

/// Which import `call` calls: `f(…)` or `namespace.f(…)`.
fn called(all: &std::collections::HashMap<Id, Import>, call: &CallExpr) -> Option<(Import, String)> {
    let Callee::Expr(callee) = &call.callee else { return None };
    match bare(callee) {
        Expr::Ident(name) => match all.get(&name.to_id())? {
            Import { type_only: true, .. } => None,
            import @ Import { name: Imported::Name(name), .. } => Some((import.clone(), name.clone())),
            _ => None,
        },
        Expr::Member(member) => {
            let import = all.get(&ident(&member.obj)?.to_id())?;
            (import.name == Imported::Namespace).then_some((import.clone(), member_name(member)?))
        }
        _ => None,
    }
}

/// The import at the root of a chain of calls: `nc()` of `nc().get(handler)`.
fn origin(
    module: &Module,
    all: &std::collections::HashMap<Id, Import>,
    call: &CallExpr,
    hops: usize,
) -> Option<(Import, String)> {
    let hops = hops.checked_sub(1)?;
    if let Some(found) = called(all, call) {
        return Some(found);
    }
    let Callee::Expr(callee) = &call.callee else { return None };
    let object = match bare(callee) {
        Expr::Member(member) => bare(&member.obj),
        other => other,
    };
    match object {
        Expr::Call(inner) => origin(module, all, inner, hops + 1),
        Expr::Ident(name) => {
            let made = module.ast.body.iter().find_map(|item| match item {
                ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) => call_of(variable, &name.to_id()),
                _ => None,
            })?;
            origin(module, all, made, hops)
        }
        _ => None,
    }
}
