//! What imported names stand for: functions of the project, or of packages.

use std::collections::HashMap;

use crate::libraries::{self, Library};
use crate::pages_api::{declared_id, made_after, made_function};
use crate::project::{Declared, Import, Imported, Modules, Project, declared, declared_member};
use crate::syntax::Module;
use crate::syntax::ast::Id;

/// What the function gives after that many calls.
pub fn made_by_calls(found: Declared<'_>, calls: usize) -> Option<Declared<'_>> {
    let function = made_function(found.module, found.function, calls)?;
    let name = match calls {
        0 => found.name,
        // What a function without a name makes has none either.
        _ => Some(made_after(found.name.as_ref()?, calls)),
    };
    Some(Declared { name, function, ..found })
}

/// The function of the project that an import of `module` brings, or that is a `member` of what it brings.
pub fn declaration<'m>(
    project: &Project,
    modules: &'m Modules<'_>,
    module: &Module,
    import: &Import,
    member: Option<&str>,
) -> Option<Declared<'m>> {
    match member {
        None => declared(project, modules, &module.path, import),
        Some(member) => declared_member(project, modules, &module.path, import, member),
    }
}

/// What is known of an import that a package provides, or of its `member`.
pub(super) fn library_of(project: &Project, module: &Module, import: &Import, member: Option<&str>) -> Option<Library> {
    let versions = |package: &str| project.packages.version(&module.path, package);
    let name = match (&import.name, member) {
        // A CommonJS package gives all that it exports: a function, or an object of them.
        (Imported::Whole, None) => "default".to_owned(),
        (Imported::Whole, Some(member)) => {
            let own = libraries::known(&import.specifier, member, &versions);
            return own.or_else(|| libraries::known(&import.specifier, &format!("default.{member}"), &versions));
        }
        (Imported::Name(name), None) => name.clone(),
        (Imported::Namespace, Some(member)) => member.to_owned(),
        (Imported::Name(name), Some(member)) => format!("{name}.{member}"),
        (Imported::Namespace, None) => return None,
    };
    libraries::known(&import.specifier, &name, &versions)
}

/// Whether `import` brings a function of a package that is known to make the same with `new`.
pub(super) fn constructs(import: &Import) -> bool {
    let Imported::Name(name) = &import.name else { return false };
    !import.type_only && libraries::constructs(&import.specifier, name)
}

/// What the function sends that `import` brings from a package.
pub(super) fn sender_of(import: &Import) -> Option<libraries::Sender> {
    let Imported::Name(name) = &import.name else { return None };
    libraries::sends(&import.specifier, name)
}

/// The import that a callee comes from, and the member of it that is called.
pub fn import_of<'i>(imports: &'i HashMap<Id, Import>, callee: &Id) -> Option<(&'i Import, Option<String>)> {
    match callee.0.split_once('.') {
        None => imports.get(&declared_id(callee)).map(|import| (import, None)),
        Some((object, member)) => {
            let import = imports.get(&(object.into(), callee.1))?;
            Some((import, Some(member.to_owned())))
        }
    }
}
