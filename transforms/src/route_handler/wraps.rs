//! Which wrappers stand around a handler, and where they are declared.

use std::collections::{HashMap, HashSet};

use super::unit::Target;
use crate::pages_api::{Role, Shape, Surroundings, WrapCall, Wrapped, shape, wrapped};
use crate::project::{Import, Modules, Project, declared};
use crate::syntax::ast::{Expr, Id};
use crate::syntax::{Function, Module, Span, module_functions};

/// A wrapper around a handler, or around the inner function of another wrapper.
#[derive(Clone, Debug)]
pub struct Wrap<'m> {
    /// The call.
    pub call: WrapCall,
    /// The wrapper, by its inner function.
    pub target: Target<'m>,
    /// Where the function starts that the wrapper stands around, if that is another wrapper's.
    pub owner: Option<usize>,
}

/// What is needed to find wrappers.
pub struct Search<'s, 'm> {
    /// The project.
    pub project: &'s Project,
    /// Its modules.
    pub modules: &'m Modules<'m>,
    /// The module that the expression stands in.
    pub module: &'m Module,
    /// What that imports.
    pub imports: &'s HashMap<Id, Import>,
    /// Files whose functions nobody else may call.
    pub is_endpoint: &'s dyn Fn(&str) -> bool,
}

struct Found<'m> {
    target: Target<'m>,
    handlers: Vec<(usize, Vec<Option<Role>>)>,
    configured: bool,
}

impl<'m> Search<'_, 'm> {
    /// Reads `expr` as a wrapped handler; where it cannot be followed, the place.
    pub fn wrapped(&self, expr: &'m Expr, owner: Option<usize>) -> Result<(Wrapped<'m>, Vec<Wrap<'m>>), Span> {
        let wrapper = |id: &Id| self.find(id).map(|found| (found.handlers, found.configured));
        let found = wrapped(self.module, expr, &wrapper)?;
        let wraps = found
            .calls
            .iter()
            .filter_map(|call| Some(Wrap { call: call.clone(), target: self.find(&call.callee)?.target, owner }))
            .collect();
        Ok((found, wraps))
    }

    fn find(&self, id: &Id) -> Option<Found<'m>> {
        let (module, function, name, renamed): (&'m Module, Function<'m>, Option<Id>, bool) =
            match module_functions(self.module).get(id) {
                Some(&function) => (self.module, function, Some(id.clone()), false),
                None => {
                    let import = self.imports.get(id).filter(|import| !import.type_only)?;
                    let found = declared(self.project, self.modules, &self.module.path, import)?;
                    if (self.is_endpoint)(&found.module.path) {
                        return None;
                    }
                    (found.module, found.function, found.name, found.renamed)
                }
            };
        let shape: Shape<'m> = shape(function)?;
        let readers = HashSet::new();
        let around = Surroundings {
            readers: &readers,
            followed: &|_| false,
            takes_objects: &|_| false,
            taught: &|_| false,
            cors: &|_| None,
        };
        let handlers = shape.handlers(module, &around);
        let target = Target { file: module.path.as_str(), root: shape.root(name), renamed };
        (!handlers.is_empty()).then_some(Found { target, handlers, configured: shape.configured })
    }
}
