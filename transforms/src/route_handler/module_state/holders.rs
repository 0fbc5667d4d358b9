//! What may keep values between requests at the top of a module: collections, objects, names that take other values,
//! and what classes make.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::Change;
use super::given::Imports;
use super::paths::field_name;
use crate::syntax::ast::{
    BinaryOp, Class, ClassMember, Decl, DefaultDecl, Expr, Id, ModuleDecl, ModuleItem, ObjectLit, Prop, PropOrSpread,
    Stmt, VarDecl, VarDeclKind,
};
use crate::syntax::{Module, Span, bare, default_object, ident, member_name, pat_ident, prop_name, span_of};

/// Classes of the language whose instances hold what they are given. No `WeakMap`: nobody can ask it from another copy,
/// who does not have its keys.
const COLLECTIONS: [&str; 3] = ["Array", "Map", "Set"];

/// Names that packages give such classes.
const PACKAGED: [&str; 8] =
    ["EventEmitter", "Keyv", "LRU", "LRUCache", "LruCache", "NodeCache", "QuickLRU", "TTLCache"];

/// A name that may keep values.
pub struct Holder {
    /// Where the name is declared.
    pub span: Span,
    /// It is no constant.
    pub is_variable: bool,
    /// What it holds from the start.
    pub value: Value,
}

/// What a name holds.
pub enum Value {
    /// An array, a `Map` and the like.
    Collection,
    /// An object of a package that keeps what it is given: a cache, a limit, a queue.
    Keeper,
    /// An object; with the names of those of its properties that hold collections.
    Record(BTreeSet<String>),
    /// A class.
    Class(Shape),
    /// `new Store()`.
    Instance(Id),
    /// `createStore()`.
    Made(Id),
    /// What a package keeps by a name that it takes once: `mongoose.model('User', schema)`. Both routers share the package.
    Registered,
    /// Something else.
    Other,
}

/// What the fields of a class hold.
#[derive(Default)]
pub struct Shape {
    /// Those with collections, static ones among them.
    pub collections: BTreeSet<String>,
    /// What instances of other classes they hold: of an instance, and of the class itself.
    pub parts: Vec<Id>,
    /// The same of static fields.
    pub statics: Vec<Id>,
    /// An instance holds an object of a package that keeps what it is given, or is one.
    pub keeps: bool,
    /// The class that it extends.
    pub parent: Option<Id>,
}

impl Holder {
    /// Whether the holder keeps what `change` does. What instances and what functions give is looked up elsewhere.
    pub fn takes(&self, change: &Change) -> bool {
        match (change, &self.value) {
            (Change::Name, _) => self.is_variable,
            (Change::Member(_), Value::Collection | Value::Record(_) | Value::Class(_))
            | (Change::Call(None), Value::Collection) => true,
            (Change::Call(Some(field)), Value::Record(fields)) => fields.contains(field),
            (Change::Call(Some(field)), Value::Class(shape)) => shape.collections.contains(field),
            _ => false,
        }
    }
}

/// The holders of `module`, without those whose value hangs on `globalThis`.
pub fn holders(module: &Module, imports: &Imports<'_>) -> BTreeMap<Id, Holder> {
    let mut found = BTreeMap::new();
    for item in &module.ast.body {
        match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => add(&mut found, module, imports, declaration),
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => add(&mut found, module, imports, &export.decl),
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(export)) => {
                if let DefaultDecl::Class(class) = &export.decl
                    && let Some(name) = &class.ident
                {
                    add_class(&mut found, imports, name.to_id(), &class.class);
                }
            }
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) if ident(&export.expr).is_none() => {
                let value = value(imports, &export.expr, &default_object());
                found.insert(default_object(), Holder { span: span_of(&*export.expr), is_variable: false, value });
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

/// The variables that `statements` of a function declare, as holders for the functions inside of it.
pub fn locals(imports: &Imports<'_>, statements: &[Stmt]) -> BTreeMap<Id, Holder> {
    let mut found = BTreeMap::new();
    for statement in statements {
        match statement {
            Stmt::Decl(Decl::Var(variable)) => add_variables(&mut found, None, imports, variable),
            Stmt::Decl(Decl::Class(class)) => add_class(&mut found, imports, class.ident.to_id(), &class.class),
            _ => {}
        }
    }
    found
}

fn add(found: &mut BTreeMap<Id, Holder>, module: &Module, imports: &Imports<'_>, declaration: &Decl) {
    match declaration {
        Decl::Class(class) => add_class(found, imports, class.ident.to_id(), &class.class),
        Decl::Var(variable) => add_variables(found, Some(module), imports, variable),
        _ => {}
    }
}

fn add_variables(found: &mut BTreeMap<Id, Holder>, module: Option<&Module>, imports: &Imports<'_>, variable: &VarDecl) {
    let is_variable = variable.kind != VarDeclKind::Const;
    for declarator in &variable.decls {
        let Some(name) = pat_ident(&declarator.name) else { continue };
        let value = match declarator.init.as_deref() {
            Some(init) if module.is_some_and(|module| registers(module, init)) => Value::Registered,
            Some(init) => match bare(init) {
                Expr::Class(class) => Value::Class(shape(imports, &class.class)),
                _ => value(imports, init, &name.to_id()),
            },
            None => Value::Other,
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

fn add_class(found: &mut BTreeMap<Id, Holder>, imports: &Imports<'_>, name: Id, class: &Class) {
    let value = Value::Class(shape(imports, class));
    found.insert(name, Holder { span: span_of(class), is_variable: false, value });
}

fn shape(imports: &Imports<'_>, class: &Class) -> Shape {
    let mut shape = Shape::default();
    if let Some(parent) = class.super_class.as_deref() {
        shape.keeps = imports.keeps(parent);
        shape.parent = imports.class(parent);
    }
    for member in &class.body {
        match member {
            ClassMember::ClassProp(field) => {
                let field = (prop_name(&field.key), field.value.as_deref(), field.is_static);
                shape.add(imports, field);
            }
            ClassMember::PrivateProp(field) => {
                let name = format!("#{}", field.key.name);
                shape.add(imports, (Some(name), field.value.as_deref(), field.is_static));
            }
            // `this.codes = new Map()`
            ClassMember::Constructor(constructor) => {
                let statements = constructor.body.iter().flat_map(|body| &body.stmts);
                for assign in statements.filter_map(|statement| bare(&statement.as_expr()?.expr).as_assign()) {
                    let member = assign.left.as_simple().and_then(|target| target.as_member());
                    let Some(member) = member.filter(|member| bare(&member.obj).is_this()) else { continue };
                    shape.add(imports, (field_name(member), Some(&assign.right), false));
                }
            }
            _ => {}
        }
    }
    shape
}

impl Shape {
    fn add(&mut self, imports: &Imports<'_>, (name, initial, is_static): (Option<String>, Option<&Expr>, bool)) {
        let (Some(name), Some(initial)) = (name, initial) else { return };
        match value(imports, initial, &default_object()) {
            Value::Collection | Value::Record(_) => drop(self.collections.insert(name)),
            Value::Instance(class) if is_static => self.statics.push(class),
            Value::Instance(class) => self.parts.push(class),
            Value::Keeper if is_static => drop(self.collections.insert(name)),
            Value::Keeper => self.keeps = true,
            _ => {}
        }
    }
}

/// What `init` is, the first value of `name`.
fn value(imports: &Imports<'_>, init: &Expr, name: &Id) -> Value {
    match bare(init) {
        Expr::Array(_) => Value::Collection,
        Expr::Object(object) => Value::Record(collections_of(imports, object)),
        Expr::New(new) if imports.keeps(&new.callee) => Value::Keeper,
        Expr::New(new) => match (imports.class(&new.callee), ident(&new.callee)) {
            (Some(class), _) => Value::Instance(class),
            (None, Some(class)) if COLLECTIONS.contains(&&*class.sym) || PACKAGED.contains(&&*class.sym) => {
                Value::Collection
            }
            _ => Value::Other,
        },
        Expr::Call(call) => match call.callee.as_expr().map(|callee| bare(callee)) {
            Some(callee) if imports.keeps(callee) => Value::Keeper,
            // What is made on the spot is found by the name that holds it.
            Some(Expr::Fn(_) | Expr::Arrow(_)) => Value::Made(name.clone()),
            Some(callee @ Expr::Ident(_)) => imports.class(callee).map_or(Value::Other, Value::Made),
            // `Object.create(null)` makes an empty object.
            Some(Expr::Member(member))
                if ident(&member.obj).is_some_and(|object| &*object.sym == "Object")
                    && member_name(member).as_deref() == Some("create") =>
            {
                Value::Record(BTreeSet::new())
            }
            _ => Value::Other,
        },
        // `globalThis.codes ?? new Map()`, which another bundle sees only if it is put there; see `hung_up`.
        Expr::Bin(choice) if matches!(choice.op, BinaryOp::NullishCoalescing | BinaryOp::LogicalOr) => {
            value(imports, &choice.right, name)
        }
        _ => Value::Other,
    }
}

/// The names of the properties of `object` that hold collections.
pub fn collections_of(imports: &Imports<'_>, object: &ObjectLit) -> BTreeSet<String> {
    let own = object.props.iter().filter_map(|property| match property {
        PropOrSpread::Prop(property) => match &**property {
            Prop::KeyValue(pair) => Some((prop_name(&pair.key)?, &*pair.value)),
            _ => None,
        },
        PropOrSpread::Spread(_) => None,
    });
    let keeps = |own: &Expr| matches!(value(imports, own, &default_object()), Value::Collection | Value::Keeper);
    own.filter(|(_, own)| keeps(own)).map(|(name, _)| name).collect()
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
