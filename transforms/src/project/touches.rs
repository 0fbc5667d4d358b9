//! What may change the objects that names stand for: who writes to a member, or hands the object on to code that might.
//!
//! ```ts
//! HTTP.OK = 201;            // written
//! extend(HTTP);             // handed on
//! table[HTTP.OK]            // neither: a member is read
//! ```

use std::collections::{BTreeSet, HashMap};

use super::{Modules, Project};
use crate::syntax::ast::{
    AssignExpr, AssignTarget, BinExpr, BinaryOp, CallExpr, Callee, ExportDefaultExpr, ExportSpecifier, Expr, Id, Ident,
    ImportDecl, ImportSpecifier, MemberExpr, ModuleDecl, ModuleExportName, ModuleItem, OptChainBase, Pat, Prop,
    SimpleAssignTarget, SpreadElement, TsType, UnaryExpr, UnaryOp, UpdateExpr, VarDeclarator,
};
use crate::syntax::{Module, Visit, VisitWith, bare, default_object, ident, is_commonjs, member_name, span_of};

/// What happens to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The member at the end of the path is given another value.
    Written,
    /// Some member of the object there is.
    AnyWritten,
    /// The object there is handed on, with all that it holds.
    Handed,
    /// A member of the object there is read, nobody knows which, or all are.
    Members,
}

/// One mention that may change something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touch {
    /// The members that lead from the name to the place.
    pub path: Vec<String>,
    /// What happens there.
    pub how: How,
}

/// Touches by the name that they start at.
pub type Touches = HashMap<Id, Vec<Touch>>;

/// All touches in `module`, by the name that they start at. Members of which only the value is read are handed on: that
/// changes nothing if it is no object.
pub fn touches(module: &Module) -> Touches {
    let mut search = Search(HashMap::new());
    module.ast.visit_with(&mut search);
    search.0
}

/// What files that import `id` from `module` do to it, be it through files that export it again.
pub fn elsewhere(project: &Project, modules: &Modules<'_>, module: &Module, id: &Id) -> Vec<Touch> {
    let mut users = Users { project, modules, seen: BTreeSet::new(), found: Vec::new() };
    // What others find by `require()` is not looked for.
    if is_commonjs(module) {
        users.unknown();
    }
    for name in exported_as(module, id) {
        users.follow(&module.path, &name);
    }
    users.found
}

/// The names under which `module` exports its own name `id`, or what it exports as default.
fn exported_as(module: &Module, id: &Id) -> Vec<String> {
    if *id == default_object() {
        return vec!["default".to_owned()];
    }
    let mut names = Vec::new();
    for item in &module.ast.body {
        let ModuleItem::ModuleDecl(declaration) = item else { continue };
        match declaration {
            ModuleDecl::ExportDecl(export) => {
                names.extend(
                    super::links::declared_ids(&export.decl)
                        .iter()
                        .filter(|own| *own == id)
                        .map(|own| own.0.to_string()),
                );
            }
            ModuleDecl::ExportNamed(export) if export.src.is_none() => {
                let named = export.specifiers.iter().filter_map(ExportSpecifier::as_named);
                let own =
                    named.filter(|named| matches!(&named.orig, ModuleExportName::Ident(name) if name.to_id() == *id));
                names.extend(own.map(|named| spelled(named.exported.as_ref().unwrap_or(&named.orig))));
            }
            ModuleDecl::ExportDefaultExpr(export) if ident(&export.expr).is_some_and(|name| name.to_id() == *id) => {
                names.push("default".to_owned());
            }
            _ => {}
        }
    }
    names
}

fn spelled(name: &ModuleExportName) -> String {
    match name {
        ModuleExportName::Ident(name) => name.sym.to_string(),
        ModuleExportName::Str(name) => name.value.to_string_lossy().into_owned(),
    }
}

struct Users<'u, 'p> {
    project: &'u Project,
    modules: &'u Modules<'p>,
    seen: BTreeSet<(String, String)>,
    found: Vec<Touch>,
}

impl Users<'_, '_> {
    /// Somebody has it of whom nothing is known.
    fn unknown(&mut self) {
        self.found.push(Touch { path: Vec::new(), how: How::Handed });
    }

    /// Looks at all who import `name` from `file`.
    fn follow(&mut self, file: &str, name: &str) {
        if !self.seen.insert((file.to_owned(), name.to_owned())) {
            return;
        }
        if self.project.packages.is_published(file) {
            self.unknown();
        }
        for import in self.modules.imports_of(&BTreeSet::from([file])) {
            let specifier = &import.specifier;
            let takes = |names: &Vec<String>| names.iter().any(|own| own == name);
            if specifier.type_only || !specifier.names.as_ref().is_none_or(takes) {
                continue;
            }
            let Ok(module) = self.modules.get(&import.file) else { return self.unknown() };
            let statement = module.ast.body.iter().find(|item| Some(span_of(*item)) == specifier.statement);
            match statement.and_then(ModuleItem::as_module_decl) {
                Some(ModuleDecl::ExportAll(_)) if name == "default" => {}
                Some(ModuleDecl::ExportAll(_)) => self.follow(&import.file, name),
                Some(ModuleDecl::ExportNamed(export)) => {
                    for own in &export.specifiers {
                        match own {
                            ExportSpecifier::Named(own) if spelled(&own.orig) == name => {
                                let name = spelled(own.exported.as_ref().unwrap_or(&own.orig));
                                self.follow(&import.file, &name);
                            }
                            ExportSpecifier::Named(_) => {}
                            _ => self.unknown(),
                        }
                    }
                }
                Some(ModuleDecl::Import(own)) => self.imported(module, own, name),
                // `import()`, `require()`, mocks.
                _ => self.unknown(),
            }
        }
    }

    /// What `module` does to `name`, which it imports by `import`.
    fn imported(&mut self, module: &Module, import: &ImportDecl, name: &str) {
        for own in &import.specifiers {
            let (local, whole) = match own {
                ImportSpecifier::Named(own) => {
                    let taken = own.imported.as_ref().map_or_else(|| own.local.sym.to_string(), spelled);
                    (Some(&own.local).filter(|_| taken == name && !own.is_type_only), false)
                }
                ImportSpecifier::Default(own) => (Some(&own.local).filter(|_| name == "default"), false),
                ImportSpecifier::Namespace(own) => (Some(&own.local), true),
            };
            let Some(local) = local.map(Ident::to_id) else { continue };
            let again = exported_as(module, &local);
            if whole && !again.is_empty() {
                self.unknown();
            }
            for touch in self.modules.touches(&module.path).and_then(|all| all.get(&local)).into_iter().flatten() {
                match touch.path.split_first() {
                    _ if !whole => self.found.push(touch.clone()),
                    Some((first, rest)) if first == name => {
                        self.found.push(Touch { path: rest.to_vec(), how: touch.how });
                    }
                    Some(_) => {}
                    None => self.unknown(),
                }
            }
            for name in again {
                self.follow(&module.path, &name);
            }
        }
    }
}

struct Search(Touches);

impl Search {
    fn add(&mut self, name: &Ident, path: Vec<String>, how: How) {
        self.0.entry(name.to_id()).or_default().push(Touch { path, how });
    }

    /// The name that `expr` starts at, if it is that or a member of it, and what leads on from there; up to the first
    /// member that is not known, of which the flag tells. The code between brackets is visited.
    fn chain<'e>(&mut self, expr: &'e Expr) -> Option<(&'e Ident, Vec<String>, bool)> {
        match bare(expr) {
            Expr::Ident(name) => Some((name, Vec::new(), true)),
            Expr::Member(member) => self.member(member),
            Expr::OptChain(chain) => match &*chain.base {
                OptChainBase::Member(member) => self.member(member),
                OptChainBase::Call(_) => None,
            },
            _ => None,
        }
    }

    fn member<'e>(&mut self, member: &'e MemberExpr) -> Option<(&'e Ident, Vec<String>, bool)> {
        let (root, mut path, exact) = self.chain(&member.obj)?;
        let name = member_name(member);
        member.prop.visit_with(self);
        let exact = exact && name.is_some();
        path.extend(name.filter(|_| exact));
        Some((root, path, exact))
    }

    /// What is done to `expr` as a whole: `all` of its members are read, or it is handed on.
    fn used(&mut self, expr: &Expr, all: bool) {
        match self.chain(expr) {
            Some((root, path, true)) => self.add(root, path, if all { How::Members } else { How::Handed }),
            // A member of the object there; if that is an object, it is handed on.
            Some((root, path, false)) => self.add(root, path, How::Members),
            None => self.without_chain(expr),
        }
    }

    fn without_chain(&mut self, expr: &Expr) {
        match bare(expr) {
            Expr::Member(member) => member.visit_children_with(self),
            Expr::OptChain(chain) => chain.visit_children_with(self),
            other => other.visit_children_with(self),
        }
    }

    /// `expr` is given another value.
    fn written(&mut self, expr: &Expr) {
        match self.chain(expr) {
            Some((root, path, exact)) if !path.is_empty() || !exact => {
                self.add(root, path, if exact { How::Written } else { How::AnyWritten });
            }
            Some(_) => {}
            None => self.without_chain(expr),
        }
    }
}

impl Visit for Search {
    fn visit_expr(&mut self, expr: &Expr) {
        match bare(expr) {
            Expr::Ident(_) | Expr::Member(_) | Expr::OptChain(_) => self.used(expr, false),
            other => other.visit_children_with(self),
        }
    }

    fn visit_member_expr(&mut self, member: &MemberExpr) {
        match self.member(member) {
            Some((root, path, exact)) => self.add(root, path, if exact { How::Handed } else { How::Members }),
            None => member.visit_children_with(self),
        }
    }

    fn visit_prop(&mut self, property: &Prop) {
        match property {
            Prop::Shorthand(name) => self.add(name, Vec::new(), How::Handed),
            other => other.visit_children_with(self),
        }
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        match &assign.left {
            AssignTarget::Simple(SimpleAssignTarget::Member(member)) => {
                if let Some((root, path, exact)) = self.member(member) {
                    self.add(root, path, if exact { How::Written } else { How::AnyWritten });
                } else {
                    member.visit_children_with(self);
                }
            }
            AssignTarget::Simple(SimpleAssignTarget::Ident(_)) => {}
            AssignTarget::Simple(SimpleAssignTarget::Paren(inner)) => self.written(&inner.expr),
            AssignTarget::Simple(SimpleAssignTarget::TsAs(inner)) => self.written(&inner.expr),
            AssignTarget::Simple(SimpleAssignTarget::TsSatisfies(inner)) => self.written(&inner.expr),
            AssignTarget::Simple(SimpleAssignTarget::TsNonNull(inner)) => self.written(&inner.expr),
            AssignTarget::Simple(SimpleAssignTarget::TsTypeAssertion(inner)) => self.written(&inner.expr),
            other => other.visit_children_with(self),
        }
        assign.right.visit_with(self);
    }

    // `[a.b] = list`, `for (a.b of list)`
    fn visit_pat(&mut self, pattern: &Pat) {
        match pattern {
            Pat::Expr(target) => self.written(target),
            other => other.visit_children_with(self),
        }
    }

    fn visit_update_expr(&mut self, update: &UpdateExpr) {
        self.written(&update.arg);
    }

    fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
        match unary.op {
            UnaryOp::Delete => self.written(&unary.arg),
            UnaryOp::TypeOf | UnaryOp::Bang if ident(&unary.arg).is_some() => {}
            _ => unary.visit_children_with(self),
        }
    }

    // `key in HTTP`
    fn visit_bin_expr(&mut self, bin: &BinExpr) {
        bin.left.visit_with(self);
        if bin.op != BinaryOp::In || ident(&bin.right).is_none() {
            bin.right.visit_with(self);
        }
    }

    // `const { OK } = HTTP`
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        declarator.name.visit_with(self);
        match (&declarator.name, &declarator.init) {
            (Pat::Object(_), Some(init)) => self.used(init, true),
            (_, init) => init.visit_with(self),
        }
    }

    fn visit_spread_element(&mut self, spread: &SpreadElement) {
        self.used(&spread.expr, true);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        let Callee::Expr(callee) = &call.callee else { return call.visit_children_with(self) };
        let of_language = bare(callee).as_member().and_then(|member| {
            let name = member_name(member)?;
            match (ident(&member.obj).map(|object| &*object.sym), name.as_str()) {
                (Some("Object"), "keys" | "freeze") | (Some("JSON"), "stringify") => Some(false),
                (Some("Object"), "values" | "entries") => Some(true),
                _ => None,
            }
        });
        match (of_language, call.args.as_slice()) {
            (Some(false), [only]) if only.spread.is_none() && ident(&only.expr).is_some() => {}
            (Some(true), [only]) if only.spread.is_none() => self.used(&only.expr, true),
            _ => call.visit_children_with(self),
        }
    }

    fn visit_export_default_expr(&mut self, export: &ExportDefaultExpr) {
        if ident(&export.expr).is_none() {
            export.visit_children_with(self);
        }
    }

    // Types change nothing.
    fn visit_ts_type(&mut self, _: &TsType) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What happens to `X` in a module: `how path`.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let module = Module::parse("a.ts", text.into()).expect("it parses");
        let found = touches(&module);
        let own = found.iter().filter(|(id, _)| &*id.0 == "X").flat_map(|(_, found)| found);
        let found: Vec<String> = own.map(|touch| format!("{:?} {}", touch.how, touch.path.join("."))).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn members_that_are_written() {
        check(
            "X.a = 1; X.a.b += 1; X['c']++; delete X.d; delete X?.e",
            &["Written a", "Written a.b", "Written c", "Written d", "Written e"],
        );
        check(
            "[X.a, { b: X.b }] = list; for (X.c of list) {} (X.d as any) = 1",
            &["Written a", "Written b", "Written c", "Written d"],
        );
        check("X[key] = 1; X.a[key].b = 1", &["AnyWritten ", "AnyWritten a"]);
        check("X = 1; let X2; X2.a = 1", &[]);
    }

    #[test]
    fn objects_that_are_handed_on() {
        check("f(X); const a = X; const b = { X }; return_([X])", &["Handed "; 4]);
        check("f(X.a); X.a.b()", &["Handed a", "Handed a.b"]);
        check("f(X[key]); const { a } = X; b = { ...X }; Object.values(X); X[a].b", &["Members "; 5]);
    }

    #[test]
    fn mentions_that_change_nothing() {
        check("Object.keys(X); JSON.stringify(X); Object.freeze(X); 'a' in X; typeof X; !X", &[]);
        check("export default X; export { X }; type A = typeof X; let b: keyof typeof X", &[]);
    }
}
