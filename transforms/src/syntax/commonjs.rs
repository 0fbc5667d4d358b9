//! CommonJS: constants at the top of a module that are what `require()` gives, and what a module puts into its `exports`.
//!
//! ```js
//! const { requireUser } = require('../lib/auth');
//! const db = require('../lib/db');
//!
//! module.exports = { list, create: createPost };
//! ```

use swc_core::ecma::ast::{
    AssignOp, AssignTarget, CallExpr, Callee, Decl, Expr, Id, Ident, Lit, MemberExpr, ModuleItem, ObjectLit,
    ObjectPatProp, Pat, Prop, PropOrSpread, SimpleAssignTarget, Stmt, VarDeclKind, VarDeclarator,
};

use super::{Module, Span, bare, ident, member_name, prop_name, span_of};

/// A constant of its own at the top of a module, `const … = require('…')`.
#[derive(Clone, Debug)]
pub struct Required {
    /// The statement.
    pub statement: Span,
    /// What is required.
    pub specifier: String,
    /// The call: `require('…')`.
    pub call: Span,
    /// The names that it declares.
    pub names: Vec<RequiredName>,
    /// The braces around the names, if there are any.
    pub braces: Option<Span>,
}

/// A name that such a constant declares.
#[derive(Clone, Debug)]
pub struct RequiredName {
    /// The name.
    pub local: Id,
    /// What is taken; nothing if it is all that the other module exports.
    pub name: Option<String>,
    /// The place of both: `name: local`, or `local` alone.
    pub span: Span,
}

/// All such constants of `module`, in their order. Those with a rest, a default or a type are left out.
pub fn required(module: &Module) -> Vec<Required> {
    if !module.text.contains("require") {
        return Vec::new();
    }
    module.ast.body.iter().filter_map(|item| require_of(module, item)).collect()
}

fn require_of(module: &Module, item: &ModuleItem) -> Option<Required> {
    let ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) = item else { return None };
    let [VarDeclarator { name, init: Some(init), .. }] = variable.decls.as_slice() else { return None };
    if variable.kind != VarDeclKind::Const {
        return None;
    }
    let (call, member) = match &**init {
        Expr::Call(call) => (call, None),
        Expr::Member(member) => (member.obj.as_call()?, Some(member_name(member)?)),
        _ => return None,
    };
    let specifier = specifier_of(module, call)?;
    let (names, braces) = match name {
        Pat::Ident(binding) if binding.type_ann.is_none() => {
            let local = binding.id.to_id();
            (vec![RequiredName { local, name: member, span: span_of(&binding.id) }], None)
        }
        Pat::Object(pattern) if pattern.type_ann.is_none() && member.is_none() => {
            (pattern.props.iter().map(taken).collect::<Option<_>>()?, Some(span_of(pattern)))
        }
        _ => return None,
    };
    Some(Required { statement: span_of(item), specifier, call: span_of(call), names, braces })
}

/// What `require('…')` is given.
fn specifier_of(module: &Module, call: &CallExpr) -> Option<String> {
    let Callee::Expr(callee) = &call.callee else { return None };
    let [only] = call.args.as_slice() else { return None };
    let (Expr::Lit(Lit::Str(value)), None) = (&*only.expr, only.spread) else { return None };
    let is_require = ident(callee).is_some_and(|name| &*name.sym == "require" && module.is_free(&name.to_id()));
    is_require.then(|| value.value.as_str().map(str::to_owned)).flatten()
}

fn taken(property: &ObjectPatProp) -> Option<RequiredName> {
    match property {
        ObjectPatProp::Assign(own) if own.value.is_none() => {
            let name = Some(own.key.sym.to_string());
            Some(RequiredName { local: own.key.to_id(), name, span: span_of(&own.key) })
        }
        ObjectPatProp::KeyValue(pair) => {
            let Pat::Ident(local) = &*pair.value else { return None };
            let name = Some(prop_name(&pair.key)?);
            local.type_ann.is_none().then(|| RequiredName { local: local.id.to_id(), name, span: span_of(pair) })
        }
        _ => None,
    }
}

/// What a CommonJS module exports.
#[derive(Debug)]
pub struct CommonJs<'a> {
    /// The value of `module.exports = …`, if that is no object literal: all that is exported, but for its members.
    pub whole: Option<&'a Expr>,
    /// The names, each with its value.
    pub names: Vec<(String, Exported<'a>)>,
    /// The object of `module.exports = { … }`.
    pub object: Option<&'a ObjectLit>,
}

impl<'a> CommonJs<'a> {
    /// The names in the module that are exported.
    pub fn exported(&self) -> impl Iterator<Item = &'a Ident> {
        let named = self.names.iter().filter_map(|(_, value)| match value {
            Exported::Name(name) => Some(*name),
            Exported::Value(_) => None,
        });
        named.chain(self.whole.and_then(ident))
    }
}

/// The value that is exported by a name.
#[derive(Clone, Copy, Debug)]
pub enum Exported<'a> {
    /// What a name stands for.
    Name(&'a Ident),
    /// Another value.
    Value(&'a Expr),
}

impl<'a> Exported<'a> {
    fn of(value: &'a Expr) -> Exported<'a> {
        ident(value).map_or(Exported::Value(value), Exported::Name)
    }
}

/// Whether `module` assigns to its `exports` at its top, so that it can have no `import` and no `export`.
pub fn is_commonjs(module: &Module) -> bool {
    module.text.contains("exports")
        && module.ast.body.iter().any(|item| assignment(module, item).is_some())
        && module.ast.body.iter().all(ModuleItem::is_stmt)
}

/// Whether `item` is `module.exports = …`, `module.exports.name = …` or `exports.name = …`.
pub fn exports_commonjs(module: &Module, item: &ModuleItem) -> bool {
    assignment(module, item).is_some()
}

/// What `module` exports, if it is a CommonJS module and does no more with `module` and `exports` than to assign each
/// exported name once, in statements of its top. `default` and `__esModule` are names that tools give a meaning.
pub fn commonjs(module: &Module) -> Option<CommonJs<'_>> {
    if !is_commonjs(module) {
        return None;
    }
    let mut found = CommonJs { whole: None, names: Vec::new(), object: None };
    let mut assignments = 0;
    for (target, value) in module.ast.body.iter().filter_map(|item| assignment(module, item)) {
        assignments += 1;
        match target {
            // What was exported before is lost.
            Target::Whole if assignments > 1 => return None,
            Target::Whole => match bare(value) {
                Expr::Object(object) => {
                    found.names = object.props.iter().map(property).collect::<Option<_>>()?;
                    found.object = Some(object);
                }
                other => found.whole = Some(other),
            },
            Target::Name(name) => found.names.push((name, Exported::of(value))),
        }
    }
    let free = module.free_references();
    let mentions: usize =
        free.iter().filter(|((name, _), _)| matches!(&**name, "module" | "exports")).map(|(_, all)| all.len()).sum();
    let distinct = || {
        let mut names: Vec<&str> = found.names.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.windows(2).all(|pair| pair[0] != pair[1])
    };
    let plain = |name: &str| !matches!(name, "default" | "__esModule");
    (mentions == assignments && distinct() && found.names.iter().all(|(name, _)| plain(name))).then_some(found)
}

/// The statement of `module` by which a function is all that it exports, or its `exports.default`. Modules that say by
/// `__esModule` that they were ES modules are left out. And whether it is the latter.
pub fn exported_whole(module: &Module) -> Option<(Span, bool)> {
    if !module.text.contains("exports") || module.text.contains("__esModule") {
        return None;
    }
    module.ast.body.iter().find_map(|item| match assignment(module, item)? {
        (Target::Whole, value) => bare(value).as_object().is_none().then(|| (span_of(item), false)),
        (Target::Name(name), _) => (name == "default").then(|| (span_of(item), true)),
    })
}

/// What a statement of the top of a module exports.
pub(super) enum Target {
    /// All of it.
    Whole,
    /// What goes by this name.
    Name(String),
}

/// What a statement exports: `module.exports = …`, `module.exports.name = …`, `exports.name = …`.
pub(super) fn assignment<'a>(module: &Module, item: &'a ModuleItem) -> Option<(Target, &'a Expr)> {
    let Expr::Assign(assign) = item.as_stmt()?.as_expr()?.expr.as_ref() else { return None };
    let AssignTarget::Simple(SimpleAssignTarget::Member(target)) = &assign.left else { return None };
    if assign.op != AssignOp::Assign {
        return None;
    }
    let is_free =
        |expr: &Expr, name: &str| ident(expr).is_some_and(|own| &*own.sym == name && module.is_free(&own.to_id()));
    let is_exports =
        |member: &MemberExpr| is_free(&member.obj, "module") && member_name(member).as_deref() == Some("exports");
    if is_exports(target) {
        return Some((Target::Whole, &assign.right));
    }
    let inner = match bare(&target.obj) {
        Expr::Member(member) => is_exports(member),
        other => is_free(other, "exports"),
    };
    inner.then(|| member_name(target)).flatten().map(|name| (Target::Name(name), &*assign.right))
}

fn property(property: &PropOrSpread) -> Option<(String, Exported<'_>)> {
    match &**property.as_prop()? {
        Prop::Shorthand(name) => Some((name.sym.to_string(), Exported::Name(name))),
        Prop::KeyValue(pair) => Some((prop_name(&pair.key)?, Exported::of(&pair.value))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Module {
        Module::parse("a.js", text.into()).unwrap()
    }

    #[test]
    fn constants_that_are_required() {
        let module = parse(
            "const a = require('./a'); const { b, c: d } = require('./b'); const e = require('./e').f;
             const { g = 1 } = require('./g'); let h = require('./h'); const i = require(j), k = require('k');
             function f(require) { const l = require('l') }",
        );
        let found: Vec<String> = required(&module)
            .iter()
            .flat_map(|own| own.names.iter().map(move |name| (own, name)))
            .map(|(own, name)| format!("{} {} {}", own.specifier, name.name.as_deref().unwrap_or("*"), name.local.0))
            .collect();
        assert_eq!(found, ["./a * a", "./b b b", "./b c d", "./e f e"]);
        assert!(required(&parse("const require = load; const a = require('./a')")).is_empty());
    }

    #[test]
    fn exports_of_commonjs_modules() {
        let names = |text: &str| {
            let module = parse(text);
            commonjs(&module).map(|found| {
                let names: Vec<String> = found.names.iter().map(|(name, _)| name.clone()).collect();
                (found.whole.is_some(), names.join(" "))
            })
        };
        assert_eq!(names("module.exports = { a, b: c, d: () => {} }"), Some((false, "a b d".to_owned())));
        assert_eq!(names("module.exports = a; module.exports.b = b"), Some((true, "b".to_owned())));
        assert_eq!(names("exports.a = a; exports.b = () => {}"), Some((false, "a b".to_owned())));
        for text in [
            "module.exports = { ...a }",
            "exports.a = a; module.exports = { b }",
            "exports.a = a; exports.a = b",
            "module.exports = { a }; function f() { return exports.a() }",
            "if (b) { module.exports.a = a } module.exports.b = b",
            "import b from 'b'; module.exports = b",
            "exports.default = a; exports.b = b",
            "Object.assign(module.exports, a)",
            "export const a = 1",
        ] {
            assert_eq!(names(text), None, "{text}");
        }
    }
}
