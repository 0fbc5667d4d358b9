//! What a module does when it is loaded that fails where a variable of the environment is not set.

use std::collections::{BTreeSet, HashMap};

use crate::project::all_imports;
use crate::syntax::ast::{
    self, ArrowExpr, CallExpr, Callee, Expr, ExprOrSpread, Id, IfStmt, MemberExpr, NewExpr, ObjectPatProp, Pat, Prop,
    PropOrSpread, ThrowStmt, TryStmt, VarDeclarator,
};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, ident, member_name, module_functions, prop_name, span_of,
};

/// Where a module may throw when it is loaded.
pub(super) struct Throws {
    /// The `throw`, or the call.
    pub span: Span,
    /// The variables that it wants: `MONGODB_URI`, or `process.env`.
    pub names: BTreeSet<String>,
}

/// The first such place of `module`.
pub(super) fn throws(module: &Module) -> Option<Throws> {
    if !module.text.contains("process.env") {
        return None;
    }
    let mut walk = Walk {
        functions: module_functions(module),
        imported: all_imports(module).into_keys().collect(),
        variables: HashMap::new(),
        asked: Vec::new(),
        found: None,
    };
    module.ast.visit_with(&mut walk);
    walk.found
}

struct Walk<'m> {
    functions: HashMap<Id, Function<'m>>,
    imported: BTreeSet<Id>,
    /// Constants that hold variables of the environment.
    variables: HashMap<Id, String>,
    /// What the conditions around ask for.
    asked: Vec<BTreeSet<String>>,
    found: Option<Throws>,
}

impl Walk<'_> {
    fn find(&mut self, span: Span, names: BTreeSet<String>) {
        if self.found.is_none() && !names.is_empty() {
            self.found = Some(Throws { span, names });
        }
    }

    /// The variable that `expr` is, with nothing that would stand in its place.
    fn variable(&self, expr: &Expr) -> Option<String> {
        match bare(expr) {
            Expr::Ident(name) => self.variables.get(&name.to_id()).cloned(),
            Expr::Member(member) if is_environment(&member.obj) => member_name(member),
            other => is_environment(other).then(|| "process.env".to_owned()),
        }
    }

    /// Those that `expr` is or holds: `{ apiKey: process.env.KEY }`.
    fn held(&self, expr: &Expr) -> BTreeSet<String> {
        let Expr::Object(object) = bare(expr) else { return self.variable(expr).into_iter().collect() };
        let values = object.props.iter().filter_map(|property| match property {
            PropOrSpread::Prop(property) => match &**property {
                Prop::KeyValue(pair) => Some(self.held(&pair.value)),
                Prop::Shorthand(name) => self.variables.get(&name.to_id()).cloned().map(|name| BTreeSet::from([name])),
                _ => None,
            },
            PropOrSpread::Spread(spread) => Some(self.held(&spread.expr)),
        });
        values.flatten().collect()
    }

    fn given(&self, args: &[ExprOrSpread]) -> BTreeSet<String> {
        args.iter().flat_map(|arg| self.held(&arg.expr)).collect()
    }

    /// Whether `callee` comes from elsewhere: `createClient`, `Stripe`, `mongoose.connect`.
    fn is_imported(&self, callee: &Expr) -> bool {
        match bare(callee) {
            Expr::Ident(name) => self.imported.contains(&name.to_id()),
            Expr::Member(member) => self.is_imported(&member.obj),
            Expr::Call(call) => call.callee.as_expr().is_some_and(|callee| self.is_imported(callee)),
            _ => false,
        }
    }
}

/// `schema.parse`, which throws where something is missing.
fn is_parse(callee: &Expr) -> bool {
    matches!(bare(callee), Expr::Member(member) if member_name(member).as_deref() == Some("parse"))
}

impl Visit for Walk<'_> {
    // What runs later does not run now.
    fn visit_function(&mut self, _: &ast::Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_class(&mut self, _: &ast::Class) {}
    fn visit_ts_type(&mut self, _: &ast::TsType) {}

    fn visit_try_stmt(&mut self, attempt: &TryStmt) {
        if attempt.handler.is_none() {
            attempt.visit_children_with(self);
        }
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        let init = declarator.init.as_deref();
        match (&declarator.name, init) {
            (Pat::Ident(name), Some(init)) => {
                if let Some(variable) = self.variable(init) {
                    self.variables.insert(name.to_id(), variable);
                }
            }
            (Pat::Object(pattern), Some(init)) if is_environment(init) => {
                for property in &pattern.props {
                    match property {
                        ObjectPatProp::Assign(own) if own.value.is_none() => {
                            self.variables.insert(own.key.to_id(), own.key.sym.to_string());
                        }
                        ObjectPatProp::KeyValue(pair) => {
                            if let (Some(key), Pat::Ident(name)) = (prop_name(&pair.key), &*pair.value) {
                                self.variables.insert(name.to_id(), key);
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        declarator.visit_children_with(self);
    }

    fn visit_if_stmt(&mut self, statement: &IfStmt) {
        let mut asked = Asked { walk: self, names: BTreeSet::new() };
        statement.test.visit_with(&mut asked);
        let names = asked.names;
        statement.test.visit_with(self);
        self.asked.push(names);
        statement.cons.visit_with(self);
        statement.alt.visit_with(self);
        self.asked.pop();
    }

    fn visit_throw_stmt(&mut self, statement: &ThrowStmt) {
        let names = self.asked.iter().flatten().cloned().collect();
        self.find(span_of(statement), names);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        if self.is_imported(&new.callee) {
            self.find(span_of(new), self.given(new.args.as_deref().unwrap_or_default()));
        }
        new.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Callee::Expr(callee) = &call.callee {
            let own = ident(callee).and_then(|name| self.functions.get(&name.to_id()).copied());
            let names = match own {
                Some(function) => required(function),
                None if self.is_imported(callee) || is_parse(callee) => self.given(&call.args),
                None => BTreeSet::new(),
            };
            self.find(span_of(call), names);
        }
        call.visit_children_with(self);
    }
}

/// What `function` wants if it throws and reads the environment: `required('KEY')`.
fn required(function: Function<'_>) -> BTreeSet<String> {
    let mut body = Required::default();
    if let Some(block) = function.block() {
        block.visit_with(&mut body);
    }
    if body.throws { body.names } else { BTreeSet::new() }
}

#[derive(Default)]
struct Required {
    throws: bool,
    names: BTreeSet<String>,
}

impl Visit for Required {
    fn visit_function(&mut self, _: &ast::Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}

    fn visit_throw_stmt(&mut self, _: &ThrowStmt) {
        self.throws = true;
    }

    fn visit_member_expr(&mut self, member: &MemberExpr) {
        if is_environment(&member.obj) {
            self.names.insert(member_name(member).unwrap_or_else(|| "process.env".to_owned()));
        }
        member.visit_children_with(self);
    }
}

/// The variables that a condition names.
struct Asked<'w, 'm> {
    walk: &'w Walk<'m>,
    names: BTreeSet<String>,
}

impl Visit for Asked<'_, '_> {
    fn visit_expr(&mut self, expr: &Expr) {
        match self.walk.variable(expr) {
            // What is built is built for production.
            Some(name) if name != "NODE_ENV" => drop(self.names.insert(name)),
            Some(_) => {}
            None => expr.visit_children_with(self),
        }
    }
}

/// `process.env`.
fn is_environment(expr: &Expr) -> bool {
    let Expr::Member(member) = bare(expr) else { return false };
    member_name(member).as_deref() == Some("env") && ident(&member.obj).is_some_and(|name| &*name.sym == "process")
}

#[cfg(test)]
mod tests {
    use super::throws;
    use crate::syntax::Module;

    fn wanted(code: &str) -> Option<String> {
        let module = Module::parse("lib/db.ts", code.into()).expect("it parses");
        throws(&module).map(|found| found.names.into_iter().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn what_fails_without_a_variable() {
        for (code, names) in [
            ("if (!process.env.URI) throw new Error('URI');", "URI"),
            ("const uri = process.env.URI as string; if (!uri) { throw new Error('URI'); }", "URI"),
            ("const { A, B: b } = process.env; if (!A || !b) throw new Error('A, B');", "A B"),
            ("import { Resend } from 'resend'; export const resend = new Resend(process.env.KEY!);", "KEY"),
            ("import * as m from 'm'; m.connect({ url: process.env.URL });", "URL"),
            ("import { z } from 'zod'; export const env = z.object({}).parse(process.env);", "process.env"),
            (
                "function need(name: string) { const v = process.env[name]; if (!v) throw Error(name); return v; } const k = need('K');",
                "process.env",
            ),
        ] {
            assert_eq!(wanted(code).as_deref(), Some(names), "{code}");
        }
    }

    #[test]
    fn what_does_not() {
        for code in [
            "export const uri = process.env.URI;",
            "export function connect() { if (!process.env.URI) throw new Error('URI'); }",
            "try { if (!process.env.URI) throw new Error('URI'); } catch { warn(); }",
            "import { Resend } from 'resend'; export const resend = new Resend(process.env.KEY ?? 'none');",
            "if (process.env.NODE_ENV === 'test') throw new Error('no tests');",
            "console.log(process.env.URI); const port = Number(process.env.PORT);",
            "function need() { return process.env.K; } const k = need();",
        ] {
            assert_eq!(wanted(code), None, "{code}");
        }
    }
}
