//! Which methods a handler answers, by partial evaluation: with `req.method` known, what of a statement
//! list is left?

use std::collections::HashSet;

use super::carrier::Role;
use super::flow::operand;
use crate::project::Method;
use crate::syntax::ast::{BlockStmt, Expr, Id, Lit, MemberExpr, Stmt, SwitchStmt};
use crate::syntax::{Span, Truth, bare, literal_str, member_name, span_of, stands_for, truth};

/// A method to evaluate for: one of the seven, or any that the code does not mention.
pub type Dispatch = Option<Method>;

/// Stands for every method that is not mentioned: no source text spells it.
pub const ANY: &str = "\0";

/// `res.headersSent` and the like, where `res` is the response: a job may well be `finished`, too.
pub fn is_sent_check(member: &MemberExpr, res: Option<&Id>) -> bool {
    matches!(member_name(member).as_deref(), Some("headersSent" | "writableEnded" | "writableFinished" | "finished"))
        && res.is_some_and(|res| stands_for(&member.obj, res))
}

/// What `expr` is when the method is `method`, for [`truth`]: answers for `req.method` and for names bound to it.
fn method_known<'s>(
    is_request: impl Fn(&Expr) -> bool + 's,
    names: &'s HashSet<Id>,
    method: Dispatch,
) -> impl Fn(&Expr) -> Option<String> + 's {
    move |expr| {
        let is_method = match bare(expr) {
            Expr::Member(member) => is_request(&member.obj) && member_name(member).as_deref() == Some("method"),
            Expr::Ident(name) => names.contains(&name.to_id()),
            _ => false,
        };
        is_method.then(|| method.map_or_else(|| ANY.to_owned(), |method| method.as_str().to_owned()))
    }
}

impl super::Carrier<'_> {
    /// What is certain in the carrier when the method is `method`, or without regard to it: the method, and that
    /// there is a request and a response.
    pub fn known(&self, method: Option<Dispatch>) -> impl Fn(&Expr) -> Option<String> + '_ {
        let is_request = |expr: &Expr| self.role_of(expr) == Some(Role::Req);
        let of_method = method.map(|method| method_known(is_request, &self.method_names, method));
        move |expr| {
            if self.role_of(expr).is_some() {
                return Some("present".into());
            }
            let of_method = || of_method.as_ref().and_then(|known| known(expr));
            let word = || self.words.get(&span_of(bare(expr))).filter(|_| method.is_some()).cloned();
            self.known_unsent(expr).or_else(of_method).or_else(word)
        }
    }

    /// What is known of the response wherever code runs, `""` standing for false: code that is left after each send
    /// returns runs only where nothing was sent.
    pub fn known_unsent(&self, expr: &Expr) -> Option<String> {
        matches!(bare(expr), Expr::Member(member) if self.asks_if_sent(member)).then(String::new)
    }
}

/// The statements of `list` that can run, with decided `if`s and `switch`es replaced by what they
/// choose, up to the first that certainly leaves the function.
pub fn residual<'a>(list: &'a [Stmt], known: &dyn Fn(&Expr) -> Option<String>) -> Vec<&'a Stmt> {
    let mut left = Vec::new();
    for statement in list {
        if !push(statement, known, &mut left) {
            break;
        }
    }
    left
}

/// Adds what is left of `statement`; false if nothing behind it runs.
fn push<'a>(statement: &'a Stmt, known: &dyn Fn(&Expr) -> Option<String>, left: &mut Vec<&'a Stmt>) -> bool {
    match statement {
        Stmt::If(choice) => match truth(&choice.test, known) {
            Truth::True => push_inner(&choice.cons, known, left),
            Truth::False => choice.alt.as_deref().is_none_or(|alt| push_inner(alt, known, left)),
            Truth::Unknown => {
                left.push(statement);
                true
            }
        },
        Stmt::Switch(switch) => match chosen_case(switch, known, &|_| false) {
            Some(chosen) => {
                for statement in chosen {
                    if matches!(statement, Stmt::Break(_)) {
                        return true;
                    }
                    if !push_inner(statement, known, left) {
                        return ends_with_break(left);
                    }
                }
                true
            }
            None => {
                left.push(statement);
                true
            }
        },
        _ => {
            left.push(statement);
            !matches!(statement, Stmt::Return(_) | Stmt::Throw(_))
        }
    }
}

/// Like [`push`], with a block dissolved.
fn push_inner<'a>(statement: &'a Stmt, known: &dyn Fn(&Expr) -> Option<String>, left: &mut Vec<&'a Stmt>) -> bool {
    match statement {
        Stmt::Block(block) => {
            for statement in &block.stmts {
                if matches!(statement, Stmt::Break(_)) {
                    left.push(statement);
                    return false;
                }
                if !push(statement, known, left) {
                    return false;
                }
            }
            true
        }
        _ => push(statement, known, left),
    }
}

/// Takes a `break` off the end: it left the `switch`, not the function.
fn ends_with_break(left: &mut Vec<&Stmt>) -> bool {
    let is_break = matches!(left.last(), Some(Stmt::Break(_)));
    if is_break {
        left.pop();
    }
    is_break
}

/// The statements of a `switch` whose value is known, from the matching case on; `None` if it is not
/// known, or if a `break` stands where it cannot simply be dropped. One right behind a statement that is a send goes,
/// because that returns now.
pub fn chosen_case<'a>(
    switch: &'a SwitchStmt,
    known: &dyn Fn(&Expr) -> Option<String>,
    is_send: &dyn Fn(Span) -> bool,
) -> Option<Vec<&'a Stmt>> {
    let answers = |statement: &Stmt| matches!(statement, Stmt::Expr(sent) if is_send(span_of(operand(&sent.expr))));
    let always = matches!(bare(&switch.discriminant), Expr::Lit(Lit::Bool(literal)) if literal.value);
    let mut start = None;
    for (at, case) in switch.cases.iter().enumerate() {
        let Some(test) = &case.test else { continue };
        let hit = if always {
            truth(test, known)
        } else {
            let value = known(&switch.discriminant)?;
            match literal_str(test).or_else(|| known(test)) {
                Some(name) if name == value => Truth::True,
                Some(_) => Truth::False,
                None => Truth::Unknown,
            }
        };
        match hit {
            Truth::True => {
                start = Some(at);
                break;
            }
            Truth::False => {}
            Truth::Unknown => return None,
        }
    }
    let start = start.or_else(|| switch.cases.iter().position(|case| case.test.is_none()));
    let Some(start) = start else { return Some(Vec::new()) };
    let mut statements = Vec::new();
    'cases: for case in &switch.cases[start..] {
        for statement in &case.cons {
            if has_inner_break(statement, &answers) {
                return None;
            }
            statements.push(statement);
            if leaves(statement) {
                break 'cases;
            }
        }
    }
    Some(statements)
}

/// Whether control never goes on behind `statement`, seen from inside a case.
fn leaves(statement: &Stmt) -> bool {
    match statement {
        Stmt::Return(_) | Stmt::Throw(_) | Stmt::Break(_) | Stmt::Continue(_) => true,
        Stmt::Block(block) => block.stmts.iter().any(leaves),
        Stmt::If(choice) => leaves(&choice.cons) && choice.alt.as_deref().is_some_and(leaves),
        Stmt::Try(attempt) => {
            let all = |block: &BlockStmt| block.stmts.iter().any(leaves);
            attempt.finalizer.as_ref().is_some_and(all)
                || (all(&attempt.block) && attempt.handler.as_ref().is_none_or(|handler| all(&handler.body)))
        }
        _ => false,
    }
}

/// A `break` of this `switch` inside an `if` or `try`: control flow that flattening would lose. One right behind a
/// statement that `answers` is none.
fn has_inner_break(statement: &Stmt, answers: &dyn Fn(&Stmt) -> bool) -> bool {
    match statement {
        Stmt::Break(_) => false,
        Stmt::Block(block) => block.stmts.iter().any(|statement| has_inner_break(statement, answers)),
        other => breaks(other, answers),
    }
}

/// Whether a `break` of the `switch` or loop around it stands in `statement`.
pub(super) fn breaks(statement: &Stmt, answers: &dyn Fn(&Stmt) -> bool) -> bool {
    let within = |statement: &Stmt| breaks(statement, answers);
    let list = |list: &[Stmt]| {
        list.iter().enumerate().any(|(at, statement)| {
            let goes = matches!(statement, Stmt::Break(_)) && at > 0 && answers(&list[at - 1]);
            !goes && within(statement)
        })
    };
    match statement {
        Stmt::Break(_) => true,
        Stmt::Block(block) => list(&block.stmts),
        Stmt::If(choice) => within(&choice.cons) || choice.alt.as_deref().is_some_and(within),
        Stmt::Try(attempt) => {
            list(&attempt.block.stmts)
                || attempt.handler.as_ref().is_some_and(|handler| list(&handler.body.stmts))
                || attempt.finalizer.as_ref().is_some_and(|block| list(&block.stmts))
        }
        Stmt::Labeled(labeled) => within(&labeled.body),
        _ => false,
    }
}
