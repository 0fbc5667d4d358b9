//! Clients that the program configures, so that every call of them may do more than its text says.
//!
//! ```ts
//! axios.interceptors.response.use((response) => response, signOut);
//! new QueryClient({ mutationCache: new MutationCache({ onError: report }) });
//! window.fetch = async (...args) => signOutOn401(await original(...args));
//! ```

use super::axios;
use super::mention::{Caller, Kind, Mention};
use super::reach::is_test;
use super::value::Evaluator;
use crate::syntax::ast::{CallExpr, Expr, ExprOrSpread, NewExpr, Prop, PropOrSpread};
use crate::syntax::{Module, Visit, VisitWith, bare, ident, member_name, prop_name};

/// Such calls are not replaced.
pub fn refuse(evaluator: &Evaluator<'_>, mentions: &mut [Mention]) {
    let files = || evaluator.project.files.iter().filter_map(|(path, text)| Some((path, text.as_deref().ok()?)));
    let calls = |asks: fn(&Caller) -> bool, mentions: &[Mention]| {
        mentions.iter().any(|mention| matches!(&mention.kind, Kind::Call(caller) if asks(caller)))
    };
    let axios = calls(Caller::is_axios, mentions) && files().any(|(_, text)| axios::configures(text));
    let mutations = calls(|caller| caller.in_mutation, mentions)
        && files().any(|(path, text)| configures_mutations(evaluator, path, text));
    let fetch = calls(|caller| !caller.is_axios(), mentions)
        && files().any(|(path, text)| !is_test(path) && replaces_fetch(text));
    for mention in mentions {
        let Kind::Call(caller) = &mention.kind else { continue };
        let why = if axios && caller.is_axios() {
            "the program configures axios, so that its calls may do more"
        } else if fetch && !caller.is_axios() {
            "the program puts a function of its own in the place of `fetch`"
        } else if mutations && caller.in_mutation {
            "the program configures the mutations of React Query, which are told of its errors"
        } else {
            continue;
        };
        mention.kind = Kind::Other(Some(caller.sent.method), (caller.call, why.to_owned()));
    }
}

/// Whether a file sets the `fetch` of all others: `window.fetch = …`, `(globalThis as any).fetch = …`.
fn replaces_fetch(text: &str) -> bool {
    if text.contains("fetch-intercept") {
        return true;
    }
    text.match_indices(".fetch").any(|(at, member)| {
        let behind = text[at + member.len()..].trim_start();
        let is_set = behind.strip_prefix('=').is_some_and(|value| !value.starts_with(['=', '>']));
        let object = text[..at].rsplit(['\n', ';', '{', '=']).next().unwrap_or_default();
        is_set
            && object
                .split(|char: char| !(char.is_alphanumeric() || "_$.".contains(char)))
                .any(|name| ["window", "globalThis", "global", "self"].contains(&name))
    })
}

/// Whether a file may add to what every mutation does, or look at what became of any.
fn configures_mutations(evaluator: &Evaluator<'_>, path: &str, text: &str) -> bool {
    let marks = ["MutationCache", "mutationCache", "setMutationDefaults", "useMutationState", "extends QueryClient"];
    if marks.iter().any(|name| text.contains(name)) {
        return true;
    }
    if !text.contains("QueryClient") && !text.contains("setDefaultOptions") {
        return false;
    }
    let Ok(module) = evaluator.modules.get(path) else { return true };
    let mut clients = Clients { evaluator, module, configure: false };
    module.ast.visit_with(&mut clients);
    clients.configure
}

/// Looks for options that all mutations get.
struct Clients<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    module: &'e Module,
    configure: bool,
}

impl Visit for Clients<'_, '_> {
    fn visit_new_expr(&mut self, new: &NewExpr) {
        if self.module.text_of(&*new.callee).ends_with("QueryClient") {
            let given = new.args.as_deref().unwrap_or_default();
            self.configure |=
                given.first().is_some_and(|options| self.names(options, &["defaultOptions", "mutations"]));
        }
        new.visit_children_with(self);
    }

    /// `client.setDefaultOptions({ … })`.
    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee))
            && member_name(member).as_deref() == Some("setDefaultOptions")
        {
            self.configure |= call.args.first().is_some_and(|options| self.names(options, &["mutations"]));
        }
        call.visit_children_with(self);
    }
}

/// Constants that hold constants are followed no further.
const MAX_DEPTH: usize = 3;

impl Clients<'_, '_> {
    fn names(&self, given: &ExprOrSpread, path: &[&str]) -> bool {
        given.spread.is_some() || may_name(self.evaluator, &self.module.path, &given.expr, path, MAX_DEPTH)
    }
}

/// Whether an object may have a member `a.b`, for the path `a`, `b`.
fn may_name(evaluator: &Evaluator<'_>, file: &str, object: &Expr, path: &[&str], depth: usize) -> bool {
    let Some((first, rest)) = path.split_first() else { return true };
    match bare(object) {
        Expr::Object(object) => object.props.iter().any(|property| match property {
            PropOrSpread::Spread(spread) => may_name(evaluator, file, &spread.expr, path, depth),
            PropOrSpread::Prop(property) => match &**property {
                Prop::KeyValue(pair) => prop_name(&pair.key)
                    .is_none_or(|name| name == *first && may_name(evaluator, file, &pair.value, rest, depth)),
                Prop::Shorthand(name) => {
                    *name.sym == **first && may_name(evaluator, file, &Expr::Ident(name.clone()), rest, depth)
                }
                _ => true,
            },
        }),
        other => {
            let declared = ident(other).and_then(|name| evaluator.symbol(file, &name.to_id()));
            let held = declared.and_then(|(file, id)| Some((file, evaluator.held(file, &id)?)));
            held.is_none_or(|(file, value)| depth == 0 || may_name(evaluator, file, value, path, depth - 1))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::replaces_fetch;

    #[test]
    fn only_the_global_one_counts() {
        for text in ["window.fetch = mine;", "if (a) (globalThis as any).fetch=f", "self.fetch =\n  wrap(self.fetch)"] {
            assert!(replaces_fetch(text), "{text}");
        }
        for text in
            ["window.fetch === mine", "const f = window.fetch;", "client.fetch = f", "x = { a: api.window.fetch = 1 }"]
        {
            assert!(!replaces_fetch(text), "{text}");
        }
    }
}
