//! Functions that run while the page is left, when an action may not get away in time: it is sent a moment after it is
//! called, behind a navigation that goes on, and `fetch` at once.
//!
//! ```ts
//! window.addEventListener('beforeunload', () => { fetch('/api/drafts', { method: 'POST', body }); });
//! document.addEventListener('visibilitychange', save);
//! window.onpagehide = save;
//! useEffect(() => () => { fetch('/api/presence', { method: 'DELETE' }); }, []);      // when its component goes
//! ```

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::handed::handed;
use super::overtaken::{MARKS, overtaken};
use crate::callers::value::Evaluator;
use crate::project::NextVersion;
use crate::syntax::ast::{
    ArrowExpr, AssignExpr, AssignTarget, CallExpr, ClassMethod, Expr, FnDecl, Function as AstFunction, Id, ReturnStmt,
    SimpleAssignTarget, VarDeclarator,
};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, bound_ids, callee_ident, function_of, ident, literal_str,
    member_name, pat_ident, prop_name, span_of,
};

const EVENTS: [&str; 4] = ["beforeunload", "unload", "pagehide", "visibilitychange"];

/// Hooks whose function returns what is to be done when the component goes.
const EFFECTS: [&str; 3] = ["useEffect", "useInsertionEffect", "useLayoutEffect"];

/// How the names of hooks end that are given such a function: `useUnmount`, `useBeforeUnload`.
const LEAVING_HOOKS: [&str; 3] = ["Unmount", "Unload", "PageLeave"];

/// The method of a class component.
const UNMOUNTS: &str = "componentWillUnmount";

/// Code of a module that runs while its page is left, with the first version of Next that sends an action from there
/// nonetheless; `None` if none does for certain.
pub type Leaving = BTreeSet<(Span, Option<NextVersion>)>;

/// The code of each file that runs while the page is left: listeners of such an event, calls that a change of the page
/// [overtakes](super::overtaken), and the functions that these call by name, there or in files that they import them from.
pub fn leaving<'a>(evaluator: &Evaluator<'a>) -> BTreeMap<String, Leaving> {
    let marked = |marks: &[&str]| -> Vec<&'a Module> {
        let files = evaluator.project.files.iter();
        let files =
            files.filter(|(_, text)| text.as_ref().is_ok_and(|text| marks.iter().any(|mark| text.contains(mark))));
        files.filter_map(|(path, _)| evaluator.modules.get(path).ok()).collect()
    };
    let mut seeds: BTreeMap<Option<NextVersion>, BTreeMap<&'a str, Seeds>> = BTreeMap::new();
    for module in marked(&[&EVENTS[..], &EFFECTS, &LEAVING_HOOKS, &[UNMOUNTS]].concat()) {
        let mut listeners = Listeners::default();
        module.ast.visit_with(&mut listeners);
        seeds.entry(None).or_default().insert(&module.path, listeners.0);
    }
    for module in marked(&MARKS) {
        for (span, kept) in overtaken(module) {
            seeds.entry(kept).or_default().entry(&module.path).or_default().found.insert(span);
        }
    }
    let mut found: BTreeMap<String, Leaving> = BTreeMap::new();
    for (kept, seeds) in seeds {
        for (file, spans) in follow(evaluator, seeds) {
            found.entry(file).or_default().extend(spans.into_iter().map(|span| (span, kept)));
        }
    }
    found
}

/// The code at `seeds` of each file, and the functions that it calls.
fn follow<'a>(evaluator: &Evaluator<'a>, mut seeds: BTreeMap<&'a str, Seeds>) -> BTreeMap<String, BTreeSet<Span>> {
    let mut open: Vec<String> = seeds.keys().map(|path| (*path).to_owned()).collect();
    let mut called: BTreeMap<String, HashSet<Id>> = BTreeMap::new();
    let mut known = BTreeSet::new();
    let mut found = BTreeMap::new();
    loop {
        let Some(file) = open.pop() else {
            // What components are handed, who hand it over.
            for (file, span) in handed(evaluator, &found, &mut known) {
                let Ok(module) = evaluator.modules.get(&file) else { continue };
                if seeds.entry(&module.path).or_default().found.insert(span) {
                    open.push(file);
                }
            }
            if open.is_empty() {
                break;
            }
            continue;
        };
        let Ok(module) = evaluator.modules.get(&file) else { continue };
        let mut code = seeds.get(file.as_str()).cloned().unwrap_or_default();
        code.names.extend(called.get(&file).into_iter().flatten().cloned());
        let named = close(module, &mut code);
        let imported = evaluator.imports(&file).into_iter().flat_map(|imports| imports.keys());
        for name in imported.filter(|name| is_mentioned(module, name, &code, &named)) {
            let Some((target, id)) = evaluator.symbol(&file, name) else { continue };
            if called.entry(target.to_owned()).or_default().insert(id) {
                open.push(target.to_owned());
            }
        }
        found.insert(file, code.found);
    }
    found.retain(|_, spans: &mut BTreeSet<Span>| !spans.is_empty());
    found
}

/// Adds to `code` the functions of `module` that it mentions, and may call.
fn close(module: &Module, code: &mut Seeds) -> Named {
    let mut named = Named::default();
    module.ast.visit_with(&mut named);
    loop {
        let (more, others): (Vec<_>, Vec<_>) = std::mem::take(&mut named.functions)
            .into_iter()
            .partition(|(name, _)| is_mentioned(module, name, code, &named));
        code.found.extend(more.iter().map(|(_, function)| *function));
        named.functions = others;
        if more.is_empty() {
            return named;
        }
    }
}

fn is_mentioned(module: &Module, name: &Id, code: &Seeds, named: &Named) -> bool {
    let mentions = module.references().get(name).into_iter().flatten();
    let mut calls = mentions.filter(|mention| !named.taken_back.contains(mention));
    code.names.contains(name) || calls.any(|mention| code.found.iter().any(|listener| listener.contains(*mention)))
}

/// Whether a function of that name takes back what it is given: `removeEventListener('keydown', save)`, `clearTimeout`.
fn takes_back(name: &str) -> bool {
    name == "off" || ["cancel", "clear", "remove", "unsubscribe"].iter().any(|start| name.starts_with(start))
}

/// Code that runs at a time in question.
#[derive(Clone, Default)]
struct Seeds {
    found: BTreeSet<Span>,
    /// Names of functions that are called then.
    names: HashSet<Id>,
}

/// What the names of a module are for.
#[derive(Default)]
struct Named {
    /// The functions of the module by name, and the calls that give them: `const { save } = useDraft()`.
    functions: Vec<(Id, Span)>,
    /// The names that are only given to what takes them back.
    taken_back: BTreeSet<Span>,
}

/// Finds listeners of the events.
#[derive(Default)]
struct Listeners(Seeds);

impl Listeners {
    fn listener(&mut self, value: &Expr) {
        match bare(value) {
            Expr::Ident(name) => {
                self.0.names.insert(name.to_id());
            }
            other => {
                self.0.found.insert(span_of(other));
            }
        }
    }

    /// What the function of an effect returns, if that is a function.
    fn cleanup(&mut self, returned: &Expr) {
        match bare(returned) {
            Expr::Cond(choice) => {
                self.cleanup(&choice.cons);
                self.cleanup(&choice.alt);
            }
            value if ident(value).is_some() || function_of(value).is_some() => self.listener(value),
            _ => {}
        }
    }
}

/// Finds what an effect returns, not what functions inside of it do.
struct Cleanups<'l>(&'l mut Listeners);

impl Visit for Cleanups<'_> {
    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        statement.arg.iter().for_each(|returned| self.0.cleanup(returned));
    }

    fn visit_function(&mut self, _: &AstFunction) {}

    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

impl Visit for Listeners {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let name = callee_name(call);
        let is_event = |event: &Expr| literal_str(event).is_some_and(|event| EVENTS.contains(&event.as_str()));
        // `addEventListener('pagehide', save)`, `useEventListener('pagehide', save)`.
        let removes = name.as_deref().is_some_and(|name| name.starts_with("remove") || name == "off");
        if let Some(at) = call.args.iter().position(|event| is_event(&event.expr)).filter(|_| !removes) {
            call.args[at + 1..].iter().for_each(|listener| self.listener(&listener.expr));
        }
        match (name.as_deref(), call.args.first()) {
            (Some(name), Some(effect)) if EFFECTS.contains(&name) => {
                let effect = function_of(&effect.expr);
                effect.and_then(Function::expression).into_iter().for_each(|returned| self.cleanup(returned));
                effect
                    .and_then(Function::block)
                    .into_iter()
                    .for_each(|body| body.stmts.visit_with(&mut Cleanups(self)));
            }
            (Some(name), Some(first))
                if name.starts_with("use") && LEAVING_HOOKS.iter().any(|end| name.ends_with(end)) =>
            {
                self.cleanup(&first.expr);
            }
            _ => {}
        }
        call.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        if let AssignTarget::Simple(SimpleAssignTarget::Member(member)) = &assign.left
            && member_name(member).is_some_and(|name| name.strip_prefix("on").is_some_and(|on| EVENTS.contains(&on)))
        {
            self.listener(&assign.right);
        }
        assign.visit_children_with(self);
    }

    fn visit_class_method(&mut self, method: &ClassMethod) {
        if prop_name(&method.key).as_deref() == Some(UNMOUNTS) {
            self.0.found.insert(span_of(&*method.function));
        }
        method.visit_children_with(self);
    }
}

/// `save` of `save()` and `draft.save()`.
fn callee_name(call: &CallExpr) -> Option<String> {
    match bare(call.callee.as_expr()?) {
        Expr::Member(member) => member_name(member),
        other => ident(other).map(|name| name.sym.to_string()),
    }
}

impl Visit for Named {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        if callee_name(call).as_deref().is_some_and(takes_back) {
            self.taken_back.extend(call.args.iter().filter_map(|arg| Some(span_of(ident(&arg.expr)?))));
        }
        call.visit_children_with(self);
    }

    fn visit_fn_decl(&mut self, declaration: &FnDecl) {
        self.functions.push((declaration.ident.to_id(), span_of(&*declaration.function)));
        declaration.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Some(Expr::Call(call)) = declarator.init.as_deref().map(bare)
            && callee_ident(call).is_some()
        {
            self.functions.extend(bound_ids(&declarator.name).into_iter().map(|name| (name, span_of(call))));
        }
        if let (Some(name), Some(init)) = (pat_ident(&declarator.name), declarator.init.as_deref()) {
            // `useCallback(() => …, [])`.
            let inner = match bare(init) {
                Expr::Call(call) => call.args.first().map_or(init, |first| &*first.expr),
                _ => init,
            };
            self.functions.extend(function_of(inner).map(|function| (name.to_id(), function.span())));
        }
        declarator.visit_children_with(self);
    }
}
