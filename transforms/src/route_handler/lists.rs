//! The statement lists of a function: who stands next to whom, and which places exclude each other.

use crate::pages_api::{Short, is_nothing, operand, short};
use crate::syntax::ast::{
    ArrowExpr, BlockStmt, BreakStmt, CatchClause, ContinueStmt, DoWhileStmt, FnDecl, ForInStmt, ForOfStmt, ForStmt,
    Function, FunctionBody, IfStmt, Stmt, SwitchCase, SwitchStmt, TryStmt, WhileStmt,
};
use crate::syntax::{Span, Visit, VisitWith, span_of};

/// One statement of a list.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// The statement.
    pub span: Span,
    /// Its expression with `await` and casts taken off: of `x;` and of `return x;`. That of another statement is
    /// the statement itself.
    pub expr: Option<Span>,
    /// It is a `return` with or without a value.
    pub returns: bool,
    /// It is a `return` without a value that means anything, or a bare `break;`.
    pub leaves: bool,
}

impl Item {
    fn of(statement: &Stmt) -> Item {
        let (expr, returns, leaves) = match statement {
            Stmt::Expr(expression) => (Some(span_of(operand(&expression.expr))), false, false),
            Stmt::Return(value) => {
                let nothing = value.arg.as_deref().is_none_or(is_nothing);
                (value.arg.as_deref().map(|value| span_of(operand(value))), true, nothing)
            }
            Stmt::Break(leave) => (None, false, leave.label.is_none()),
            _ => (Some(span_of(statement)), false, false),
        };
        Item { span: span_of(statement), expr, returns, leaves }
    }
}

/// Statements that run one after the other.
#[derive(Clone, Debug)]
pub struct List {
    /// In order.
    pub items: Vec<Item>,
    /// Inside the block of a `try`.
    pub in_try: bool,
    /// It is a `case`, which has its scope in common with others.
    pub case: bool,
}

/// All statement lists of a function, inner functions not included.
#[derive(Debug, Default)]
pub struct Lists {
    /// The lists.
    pub lists: Vec<List>,
    /// Pairs of which only one can run: branches of an `if`, cases of a `switch`.
    exclusive: Vec<(Span, Span)>,
    /// Blocks that control never leaves at their end, and where that holds: up to the end of the `try` around
    /// them, whose `catch` may run next.
    closed: Vec<(Span, Option<Span>)>,
    /// Bodies of loops, in which what stands further down can run first.
    loops: Vec<Span>,
    /// Statements without braces: `if (x) return;`.
    branches: Vec<Item>,
    /// Statements of lists that do something if something else holds: `item && res.json(item);`.
    shorts: Vec<(Span, Short)>,
    /// Functions inside the function that can be called before they stand there.
    hoisted: Vec<Span>,
    /// Functions inside the function that count as a part of it and may run at any time.
    late: Vec<Span>,
    in_try: bool,
    /// The innermost block that more may run behind than what stands there: that of a `try`.
    tried: Option<Span>,
}

impl Lists {
    /// Reads the lists below `statements`.
    pub fn of(statements: &[Stmt]) -> Lists {
        let mut lists = Lists::default();
        lists.add(statements);
        for statement in statements {
            statement.visit_with(&mut lists);
        }
        lists
    }

    /// Reads a function inside, too, that counts as one with the function around it.
    pub fn join(&mut self, statements: &[Stmt]) {
        // Others may see what it throws.
        let whole = statements.first().zip(statements.last());
        let whole = whole.map(|(first, last)| Span::new(span_of(first).start, span_of(last).end));
        let outer = (std::mem::replace(&mut self.in_try, true), std::mem::replace(&mut self.tried, whole));
        self.add(statements);
        statements.iter().for_each(|statement| statement.visit_with(self));
        (self.in_try, self.tried) = outer;
    }

    /// Code in these functions may run before and behind any other.
    pub fn run_any_time(&mut self, functions: &[Span]) {
        self.late.extend(functions);
    }

    /// Takes over lists that were read elsewhere.
    pub fn absorb(&mut self, other: &Lists) {
        self.lists.extend(other.lists.iter().cloned());
        self.exclusive.extend(&other.exclusive);
        self.loops.extend(&other.loops);
        self.branches.extend(&other.branches);
        self.shorts.extend(&other.shorts);
    }

    /// The statement that is, or returns, `expr`, if it stands right behind one of `sends`.
    pub fn statement_behind(&self, expr: Span, sends: &[Span]) -> Option<Span> {
        self.lists.iter().find_map(|list| {
            let at = list.items.iter().position(|item| item.expr == Some(expr))?;
            let before = list.items.get(at.checked_sub(1)?)?;
            (!before.returns && sends.contains(&before.expr?)).then_some(list.items[at].span)
        })
    }

    fn add(&mut self, statements: &[Stmt]) {
        self.shorts.extend(statements.iter().filter_map(|statement| match statement {
            Stmt::Expr(expression) => Some((span_of(statement), short(&expression.expr)?)),
            _ => None,
        }));
        self.lists.push(List { items: statements.iter().map(Item::of).collect(), in_try: self.in_try, case: false });
    }

    fn looped(&mut self, body: &Stmt) {
        self.loops.push(span_of(body));
        self.branch(body);
    }

    fn branch(&mut self, statement: &Stmt) {
        if !matches!(statement, Stmt::Block(_)) {
            self.branches.push(Item::of(statement));
        }
    }

    /// Whether code at `first`, in a function inside this one, can have run when code at `then` runs.
    pub fn can_precede_inside(&self, first: Span, then: Span) -> bool {
        self.hoisted.iter().any(|function| function.contains(first)) || self.can_precede(first, then)
    }

    /// Whether code at `place` can run more than once.
    pub fn repeats(&self, place: Span) -> bool {
        self.loops.iter().any(|body| body.contains(place))
    }

    /// The statement without braces around it that is, or returns, `expr`.
    pub fn branch_of(&self, expr: Span) -> Option<Span> {
        self.branches.iter().find(|item| item.expr == Some(expr)).map(|item| item.span)
    }

    /// Whether the statement that is, or returns, `expr` stands in the block of a `try`.
    pub fn in_try(&self, expr: Span) -> bool {
        let holds = |list: &&List| list.items.iter().any(|item| item.span.contains(expr));
        self.lists.iter().filter(holds).any(|list| list.in_try)
    }

    /// The statement of a list that does `expr` if something holds.
    pub fn short_of(&self, expr: Span) -> Option<(Span, Short)> {
        self.shorts.iter().find(|(_, short)| short.then == expr).copied()
    }

    /// Whether code at `first` can have run when code at `then` runs.
    pub fn can_precede(&self, first: Span, then: Span) -> bool {
        let apart = |(one, other): &(Span, Span)| {
            (one.contains(first) && other.contains(then)) || (one.contains(then) && other.contains(first))
        };
        let again = |body: &Span| body.contains(first) && body.contains(then);
        let apart_in_time = |function: &Span| function.contains(first) != function.contains(then);
        if self.loops.iter().any(again) || self.late.iter().any(apart_in_time) {
            return true;
        }
        first.start < then.start
            && !self.exclusive.iter().any(apart)
            && !self.closed.iter().any(|(block, within)| {
                block.contains(first) && !block.contains(then) && within.is_none_or(|within| within.contains(then))
            })
    }

    /// The expression of the statement right before the one that is, or returns, `expr`.
    pub fn before(&self, expr: Span) -> Option<Span> {
        self.lists.iter().find_map(|list| {
            let at = list.items.iter().position(|item| item.expr == Some(expr))?;
            list.items.get(at.checked_sub(1)?)?.expr
        })
    }

    /// The expressions of the statements behind the one that is `expr`, in the same list.
    pub fn behind(&self, expr: Span) -> Vec<Span> {
        let find =
            |list: &List| Some((list.items.iter().position(|item| item.expr == Some(expr))?, list.items.clone()));
        let Some((at, items)) = self.lists.iter().find_map(find) else { return Vec::new() };
        items[at + 1..].iter().filter_map(|item| item.expr).collect()
    }

    /// Whether `expr` is an expression statement of a list.
    pub fn is_statement(&self, expr: Span) -> bool {
        self.lists.iter().flat_map(|list| &list.items).any(|item| item.expr == Some(expr) && !item.returns)
    }

    /// The scope of the list that holds the statement: where it starts, or 0 for one that lists share.
    pub fn scope_of(&self, statement: Span) -> usize {
        let holds = |list: &&List| list.items.iter().any(|item| item.span == statement);
        let own = self.lists.iter().find(holds).filter(|list| !list.case);
        own.and_then(|list| list.items.first()).map_or(0, |first| first.span.start)
    }

    /// Whether one of two scopes may stand inside of the other.
    pub fn meet(&self, one: usize, other: usize) -> bool {
        let inside = |outer: usize, inner: usize| {
            let own = self.lists.iter().filter(|list| list.items.first().is_some_and(|item| item.span.start == outer));
            own.flat_map(|list| &list.items).any(|item| item.span.contains(Span::at(inner)))
        };
        one == other || one == 0 || other == 0 || inside(one, other) || inside(other, one)
    }

    /// Whether the statement stands in a list, so that another can be put before it.
    pub fn holds(&self, statement: Span) -> bool {
        self.lists.iter().any(|list| list.items.iter().any(|item| item.span == statement))
    }
}

impl Visit for Lists {
    fn visit_block_stmt(&mut self, block: &BlockStmt) {
        self.add(&block.stmts);
        if matches!(block.stmts.last(), Some(Stmt::Return(_) | Stmt::Throw(_))) && !jumps(block) {
            self.closed.push((span_of(block), self.tried));
        }
        block.visit_children_with(self);
    }

    fn visit_if_stmt(&mut self, choice: &IfStmt) {
        self.branch(&choice.cons);
        if let Some(alt) = &choice.alt {
            self.branch(alt);
            self.exclusive.push((span_of(&*choice.cons), span_of(&**alt)));
        }
        choice.visit_children_with(self);
    }

    fn visit_switch_stmt(&mut self, switch: &SwitchStmt) {
        for (at, case) in switch.cases.iter().enumerate() {
            let falls = case.cons.last().is_none_or(|last| !leaves(last));
            if !falls {
                self.exclusive.extend(switch.cases[at + 1..].iter().map(|other| (span_of(case), span_of(other))));
            }
        }
        switch.visit_children_with(self);
    }

    fn visit_switch_case(&mut self, case: &SwitchCase) {
        self.add(&case.cons);
        if let Some(list) = self.lists.last_mut() {
            list.case = true;
        }
        case.visit_children_with(self);
    }

    fn visit_try_stmt(&mut self, attempt: &TryStmt) {
        let outer = (std::mem::replace(&mut self.in_try, true), self.tried.replace(span_of(&attempt.block)));
        attempt.block.visit_with(self);
        (self.in_try, self.tried) = outer;
        // A `finally` runs behind a `return`, too.
        if let (Some(handler), Some(_)) = (&attempt.handler, &attempt.finalizer) {
            self.tried = Some(span_of(handler));
        }
        attempt.handler.visit_with(self);
        self.tried = outer.1;
        attempt.finalizer.visit_with(self);
    }

    fn visit_catch_clause(&mut self, clause: &CatchClause) {
        clause.body.visit_with(self);
    }

    fn visit_for_stmt(&mut self, node: &ForStmt) {
        self.looped(&node.body);
        node.visit_children_with(self);
    }

    fn visit_for_in_stmt(&mut self, node: &ForInStmt) {
        self.looped(&node.body);
        node.visit_children_with(self);
    }

    fn visit_for_of_stmt(&mut self, node: &ForOfStmt) {
        self.looped(&node.body);
        node.visit_children_with(self);
    }

    fn visit_while_stmt(&mut self, node: &WhileStmt) {
        self.looped(&node.body);
        node.visit_children_with(self);
    }

    fn visit_do_while_stmt(&mut self, node: &DoWhileStmt) {
        self.looped(&node.body);
        node.visit_children_with(self);
    }

    fn visit_fn_decl(&mut self, declaration: &FnDecl) {
        self.hoisted.push(span_of(&*declaration.function));
    }

    fn visit_function(&mut self, _: &Function) {}

    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

/// Whether a `break` or `continue` may leave the block before its end.
fn jumps(block: &BlockStmt) -> bool {
    let mut jumps = Jumps(false);
    block.visit_with(&mut jumps);
    jumps.0
}

struct Jumps(bool);

impl Visit for Jumps {
    fn visit_break_stmt(&mut self, _: &BreakStmt) {
        self.0 = true;
    }

    fn visit_continue_stmt(&mut self, _: &ContinueStmt) {
        self.0 = true;
    }

    fn visit_function(&mut self, _: &Function) {}

    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

fn leaves(statement: &Stmt) -> bool {
    match statement {
        Stmt::Return(_) | Stmt::Throw(_) | Stmt::Break(_) => true,
        Stmt::Block(block) => block.stmts.last().is_some_and(leaves),
        _ => false,
    }
}

/// The lists of the functions inside a function.
#[derive(Debug, Default)]
pub struct Inner(Lists);

impl Inner {
    /// Reads the functions below `statements`.
    pub fn of(statements: &[Stmt]) -> Inner {
        let mut inner = Inner::default();
        statements.iter().for_each(|statement| statement.visit_with(&mut inner));
        inner
    }

    /// The expression statement that is `expr`.
    pub fn statement_of(&self, expr: Span) -> Option<Span> {
        let mut items = self.0.lists.iter().flat_map(|list| &list.items);
        items.find(|item| item.expr == Some(expr) && !item.returns).map(|item| item.span)
    }
}

impl Visit for Inner {
    fn visit_function_body(&mut self, body: &FunctionBody) {
        self.0.add(&body.stmts);
        body.stmts.iter().for_each(|statement| statement.visit_with(&mut self.0));
        body.visit_children_with(self);
    }
}
