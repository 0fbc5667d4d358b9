//! What users ask for in comments and settings, as far as actions are concerned: which methods are left alone, which
//! become actions against rules about who calls, and why one that is asked for cannot be.

use crate::finding::{Finding, Safety};
use crate::plan::{EndpointPlan, Outcome, Router};
use crate::project::{Method, Modules, Project};
use crate::settings::{self, Asked, Wish, asked};

/// What is asked for `method` of `endpoint`. A comment of a file that moves was written for all of it.
pub fn wish(
    project: &Project,
    modules: &Modules<'_>,
    endpoint: &EndpointPlan,
    method: Method,
) -> Result<Option<Asked>, Finding> {
    let Ok(module) = modules.get(&endpoint.file) else { return Ok(None) };
    asked(project, module, &endpoint.route, (endpoint.router == Router::App).then_some(method))
}

/// Whether a method may change something, as an action does.
pub fn mutates(method: Method) -> bool {
    matches!(method, Method::Post | Method::Put | Method::Patch | Method::Delete)
}

/// Findings about an endpoint that is no candidate, if an action is asked for. `has_pages` tells whether anything
/// could call one.
pub fn left_out(
    project: &Project,
    modules: &Modules<'_>,
    endpoint: &EndpointPlan,
    has_pages: bool,
) -> Result<Option<Finding>, Finding> {
    let stays = endpoint.router == Router::Pages && endpoint.outcome == Outcome::Stays;
    // The reasons are told, and one of them may be this one. A review may still find it fit to move.
    if stays && (endpoint.safety != Safety::Manual || endpoint.findings.iter().any(|f| f.rule == settings::REFUSED)) {
        return Ok(None);
    }
    let Ok(module) = modules.get(&endpoint.file) else { return Ok(None) };
    let by_method = endpoint.methods.iter().filter(|_| endpoint.router == Router::App).map(|method| Some(*method));
    for method in std::iter::once(None).chain(by_method) {
        let Some(asked) = asked(project, module, &endpoint.route, method)?.filter(|asked| asked.wish == Wish::Action)
        else {
            continue;
        };
        let why = if stays {
            ("it cannot be migrated; see the other findings", "")
        } else if !endpoint.methods.iter().any(|method| mutates(*method)) {
            // A rule of a file may have been served for the methods that are gone.
            if !asked.in_comment {
                return Ok(None);
            }
            ("it has no method that changes something, and reading is no work for an action", "")
        } else if !has_pages {
            ("there is no page in `app/` that could call it", "")
        } else {
            ("its URL is not below `/api`", "")
        };
        let why = Finding::manual(settings::REFUSED, &endpoint.file, None, why.0).help(why.1);
        return Ok(Some(settings::refused(&asked, why)));
    }
    Ok(None)
}
