//! Modules that run without being pages: what they import is loaded where an action cannot be.
//!
//! ```ts
//! // middleware.ts
//! import { slugify } from './lib/posts';   // the Edge bundle takes all that `lib/posts` imports
//! ```

use super::reach::is_test;
use crate::project::{App, Modules, takes_export};
use crate::syntax::Module;
use crate::syntax::ast::ModuleItem;

/// Whether something other than a page runs the module at `path`, which is no entry of a router: Next.js, a tool, a test, or
/// a person who starts it as a program. `is_imported` tells that other modules import it.
pub fn is_outsider(app: &App, modules: &Modules<'_>, path: &str, is_imported: bool) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_hidden = || path.split('/').any(|part| part.starts_with('.') && part != "." && part != "..");
    if is_test(path) || takes_export(app, path, "default") {
        return true;
    }
    if is_imported {
        return false;
    }
    name.contains(".config.") || is_hidden() || modules.get(path).is_ok_and(exports_nothing)
}

/// A module that gives nothing to others is there to be run.
fn exports_nothing(module: &Module) -> bool {
    let exports = |item: &ModuleItem| matches!(item, ModuleItem::ModuleDecl(declaration) if !declaration.is_import());
    !module.ast.body.iter().any(exports) && !module.text.contains("exports") && !module.path.ends_with(".d.ts")
}
