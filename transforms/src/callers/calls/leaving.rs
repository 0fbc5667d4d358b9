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

use crate::callers::value::Evaluator;
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

/// The code of each file that runs while the page is left: listeners of such an event, and the functions that they call
/// by name, there or in files that they import them from.
pub fn leaving(evaluator: &Evaluator<'_>) -> BTreeMap<String, BTreeSet<Span>> {
    let sources = evaluator.project.files.iter();
    let listens = |text: &str| {
        EVENTS.iter().chain(&EFFECTS).chain(&LEAVING_HOOKS).chain([&UNMOUNTS]).any(|mark| text.contains(mark))
    };
    let mut open: Vec<String> = sources
        .filter(|(_, text)| text.as_ref().is_ok_and(|text| listens(text)))
        .map(|(path, _)| path.clone())
        .collect();
    let mut called: BTreeMap<String, HashSet<Id>> = BTreeMap::new();
    let mut found = BTreeMap::new();
    while let Some(file) = open.pop() {
        let Ok(module) = evaluator.modules.get(&file) else { continue };
        let Listeners { found: spans, names, taken_back, .. } =
            in_module(module, called.get(&file).cloned().unwrap_or_default());
        let imported = evaluator.imports(&file).into_iter().flat_map(|imports| imports.keys());
        for name in imported.filter(|name| is_mentioned(module, name, &spans, &names, &taken_back)) {
            let Some((target, id)) = evaluator.symbol(&file, name) else { continue };
            if called.entry(target.to_owned()).or_default().insert(id) {
                open.push(target.to_owned());
            }
        }
        found.insert(file, spans);
    }
    found.retain(|_, spans: &mut BTreeSet<Span>| !spans.is_empty());
    found
}

/// The code of `module` that runs then, and the names of functions that do; `names` are those that others call then.
fn in_module(module: &Module, names: HashSet<Id>) -> Listeners {
    let mut listeners = Listeners { names, ..Listeners::default() };
    module.ast.visit_with(&mut listeners);
    // What they mention, they may call.
    loop {
        let Listeners { found, names, taken_back, functions } = &mut listeners;
        let (more, others): (Vec<_>, Vec<_>) = std::mem::take(functions)
            .into_iter()
            .partition(|(name, _)| is_mentioned(module, name, found, names, taken_back));
        if more.is_empty() {
            return listeners;
        }
        found.extend(more.into_iter().map(|(_, function)| function));
        *functions = others;
    }
}

fn is_mentioned(
    module: &Module,
    name: &Id,
    found: &BTreeSet<Span>,
    names: &HashSet<Id>,
    taken_back: &BTreeSet<Span>,
) -> bool {
    let mentions = module.references().get(name).into_iter().flatten();
    let mut calls = mentions.filter(|mention| !taken_back.contains(mention));
    names.contains(name) || calls.any(|mention| found.iter().any(|listener| listener.contains(*mention)))
}

/// Whether a function of that name takes back what it is given: `removeEventListener('keydown', save)`, `clearTimeout`.
fn takes_back(name: &str) -> bool {
    name == "off" || ["cancel", "clear", "remove", "unsubscribe"].iter().any(|start| name.starts_with(start))
}

#[derive(Default)]
struct Listeners {
    found: BTreeSet<Span>,
    /// Names that are given as listeners.
    names: HashSet<Id>,
    /// The functions of the module by name, and the calls that give them: `const { save } = useDraft()`.
    functions: Vec<(Id, Span)>,
    /// The names that are only given to what takes them back.
    taken_back: BTreeSet<Span>,
}

impl Listeners {
    fn listener(&mut self, value: &Expr) {
        match bare(value) {
            Expr::Ident(name) => {
                self.names.insert(name.to_id());
            }
            other => {
                self.found.insert(span_of(other));
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
        let name = call.callee.as_expr().and_then(|callee| match bare(callee) {
            Expr::Member(member) => member_name(member),
            other => ident(other).map(|name| name.sym.to_string()),
        });
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
        if name.as_deref().is_some_and(takes_back) {
            self.taken_back.extend(call.args.iter().filter_map(|arg| Some(span_of(ident(&arg.expr)?))));
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
            self.found.insert(span_of(&*method.function));
        }
        method.visit_children_with(self);
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
