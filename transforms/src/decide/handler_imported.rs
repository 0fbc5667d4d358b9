//! Code that imports from the Route Handler's file would lose what it imports. Other things than the method itself
//! stay, as long as the file does.

use super::Facts;
use crate::app_routes::exported_methods;
use crate::finding::Finding;
use crate::project::Method;

/// An import of the method, or of anything else if the file may go.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    let name = facts.module.path.rsplit('/').next()?;
    let stem = name.split('.').next()?;
    let folder = facts.module.path.strip_suffix(name)?.trim_end_matches('/');
    let last = folder.rsplit('/').next()?;
    let reads = [Method::Get, Method::Head, Method::Options];
    let remains = exported_methods(facts.module).iter().any(|method| reads.contains(method));
    let importer = facts.project.files.iter().find(|(path, text)| {
        let Ok(text) = text else { return false };
        // `./route`, `@/app/api/posts/route`.
        **path != facts.module.path
            && (text.contains(&format!("{last}/{stem}'"))
                || text.contains(&format!("{last}/{stem}\""))
                || text.contains("./route"))
            && facts.modules.get(path).is_ok_and(|module| {
                module.specifiers().iter().any(|specifier| {
                    let names = specifier.names.as_deref();
                    let other = names.is_some_and(|names| names.iter().all(|name| name != facts.method.as_str()));
                    facts.project.resolver.resolve(path, &specifier.value).as_deref()
                        == Some(facts.module.path.as_str())
                        && !(remains && other)
                })
            })
    });
    importer.map(|(path, _)| facts.note("handler-imported", format!("`{path}` imports the file")))
}
