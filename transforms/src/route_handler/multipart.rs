//! What middlewares of multer mean for the functions of one module: see [`crate::libraries::multer`].

use crate::pages_api::{Carriers, Part, constant};
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

/// Where multer reads the form, `req.body` is what it found, if nothing else is called like that from now on.
pub fn settle(carriers: &mut Carriers<'_>) {
    let mut reads = carriers.list.iter().flat_map(|carrier| &carrier.reads);
    if reads.any(|read| read.part == Part::Extension("fields".into())) {
        return;
    }
    for read in carriers.list.iter_mut().flat_map(|carrier| &mut carrier.reads) {
        if read.part == Part::Body {
            read.part = Part::Fields;
        }
    }
}

/// Whether a function of `carriers` reads what multer found.
pub fn reads_fields(carriers: &Carriers<'_>) -> bool {
    carriers.list.iter().flat_map(|carrier| &carrier.reads).any(|read| read.part == Part::Fields)
}
