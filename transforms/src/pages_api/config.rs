//! `export const config = { … }` of a Pages API route, or `module.exports.config = { … }` (reference, section 4, "Segment
//! config mapping").

use super::config_elsewhere::is_literal;
use crate::syntax::ast::{
    AssignOp, AssignTarget, Decl, Expr, Lit, ModuleDecl, ModuleItem, Pat, Prop, PropOrSpread, SimpleAssignTarget, Stmt,
};
use crate::syntax::{Module, Span, bare, ident, literal_str, member_name, prop_name, span_of};

/// What a route's configuration says.
#[derive(Clone, Debug, Default)]
pub struct RouteConfig {
    /// The whole statement, if there is one.
    pub statement: Option<Span>,
    /// Runs on the Edge runtime, where handlers take a `Request` and return a `Response` already.
    pub edge: bool,
    /// The statements of the route segment config that takes over: name and value.
    pub segment: Vec<(&'static str, Span)>,
    /// What becomes of the body parser.
    pub body_parser: BodyParser,
    /// Parts that cannot be read or have no counterpart: where, and what to say about it.
    pub problems: Vec<(Span, &'static str)>,
    /// `sizeLimit` is set: Route Handlers have no limit.
    pub size_limit: Option<Span>,
    /// Options below `api` that Next.js does not know, so that they have no effect: the name of each, and where.
    pub idle: Vec<(String, Span)>,
    /// Settings of the App Router, which the Pages Router does not know.
    pub unknown: Vec<(&'static str, Span)>,
}

/// Names of settings that the Pages Router does not know. In a Route Handler they would come into force.
const UNKNOWN: [&str; 4] = ["dynamic", "dynamicParams", "fetchCache", "revalidate"];

/// The setting called `name`, if the Pages Router does not know it.
pub fn unknown_setting(name: &str) -> Option<&'static str> {
    UNKNOWN.into_iter().find(|unknown| *unknown == name)
}

/// Whether `req.body` is parsed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyParser {
    /// By content type, before the handler runs.
    #[default]
    On,
    /// `bodyParser: false`: the handler reads the stream.
    Off,
}

/// Reads the configuration of `module`; empty if it has none.
pub fn read_config(module: &Module) -> RouteConfig {
    let mut config = RouteConfig::default();
    for item in &module.ast.body {
        if let Some(value) = exports_config(item) {
            config.statement = Some(span_of(item));
            read_object(value, &mut config);
        }
        let ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) = item else { continue };
        let Decl::Var(variable) = &export.decl else { continue };
        for declarator in &variable.decls {
            let Pat::Ident(binding) = &declarator.name else { continue };
            let Some(init) = declarator.init.as_deref() else { continue };
            match &*binding.id.sym {
                "config" => {
                    if variable.decls.len() == 1 {
                        config.statement = Some(span_of(item));
                    } else {
                        config.problems.push((span_of(item), "`config` is declared together with other variables"));
                    }
                    read_object(init, &mut config);
                }
                "runtime" => config.edge |= is_edge(init),
                // `runtime` and its like are in the form of the route segment config already; these stay as they are.
                name => config.unknown.extend(unknown_setting(name).map(|name| (name, span_of(&declarator.name)))),
            }
        }
    }
    config
}

/// The value of `module.exports.config = { … }` and `exports.config = { … }`.
pub fn exports_config(item: &ModuleItem) -> Option<&Expr> {
    let ModuleItem::Stmt(Stmt::Expr(statement)) = item else { return None };
    let Expr::Assign(assignment) = bare(&statement.expr) else { return None };
    let AssignTarget::Simple(SimpleAssignTarget::Member(member)) = &assignment.left else { return None };
    let is_exports = match bare(&member.obj) {
        Expr::Member(object) => {
            ident(&object.obj).is_some_and(|name| &*name.sym == "module")
                && member_name(object).as_deref() == Some("exports")
        }
        object => ident(object).is_some_and(|name| &*name.sym == "exports"),
    };
    let is_config = is_exports && member_name(member).as_deref() == Some("config");
    (is_config && assignment.op == AssignOp::Assign).then_some(&*assignment.right)
}

fn read_object(expr: &Expr, config: &mut RouteConfig) {
    let Expr::Object(object) = bare(expr) else {
        config.problems.push((span_of(expr), "`config` is no object literal"));
        return;
    };
    for (name, value, span) in properties(object, config) {
        match name.as_str() {
            "api" => read_api(value, config),
            "runtime" if is_edge(value) => {
                config.edge = true;
                config.segment.push(("runtime", span_of(value)));
            }
            // The default, of both routers.
            "runtime" if literal_str(value).as_deref() == Some("nodejs") => {}
            "maxDuration" if matches!(bare(value), Expr::Lit(Lit::Num(_))) => {
                config.segment.push(("maxDuration", span_of(value)));
            }
            "regions" | "preferredRegion" if is_static(value) => {
                config.segment.push(("preferredRegion", span_of(value)));
            }
            "runtime" | "maxDuration" | "regions" | "preferredRegion" => {
                config.problems.push((span, "a route segment config takes literal values only"));
            }
            "amp" | "supportsResponseStreaming" => {}
            _ => config.problems.push((span, "this option has no counterpart in a Route Handler")),
        }
    }
}

fn read_api(expr: &Expr, config: &mut RouteConfig) {
    let Expr::Object(object) = bare(expr) else {
        config.problems.push((span_of(expr), "`config.api` is no object literal"));
        return;
    };
    for (name, value, span) in properties(object, config) {
        match (name.as_str(), bare(value)) {
            ("bodyParser", Expr::Lit(Lit::Bool(literal))) => {
                config.body_parser = if literal.value { BodyParser::On } else { BodyParser::Off };
            }
            ("bodyParser", Expr::Object(_)) => config.size_limit = Some(span),
            // Anything but `false`.
            ("bodyParser", value) if is_literal(value) => config.body_parser = BodyParser::On,
            // Warnings only; nothing observable (reference, section 4).
            ("responseLimit", _) => {}
            ("externalResolver", value) if is_literal(value) => {}
            ("bodyParser" | "externalResolver", _) => config.problems.push((span, "this option cannot be read")),
            (_, value) if is_literal(value) => config.idle.push((name, span)),
            _ => config.problems.push((span, "this option is unknown to Next.js, and its value may do something")),
        }
    }
}

fn properties<'a>(
    object: &'a crate::syntax::ast::ObjectLit,
    config: &mut RouteConfig,
) -> Vec<(String, &'a Expr, Span)> {
    let mut found = Vec::new();
    for property in &object.props {
        let pair = match property {
            PropOrSpread::Prop(property) => match &**property {
                Prop::KeyValue(pair) => prop_name(&pair.key).map(|name| (name, &*pair.value)),
                _ => None,
            },
            PropOrSpread::Spread(_) => None,
        };
        match pair {
            Some((name, value)) => found.push((name, value, span_of(property))),
            None => config.problems.push((span_of(property), "this part of `config` cannot be read")),
        }
    }
    found
}

fn is_edge(expr: &Expr) -> bool {
    matches!(literal_str(expr).as_deref(), Some("edge" | "experimental-edge"))
}

fn is_static(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(Lit::Str(_)) => true,
        Expr::Array(list) => {
            list.elems.iter().all(|e| e.as_ref().is_some_and(|e| e.spread.is_none() && literal_str(&e.expr).is_some()))
        }
        _ => false,
    }
}
