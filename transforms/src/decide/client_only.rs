//! On the server, calling an action is a plain function call, without a request between. A form may stand there: it is
//! the browser that sends it. In a web worker, there is no router of Next that could send an action.
//!
//! ```ts
//! new Worker(new URL('./upload.ts', import.meta.url));   // `upload.ts` and what it imports cannot call actions
//! ```
//!
//! And who imports a caller for something else loads the action, and what that imports, from then on: middleware into the
//! Edge bundle, `next.config.ts` and tests where no database is.

use super::Facts;
use crate::callers::{has_directive, is_test};
use crate::finding::Finding;
use crate::server_action::imported_modules;
use crate::syntax::Module;

/// A caller that may run on the server or in a web worker, or that something else than pages imports.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    runs_elsewhere(facts).or_else(|| is_imported_elsewhere(facts))
}

fn is_imported_elsewhere(facts: &Facts<'_>) -> Option<Finding> {
    let mut found = facts.callers().filter_map(|(mention, _)| Some((mention, facts.reach().outsider(&mention.file)?)));
    found.find(|(_, importer)| !is_test(importer) || !facts.is_asked && needs_packages(facts)).map(
        |(mention, importer)| {
            let message = format!("`{importer}` imports the module of this caller, and would load the action with it");
            let finding = facts.note_at("not-only-fetch", mention, message);
            finding.help(format!("move what `{importer}` needs to a module of its own, and run again"))
        },
    )
}

/// Whether the action loads packages, which a test may not be able to: a client of a database wants its address.
fn needs_packages(facts: &Facts<'_>) -> bool {
    let is_package = |module: &Module, specifier: &str| {
        !specifier.starts_with("next/") && facts.project.resolver.resolve(&module.path, specifier).is_none()
    };
    let modules = std::iter::once(facts.module).chain(imported_modules(facts));
    modules
        .into_iter()
        .any(|module| module.specifiers().iter().any(|own| !own.type_only && is_package(module, &own.value)))
}

fn runs_elsewhere(facts: &Facts<'_>) -> Option<Finding> {
    let mut callers = facts.callers().filter(|(_, caller)| caller.form.is_none());
    callers.find(|(mention, _)| !facts.reach().is_client(&mention.file)).map(|(mention, _)| {
        if facts.reach().in_worker(&mention.file) {
            let message = "this caller may run in a web worker, which cannot call actions";
            return facts.note_at("not-only-fetch", mention, message);
        }
        if !facts.reach().in_app(&mention.file)
            && facts.modules.get(&mention.file).is_ok_and(|module| has_directive(module, "use client"))
        {
            let finding = facts.note_at("not-only-fetch", mention, "no page of `app/` runs this caller");
            return finding.help("remove the code if it is dead");
        }
        let finding = facts.note_at("not-only-fetch", mention, "this caller may run on the server");
        finding.help("add 'use client' to its file if it runs in the browser only")
    })
}
