//! Middlewares of other files that a function waits for, and what makes such functions: one of the project, or of a
//! package.
//!
//! ```ts
//! import { useAuth } from 'lib/middleware';     // export const useAuth = createMiddleware(async (req, res, next) => …)
//! await useAuth(req, res);
//! ```

use std::collections::HashMap;

use super::unit::made_by_calls;
use super::wraps::Search;
use crate::libraries;
use crate::pages_api::{
    Settles, Waited, annotations, constant, middleware, middlewares, runner_maker, takes_next, waited_alias,
};
use crate::project::{Declared, Import, Imported, Modules, Project, all_imports, binding, declared};
use crate::syntax::ast::Id;
use crate::syntax::{Function, Module, default_object, module_functions};

/// What makes functions that wait for a middleware, as one module names it.
pub struct Makers<'s, 'm> {
    project: &'s Project,
    modules: &'s Modules<'s>,
    module: &'m Module,
    imports: HashMap<Id, Import>,
    functions: HashMap<Id, Function<'m>>,
}

impl<'s, 'm> Makers<'s, 'm> {
    /// Those of `module`.
    pub fn of(project: &'s Project, modules: &'s Modules<'s>, module: &'m Module) -> Makers<'s, 'm> {
        Makers { project, modules, module, imports: all_imports(module), functions: module_functions(module) }
    }

    /// How functions that `id` makes are settled, if they wait for a middleware.
    pub fn find(&self, id: &Id) -> Option<Settles> {
        if let Some(own) = self.functions.get(id) {
            return runner_maker(*own)?.settles;
        }
        let import = self.imports.get(id)?;
        let Imported::Name(name) = &import.name else { return None };
        if libraries::waits(&import.specifier, name) {
            return Some(Settles::Values);
        }
        runner_maker(declared(self.project, self.modules, &self.module.path, import)?.function)?.settles
    }
}

/// The middleware behind the constant that `import` brings, of a module that `search` is for.
pub fn waited<'m>(search: &Search<'_, 'm>, import: &Import) -> Option<(Declared<'m>, Waited)> {
    let Search { project, modules, module, is_endpoint, .. } = *search;
    let Imported::Name(name) = &import.name else { return None };
    let (home, id) = binding(project, modules, &module.path, &import.specifier, name)?;
    let makers = Makers::of(project, modules, home);
    let makers = |callee: &Id| makers.find(callee);
    let value = constant(home, &id)?;
    let renamed = project.resolver.resolve(&module.path, &import.specifier).as_deref() != Some(home.path.as_str());
    if let Some(found) = middleware(value, &makers) {
        let name = (id != default_object()).then_some(id);
        return Some((Declared { module: home, function: found.function, name, renamed }, found.waited));
    }
    if !annotations(home, |own| std::ptr::eq(own, value)).is_empty() {
        return None;
    }
    let alias = waited_alias(&id, value, &makers).filter(|_| !is_endpoint(&home.path))?;
    let imports = all_imports(home);
    let found = Search { module: home, imports: &imports, ..*search }.declared(&alias.maker)?;
    if found.module.path == home.path {
        let own = middlewares(home, &makers).remove(&id)?;
        return Some((Declared { function: own.function, name: Some(id), renamed, ..found }, own.waited));
    }
    let found = made_by_calls(found, alias.calls).filter(|found| takes_next(found.function))?;
    Some((found, Waited { place: None, settles: alias.settles }))
}
