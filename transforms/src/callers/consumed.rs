//! Whether everything is known that is done with a name: then what it holds is told by its uses, and not by itself.
//!
//! ```ts
//! export const POSTS = '/api/posts';   // no mention of its own
//! fetch(POSTS, { method: 'POST' });    // but this one
//! ```

use std::collections::{BTreeSet, HashSet};

use super::value::Evaluator;
use super::wrapper::{file_word, word};
use crate::project::Imported;
use crate::syntax::ast::{
    ClassDecl, ExportDecl, ExportDefaultDecl, ExportDefaultExpr, ExportNamedSpecifier, Expr, FnDecl, Id, ImportDecl,
    MemberExpr, Pat, VarDeclarator,
};
use crate::syntax::{Module, Span, Visit, VisitWith, ident, member_name, span_of};

/// Names in places where a use is understood.
pub type Consumed = HashSet<(String, Span)>;

/// Whether each use of the name `id`, which the file at `path` declares, is in `consumed`. For a member of an object,
/// `object.member`, uses of other members do not matter.
pub fn is_consumed(evaluator: &Evaluator<'_>, path: &str, id: &Id, consumed: &Consumed) -> bool {
    let (object, member): (Id, Option<&str>) = match id.0.rsplit_once('.') {
        Some((object, member)) => ((object.into(), id.1), Some(member)),
        None => (id.clone(), None),
    };
    let Ok(module) = evaluator.modules.get(path) else { return false };
    let Some(places) = understood(module, &object, member, consumed) else { return false };
    if places.is_class {
        return false;
    }
    if !places.exported {
        return places.used;
    }
    let mut used = places.used;
    let (word, stem) = (word(path, &object), file_word(path));
    let known = evaluator.project.files.iter().all(|(other, text)| {
        let Ok(text) = text else { return false };
        let may_use = text.contains(word) || (places.by_default && text.contains(stem));
        if other == path || !may_use {
            return true;
        }
        let Ok(user) = evaluator.modules.get(other) else { return false };
        // `import * as`, `import()` and `require()` may take anything.
        let takes_all = user.specifiers().iter().any(|specifier| {
            specifier.names.is_none()
                && !specifier.type_only
                && evaluator
                    .exported(other, &specifier.value, &object.0)
                    .is_some_and(|found| found == (path, object.clone()))
        });
        let locals = evaluator.imports(other).into_iter().flatten().filter(|(local, import)| {
            matches!(import.name, Imported::Name(_))
                && evaluator.symbol(other, local).is_some_and(|found| found == (path, object.clone()))
        });
        let mut each = locals.map(|(local, _)| understood(user, local, member, consumed));
        !takes_all && each.all(|places| places.inspect(|places| used |= places.used).is_some())
    });
    // What nobody uses may be used by somebody who was not found.
    known && used
}

/// Where a module declares and exports a name.
#[derive(Default)]
struct Places {
    exported: bool,
    by_default: bool,
    is_class: bool,
    /// It is used, in a way that is understood.
    used: bool,
}

/// `None` if the module uses the name in another way.
fn understood(module: &Module, id: &Id, member: Option<&str>, consumed: &Consumed) -> Option<Places> {
    let mut uses = Uses { id, member, neutral: BTreeSet::new(), in_export: false, places: Places::default() };
    module.ast.visit_with(&mut uses);
    let all = module.references();
    for span in all.get(id).into_iter().flatten().filter(|span| !uses.neutral.contains(span)) {
        if !consumed.contains(&(module.path.clone(), *span)) {
            return None;
        }
        uses.places.used = true;
    }
    Some(uses.places)
}

struct Uses<'i> {
    id: &'i Id,
    member: Option<&'i str>,
    neutral: BTreeSet<Span>,
    in_export: bool,
    places: Places,
}

impl Uses<'_> {
    fn declares(&mut self, name: &crate::syntax::ast::Ident) {
        if name.to_id() == *self.id {
            self.neutral.insert(span_of(name));
            self.places.exported |= self.in_export;
        }
    }

    fn exporting(&mut self, visit: impl FnOnce(&mut Self)) {
        self.in_export = true;
        visit(self);
        self.in_export = false;
    }
}

impl Visit for Uses<'_> {
    fn visit_export_decl(&mut self, export: &ExportDecl) {
        self.exporting(|this| export.visit_children_with(this));
    }

    fn visit_export_default_decl(&mut self, export: &ExportDefaultDecl) {
        let before = self.places.exported;
        self.exporting(|this| export.visit_children_with(this));
        self.places.by_default |= self.places.exported && !before;
    }

    fn visit_export_default_expr(&mut self, export: &ExportDefaultExpr) {
        if let Some(name) = ident(&export.expr).filter(|name| name.to_id() == *self.id) {
            self.neutral.insert(span_of(name));
            self.places.exported = true;
            self.places.by_default = true;
        }
        if &*self.id.0 == "default" {
            self.places.exported = true;
            self.places.by_default = true;
        }
        export.visit_children_with(self);
    }

    fn visit_export_named_specifier(&mut self, specifier: &ExportNamedSpecifier) {
        if let crate::syntax::ast::ModuleExportName::Ident(name) = &specifier.orig
            && name.to_id() == *self.id
        {
            self.neutral.insert(span_of(name));
            self.places.exported = true;
            // Under another name, it may be used by files that do not spell this one.
            self.places.by_default |= specifier.exported.is_some();
        }
    }

    fn visit_import_decl(&mut self, import: &ImportDecl) {
        for specifier in &import.specifiers {
            if specifier.local().to_id() == *self.id {
                self.neutral.insert(span_of(specifier.local()));
            }
        }
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Pat::Ident(binding) = &declarator.name {
            self.declares(&binding.id);
        }
        let saved = std::mem::take(&mut self.in_export);
        declarator.visit_children_with(self);
        self.in_export = saved;
    }

    fn visit_fn_decl(&mut self, function: &FnDecl) {
        self.declares(&function.ident);
        let saved = std::mem::take(&mut self.in_export);
        function.visit_children_with(self);
        self.in_export = saved;
    }

    fn visit_class_decl(&mut self, class: &ClassDecl) {
        if class.ident.to_id() == *self.id {
            self.places.is_class = true;
        }
        class.visit_children_with(self);
    }

    fn visit_member_expr(&mut self, member: &MemberExpr) {
        if let (Some(wanted), Expr::Ident(name)) = (self.member, crate::syntax::bare(&member.obj))
            && name.to_id() == *self.id
            && member_name(member).is_some_and(|name| name != wanted)
        {
            self.neutral.insert(span_of(name));
        }
        member.visit_children_with(self);
    }
}
