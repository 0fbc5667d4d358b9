//! What declarations tell: types that are written down, constants, `useState`, and what changes objects later.

use std::collections::HashMap;

use super::{Plain, SENT_AS_THEY_ARE, Values, both};
use crate::syntax::ast::{
    ArrayPat, ArrowExpr, AssignExpr, AssignTarget, BindingIdent, CallExpr, Expr, Lit, ObjectPatProp, Param, Pat,
    SimpleAssignTarget, TsInterfaceDecl, TsKeywordTypeKind, TsType, TsTypeAliasDecl, TsTypeElement,
    TsUnionOrIntersectionType, VarDecl, VarDeclKind,
};
use crate::syntax::{Visit, VisitWith, bare, function_of, ident, member_name, prop_name};

impl Values {
    fn annotated(&self, kind: &TsType) -> Option<Plain> {
        match kind {
            TsType::TsKeywordType(keyword) => match keyword.kind {
                TsKeywordTypeKind::TsStringKeyword => Some(Plain::Text),
                TsKeywordTypeKind::TsBooleanKeyword => Some(Plain::Boolean),
                TsKeywordTypeKind::TsNullKeyword => Some(Plain::Other),
                _ => None,
            },
            TsType::TsLitType(_) => Some(Plain::Other),
            TsType::TsUnionOrIntersectionType(TsUnionOrIntersectionType::TsUnionType(union)) => {
                union.types.iter().map(|kind| self.annotated(kind)).reduce(|one, other| both(one?, other?))?
            }
            _ => None,
        }
    }

    fn member_type(&self, kind: &TsType, name: &str) -> Option<Plain> {
        let members = match kind {
            TsType::TsTypeLit(literal) => &literal.members,
            TsType::TsTypeRef(reference) => self.types.get(&*reference.type_name.as_ident()?.sym)?,
            _ => return None,
        };
        members.iter().find_map(|member| match member {
            TsTypeElement::TsPropertySignature(property) if !property.optional => {
                let key = ident(&property.key)?;
                (&*key.sym == name).then(|| self.annotated(&property.type_ann.as_ref()?.type_ann))?
            }
            _ => None,
        })
    }

    /// Whether the type is an alias of the module that may be something else than an object, and if so, whether that may
    /// be `undefined`.
    fn open(&self, kind: &TsType) -> Option<bool> {
        self.open.get(&*kind.as_ts_type_ref()?.type_name.as_ident()?.sym).copied()
    }

    /// Whether a member is declared, and its type is none of the language's own.
    fn has_object(&self, kind: &TsType, name: &str) -> bool {
        let TsType::TsTypeLit(literal) = kind else { return false };
        literal.members.iter().any(|member| match member {
            TsTypeElement::TsPropertySignature(property) if !property.optional => {
                let declared = property.type_ann.as_ref().map(|kind| &*kind.type_ann);
                let declared = declared.filter(|kind| self.open(kind) != Some(true));
                ident(&property.key).is_some_and(|key| &*key.sym == name)
                    && matches!(declared, Some(TsType::TsTypeRef(_) | TsType::TsTypeLit(_)))
            }
            _ => false,
        })
    }

    fn pattern(&mut self, pattern: &Pat) {
        match pattern {
            Pat::Ident(binding) => {
                if let Some(kind) = &binding.type_ann
                    && !binding.id.optional
                    && let Some(plain) = self.annotated(&kind.type_ann)
                {
                    self.plain.insert(binding.id.to_id(), plain);
                }
                let declared = binding.type_ann.as_ref().map(|kind| &*kind.type_ann);
                let declared = declared.filter(|kind| self.open(kind) != Some(true));
                if !binding.id.optional && matches!(declared, Some(TsType::TsTypeRef(_) | TsType::TsTypeLit(_))) {
                    self.given.insert(binding.id.to_id());
                }
                match declared.filter(|kind| self.open(kind).is_none()) {
                    _ if binding.id.optional => {}
                    Some(TsType::TsTypeLit(_)) => {
                        self.objects.insert(binding.id.to_id());
                    }
                    Some(TsType::TsTypeRef(reference)) => {
                        let name = reference.type_name.as_ident().map_or("", |name| &*name.sym);
                        if name == "FormData" {
                            self.forms.insert(binding.id.to_id());
                        } else if !SENT_AS_THEY_ARE.contains(&name) {
                            self.objects.insert(binding.id.to_id());
                        }
                    }
                    _ => {}
                }
            }
            Pat::Object(object) => {
                let Some(kind) = &object.type_ann else { return };
                for property in &object.props {
                    let (name, id) = match property {
                        ObjectPatProp::Assign(short) if short.value.is_none() => {
                            (short.key.id.sym.to_string(), short.key.id.to_id())
                        }
                        ObjectPatProp::KeyValue(pair) => match (prop_name(&pair.key), &*pair.value) {
                            (Some(name), Pat::Ident(binding)) => (name, binding.id.to_id()),
                            _ => continue,
                        },
                        _ => continue,
                    };
                    if let Some(plain) = self.member_type(&kind.type_ann, &name) {
                        self.plain.insert(id.clone(), plain);
                    }
                    if self.has_object(&kind.type_ann, &name) {
                        self.given.insert(id);
                    }
                }
            }
            _ => {}
        }
    }

    /// `const save: SubmitHandler<FieldValues> = (data) => …`, of react-hook-form: its fields are an object.
    fn is_submit_handler(&self, binding: &BindingIdent) -> bool {
        let kind = binding.type_ann.as_ref().map(|kind| &*kind.type_ann);
        let Some(TsType::TsTypeRef(reference)) = kind else { return false };
        reference.type_name.as_ident().is_some_and(|name| Some(name.to_id()) == self.submit_handler)
    }

    fn submitted(&mut self, handler: &Expr) {
        if let Some(function) = function_of(handler)
            && let Some(Pat::Ident(fields)) = function.params().first()
        {
            self.objects.insert(fields.id.to_id());
            self.given.insert(fields.id.to_id());
        }
    }

    /// `const [name, setName] = useState('')`: the setter takes what the initial value is.
    fn state(&mut self, pattern: &ArrayPat, init: &Expr) {
        let Some(Some(Pat::Ident(state))) = pattern.elems.first() else { return };
        let Expr::Call(call) = bare(init) else { return };
        let name = match bare(match call.callee.as_expr() {
            Some(callee) => callee,
            None => return,
        }) {
            Expr::Ident(name) => name.sym.to_string(),
            Expr::Member(member) => member_name(member).unwrap_or_default(),
            _ => return,
        };
        if name != "useState" || !self.typescript {
            return;
        }
        let plain = match &call.type_args {
            Some(list) => list.params.first().and_then(|kind| self.annotated(kind)),
            None => match call.args.first().map(|argument| bare(&argument.expr)) {
                Some(Expr::Lit(Lit::Str(_))) => Some(Plain::Text),
                Some(Expr::Lit(Lit::Bool(_))) => Some(Plain::Boolean),
                _ => None,
            },
        };
        if let Some(plain) = plain {
            self.plain.insert(state.id.to_id(), plain);
        }
        // Without an initial value, it is `undefined` first.
        let Some(initial) = call.args.first().map(|argument| bare(&argument.expr)) else { return };
        let declared = call.type_args.as_ref().and_then(|list| list.params.first()).map(|kind| &**kind);
        let (given, object) = match declared {
            Some(kind) if self.open(kind).is_some() => (self.open(kind) == Some(false), false),
            None => (matches!(initial, Expr::Object(_) | Expr::Array(_)), true),
            Some(TsType::TsTypeLit(_)) => (true, true),
            Some(TsType::TsTypeRef(reference)) => {
                let name = reference.type_name.as_ident().map_or("", |name| &*name.sym);
                (true, !SENT_AS_THEY_ARE.contains(&name))
            }
            Some(_) => (false, false),
        };
        if given {
            self.given.insert(state.id.to_id());
        }
        if given && object {
            self.objects.insert(state.id.to_id());
        }
    }
}

/// Whether one of the types that a type may be is a keyword that `is` tells.
fn may_be(kind: &TsType, is: &dyn Fn(TsKeywordTypeKind) -> bool) -> bool {
    match kind {
        TsType::TsKeywordType(keyword) => is(keyword.kind),
        TsType::TsLitType(_) => is(TsKeywordTypeKind::TsStringKeyword),
        TsType::TsParenthesizedType(inner) => may_be(&inner.type_ann, is),
        TsType::TsUnionOrIntersectionType(TsUnionOrIntersectionType::TsUnionType(union)) => {
            union.types.iter().any(|kind| may_be(kind, is))
        }
        _ => false,
    }
}

fn is_undefined(kind: TsKeywordTypeKind) -> bool {
    use TsKeywordTypeKind::{TsAnyKeyword, TsUndefinedKeyword, TsUnknownKeyword, TsVoidKeyword};
    matches!(kind, TsUndefinedKeyword | TsVoidKeyword | TsAnyKeyword | TsUnknownKeyword)
}

/// What the types of a module tell.
#[derive(Default)]
pub(super) struct Types {
    /// The members of each.
    pub(super) members: HashMap<String, Vec<TsTypeElement>>,
    /// Those that may be something else than an object, and whether that may be `undefined`.
    pub(super) open: HashMap<String, bool>,
}

impl Visit for Types {
    fn visit_ts_interface_decl(&mut self, interface: &TsInterfaceDecl) {
        self.members.insert(interface.id.sym.to_string(), interface.body.body.clone());
    }

    fn visit_ts_type_alias_decl(&mut self, alias: &TsTypeAliasDecl) {
        if let TsType::TsTypeLit(literal) = &*alias.type_ann {
            self.members.insert(alias.id.sym.to_string(), literal.members.clone());
        }
        if may_be(&alias.type_ann, &|_| true) {
            self.open.insert(alias.id.sym.to_string(), may_be(&alias.type_ann, &is_undefined));
        }
    }
}

impl Visit for Values {
    fn visit_var_decl(&mut self, declaration: &VarDecl) {
        for declarator in &declaration.decls {
            self.pattern(&declarator.name);
            let Some(init) = declarator.init.as_deref() else { continue };
            match &declarator.name {
                Pat::Ident(binding) if self.is_submit_handler(binding) => self.submitted(init),
                Pat::Ident(binding)
                    if declaration.kind == VarDeclKind::Const
                        && !matches!(bare(init), Expr::Arrow(_) | Expr::Fn(_) | Expr::Class(_)) =>
                {
                    self.constants.insert(binding.id.to_id(), bare(init).clone());
                }
                Pat::Array(list) => self.state(list, init),
                _ => {}
            }
        }
        declaration.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assignment: &AssignExpr) {
        if let AssignTarget::Simple(SimpleAssignTarget::Member(member)) = &assignment.left
            && let Some(name) = ident(&member.obj)
        {
            self.changed.insert(name.to_id());
        }
        assignment.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        let name = match call.callee.as_expr().map(|callee| bare(callee)) {
            Some(Expr::Member(member)) => member_name(member).unwrap_or_default(),
            _ => String::new(),
        };
        // These keep what they are given, or read it.
        if !matches!(name.as_str(), "set" | "add" | "push" | "json" | "stringify" | "log" | "error") {
            let names = call.args.iter().filter_map(|argument| ident(&argument.expr));
            self.changed.extend(names.map(|name| name.to_id()));
        }
        call.visit_children_with(self);
    }

    fn visit_param(&mut self, param: &Param) {
        self.pattern(&param.pat);
        param.visit_children_with(self);
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        arrow.params.iter().for_each(|pattern| self.pattern(pattern));
        arrow.visit_children_with(self);
    }
}
