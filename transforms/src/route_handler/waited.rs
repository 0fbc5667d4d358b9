//! Middlewares of other files that a function waits for, and what makes such functions: one of the project, or of a
//! package.
//!
//! ```ts
//! import { useAuth } from 'lib/middleware';     // export const useAuth = createMiddleware(async (req, res, next) => …)
//! await useAuth(req, res);
//! ```

use crate::libraries;
use crate::pages_api::{Settles, Waited, constant, middleware, runner_maker};
use crate::project::{Declared, Import, Imported, Modules, Project, binding, declared, imports};
use crate::syntax::ast::Id;
use crate::syntax::{Module, default_object, module_functions};

/// What the name `id` of `module` makes of a middleware, if that is a function which waits for it.
pub fn maker(project: &Project, modules: &Modules<'_>, module: &Module, id: &Id) -> Option<Settles> {
    if let Some(own) = module_functions(module).get(id) {
        return runner_maker(*own)?.settles;
    }
    let import = imports(module).remove(id)?;
    let Imported::Name(name) = &import.name else { return None };
    if libraries::waits(&import.specifier, name) {
        return Some(Settles::Kind);
    }
    runner_maker(declared(project, modules, &module.path, &import)?.function)?.settles
}

/// The middleware behind the constant that `import` of `module` brings.
pub fn waited<'m>(
    project: &Project,
    modules: &'m Modules<'m>,
    module: &Module,
    import: &Import,
) -> Option<(Declared<'m>, Waited)> {
    let Imported::Name(name) = &import.name else { return None };
    let (home, id) = binding(project, modules, &module.path, &import.specifier, name)?;
    let found = middleware(constant(home, &id)?, &|callee| maker(project, modules, home, callee))?;
    let name = (id != default_object()).then_some(id);
    let renamed = project.resolver.resolve(&module.path, &import.specifier).as_deref() != Some(home.path.as_str());
    Some((Declared { module: home, function: found.function, name, renamed }, found.waited))
}
