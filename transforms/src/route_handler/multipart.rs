//! What middlewares of multer mean for the functions of one module: see [`crate::libraries::multer`].

use crate::pages_api::{Carrier, Carriers, Part, constant};
use crate::project::{Imported, Modules, Project, binding, imports};
use crate::syntax::Module;
use crate::syntax::ast::{Expr, Id};

/// The constant that `id` stands for in the module `home`, and the module that declares it.
pub fn constant_of<'m>(
    project: &Project,
    modules: &'m Modules<'m>,
    home: &'m Module,
    id: &Id,
) -> Option<(&'m Module, &'m Expr)> {
    if let Some(own) = constant(home, id) {
        return Some((home, own));
    }
    let import = imports(home).remove(id)?;
    let Imported::Name(name) = &import.name else { return None };
    let (home, id) = binding(project, modules, &home.path, &import.specifier, name)?;
    Some((home, constant(home, &id)?))
}

/// Where functions of `carriers` run multer themselves. What others of a helper's file read is not known to come from it.
pub fn settle_runs(carriers: &mut Carriers<'_>, endpoint: bool) {
    let runs = |carrier: &Carrier<'_>| !carrier.multiparts.is_empty();
    let any = carriers.list.iter().any(runs);
    settle_where(carriers, &|carrier| if endpoint { any } else { runs(carrier) });
}

/// Where a router runs it for the functions of an endpoint.
pub fn settle(carriers: &mut Carriers<'_>) {
    settle_where(carriers, &|_| true);
}

/// Where multer reads the form, `req.body` is what it found, if nothing else is called like that from now on.
fn settle_where(carriers: &mut Carriers<'_>, reads_form: &dyn Fn(&Carrier<'_>) -> bool) {
    let mut reads = carriers.list.iter().flat_map(|carrier| &carrier.reads);
    if reads.any(|read| read.part == Part::Extension("fields".into())) {
        return;
    }
    for carrier in &mut carriers.list {
        if reads_form(carrier) {
            let bodies = carrier.reads.iter_mut().filter(|read| read.part == Part::Body);
            bodies.for_each(|read| read.part = Part::Fields);
        }
    }
}

/// Whether a function of `carriers` reads what multer found.
pub fn reads_fields(carriers: &Carriers<'_>) -> bool {
    carriers.list.iter().flat_map(|carrier| &carrier.reads).any(|read| read.part == Part::Fields)
}
