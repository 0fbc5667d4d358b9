//! Imports of what the new code uses: names beside those that an import has, a line of their own, or a value where only
//! the type was imported.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{import_text, is_replaceable, requires, unused, used_names};
use crate::rewrite::Edit;
use crate::syntax::ast::{self, ImportDecl, ImportSpecifier, ModuleDecl, ModuleItem};
use crate::syntax::{
    Module, Visit, VisitWith, beside_import, first_import, full_statement, is_commonjs, line_behind, span_of,
    with_line_directives,
};

/// Edits that import what the new code uses.
pub fn additions(module: &Module, original: &Module, imports: &BTreeMap<String, BTreeSet<&str>>) -> Vec<Edit> {
    let free = module.free_names();
    let values = value_names(module);
    let mut edits = Vec::new();
    let mut lines = Vec::new();
    // `send as sendAsPages` is known as the latter here.
    fn local(name: &str) -> &str {
        name.rsplit(' ').next().unwrap_or(name)
    }
    let commonjs = is_commonjs(module);
    let mut required = Vec::new();
    for (specifier, names) in imports {
        let new = |name: &str| free.contains(local(name));
        let promoted = promoted(module, specifier, &|name| names.contains(name) && values.contains(name));
        let names: Vec<&str> = names.iter().copied().filter(|name| new(name)).collect();
        if let Some(import) = promoted {
            edits.push(Edit::replace(span_of(import), promoted_text(module, import, &values, &names)));
            continue;
        }
        if names.is_empty() {
            continue;
        }
        if commonjs {
            required.push((specifier.as_str(), names));
            continue;
        }
        let existing = module.ast.body.iter().find_map(|item| match item {
            ModuleItem::ModuleDecl(ModuleDecl::Import(import))
                if import.src.value.as_str() == Some(specifier)
                    && !import.type_only
                    && !import.specifiers.iter().any(|s| matches!(s, ImportSpecifier::Namespace(_))) =>
            {
                Some(import)
            }
            _ => None,
        });
        if let Some(import) = existing {
            let more: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            edits.push(Edit::replace(span_of(import), import_text(module, import, import.specifiers.iter(), &more)));
            continue;
        }
        let types_only = names.iter().all(|name| !values.contains(local(name)));
        let keyword = if types_only { "import type" } else { "import" };
        let style = &original.style;
        let list = match names.as_slice() {
            [only] if only.starts_with("default as ") => local(only).to_owned(),
            names => style.braces(&names.join(", ")),
        };
        lines.push(format!("{keyword} {list} from {}{}\n", style.string(specifier), style.semi()));
    }
    if commonjs {
        return requires::added(module, &required);
    }
    let used_before = used_names(original);
    let unused = unused(module, &used_before);
    let replaceable = module.ast.body.iter().find_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(import)) if is_replaceable(import, &unused) => Some(span_of(import)),
        _ => None,
    });
    let server = lines.iter().position(|line| line.contains("next/server"));
    match (replaceable, server) {
        // In the place of the Pages types stands what comes instead of them.
        (Some(old), Some(server)) => edits.push(Edit::replace(old, lines.remove(server).trim_end())),
        (Some(old), None) => edits.push(Edit::delete(full_statement(&module.text, with_line_directives(module, old)))),
        (None, Some(server)) => match imports_of(module).next() {
            Some(first) => {
                let (at, before) = beside_import(module, span_of(first));
                edits.push(Edit::insert(at, format!("{before}{}", lines.remove(server))));
            }
            None => lines[..=server].rotate_right(1),
        },
        (None, None) => {}
    }
    if !lines.is_empty() {
        let lines = lines.concat();
        edits.push(match imports_of(module).next_back() {
            Some(last) => {
                let (at, before) = line_behind(&module.text, span_of(last));
                Edit::insert(at, format!("{before}{lines}"))
            }
            None => {
                let (at, behind) = first_import(module);
                Edit::insert(at, format!("{lines}{behind}"))
            }
        });
    }
    edits
}

/// The import from `specifier` that gives types only, of a name that is `needed` as a value.
fn promoted<'m>(module: &'m Module, specifier: &str, needed: &dyn Fn(&str) -> bool) -> Option<&'m ImportDecl> {
    imports_of(module).filter_map(|item| item.as_module_decl()?.as_import()).find(|import| {
        let is_type = |own: &ImportSpecifier| match own {
            ImportSpecifier::Named(named) => import.type_only || named.is_type_only,
            _ => false,
        };
        let mut types = import.specifiers.iter().filter(|own| is_type(own));
        import.src.value.as_str() == Some(specifier) && types.any(|own| needed(&own.local().sym))
    })
}

/// The import with what is used as a value no longer as a type, and `more` names.
fn promoted_text(module: &Module, import: &ImportDecl, values: &HashSet<String>, more: &[&str]) -> String {
    let own = import.specifiers.iter().map(|specifier| {
        let text = module.text_of(specifier);
        let is_type = import.type_only || text.starts_with("type ");
        let name = text.strip_prefix("type ").unwrap_or(text);
        // Classes, whichever way they are imported.
        let is_value = values.contains(&*specifier.local().sym) || matches!(name, "NextRequest" | "NextResponse");
        if is_type && !is_value { format!("type {name}") } else { name.to_owned() }
    });
    let names: Vec<String> = own.chain(more.iter().map(|name| (*name).to_owned())).collect();
    let end = if module.text_of(import).ends_with(';') { ";" } else { "" };
    format!("import {} from {}{end}", module.style.braces(&names.join(", ")), module.text_of(&*import.src))
}

fn imports_of(module: &Module) -> impl DoubleEndedIterator<Item = &ModuleItem> {
    module.ast.body.iter().filter(|item| matches!(item, ModuleItem::ModuleDecl(ModuleDecl::Import(_))))
}

/// Names that are mentioned outside of types.
fn value_names(module: &Module) -> HashSet<String> {
    #[derive(Default)]
    struct Values(HashSet<String>);
    impl Visit for Values {
        fn visit_ident(&mut self, ident: &ast::Ident) {
            self.0.insert(ident.sym.to_string());
        }
        fn visit_import_decl(&mut self, _: &ImportDecl) {}
        fn visit_ts_type(&mut self, _: &ast::TsType) {}
        fn visit_ts_entity_name(&mut self, _: &ast::TsEntityName) {}
    }
    let mut values = Values::default();
    module.ast.visit_with(&mut values);
    values.0
}
