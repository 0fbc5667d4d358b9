//! Functions that run when no action may be called. While React renders: it refuses to change one component while it
//! renders another, and may render several times. For each element of a list: requests are sent at once, and actions one
//! after the other.
//!
//! ```tsx
//! setItems((items) => { persist(next); return next; });      // so `persist` runs then
//! const [state, dispatch] = useReducer(reduce, start);
//! const found = useMemo(() => search(query), [query]);
//! function Page() { track(); return <p>…</p>; }
//! await Promise.all(ids.map((id) => remove(id)));
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::handed::handed;
use crate::callers::value::Evaluator;
use crate::syntax::ast::{
    ArrowExpr, CallExpr, ExportDefaultDecl, ExportDefaultExpr, Expr, FnDecl, FnExpr, Function as AstFunction, Id,
    ObjectPatProp, Pat, VarDeclarator,
};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, callee_ident, function_of, ident, member_name, pat_ident,
    prop_name, span_of,
};

/// Which argument of a hook runs while React renders.
const HOOKS: [(&str, usize); 4] = [("useMemo", 0), ("useOptimistic", 1), ("useReducer", 0), ("useState", 0)];

/// What calls the function that it is given before it returns.
const AT_ONCE: [&str; 12] = [
    "every",
    "filter",
    "find",
    "findIndex",
    "flatMap",
    "forEach",
    "map",
    "reduce",
    "reduceRight",
    "some",
    "sort",
    "toSorted",
];

/// What wraps a component.
const WRAPPERS: [&str; 3] = ["forwardRef", "memo", "observer"];

/// What may be in a text with code that React renders, or that calls something for each element of a list.
const MARKS: [&str; 8] = ["/>", "</", "Promise.all", "forEach", "useMemo", "useOptimistic", "useReducer", "useState"];

/// The places of functions by file.
pub type Functions = BTreeMap<String, BTreeSet<Span>>;

/// The functions of each file that run while React renders, and those that run for each element of a list.
pub fn running(evaluator: &Evaluator<'_>) -> (Functions, Functions) {
    let mut following = Following { evaluator, files: BTreeMap::new(), found: BTreeMap::new(), open: Vec::new() };
    let mut listed = Vec::new();
    for (path, text) in &evaluator.project.files {
        if text.as_ref().is_ok_and(|text| MARKS.iter().any(|mark| text.contains(mark))) {
            listed.extend(following.start(path).into_iter().map(|(name, place)| (path.as_str(), name, place)));
        }
    }
    let rendering = following.all(Functions::new());
    let mut asked = Functions::new();
    for (path, name, place) in listed {
        if !following.call(path, &name) {
            asked.entry(path.to_owned()).or_default().insert(place);
        }
    }
    (rendering, following.all(asked))
}

/// A function, and what it calls by itself: not what functions in it do at another time.
struct Scope {
    span: Span,
    name: Option<Id>,
    /// The names, and the places of what is called.
    calls: Vec<(Id, Span)>,
}

/// The functions of a module.
#[derive(Default)]
struct Scopes {
    all: Vec<Scope>,
    by_name: HashMap<Id, usize>,
    /// Those that React calls while it renders, by their place in the list, and by their names.
    rendered: Vec<usize>,
    given: Vec<Id>,
    /// What is called for each element of a list.
    listed: Vec<(Id, Span)>,
    /// The function of a list that is open.
    in_list: bool,
    /// Names that a call gives: the name of its function, and the member taken.
    taken: HashMap<Id, (Id, String)>,
    /// The functions that are open.
    open: Vec<usize>,
    /// What is known of the function that comes next.
    next: Next,
    /// Functions that are called before the call returns that they are given to.
    at_once: BTreeSet<Span>,
    /// Those that are called for each element of a list.
    lists: BTreeSet<Span>,
    /// Those that React calls while it renders.
    by_react: BTreeSet<Span>,
    has_elements: bool,
}

/// What the code around a function says of it.
#[derive(Default)]
struct Next {
    name: Option<Id>,
    is_default: bool,
}

struct Following<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    files: BTreeMap<String, Scopes>,
    found: Functions,
    /// What is yet to be looked at: a function of a file.
    open: Vec<(String, usize)>,
}

impl Following<'_, '_> {
    /// All that is open, and what it calls, in turn. What is `asked` for already is called by names that are no functions.
    fn all(&mut self, mut asked: Functions) -> Functions {
        let mut known = BTreeSet::new();
        loop {
            self.close(&mut asked);
            // What components call that they are handed.
            let more = handed(self.evaluator, &asked, &mut known);
            if more.is_empty() {
                return std::mem::take(&mut self.found);
            }
            for (file, attribute) in more {
                self.attribute(&file, attribute);
            }
        }
    }

    /// Finds what React calls in a file. Gives what is called there for each element of a list.
    fn start(&mut self, path: &str) -> Vec<(Id, Span)> {
        let Ok(module) = self.evaluator.modules.get(path) else { return Vec::new() };
        let mut scopes = Scopes::of(module);
        let listed = std::mem::take(&mut scopes.listed);
        self.open.extend(scopes.rendered.iter().map(|at| (path.to_owned(), *at)));
        let given = scopes.given.clone();
        self.files.insert(path.to_owned(), scopes);
        for name in given {
            self.call(path, &name);
        }
        listed
    }

    fn scopes(&mut self, path: &str) -> Option<&Scopes> {
        if !self.files.contains_key(path) {
            let module = self.evaluator.modules.get(path).ok()?;
            self.files.insert(path.to_owned(), Scopes::of(module));
        }
        self.files.get(path)
    }

    /// Follows all calls. Those of names that are no functions are added to `asked`.
    fn close(&mut self, asked: &mut BTreeMap<String, BTreeSet<Span>>) {
        while let Some((path, at)) = self.open.pop() {
            let Some(scope) = self.files.get(&path).and_then(|scopes| scopes.all.get(at)) else { continue };
            if !self.found.entry(path.clone()).or_default().insert(scope.span) {
                continue;
            }
            for (name, place) in scope.calls.clone() {
                if !self.call(&path, &name) {
                    asked.entry(path.clone()).or_default().insert(place);
                }
            }
        }
    }

    /// The function that `name` stands for in a file runs; `false` if that is not known.
    fn call(&mut self, path: &str, name: &Id) -> bool {
        let evaluator = self.evaluator;
        let Some(own) = self.scopes(path) else { return false };
        if let Some(at) = own.named(name) {
            self.open.push((path.to_owned(), at));
            return true;
        }
        if let Some((hook, member)) = own.taken.get(name).cloned() {
            return self.member(path, &hook, &member);
        }
        let Some((target, id)) = evaluator.symbol(path, name) else { return false };
        let Some(at) = self.scopes(target).and_then(|scopes| scopes.named(&id)) else { return false };
        self.open.push((target.to_owned(), at));
        true
    }

    /// `persist` of `const { persist } = useStore()`: what is called so in `useStore`.
    fn member(&mut self, path: &str, hook: &Id, member: &str) -> bool {
        let own = self.scopes(path).and_then(|scopes| scopes.named(hook));
        let home = match own {
            Some(_) => Some((path, hook.clone())),
            None => self.evaluator.symbol(path, hook),
        };
        let Some((file, hook)) = home else { return false };
        let Some(scopes) = self.scopes(file) else { return false };
        let Some(outer) = scopes.named(&hook).map(|at| scopes.all[at].span) else { return false };
        let is =
            |scope: &Scope| outer.contains(scope.span) && scope.name.as_ref().is_some_and(|name| *name.0 == *member);
        let found = scopes.all.iter().position(is);
        self.open.extend(found.map(|at| (file.to_owned(), at)));
        found.is_some()
    }

    /// The function that an attribute hands over runs.
    fn attribute(&mut self, path: &str, attribute: Span) {
        let Ok(module) = self.evaluator.modules.get(path) else { return };
        let Some(scopes) = self.scopes(path) else { return };
        let inner = scopes.all.iter().enumerate().filter(|(_, scope)| attribute.contains(scope.span));
        if let Some((at, _)) = inner.min_by_key(|(_, scope)| scope.span.start) {
            self.open.push((path.to_owned(), at));
            return;
        }
        let mentioned = module.references().iter().filter(|(_, all)| all.iter().any(|at| attribute.contains(*at)));
        for (name, _) in mentioned {
            self.call(path, name);
        }
    }
}

impl Scopes {
    fn of(module: &Module) -> Scopes {
        let mut scopes =
            Scopes { has_elements: module.text.contains("/>") || module.text.contains("</"), ..Scopes::default() };
        module.ast.visit_with(&mut scopes);
        scopes
    }

    fn named(&self, name: &Id) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Whether React calls a function of that name to render. An `async` one is none of the browser's.
    fn renders(&self, next: &Next, is_async: bool) -> bool {
        let named = next.name.as_ref().is_some_and(|(name, _)| {
            let hook = name.strip_prefix("use").is_some_and(|rest| rest.starts_with(char::is_uppercase));
            let component = name.starts_with(char::is_uppercase) && name.chars().any(char::is_lowercase);
            hook || (component && self.has_elements)
        });
        !is_async && (named || (next.is_default && next.name.is_none() && self.has_elements))
    }

    fn function(&mut self, span: Span, is_async: bool, visit: impl FnOnce(&mut Self)) {
        let next = std::mem::take(&mut self.next);
        let inherits = self.in_list && self.at_once.contains(&span);
        let in_list = inherits || self.lists.contains(&span);
        let outer = std::mem::replace(&mut self.in_list, in_list);
        if self.at_once.contains(&span) && !self.open.is_empty() {
            visit(self);
            self.in_list = outer;
            return;
        }
        let at = self.all.len();
        if self.by_react.contains(&span) || self.renders(&next, is_async) {
            self.rendered.push(at);
        }
        self.by_name.extend(next.name.clone().map(|name| (name, at)));
        self.all.push(Scope { span, name: next.name, calls: Vec::new() });
        self.open.push(at);
        visit(self);
        self.open.pop();
        self.in_list = outer;
    }

    /// React calls `value` while it renders.
    fn react(&mut self, value: &Expr) {
        match bare(value) {
            Expr::Ident(name) => self.given.push(name.to_id()),
            value => self.by_react.extend(function_of(value).map(Function::span)),
        }
    }
}

/// `useMemo` of `useMemo(…)` and `React.useMemo(…)`.
fn last_name(call: &CallExpr) -> Option<String> {
    match bare(call.callee.as_expr()?) {
        Expr::Member(member) => member_name(member),
        callee => ident(callee).map(|name| name.sym.to_string()),
    }
}

/// Whether a function of that name sets a state: `setItems`.
fn sets(name: &str) -> bool {
    let timers = ["setTimeout", "setInterval", "setImmediate"];
    name.strip_prefix("set").is_some_and(|rest| rest.starts_with(char::is_uppercase)) && !timers.contains(&name)
}

impl Visit for Scopes {
    fn visit_fn_decl(&mut self, declaration: &FnDecl) {
        self.next = Next { name: Some(declaration.ident.to_id()), is_default: false };
        declaration.visit_children_with(self);
    }

    fn visit_fn_expr(&mut self, function: &FnExpr) {
        if let Some(name) = &function.ident {
            self.next.name.get_or_insert(name.to_id());
        }
        function.visit_children_with(self);
    }

    fn visit_export_default_decl(&mut self, export: &ExportDefaultDecl) {
        self.next = Next { name: None, is_default: true };
        export.visit_children_with(self);
        self.next = Next::default();
    }

    fn visit_export_default_expr(&mut self, export: &ExportDefaultExpr) {
        self.next = Next { name: None, is_default: function_of(&export.expr).is_some() };
        export.visit_children_with(self);
        self.next = Next::default();
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Some(init) = declarator.init.as_deref().map(bare) {
            let named = match init {
                Expr::Call(call) => last_name(call).is_some_and(|name| {
                    name == "useCallback" || name == "useEffectEvent" || WRAPPERS.contains(&name.as_str())
                }),
                init => function_of(init).is_some(),
            };
            self.next.name = pat_ident(&declarator.name).filter(|_| named).map(|name| name.to_id());
            if let (Pat::Object(object), Expr::Call(call)) = (&declarator.name, init)
                && let Some(hook) = callee_ident(call)
            {
                for property in &object.props {
                    let (name, key) = match property {
                        ObjectPatProp::Assign(short) => {
                            (Some(short.key.id.to_id()), Some(short.key.id.sym.to_string()))
                        }
                        ObjectPatProp::KeyValue(pair) => {
                            (pat_ident(&pair.value).map(|name| name.to_id()), prop_name(&pair.key))
                        }
                        ObjectPatProp::Rest(_) => (None, None),
                    };
                    self.taken.extend(name.zip(key).map(|(name, key)| (name, (hook.to_id(), key))));
                }
            }
        }
        declarator.visit_children_with(self);
        self.next = Next::default();
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        let name = last_name(call);
        let name = name.as_deref().unwrap_or_default();
        if let Some((_, at)) = HOOKS.iter().find(|(hook, _)| *hook == name) {
            call.args.get(*at).into_iter().for_each(|argument| self.react(&argument.expr));
        }
        if sets(name) && callee_ident(call).is_some() {
            call.args.first().into_iter().for_each(|argument| self.react(&argument.expr));
        }
        if AT_ONCE.contains(&name) {
            for argument in &call.args {
                self.listed.extend(ident(&argument.expr).map(|name| (name.to_id(), span_of(name))));
                let function = function_of(&argument.expr).map(Function::span);
                self.at_once.extend(function);
                self.lists.extend(function);
            }
        }
        if let Some(callee) = call.callee.as_expr() {
            self.at_once.extend(function_of(callee).map(Function::span));
            let called = match bare(callee) {
                // `props.onChange(…)`: only who hands it over knows.
                Expr::Member(member) => ident(&member.obj).map(|object| object.to_id()),
                callee => ident(callee).map(|callee| callee.to_id()),
            };
            if let Some(called) = called {
                if self.in_list {
                    self.listed.push((called.clone(), span_of(&**callee)));
                }
                self.open
                    .last()
                    .into_iter()
                    .for_each(|open| self.all[*open].calls.push((called.clone(), span_of(&**callee))));
            }
        }
        call.visit_children_with(self);
    }

    fn visit_function(&mut self, function: &AstFunction) {
        self.function(span_of(function), function.is_async, |this| function.visit_children_with(this));
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.function(span_of(arrow), arrow.is_async, |this| arrow.visit_children_with(this));
    }
}
