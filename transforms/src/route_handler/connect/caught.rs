//! Functions of a router whose failures another function hands on, which a router of version 0 does by itself:
//! `export const list = catchAsync(async (req, res) => …)`. They are routed as what stands inside.

use super::steps::Steps;
use crate::pages_api::{Caught, Maker, Step, Unread, WrapCall, caught, constant, is_catcher};
use crate::project::{Imported, Modules, Project, binding, imports, named};
use crate::route_handler::unit::{Target, import_of};
use crate::route_handler::wraps::Wrap;
use crate::syntax::ast::{Expr, Id};
use crate::syntax::{Module, bare};

/// Such a function, and where it is declared.
pub(super) struct Routed<'m> {
    module: &'m Module,
    found: Caught<'m>,
    /// Its name there; none where it stands among the functions of the router.
    name: Option<Id>,
    /// Another file exports it again.
    renamed: bool,
}

impl<'m> Steps<'_, 'm> {
    /// The function that `step`, written as `arg`, is.
    pub(super) fn caught(&self, step: &Step<'m>, arg: &'m Expr) -> Option<Routed<'m>> {
        let Steps { project, modules, module, .. } = self;
        if self.maker != Maker::Old {
            return None;
        }
        let Step::Named(id, _) = step else { return None };
        if let Expr::Call(_) = bare(arg) {
            let found = caught_in(project, modules, module, arg)?;
            return Some(Routed { module, found, name: None, renamed: false });
        }
        let (home, own) = match import_of(self.imports, id) {
            None => (*module, id.clone()),
            Some((import, None)) if !import.type_only && !import.required => match &import.name {
                Imported::Name(name) => binding(project, modules, &module.path, &import.specifier, name)?,
                Imported::Namespace | Imported::Whole => return None,
            },
            Some((import, Some(member))) if import.name == Imported::Namespace => {
                binding(project, modules, &module.path, &import.specifier, &member)?
            }
            Some(_) => return None,
        };
        let found = caught_in(project, modules, home, constant(home, &own)?)?;
        let specifier = import_of(self.imports, id).map(|(import, _)| &import.specifier);
        let file = specifier.and_then(|specifier| project.resolver.resolve(&module.path, specifier));
        Some(Routed { module: home, found, name: Some(own), renamed: file.is_some_and(|file| file != home.path) })
    }

    /// Adds that function.
    pub(super) fn add_caught(
        &mut self,
        step: &Step<'m>,
        routed: Routed<'m>,
        is_endpoint: &dyn Fn(&str) -> bool,
    ) -> Result<(), Unread> {
        let Routed { module, found, name, renamed } = routed;
        let mut root = self.root(found.function, name, false)?;
        root.caught = Some(found.call);
        let Step::Named(id, place) = step else { return self.own(root) };
        if module.path == self.module.path {
            return self.own(root);
        }
        if is_endpoint(&module.path) {
            return Err(self.lost(id, *place));
        }
        let target = Target { file: module.path.as_str(), root, renamed };
        let call = WrapCall { callee: id.clone(), name: *place, options: None };
        self.wraps.push(Wrap { call, target, owner: None });
        Ok(())
    }
}

/// The function inside of `expr`, which stands in `module`.
fn caught_in<'m>(
    project: &Project,
    modules: &'m Modules<'m>,
    module: &'m Module,
    expr: &'m Expr,
) -> Option<Caught<'m>> {
    let catches = |id: &Id| {
        let by_value = imports(module).get(id).is_none_or(|import| !import.type_only);
        by_value && named(project, modules, module, id).is_some_and(|found| is_catcher(found.module, found.function))
    };
    caught(module, expr, &catches)
}
