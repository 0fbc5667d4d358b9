//! The functions that a module declares at its top.

use std::collections::{HashMap, HashSet};

use swc_core::ecma::ast::{
    Class, ClassMember, ClassMethod, Decl, DefaultDecl, Expr, Id, Ident, MethodKind, ModuleDecl, ModuleItem, Pat, Prop,
    PropOrSpread, Stmt, TsTypeAnn, VarDeclKind,
};

use super::objects::{Constant, constants, object_of};
use super::{
    Function, Module, Span, bare, casts, function_of, ident, imported, imported_whole, is_ident, member_name,
    prop_name, says_nothing, span_of,
};

/// Functions declared at the top of the module and never reassigned, by name. One that is given to `cache` of React is
/// called as it is wherever nothing is rendered, in both routers.
pub fn module_functions(module: &Module) -> HashMap<Id, Function<'_>> {
    let mut functions = HashMap::new();
    let cache = module.text.contains("cache").then(|| Cache::of(module)).flatten();
    for item in &module.ast.body {
        let declaration = match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(export)) => {
                if let DefaultDecl::Fn(function) = &export.decl
                    && let Some(ident) = function.ident.as_ref().filter(|_| function.function.body.is_some())
                {
                    functions.insert(ident.to_id(), Function::Expression(function));
                }
                continue;
            }
            _ => continue,
        };
        match declaration {
            Decl::Fn(function) if function.function.body.is_some() => {
                functions.insert(function.ident.to_id(), Function::Declaration(function));
            }
            Decl::Var(variable) if variable.kind == VarDeclKind::Const => {
                for declarator in &variable.decls {
                    let value = declarator.init.as_deref();
                    let function =
                        value.and_then(|value| function_of(value).or_else(|| cached(value, cache.as_ref()?)));
                    if let (Pat::Ident(binding), Some(function)) = (&declarator.name, function) {
                        functions.insert(binding.id.to_id(), function);
                    }
                }
            }
            _ => {}
        }
    }
    functions
}

/// What a module calls React's `cache`: by a name of its own, or as a member of `React`.
enum Cache {
    Name(Id),
    Member(Id),
}

impl Cache {
    fn of(module: &Module) -> Option<Cache> {
        let react = || imported(module, "react", "default").or_else(|| imported_whole(module, "react"));
        imported(module, "react", "cache").map(Cache::Name).or_else(|| react().map(Cache::Member))
    }

    fn is(&self, callee: &Expr) -> bool {
        match (self, bare(callee)) {
            (Cache::Name(name), own) => is_ident(own, name),
            (Cache::Member(react), Expr::Member(member)) => {
                is_ident(&member.obj, react) && member_name(member).as_deref() == Some("cache")
            }
            _ => false,
        }
    }
}

/// The function in `cache(function)`.
fn cached<'a>(value: &'a Expr, cache: &Cache) -> Option<Function<'a>> {
    let Expr::Call(call) = bare(value) else { return None };
    let [own] = call.args.as_slice() else { return None };
    function_of(&own.expr).filter(|_| call.callee.as_expr().is_some_and(|callee| cache.is(callee)))
}

/// Functions that are members of an object or a class that the module declares at its top, by a name that
/// stands for both: `object.member`, in the scope of the object. The default export is called `default`. Objects
/// and members are left out whose type says what they have to be.
///
/// Members of a class are those of its instances, `const db = new Database()`, and its static ones, `Database.open()`.
pub fn member_functions(module: &Module) -> HashMap<Id, Function<'_>> {
    let mut members = HashMap::new();
    for (name, class) in module.ast.body.iter().filter_map(class_declared) {
        if let Some(name) = name {
            add_methods(&name.to_id(), class, true, &mut members);
        }
    }
    for constant in constants(module).filter(|constant| !constant.asks_of_members()) {
        add_members(module, &constant.id, constant.value, &mut members);
    }
    members
}

/// Objects and classes of [`member_functions`] that hold no function but those, by the name that stands for any of
/// these, `object[]`, each with one of them.
pub fn any_members(module: &Module) -> HashMap<Id, Function<'_>> {
    let members = member_functions(module);
    let classes = module.ast.body.iter().filter_map(class_declared);
    let classes = classes.filter(|(_, class)| is_whole(class, true)).filter_map(|(name, _)| Some(name?.to_id()));
    let constants = constants(module).filter(|constant| match bare(constant.value) {
        Expr::New(new) => ident(&new.callee)
            .and_then(|name| class_of(module, &name.to_id()))
            .is_some_and(|class| is_whole(class, false)),
        _ => object_of(constant.value).is_some_and(|object| object.props.iter().all(is_plain)),
    });
    let objects: HashSet<Id> = classes.chain(constants.map(|constant| constant.id)).collect();
    let mut any = HashMap::new();
    for (id, function) in members {
        let object = id.0.split_once('.').map_or("", |(object, _)| object);
        if objects.contains(&(object.into(), id.1)) {
            any.insert((format!("{object}[]").into(), id.1), function);
        }
    }
    any
}

/// A member of an object that is a function written there, or certainly none.
fn is_plain(property: &PropOrSpread) -> bool {
    match property.as_prop().map(|property| &**property) {
        Some(Prop::KeyValue(pair)) => {
            prop_name(&pair.key).is_some() && (untyped_function(&pair.value).is_some() || bare(&pair.value).is_lit())
        }
        Some(Prop::Method(method)) => prop_name(&method.key).is_some(),
        _ => false,
    }
}

/// The function that `value` is, if no cast says what it takes and gives: a new form would not fit that.
fn untyped_function(value: &Expr) -> Option<Function<'_>> {
    function_of(value).filter(|_| casts(value).iter().all(|cast| says_nothing(cast.asked)))
}

/// Whether the class, or its instances, hold no function but methods.
fn is_whole(class: &Class, statics: bool) -> bool {
    let is_data = |value: Option<&Expr>, asked: Option<&TsTypeAnn>| match value {
        Some(value) => bare(value).is_lit(),
        None => asked.is_some_and(|asked| asked.type_ann.is_ts_keyword_type()),
    };
    class.body.iter().all(|member| match member {
        ClassMember::Method(method) => {
            method.is_static != statics || (method.kind == MethodKind::Method && prop_name(&method.key).is_some())
        }
        ClassMember::ClassProp(own) => {
            own.is_static != statics || is_data(own.value.as_deref(), own.type_ann.as_deref())
        }
        ClassMember::AutoAccessor(_) | ClassMember::StaticBlock(_) => false,
        _ => true,
    })
}

/// What stands for an object that is exported as default without a name.
pub fn default_object() -> Id {
    ("default".into(), Default::default())
}

/// The name of a member of `object`.
pub fn member_id(object: &Id, member: &str) -> Id {
    (format!("{}.{member}", object.0).into(), object.1)
}

fn add_members<'a>(module: &'a Module, object: &Id, value: &'a Expr, members: &mut HashMap<Id, Function<'a>>) {
    match bare(value) {
        Expr::Object(literal) => {
            for property in &literal.props {
                let PropOrSpread::Prop(property) = property else { continue };
                let (key, function) = match &**property {
                    Prop::KeyValue(pair) => (prop_name(&pair.key), untyped_function(&pair.value)),
                    Prop::Method(method) => {
                        let function = Function::Method(&method.function, span_of(&method.key).start);
                        (prop_name(&method.key), Some(function))
                    }
                    _ => continue,
                };
                if let (Some(key), Some(function)) = (key, function) {
                    members.insert(member_id(object, &key), function);
                }
            }
        }
        Expr::New(new) => {
            let Some(class) = ident(&new.callee).and_then(|name| class_of(module, &name.to_id())) else { return };
            // What the class implements asks for the methods of its instances.
            if class.implements.is_empty() {
                add_methods(object, class, false, members);
            }
        }
        _ => {}
    }
}

/// The methods of a class that extends nothing: the static ones, or those of its instances.
fn add_methods<'a>(object: &Id, class: &'a Class, statics: bool, members: &mut HashMap<Id, Function<'a>>) {
    if class.super_class.is_some() || !class.decorators.is_empty() {
        return;
    }
    let methods = || class.body.iter().filter_map(ClassMember::as_method).filter(|method| method.is_static == statics);
    let plain = |method: &ClassMethod, key: &str| {
        let alone = methods().filter(|other| prop_name(&other.key).as_deref() == Some(key)).count() == 1;
        alone
            && method.kind == MethodKind::Method
            && method.function.body.is_some()
            && method.function.decorators.is_empty()
    };
    for method in methods() {
        if let Some(key) = prop_name(&method.key).filter(|key| plain(method, key)) {
            let function = Function::Method(&method.function, span_of(&method.key).start);
            members.insert(member_id(object, &key), function);
        }
    }
}

/// A method of a class that the module declares at its top.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// All of it, modifiers included.
    pub span: Span,
    /// Its name.
    pub key: Span,
}

/// The method of a class whose function starts at `start`.
pub fn class_method(module: &Module, start: usize) -> Option<Method> {
    let found = module.ast.body.iter().filter_map(class_declared).flat_map(|(_, class)| &class.body);
    found.filter_map(ClassMember::as_method).find_map(|method| {
        let (span, key) = (span_of(method), span_of(&method.key));
        (key.start == start).then_some(Method { span, key })
    })
}

/// Where the members of an object are declared.
#[derive(Clone, Debug)]
pub struct Home {
    /// The object, or its class.
    pub span: Span,
    /// What the class is called, if it is the object of a class.
    pub class: Option<Id>,
}

/// Where the members of `object` are declared, a constant at the top of the module or a class.
pub fn home(module: &Module, object: &Id) -> Option<Home> {
    let constant = constants(module).find(|constant| constant.id == *object);
    if let Some(Constant { value, .. }) = constant {
        let class = match bare(value) {
            Expr::New(new) => Some(ident(&new.callee)?.to_id()),
            _ => None,
        };
        let span = match &class {
            Some(class) => span_of(class_of(module, class)?),
            None => span_of(object_of(value)?),
        };
        return Some(Home { span, class });
    }
    let mut classes = module.ast.body.iter().filter_map(class_declared);
    let (_, class) = classes.find(|(name, _)| name.is_some_and(|name| name.to_id() == *object))?;
    Some(Home { span: span_of(class), class: None })
}

/// The class that a statement declares, and its name.
fn class_declared(item: &ModuleItem) -> Option<(Option<&Ident>, &Class)> {
    fn declared(declaration: &Decl) -> Option<(Option<&Ident>, &Class)> {
        declaration.as_class().map(|class| (Some(&class.ident), &*class.class))
    }
    match item {
        ModuleItem::Stmt(Stmt::Decl(declaration)) => declared(declaration),
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => declared(&export.decl),
        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(export)) => {
            export.decl.as_class().map(|class| (class.ident.as_ref(), &*class.class))
        }
        _ => None,
    }
}

/// The class of that name, if the module keeps it to itself.
fn class_of<'a>(module: &'a Module, name: &Id) -> Option<&'a Class> {
    module.ast.body.iter().find_map(|item| match item {
        ModuleItem::Stmt(Stmt::Decl(Decl::Class(class))) if class.ident.to_id() == *name => Some(&*class.class),
        _ => None,
    })
}
