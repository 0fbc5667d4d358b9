//! The type of an action's argument, from what the handler says of its body and what callers send.
//!
//! | the handler | the argument |
//! |---|---|
//! | `(await req.json()) as CreatePost` | `body: CreatePost` |
//! | `postSchema.parse(await req.json())` | `body: z.input<typeof postSchema>` |
//! | `const { title } = await req.json()` | `body: { title: any }` |
//!
//! What went through `JSON.stringify` had no type, so callers have to be looked at: what they send is `any` (it goes
//! through JSON once more), or it is an object literal of which each member is known to fit.

mod schema;

use super::caller::expr_at;
use super::data::member;
use super::input::{Body, Said};
use super::values::{Plain, Values};
use crate::callers::Caller;
use crate::decide::Facts;
use crate::project::{Imported, imports};
use crate::syntax::ast::{
    Decl, Expr, Lit, ModuleDecl, ModuleItem, ObjectLit, Stmt, TsKeywordTypeKind, TsType, TsTypeElement,
    TsUnionOrIntersectionType,
};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, ident, span_of};

use schema::Schema;

/// The type of an argument.
#[derive(Clone, Debug)]
pub struct BodyType {
    /// As it is written.
    pub text: String,
    /// The module and the name that it needs, if the handler's file does not import that.
    pub import: Option<(String, &'static str)>,
}

/// The type, if what all `callers` send fits.
pub fn body_type(facts: &Facts<'_>, body: &Body, callers: &[(&str, &Caller)]) -> Option<BodyType> {
    let literals = literals(facts, callers)?;
    let of = |text| BodyType { text, import: None };
    match body.said.as_ref()? {
        Said::Type(span) => {
            let fits = literals.is_empty() || {
                let members = members(facts, &type_at(facts.module, *span)?)?;
                literals.iter().all(|literal| literal.fits(&members))
            };
            fits.then(|| of(dedented(facts.module, *span)))
        }
        Said::Check { object, method, schema } => {
            let schema = Schema::of(facts, object, method, schema.as_ref())?;
            let fits = literals.is_empty() || {
                let members = schema.members()?;
                literals.iter().all(|literal| literal.fits(&members))
            };
            fits.then(|| schema.input_type(facts.module)).flatten()
        }
        Said::Fields(names) => {
            let sends = |literal: &Literal, name: &str| literal.members.iter().any(|(own, ..)| own == name);
            let known =
                |literal: &Literal| literal.members.iter().all(|(own, ..)| names.iter().any(|(name, _)| name == own));
            let field = |(name, optional): &(String, bool)| {
                let optional = *optional || literals.iter().any(|literal| !sends(literal, name));
                format!("{name}{}: any", if optional { "?" } else { "" })
            };
            let plain = names.iter().all(|(name, _)| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
            let list: Vec<String> = names.iter().map(field).collect();
            (plain && literals.iter().all(known)).then(|| of(format!("{{ {} }}", list.join("; "))))
        }
    }
}

/// Whether code that takes a value of any type is all that looks at the body.
pub fn takes_anything(facts: &Facts<'_>, body: &Body) -> bool {
    body.checked
        && match &body.said {
            Some(Said::Type(_)) => true,
            Some(Said::Check { object, method, schema }) => {
                Schema::of(facts, object, method, schema.as_ref()).is_some()
            }
            _ => false,
        }
}

/// An object that a caller sends as it stands, with what is known of its members.
struct Literal {
    members: Vec<(String, Expr, Option<Plain>)>,
}

/// A member of a type.
struct Member {
    name: String,
    optional: bool,
    takes: Takes,
}

/// Which values certainly fit a type.
#[derive(Clone, Copy, Debug, Default)]
struct Takes {
    text: bool,
    boolean: bool,
    number: bool,
    null: bool,
}

impl Takes {
    fn of(kind: &TsType) -> Takes {
        let mut takes = Takes::default();
        match kind {
            TsType::TsKeywordType(keyword) => match keyword.kind {
                TsKeywordTypeKind::TsAnyKeyword | TsKeywordTypeKind::TsUnknownKeyword => {
                    takes = Takes { text: true, boolean: true, number: true, null: true };
                }
                TsKeywordTypeKind::TsStringKeyword => takes.text = true,
                TsKeywordTypeKind::TsBooleanKeyword => takes.boolean = true,
                TsKeywordTypeKind::TsNumberKeyword => takes.number = true,
                TsKeywordTypeKind::TsNullKeyword => takes.null = true,
                _ => {}
            },
            TsType::TsUnionOrIntersectionType(TsUnionOrIntersectionType::TsUnionType(union)) => {
                for one in union.types.iter().map(|kind| Takes::of(kind)) {
                    takes.text |= one.text;
                    takes.boolean |= one.boolean;
                    takes.number |= one.number;
                    takes.null |= one.null;
                }
            }
            _ => {}
        }
        takes
    }

    fn fits(self, value: &Expr, plain: Option<Plain>) -> bool {
        match (plain, bare(value)) {
            (Some(Plain::Text), _) => self.text,
            (Some(Plain::Boolean), _) => self.boolean,
            (_, Expr::Lit(Lit::Num(_))) => self.number,
            (_, Expr::Lit(Lit::Null(_))) => self.null,
            _ => false,
        }
    }
}

impl Literal {
    fn of(object: &ObjectLit, values: &Values) -> Option<Literal> {
        let one = |(name, value, _): (String, Expr, Span)| {
            let plain = values.plain(&value);
            (name, value, plain)
        };
        let members = object.props.iter().map(|property| member(property).map(one));
        Some(Literal { members: members.collect::<Option<_>>()? })
    }

    fn fits(&self, members: &[Member]) -> bool {
        let known = self.members.iter().all(|(name, value, plain)| {
            members.iter().any(|member| member.name == *name && member.takes.fits(value, *plain))
        });
        let given = |member: &Member| self.members.iter().any(|(name, ..)| *name == member.name);
        known && members.iter().all(|member| member.optional || given(member))
    }
}

/// What callers send that is not `any`; `None` if one of that is no object literal.
fn literals(facts: &Facts<'_>, callers: &[(&str, &Caller)]) -> Option<Vec<Literal>> {
    let mut found = Vec::new();
    for (file, caller) in callers {
        let module = facts.modules.get(file).ok()?;
        let values = Values::of(module);
        let sent = expr_at(module, caller.sent.body?)?;
        // What is not plain goes through JSON, which makes `any` of it.
        if values.plain(&sent).is_none() || !is_typescript(file) {
            continue;
        }
        let Expr::Object(object) = bare(&sent) else { return None };
        found.push(Literal::of(object, &values)?);
    }
    Some(found)
}

pub fn is_typescript(path: &str) -> bool {
    [".ts", ".tsx"].iter().any(|extension| path.ends_with(extension))
}

fn type_at(module: &Module, span: Span) -> Option<TsType> {
    struct At(Span, Option<TsType>);
    impl Visit for At {
        fn visit_ts_type(&mut self, kind: &TsType) {
            if self.1.is_none() && span_of(kind) == self.0 {
                self.1 = Some(kind.clone());
            }
            kind.visit_children_with(self);
        }
    }
    let mut at = At(span, None);
    module.ast.visit_with(&mut at);
    at.1
}

/// The members of an object type, if they are all spelled out.
fn members(facts: &Facts<'_>, kind: &TsType) -> Option<Vec<Member>> {
    let elements = match kind {
        TsType::TsTypeLit(literal) => literal.members.clone(),
        TsType::TsTypeRef(reference) if reference.type_params.is_none() => {
            let name = reference.type_name.as_ident()?;
            let import = imports(facts.module).remove(&name.to_id());
            match import {
                None => declared(facts.module, &name.sym)?,
                Some(import) => {
                    let Imported::Name(name) = &import.name else { return None };
                    let file = facts.project.resolver.resolve(&facts.module.path, &import.specifier)?;
                    declared(facts.modules.get(&file).ok()?, name)?
                }
            }
        }
        _ => return None,
    };
    let one = |element: &TsTypeElement| {
        let TsTypeElement::TsPropertySignature(property) = element else { return None };
        Some(Member {
            name: ident(&property.key)?.sym.to_string(),
            optional: property.optional,
            takes: Takes::of(&property.type_ann.as_ref()?.type_ann),
        })
    };
    elements.iter().map(one).collect()
}

/// The elements of an interface or type of that name.
fn declared(module: &Module, name: &str) -> Option<Vec<TsTypeElement>> {
    module.ast.body.iter().find_map(|item| {
        let declaration = match item {
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            _ => return None,
        };
        match declaration {
            Decl::TsInterface(own) if &*own.id.sym == name && own.extends.is_empty() && own.type_params.is_none() => {
                Some(own.body.body.clone())
            }
            Decl::TsTypeAlias(own) if &*own.id.sym == name && own.type_params.is_none() => match &*own.type_ann {
                TsType::TsTypeLit(literal) => Some(literal.members.clone()),
                _ => None,
            },
            _ => None,
        }
    })
}

/// The text of a type without the indentation of the line that it starts on.
fn dedented(module: &Module, span: Span) -> String {
    let line = &module.text[module.text[..span.start].rfind('\n').map_or(0, |at| at + 1)..];
    let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    span.text(&module.text).replace(&format!("\n{indent}"), "\n")
}
