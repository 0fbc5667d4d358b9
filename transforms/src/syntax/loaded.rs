//! What a module loads when it runs. TypeScript drops imports of which only types are used.

use std::collections::HashSet;

use swc_core::ecma::ast::{
    self, CallExpr, Callee, ExportSpecifier, Id, ImportSpecifier, ModuleDecl, ModuleExportName, ModuleItem,
};
use swc_core::ecma::visit::{Visit, VisitWith};

use super::commonjs::{Required, RequiredName, required};
use super::{Module, Span, bare, literal_str, span_of};

/// Another module that is loaded.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Its specifier.
    pub specifier: String,
    /// The statement or the call.
    pub span: Span,
    /// What is taken from there as values.
    pub names: Vec<Taken>,
    /// By an `import` or `export` statement, and not by a call.
    pub statement: bool,
}

/// A value that one module takes from another.
#[derive(Clone, Debug)]
pub struct Taken {
    /// What it is exported as: `default` for the default export, nothing for all exports at once.
    pub name: Option<String>,
    /// What it is called here, if it has a name here.
    pub local: Option<Id>,
    /// What for.
    pub purpose: Purpose,
}

/// What a value is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Code uses it.
    Use,
    /// It is the name of JSX elements, and nothing else.
    Render,
    /// It is exported again, and nothing else.
    HandOn,
}

/// What `module` loads, in the order of the text.
pub fn loaded(module: &Module) -> Vec<Loaded> {
    let values = Values::of(module);
    let purpose = |local: &Id| values.purpose(local);
    let mut found: Vec<Loaded> = module.ast.body.iter().filter_map(|item| statement(item, &purpose)).collect();
    let required = required(module);
    found.extend(values.calls.into_iter().map(|call| with_names(call, &required)));
    found.sort_by_key(|loaded| loaded.span.start);
    found
}

/// `const { sql } = require('./db')` takes no more than that name.
fn with_names(mut call: Loaded, required: &[Required]) -> Loaded {
    if let Ok(at) = required.binary_search_by_key(&call.span.start, |own| own.call.start)
        && !required[at].names.is_empty()
    {
        let taken = |own: &RequiredName| Taken {
            name: own.name.clone(),
            local: Some(own.local.clone()),
            purpose: Purpose::Use,
        };
        call.names = required[at].names.iter().map(taken).collect();
    }
    call
}

/// The names of imports without `import type` that TypeScript drops: a compiler that looks before sees them.
pub fn dropped(module: &Module) -> Vec<Loaded> {
    let values = Values::of(module);
    let imports = module.ast.body.iter().filter_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(import)) if !import.type_only => Some(import),
        _ => None,
    });
    let dropped = imports.filter_map(|import| {
        let names = import.specifiers.iter().map(|specifier| (specifier, specifier.local().to_id()));
        let names = names.filter(|(specifier, local)| is_type(specifier) || values.purpose(local).is_none());
        let taken = |(specifier, local)| Taken { name: imported(specifier), local: Some(local), purpose: Purpose::Use };
        let names: Vec<Taken> = names.map(taken).collect();
        let specifier = import.src.value.as_str().filter(|_| !names.is_empty())?.to_owned();
        Some(Loaded { specifier, span: span_of(import), names, statement: true })
    });
    dropped.collect()
}

fn statement(item: &ModuleItem, purpose: &dyn Fn(&Id) -> Option<Purpose>) -> Option<Loaded> {
    let ModuleItem::ModuleDecl(declaration) = item else { return None };
    let handed_on = |name: Option<String>| Taken { name, local: None, purpose: Purpose::HandOn };
    let (source, names) = match declaration {
        ModuleDecl::Import(import) if !import.type_only => {
            let names = import.specifiers.iter().filter(|specifier| !is_type(specifier)).filter_map(|specifier| {
                let local = specifier.local().to_id();
                Some(Taken { name: imported(specifier), purpose: purpose(&local)?, local: Some(local) })
            });
            let names: Vec<Taken> = names.collect();
            if names.is_empty() && !import.specifiers.is_empty() {
                return None;
            }
            (&*import.src, names)
        }
        ModuleDecl::ExportNamed(export) if !export.type_only => {
            let names = export.specifiers.iter().filter_map(|specifier| match specifier {
                ExportSpecifier::Named(named) => (!named.is_type_only).then(|| handed_on(Some(text(&named.orig)))),
                ExportSpecifier::Default(_) => Some(handed_on(Some("default".to_owned()))),
                ExportSpecifier::Namespace(_) => Some(handed_on(None)),
            });
            (&**export.src.as_ref()?, names.collect())
        }
        ModuleDecl::TsImportEquals(import) if !import.is_type_only => {
            let ast::TsModuleRef::TsExternalModuleRef(module) = &import.module_ref else { return None };
            let local = Some(import.id.to_id());
            (&module.expr, vec![Taken { name: None, local, purpose: Purpose::Use }])
        }
        ModuleDecl::ExportAll(export) if !export.type_only => (&*export.src, vec![handed_on(None)]),
        _ => return None,
    };
    Some(Loaded { specifier: source.value.as_str()?.to_owned(), span: span_of(item), names, statement: true })
}

fn is_type(specifier: &ImportSpecifier) -> bool {
    matches!(specifier, ImportSpecifier::Named(named) if named.is_type_only)
}

fn imported(specifier: &ImportSpecifier) -> Option<String> {
    match specifier {
        ImportSpecifier::Named(named) => {
            Some(named.imported.as_ref().map_or_else(|| named.local.sym.to_string(), text))
        }
        ImportSpecifier::Default(_) => Some("default".to_owned()),
        ImportSpecifier::Namespace(_) => None,
    }
}

fn text(name: &ModuleExportName) -> String {
    match name {
        ModuleExportName::Ident(name) => name.sym.to_string(),
        ModuleExportName::Str(name) => name.value.to_string_lossy().into_owned(),
    }
}

/// Names that are used as values, and modules that calls load.
#[derive(Default)]
struct Values {
    used: HashSet<Id>,
    /// As the names of JSX elements.
    rendered: HashSet<Id>,
    /// By `export { name }` and `export default name`.
    exported: HashSet<Id>,
    calls: Vec<Loaded>,
    typescript: bool,
}

impl Values {
    fn of(module: &Module) -> Values {
        let typescript = [".ts", ".tsx", ".mts", ".cts"].iter().any(|extension| module.path.ends_with(extension));
        let mut values = Values { typescript, ..Values::default() };
        module.ast.visit_with(&mut values);
        values
    }

    /// What an imported name is for; nothing where TypeScript drops it.
    fn purpose(&self, local: &Id) -> Option<Purpose> {
        match () {
            () if self.used.contains(local) => Some(Purpose::Use),
            () if self.rendered.contains(local) => Some(Purpose::Render),
            () if self.exported.contains(local) => Some(Purpose::HandOn),
            () => (!self.typescript).then_some(Purpose::Use),
        }
    }
}

impl Visit for Values {
    fn visit_ident(&mut self, ident: &ast::Ident) {
        self.used.insert(ident.to_id());
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        let loads = match &call.callee {
            Callee::Import(_) => true,
            Callee::Expr(callee) => matches!(bare(callee), ast::Expr::Ident(name) if &*name.sym == "require"),
            Callee::Super(_) => false,
        };
        if let Some(specifier) = call.args.first().filter(|_| loads).and_then(|first| literal_str(&first.expr)) {
            let span = span_of(call);
            let all = Taken { name: None, local: None, purpose: Purpose::Use };
            self.calls.push(Loaded { specifier, span, names: vec![all], statement: false });
        }
        call.visit_children_with(self);
    }

    fn visit_jsx_element_name(&mut self, name: &ast::JSXElementName) {
        match name {
            ast::JSXElementName::Ident(name) => drop(self.rendered.insert(name.to_id())),
            _ => name.visit_children_with(self),
        }
    }

    fn visit_export_named_specifier(&mut self, specifier: &ast::ExportNamedSpecifier) {
        if let ModuleExportName::Ident(name) = &specifier.orig {
            self.exported.insert(name.to_id());
        }
    }

    fn visit_export_default_expr(&mut self, export: &ast::ExportDefaultExpr) {
        match bare(&export.expr) {
            ast::Expr::Ident(name) => drop(self.exported.insert(name.to_id())),
            _ => export.visit_children_with(self),
        }
    }

    fn visit_import_decl(&mut self, _: &ast::ImportDecl) {}
    fn visit_ts_type(&mut self, _: &ast::TsType) {}
    fn visit_ts_type_ann(&mut self, _: &ast::TsTypeAnn) {}
    fn visit_ts_type_param_instantiation(&mut self, _: &ast::TsTypeParamInstantiation) {}
    fn visit_ts_type_param_decl(&mut self, _: &ast::TsTypeParamDecl) {}
    fn visit_ts_interface_decl(&mut self, _: &ast::TsInterfaceDecl) {}
    fn visit_ts_type_alias_decl(&mut self, _: &ast::TsTypeAliasDecl) {}
    fn visit_ts_expr_with_type_args(&mut self, _: &ast::TsExprWithTypeArgs) {}
}

#[cfg(test)]
mod tests {
    use super::{Purpose, Taken, dropped, loaded};
    use crate::syntax::Module;

    fn specifiers(path: &str, text: &str) -> Vec<String> {
        let module = Module::parse(path, text.into()).unwrap();
        let found = loaded(&module).into_iter();
        let name = |taken: Taken| taken.name.unwrap_or("*".into());
        let names = |names: Vec<Taken>| names.into_iter().map(name).collect::<Vec<_>>().join("+");
        found.map(|loaded| format!("{} {}", loaded.specifier, names(loaded.names))).collect()
    }

    #[test]
    fn types_are_not_loaded() {
        let text = "import { A, b, type C } from './a';\nimport D from './d';\nimport type E from './e';\nimport './f';\n\
                    export type { G } from './g';\nexport { h, type I } from './h';\n\
                    class J implements D {}\nconst x: A = b<C>(null as D);\n";
        assert_eq!(specifiers("x.ts", text), ["./a b", "./f ", "./h h"]);
        let text = "import { a } from './a';\nimport * as b from './b';\nconst c = require('./c');\nimport('./d');\n";
        assert_eq!(specifiers("x.js", text), ["./a a", "./b *", "./c *", "./d *"]);
        let text = "const { a, b: c } = require('./a');\nconst d = require('./d').e;\nconst f = g(require('./f'));\n";
        assert_eq!(specifiers("x.js", text), ["./a a+b", "./d e", "./f *"]);
    }

    #[test]
    fn dropped_names() {
        let text =
            "import { A, b, type C } from './a';\nimport D from './d';\nimport type E from './e';\nb(null as A);\n";
        let names = |module: &Module| -> Vec<String> {
            dropped(module).into_iter().flat_map(|found| found.names).filter_map(|taken| taken.name).collect()
        };
        assert_eq!(names(&Module::parse("x.ts", text.into()).unwrap()), ["A", "C", "default"]);
        assert!(names(&Module::parse("x.js", "import { a } from './a';".into()).unwrap()).is_empty());
    }

    #[test]
    fn purposes() {
        use Purpose::{HandOn, Render, Use};
        let text = "import A from './a';\nimport { b } from './b';\nimport { c } from './c';\nexport * from './d';\n\
                    import E from './e';\nexport { b, c };\nexport default A;\nconst x = <E>{c()}</E>;\n";
        let module = Module::parse("x.tsx", text.into()).unwrap();
        let found: Vec<Purpose> = loaded(&module).iter().map(|loaded| loaded.names[0].purpose).collect();
        assert_eq!(found, [HandOn, HandOn, Use, HandOn, Render]);
    }
}
