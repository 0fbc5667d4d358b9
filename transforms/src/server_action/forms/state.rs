//! The states that a handler sets, and which of them the hook can keep.

use super::handler::Handler;
use crate::syntax::ast::{ArrowExpr, BlockStmt, Decl, Expr, Function as AstFunction, Id, Lit, Pat, ReturnStmt, Stmt};
use crate::syntax::exits;
use crate::syntax::{Module, References, Span, Visit, VisitWith, bare, callee_ident, ident, member_name, span_of};

/// A state of the component: `const [error, setError] = useState<string | null>(null);`.
pub struct State {
    id: Id,
    name: String,
    setter: Id,
    statement: Span,
    initial: Option<Expr>,
    /// `<string | null>`.
    kind: Option<Span>,
    of_namespace: bool,
    /// It is set in statements of the handler only, and read only behind that.
    is_own: bool,
    sets: Vec<Set>,
}

/// `setError('');`, as a statement of its own.
struct Set {
    setter: Id,
    span: Span,
    value: Option<Expr>,
    /// Where the list begins that it stands in.
    list: usize,
    /// It stands among the statements of the handler itself.
    at_top: bool,
    /// The `return;` behind it, with nothing but such statements between.
    then_return: Option<Span>,
    /// All that runs behind it, if it stands in a `catch` among the handler's own statements.
    ends_catch: Option<Vec<Span>>,
    in_finally: bool,
    /// What goes with it: itself, or the `finally` that has nothing else; `None` if something has to stay.
    gone: Option<Span>,
}

/// The states of a component that its handler sets.
pub struct States {
    list: Vec<State>,
    /// Each `return` of the handler, and where its list begins.
    returns: Vec<(usize, Span)>,
    /// Calls for what they do, but for those before a way out.
    effects: Vec<Span>,
    /// A statement of the handler leads to another page.
    navigates: bool,
}

/// A state that the hook keeps.
pub struct Held {
    pub id: Id,
    pub name: String,
    /// Its declaration.
    pub statement: Span,
    pub kind: Option<Span>,
    /// It is declared by `React.useState`.
    pub of_namespace: bool,
    /// Statements and clauses that are no longer needed.
    pub gone: Vec<Span>,
}

/// The state that becomes what the action gives.
pub struct Message {
    pub held: Held,
    /// What it begins with.
    pub initial: Span,
    /// The `return`, or what becomes one, and the value.
    pub given: Vec<(Span, Span)>,
    /// It is set to that again before the call.
    pub is_reset: bool,
}

/// The states of the component that the handler sets.
pub fn states_of(handler: &Handler, all: &References) -> States {
    let mut sets = Sets { at_top: true, ..Sets::default() };
    sets.statements(&handler.body);
    let Sets { mut found, returns, effects, .. } = sets;
    let mut list = Vec::new();
    for statement in &handler.component {
        let Some(mut state) = declared(statement) else { continue };
        let (own, others) = found.into_iter().partition(|set: &Set| set.setter == state.setter);
        (state.sets, found) = (own, others);
        let told = all.get(&state.setter).map_or(0, Vec::len) == state.sets.len() + 1;
        let behind = |at: &Span| state.statement.contains(*at) || at.start >= handler.statement.end;
        state.is_own = told && all.get(&state.id).into_iter().flatten().all(behind);
        list.push(state);
    }
    let navigates = handler.body.iter().any(navigates);
    States { list, returns, effects, navigates }
}

fn declared(statement: &Stmt) -> Option<State> {
    let Stmt::Decl(Decl::Var(variable)) = statement else { return None };
    let [declarator] = variable.decls.as_slice() else { return None };
    let Pat::Array(list) = &declarator.name else { return None };
    let [Some(Pat::Ident(state)), Some(Pat::Ident(setter))] = list.elems.as_slice() else { return None };
    let Expr::Call(call) = bare(declarator.init.as_deref()?) else { return None };
    let (hook, of_namespace) = match bare(call.callee.as_expr()?) {
        Expr::Ident(name) => (name.sym.to_string(), false),
        Expr::Member(member) => (member_name(member)?, ident(&member.obj).is_some_and(|name| &*name.sym == "React")),
        _ => return None,
    };
    (hook == "useState").then(|| State {
        id: state.id.to_id(),
        name: state.id.sym.to_string(),
        setter: setter.id.to_id(),
        statement: span_of(statement),
        initial: call.args.first().map(|argument| (*argument.expr).clone()),
        kind: call.type_args.as_ref().map(|kind| span_of(&**kind)),
        of_namespace,
        is_own: false,
        sets: Vec::new(),
    })
}

/// The type of a state of the component that holds no more than a text, a number or whether something is so.
pub fn plain_kind(module: &Module, handler: &Handler, id: &Id) -> Option<String> {
    let state = handler.component.iter().filter_map(declared).find(|state| state.id == *id)?;
    if let Some(kind) = state.kind {
        let kind = kind.text(&module.text).strip_prefix('<')?.strip_suffix('>')?.trim();
        let is_plain = |part: &str| matches!(part.trim(), "string" | "number" | "boolean" | "null" | "undefined");
        // Without a value, it is `undefined` at first.
        return (state.initial.is_some() && kind.split('|').all(is_plain)).then(|| kind.to_owned());
    }
    let kind = match bare(state.initial.as_ref()?) {
        Expr::Lit(Lit::Str(_)) => "string",
        Expr::Lit(Lit::Num(_)) => "number",
        Expr::Lit(Lit::Bool(_)) => "boolean",
        _ => return None,
    };
    Some(kind.to_owned())
}

impl States {
    /// The statements before the call that do something and go on.
    pub fn early(&self, call: Span) -> impl Iterator<Item = Span> {
        self.effects.iter().copied().filter(move |at| at.end <= call.start)
    }

    /// The state that says whether the handler runs.
    pub fn pending(&self, call: Span) -> Option<Held> {
        self.list.iter().find_map(|state| {
            let truth = |value: &Option<Expr>| match value.as_ref().map(bare) {
                Some(Expr::Lit(Lit::Bool(value))) => Some(value.value),
                _ => None,
            };
            let (before, after): (Vec<&Set>, Vec<&Set>) = state.sets.iter().partition(|set| set.span.end <= call.start);
            let [start] = before.as_slice() else { return None };
            let starts = truth(&state.initial) == Some(false) && truth(&start.value) == Some(true) && start.at_top;
            let ends = after.iter().all(|set| truth(&set.value) == Some(false));
            let covered = after.iter().any(|set| set.in_finally) || {
                let mut left = self.returns.iter().filter(|(_, at)| at.start >= call.end);
                let ended = left.all(|(list, at)| {
                    after.iter().any(|set| (set.at_top || set.list == *list) && set.span.end <= at.start)
                });
                // Whoever goes to another page is seen no longer.
                ended && (self.navigates || after.iter().any(|set| set.at_top))
            };
            let gone: Vec<Span> = state.sets.iter().map(|set| set.gone).collect::<Option<_>>()?;
            (state.is_own && starts && ends && covered).then(|| state.held(gone))
        })
    }

    /// The state that says what came of the call. `running` is [`pending`](States::pending).
    pub fn message(&self, module: &Module, call: Span, running: Option<&Held>) -> Option<Message> {
        self.list.iter().filter(|state| state.is_own).find_map(|state| {
            let initial = state.initial.as_ref().filter(|value| matches!(bare(value), Expr::Lit(_)))?;
            let (mut gone, mut given, mut is_reset) = (Vec::new(), Vec::new(), false);
            for set in &state.sets {
                let value = set.value.as_ref()?;
                let is_first = module.text_of(value) == module.text_of(initial);
                let forgotten = |spans: &Vec<Span>| {
                    spans.iter().all(|span| running.is_some_and(|running| running.gone.contains(span)))
                };
                if let Some(left) = set.then_return {
                    gone.push(set.span);
                    given.push((left, span_of(value)));
                } else if set.ends_catch.as_ref().is_some_and(forgotten) {
                    given.push((set.span, span_of(value)));
                } else if is_first && set.at_top && set.span.end <= call.start {
                    is_reset = true;
                    gone.push(set.span);
                } else {
                    return None;
                }
            }
            let all_give = self.returns.iter().all(|(_, at)| given.iter().any(|(left, _)| left == at));
            let (held, initial) = (state.held(gone), span_of(initial));
            (all_give && !given.is_empty()).then_some(Message { held, initial, given, is_reset })
        })
    }
}

impl State {
    fn held(&self, gone: Vec<Span>) -> Held {
        Held {
            id: self.id.clone(),
            name: self.name.clone(),
            statement: self.statement,
            kind: self.kind,
            of_namespace: self.of_namespace,
            gone,
        }
    }
}

/// Collects the statements that set a state.
#[derive(Default)]
struct Sets {
    /// Where the list begins that is looked at.
    list: usize,
    at_top: bool,
    /// In a `catch` among the handler's own statements: what stands behind it.
    behind_catch: Option<Vec<Span>>,
    /// In a `finally`: the whole clause, if a `catch` stands before it.
    finally: Option<Option<Span>>,
    found: Vec<Set>,
    returns: Vec<(usize, Span)>,
    effects: Vec<Span>,
}

fn set_of(statement: &Stmt) -> Option<(Id, Option<Expr>)> {
    let Stmt::Expr(own) = statement else { return None };
    let Expr::Call(call) = bare(&own.expr) else { return None };
    let setter = callee_ident(call).filter(|name| name.sym.starts_with("set") && call.args.len() <= 1)?;
    Some((setter.to_id(), call.args.first().map(|argument| (*argument.expr).clone())))
}

impl Sets {
    fn statements(&mut self, statements: &[Stmt]) {
        let list = statements.first().map_or(0, |first| span_of(first).start);
        let outer = std::mem::replace(&mut self.list, list);
        for (at, statement) in statements.iter().enumerate() {
            let rest = &statements[at + 1..];
            // Where the handler leaves, nobody waits for what is set.
            if matches!(statement, Stmt::Expr(_)) && (self.at_top || !rest.last().is_some_and(exits)) {
                self.effects.push(span_of(statement));
            }
            if let Some((setter, value)) = set_of(statement) {
                let then_return = match rest.iter().find(|statement| set_of(statement).is_none()) {
                    Some(Stmt::Return(left)) if left.arg.is_none() => Some(span_of(left)),
                    _ => None,
                };
                let behind = self.behind_catch.as_ref();
                let ends_catch = behind.map(|behind| rest.iter().map(span_of).chain(behind.iter().copied()).collect());
                let (span, at_top) = (span_of(statement), self.at_top);
                let gone = self.finally.filter(|_| statements.len() == 1).unwrap_or(Some(span));
                let in_finally = self.finally.is_some();
                self.found.push(Set { setter, span, value, list, at_top, then_return, ends_catch, in_finally, gone });
            }
            self.inside(statement, rest);
        }
        self.list = outer;
    }

    /// Looks into a statement that stands before `rest`.
    fn inside(&mut self, statement: &Stmt, rest: &[Stmt]) {
        let outer = (std::mem::take(&mut self.at_top), self.behind_catch.take(), self.finally.take());
        match statement {
            Stmt::Try(attempt) => {
                self.statements(&attempt.block.stmts);
                if let Some(handler) = &attempt.handler {
                    self.behind_catch = outer.0.then(|| rest.iter().map(span_of).collect());
                    self.statements(&handler.body.stmts);
                    self.behind_catch = None;
                }
                if let Some(block) = &attempt.finalizer {
                    let caught = attempt.handler.as_ref().map(|handler| span_of(handler).end);
                    self.finally = Some(caught.map(|end| Span::new(end, span_of(block).end)));
                    self.statements(&block.stmts);
                }
            }
            other => other.visit_with(self),
        }
        (self.at_top, self.behind_catch, self.finally) = outer;
    }
}

impl Visit for Sets {
    fn visit_block_stmt(&mut self, block: &BlockStmt) {
        self.statements(&block.stmts);
    }

    fn visit_return_stmt(&mut self, left: &ReturnStmt) {
        self.returns.push((self.list, span_of(left)));
    }

    fn visit_function(&mut self, _: &AstFunction) {}

    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

/// `router.push('/');`, at the end of a handler or of its `try`.
fn navigates(statement: &Stmt) -> bool {
    match statement {
        Stmt::Try(attempt) => attempt.block.stmts.iter().any(navigates),
        Stmt::Expr(own) => match bare(&own.expr) {
            Expr::Call(call) => match call.callee.as_expr().map(|callee| bare(callee)) {
                Some(Expr::Member(member)) => matches!(member_name(member).as_deref(), Some("push" | "replace")),
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}
