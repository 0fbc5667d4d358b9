//! Middleware that leaves `/api` alone and may answer for a page: an action is posted to the URL of its page.
//!
//! ```ts
//! if (!session) return NextResponse.redirect(new URL('/login', request.url));
//! export const config = { matcher: ['/((?!api|_next).*)'] };
//! ```
//!
//! Seen in a browser on Next.js 15.5: where it redirects, the action is posted there, and its promise is rejected.

use crate::finding::Finding;
use crate::project::{App, Modules, Project, matchers, middleware_files};

/// What middleware answers by. Others, such as wrappers of packages, may too: those are imported.
const ANSWERS: [&str; 4] = ["redirect(", "rewrite(", "json(", "new Response("];

/// The note for actions of `app`, if its middleware may answer for any page.
pub fn page_middleware(project: &Project, modules: &Modules<'_>, app: &App) -> Option<Finding> {
    middleware_files(app).into_iter().find_map(|path| {
        project.files.get(&path)?;
        let module = modules.get(&path).ok()?;
        let imports = module.specifiers().iter().any(|import| import.value != "next/server");
        let answers = imports || ANSWERS.iter().any(|call| module.text.contains(call));
        let runs = matchers(module).is_none_or(|list| !list.is_empty());
        let message = "this runs for pages, and actions are posted to the URL of their page: where it answers with a \
                       redirect, the promise of an action is rejected";
        let help = "see what the callers do when a session has ended: they met a status of the endpoint before";
        (answers && runs).then(|| Finding::note("page-middleware", &path, None, message).help(help))
    })
}
