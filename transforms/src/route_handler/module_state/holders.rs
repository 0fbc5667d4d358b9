//! What may keep values between requests at the top of a module: collections, objects, names that take other values,
//! and what classes make.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::Change;
use crate::syntax::ast::{
    BinaryOp, Callee, Class, ClassMember, Decl, DefaultDecl, Expr, Id, Lit, ModuleDecl, ModuleItem, ObjectLit, Prop,
    PropOrSpread, Stmt, VarDecl, VarDeclKind,
};
use crate::syntax::{Module, Span, bare, callee_ident, ident, member_name, pat_ident, prop_name, span_of};

/// Classes whose instances hold what they are given: those of the language, and those of packages for caches and events.
/// No `WeakMap`: nobody can ask it from another copy, who does not have its keys.
const COLLECTIONS: [&str; 11] =
    ["Array", "EventEmitter", "Keyv", "LRU", "LRUCache", "LruCache", "Map", "NodeCache", "QuickLRU", "Set", "TTLCache"];

/// A name at the top of a module that may keep values.
pub struct Holder {
    /// Where the name is declared.
    pub span: Span,
    /// It is no constant.
    pub is_variable: bool,
    /// What it holds from the start.
    pub value: Value,
}

/// What a name holds.
#[derive(Clone)]
pub enum Value {
    /// An array, a `Map` and the like.
    Collection,
    /// An object; with the names of those of its properties that hold collections.
    Record(BTreeSet<String>),
    /// A class with collections of its own, `static codes = new Map()`, by their names.
    Class(BTreeSet<String>),
    /// `new Store()`.
    Instance(Id),
    /// What a package keeps by a name that it takes once: `mongoose.model('User', schema)`. Both routers share the package.
    Registered,
    /// Something else.
    Other,
}

impl Holder {
    /// Whether the holder keeps what `change` does.
    pub fn takes(&self, change: &Change) -> bool {
        match (change, &self.value) {
            (Change::Name, _) => self.is_variable,
            (Change::Member(_), Value::Collection | Value::Record(_)) | (Change::Call(None), Value::Collection) => true,
            (Change::Call(Some(field)), Value::Record(fields))
            | (Change::Call(Some(field)) | Change::Member(Some(field)), Value::Class(fields)) => fields.contains(field),
            _ => false,
        }
    }
}

/// The holders of `module`, without those whose value hangs on `globalThis`.
pub fn holders(module: &Module) -> BTreeMap<Id, Holder> {
    let mut found = BTreeMap::new();
    for item in &module.ast.body {
        match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => add(&mut found, module, declaration),
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => add(&mut found, module, &export.decl),
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(export)) => {
                if let DefaultDecl::Class(class) = &export.decl
                    && let Some(name) = &class.ident
                {
                    add_class(&mut found, name.to_id(), &class.class);
                }
            }
            _ => {}
        }
    }
    for item in &module.ast.body {
        if let Some(name) = hung_up(item) {
            found.remove(&name);
        }
    }
    found
}

fn add(found: &mut BTreeMap<Id, Holder>, module: &Module, declaration: &Decl) {
    match declaration {
        Decl::Class(class) => add_class(found, class.ident.to_id(), &class.class),
        Decl::Var(variable) => add_variables(found, module, variable),
        _ => {}
    }
}

fn add_variables(found: &mut BTreeMap<Id, Holder>, module: &Module, variable: &VarDecl) {
    let is_variable = variable.kind != VarDeclKind::Const;
    for declarator in &variable.decls {
        let Some(name) = pat_ident(&declarator.name) else { continue };
        let value = match declarator.init.as_deref() {
            Some(init) if registers(module, init) => Value::Registered,
            init => init.map_or(Value::Other, value),
        };
        found.insert(name.to_id(), Holder { span: span_of(name), is_variable, value });
    }
}

/// Whether `init` is `mongoose.model('User', schema)`, which throws where there is such a model. What asks for
/// `mongoose.models` first, or empties them, is left alone.
fn registers(module: &Module, init: &Expr) -> bool {
    let Expr::Call(call) = bare(init) else { return false };
    let is_model = match call.callee.as_expr().map(|callee| bare(callee)) {
        Some(Expr::Ident(name)) => &*name.sym == "model" && module.text.contains("mongoose"),
        Some(Expr::Member(member)) => {
            member_name(member).as_deref() == Some("model")
                && ident(&member.obj).is_some_and(|object| &*object.sym == "mongoose")
        }
        _ => false,
    };
    let asks = ["mongoose.models", "mongoose.deleteModel", "modelNames", "models.", "models["];
    is_model && call.args.len() > 1 && !asks.iter().any(|asked| module.text.contains(asked))
}

fn add_class(found: &mut BTreeMap<Id, Holder>, name: Id, class: &Class) {
    let fields = |is_static: bool| -> BTreeSet<String> {
        let own = class.body.iter().filter_map(|member| match member {
            ClassMember::ClassProp(field) if field.is_static == is_static => {
                Some((prop_name(&field.key)?, field.value.as_deref()?))
            }
            ClassMember::PrivateProp(field) if field.is_static == is_static => {
                Some((format!("#{}", field.key.name), field.value.as_deref()?))
            }
            _ => None,
        });
        own.filter(|(_, value)| is_kept(value)).map(|(name, _)| name).collect()
    };
    let value = Value::Class(fields(true).union(&fields(false)).cloned().collect());
    found.insert(name, Holder { span: span_of(class), is_variable: false, value });
}

/// Whether a field keeps what its class puts there: a collection, an object or a number.
fn is_kept(initial: &Expr) -> bool {
    matches!(value(initial), Value::Collection | Value::Record(_)) || matches!(bare(initial), Expr::Lit(Lit::Num(_)))
}

fn value(init: &Expr) -> Value {
    match bare(init) {
        Expr::Array(_) => Value::Collection,
        Expr::Object(object) => Value::Record(collections_of(object)),
        Expr::New(new) => match ident(&new.callee) {
            Some(class) if COLLECTIONS.contains(&&*class.sym) => Value::Collection,
            Some(class) => Value::Instance(class.to_id()),
            None => Value::Other,
        },
        // `Object.create(null)` makes an empty object.
        Expr::Call(call) if callee_ident(call).is_none() => match &call.callee {
            Callee::Expr(callee) => match bare(callee) {
                Expr::Member(member)
                    if ident(&member.obj).is_some_and(|object| &*object.sym == "Object")
                        && member_name(member).as_deref() == Some("create") =>
                {
                    Value::Record(BTreeSet::new())
                }
                _ => Value::Other,
            },
            _ => Value::Other,
        },
        // `globalThis.codes ?? new Map()`, which another bundle sees only if it is put there; see `hung_up`.
        Expr::Bin(choice) if matches!(choice.op, BinaryOp::NullishCoalescing | BinaryOp::LogicalOr) => {
            value(&choice.right)
        }
        _ => Value::Other,
    }
}

fn collections_of(object: &ObjectLit) -> BTreeSet<String> {
    let own = object.props.iter().filter_map(|property| match property {
        PropOrSpread::Prop(property) => match &**property {
            Prop::KeyValue(pair) => Some((prop_name(&pair.key)?, &*pair.value)),
            _ => None,
        },
        PropOrSpread::Spread(_) => None,
    });
    own.filter(|(_, own)| matches!(value(own), Value::Collection)).map(|(name, _)| name).collect()
}

/// The name of which `item` puts the value somewhere for good: `globalThis.codes = codes`. Behind `if (NODE_ENV !==
/// 'production')`, as is usual for connections, that does not happen where it counts.
fn hung_up(item: &ModuleItem) -> Option<Id> {
    let ModuleItem::Stmt(Stmt::Expr(statement)) = item else { return None };
    let Expr::Assign(assign) = bare(&statement.expr) else { return None };
    let onto_member = assign.left.as_simple().is_some_and(|target| target.is_member());
    let is_exports =
        assign.left.as_simple().and_then(|target| target.as_member()).is_some_and(|member| {
            ident(&member.obj).is_some_and(|object| matches!(&*object.sym, "module" | "exports"))
        });
    ident(&assign.right).filter(|_| onto_member && !is_exports).map(|name| name.to_id())
}
