//! What is asked for an endpoint or for one of its methods, by whom, and the findings about it.

use super::comments::{Comment, Place, comments};
use super::{Settings, Wish};
use crate::finding::Finding;
use crate::plan::EndpointPlan;
use crate::project::{Method, Project};
use crate::syntax::{Module, Span};

/// The rule of findings about what is asked for and cannot be done.
pub(crate) const REFUSED: &str = "override-refused";

/// What somebody asks for, and where.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub wish: Wish,
    /// It stands in a comment, which is about this endpoint or method alone.
    pub in_comment: bool,
    /// `` `// routelift: action` ``, `` `routelift.toml:3` ``.
    by: String,
    file: String,
    span: Option<Span>,
}

/// What is asked for the endpoint in `module`, or for `method` of it. `Err` says why a comment cannot be understood.
pub(crate) fn asked(
    project: &Project,
    module: &Module,
    route: &str,
    method: Option<Method>,
) -> Result<Option<Asked>, Finding> {
    let comments = comments(module);
    for comment in &comments {
        let (message, help) = match (comment.wish, &comment.place) {
            (None, _) => ("this comment asks for nothing that is known", "write `route`, `action` or `ignore`"),
            (_, Place::Inside) => (
                "this comment stands above nothing that it could decide about",
                "put it on a line of its own above the handler, above an exported method, or at the head of the file",
            ),
            _ => continue,
        };
        return Err(Finding::manual(REFUSED, &module.path, comment.span, message).help(help));
    }
    let own = |comment: &&Comment| match (&comment.place, method) {
        (Place::Methods(methods), Some(method)) => methods.contains(&method),
        _ => false,
    };
    let of_file = |comment: &&Comment| comment.place == Place::File || method.is_none();
    let mut found: Vec<&Comment> = comments.iter().filter(own).collect();
    if found.is_empty() {
        found = comments.iter().filter(of_file).collect();
    }
    if let [first, others @ ..] = found.as_slice() {
        if let Some(other) = others.iter().find(|other| other.wish != first.wish) {
            let message = "this comment contradicts another one above it";
            return Err(Finding::manual(REFUSED, &module.path, other.span, message).help("keep one of the two"));
        }
        let by = format!("`{}`", first.span.text(&module.text));
        let (file, span) = (module.path.clone(), Some(first.span));
        return Ok(first.wish.map(|wish| Asked { wish, in_comment: true, by, file, span }));
    }
    let settings = project.settings.at(&module.path);
    let rule = settings.and_then(|settings| Some((settings, settings.endpoints.iter().find(|rule| rule.fits(route))?)));
    Ok(rule.map(|(Settings { file, .. }, rule)| {
        let by = format!("`{file}:{}`", rule.line);
        Asked { wish: rule.wish, in_comment: false, by, file: module.path.clone(), span: None }
    }))
}

/// The remark that `asked` decides. `what` says about what, and how.
pub(crate) fn note(asked: &Asked, what: &str) -> Finding {
    let message = format!("{what}, as {} asks", asked.by);
    Finding::note("overruled", &asked.file, asked.span, message)
}

/// The error that what is asked for cannot be done, for the reason in `why`.
pub(crate) fn refused(asked: &Asked, why: Finding) -> Finding {
    let message = match why.message.split_once(" stays a Route Handler: ") {
        Some((method, why)) => format!("{} asks for an action, and {method} cannot become one: {why}", asked.by),
        None => format!("{} asks for an action, which is not possible: {}", asked.by, why.message),
    };
    let help = match why.help.as_str() {
        "" => "take the wish back, or do by hand what stands in the way".to_owned(),
        help => format!("take the wish back, or: {help}"),
    };
    Finding { rule: REFUSED, message, help, ..Finding::manual(REFUSED, &why.file, why.span, "") }
}

/// Remarks on the rules of files that are about no endpoint of the project.
pub(crate) fn unmatched<'e>(project: &Project, endpoints: impl Iterator<Item = &'e EndpointPlan>) -> Vec<Finding> {
    let mut all: Vec<&Settings> = project.settings.all().filter(|settings| !settings.endpoints.is_empty()).collect();
    if all.is_empty() {
        return Vec::new();
    }
    let routes: Vec<(&str, &str)> = endpoints.map(|one| (one.file.as_str(), one.route.as_str())).collect();
    all.sort_by(|one, other| one.file.cmp(&other.file));
    let mut findings = Vec::new();
    for settings in all {
        let here = |file: &str| project.settings.at(file).is_some_and(|nearest| std::ptr::eq(nearest, settings));
        let routes: Vec<&str> = routes.iter().filter(|(file, _)| here(file)).map(|(_, route)| *route).collect();
        for rule in settings.endpoints.iter().filter(|rule| !routes.iter().any(|route| rule.fits(route))) {
            let message = format!("line {}: there is no endpoint `{}`", rule.line, rule.route);
            let finding = Finding::note("setting-unused", &settings.file, None, message);
            findings.push(finding.help("correct the route, or remove the rule if its endpoint is gone"));
        }
    }
    findings
}
