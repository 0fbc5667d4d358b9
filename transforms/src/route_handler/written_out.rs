//! Endpoint files as the transform reads them: a handler that is another module's, or a member of an object, and a
//! `config` that is exported by name, are written out.

use super::trpc::is_called_with_nothing;
use crate::finding::Finding;
use crate::pages_api::{
    config_written_out, constant, gives_function, leaves_written_out, member_written_out, written_out,
};
use crate::project::{Modules, Project, all_imports, binding, declared, declared_member};
use crate::syntax::ast::Id;
use crate::syntax::{Module, Span, member_functions, member_id, this_within};

/// Findings in a text where the handler is written out, placed in the one that people see.
pub fn in_original(project: &Project, modules: &Modules<'_>, mut findings: Vec<Finding>) -> Vec<Finding> {
    for finding in &mut findings {
        let Ok(module) = modules.get(&finding.file) else { continue };
        let Some((_, statement)) = full_text(project, modules, module) else { continue };
        if let Some(span) = finding.span.filter(|span| span.end > statement.start) {
            finding.span = Some(if span.start >= statement.start { statement } else { span });
        }
    }
    findings
}

/// The text of an endpoint file with its handler and its `config` written out, and the first statement that is another
/// one, if they are none of this file.
pub fn full_text(project: &Project, modules: &Modules<'_>, module: &Module) -> Option<(String, Span)> {
    let value = |specifier: &str, name: &str| {
        let (home, id) = binding(project, modules, &module.path, specifier, name)?;
        Some((home, constant(home, &id)?))
    };
    let Some((text, statement)) = config_written_out(module, &value) else {
        return handler_text(project, modules, module);
    };
    let with_config = Module::parse(&module.path, text.as_str().into()).ok()?;
    Some(match handler_text(project, modules, &with_config) {
        Some((text, other)) => (text, if other.start < statement.start { other } else { statement }),
        None => (text, statement),
    })
}

/// The same for the handler alone.
fn handler_text(project: &Project, modules: &Modules<'_>, module: &Module) -> Option<(String, Span)> {
    let without_this = |object: &Id, member: &str| {
        let (home, function) = match member_functions(module).get(&member_id(object, member)) {
            Some(&own) => (module, own),
            None => {
                let import = all_imports(module).remove(object).filter(|import| !import.type_only);
                let found = import.and_then(|import| declared_member(project, modules, &module.path, &import, member));
                let Some(found) = found else { return false };
                (found.module, found.function)
            }
        };
        this_within(home, function.span()).is_empty()
    };
    member_written_out(module, &without_this)
        .or_else(|| written_out(module, &|name| is_called_with_nothing(project, modules, module, name)))
        .or_else(|| leaves_written_out(module, &|name| is_imported_handler(project, modules, module, name)))
}

/// Whether `name` is a function of another file that takes what a handler does, and is none that makes one.
pub fn is_imported_handler(project: &Project, modules: &Modules<'_>, module: &Module, name: &Id) -> bool {
    let Some(import) = all_imports(module).remove(name).filter(|import| !import.type_only) else { return false };
    let found = declared(project, modules, &module.path, &import);
    found.is_some_and(|found| found.function.params().len() == 2 && !gives_function(found.function))
}
