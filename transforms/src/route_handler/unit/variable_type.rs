//! Parameters that have no type of their own, because the constant has one that says it, or the result of the function
//! around.
//!
//! ```ts
//! type Guard = (req: NextApiRequest, res: NextApiResponse, role?: string) => void;
//! const guard: Guard = (req, res, role) => …;   →   const guard = (req: NextRequest, role?: Parameters<Guard>[2]) => …;
//! ```

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::pages_api::Carrier;
use crate::project::{Import, Imported, Modules, Project, binding, imports};
use crate::route_handler::wrapper_form::{is_untyped, variable_type, wrapper_of};
use crate::syntax::ast::{Pat, TsFnOrConstructorType, TsFnParam, TsType, TsTypeElement};
use crate::syntax::{Function, Module, NamedType, named_type, span_of};

/// Types that stand on each other; a longer chain tells a reader nothing.
const MAX_HOPS: usize = 6;

/// Follows the types of constants to where they are declared.
#[derive(Clone, Copy)]
pub struct VariableTypes<'t, 'm> {
    /// All files.
    pub project: &'t Project,
    /// The parsed ones.
    pub modules: &'m Modules<'m>,
}

/// A type of functions, and the module that it is written in.
struct Signature<'s> {
    module: &'s Module,
    params: &'s [TsFnParam],
    gives: Option<&'s TsType>,
}

impl<'m> VariableTypes<'_, 'm> {
    /// Where the parameters of `carriers`, and of the wrappers that give these, start that may be left away.
    pub fn optional(self, module: &Module, carriers: &[Carrier<'_>]) -> BTreeSet<usize> {
        let mut optional = BTreeSet::new();
        for carrier in carriers {
            for [outer, inner] in typed(module, carrier) {
                let asked = variable_type(module, outer);
                let own = asked.as_ref().and_then(|asked| self.signature(module, &asked.type_ann, MAX_HOPS));
                let given = match (outer.return_type(), &own) {
                    _ if outer.span() == inner.span() => None,
                    (Some(gives), _) => self.signature(module, &gives.type_ann, MAX_HOPS),
                    (None, own) => own.as_ref().and_then(|own| self.signature(own.module, own.gives?, MAX_HOPS)),
                };
                for (function, signature) in [(outer, own), (inner, given)] {
                    let params = signature.map_or(&[][..], |signature| signature.params);
                    let both = function.params().into_iter().zip(params);
                    let may_lack = |asked: &TsFnParam| matches!(asked, TsFnParam::Ident(name) if name.id.optional);
                    optional.extend(both.filter(|(_, asked)| may_lack(asked)).map(|(own, _)| span_of(own).start));
                }
            }
        }
        optional
    }

    fn signature<'s>(self, module: &'s Module, kind: &'s TsType, hops: usize) -> Option<Signature<'s>>
    where
        'm: 's,
    {
        let hops = hops.checked_sub(1)?;
        match kind {
            TsType::TsParenthesizedType(inner) => self.signature(module, &inner.type_ann, hops),
            TsType::TsFnOrConstructorType(TsFnOrConstructorType::TsFnType(function)) => {
                Some(Signature { module, params: &function.params, gives: Some(&function.type_ann.type_ann) })
            }
            TsType::TsTypeRef(reference) => {
                let name = reference.type_name.as_ident()?.to_id();
                if let Some(own) = named_type(module, &name) {
                    return self.named(module, own, hops);
                }
                let Import { specifier, name: Imported::Name(exported), .. } = imports(module).remove(&name)? else {
                    return None;
                };
                let (home, name) = binding(self.project, self.modules, &module.path, &specifier, &exported)?;
                self.named(home, named_type(home, &name)?, hops)
            }
            _ => None,
        }
    }

    fn named<'s>(self, module: &'s Module, own: NamedType<'s>, hops: usize) -> Option<Signature<'s>>
    where
        'm: 's,
    {
        match own {
            NamedType::Alias(own) => self.signature(module, &own.type_ann, hops),
            NamedType::Interface(own) => match own.body.body.as_slice() {
                [TsTypeElement::TsCallSignatureDecl(call)] => {
                    let gives = call.type_ann.as_ref().map(|gives| &*gives.type_ann);
                    Some(Signature { module, params: &call.params, gives })
                }
                _ => None,
            },
        }
    }
}

/// The functions that may have their types from a constant: the carrier itself, or the wrapper that gives it together
/// with what that gives.
fn typed<'a>(module: &'a Module, carrier: &Carrier<'a>) -> Vec<[Function<'a>; 2]> {
    let own = carrier.function;
    let wrapper = carrier.wraps.then(|| wrapper_of(module, own)).flatten();
    let wrapper = wrapper.map(|(wrapper, shape)| [wrapper, shape.taker]);
    [[own, own]].into_iter().chain(wrapper).collect()
}

/// Whether `kind` of `module` is a type of generic functions.
fn is_generic(module: &Module, kind: &TsType, hops: usize) -> bool {
    let Some(hops) = hops.checked_sub(1) else { return false };
    match kind {
        TsType::TsParenthesizedType(inner) => is_generic(module, &inner.type_ann, hops),
        TsType::TsFnOrConstructorType(TsFnOrConstructorType::TsFnType(function)) => function.type_params.is_some(),
        TsType::TsTypeRef(reference) => {
            match reference.type_name.as_ident().and_then(|name| named_type(module, &name.to_id())) {
                Some(NamedType::Alias(own)) => is_generic(module, &own.type_ann, hops),
                Some(NamedType::Interface(own)) => own.body.body.iter().any(
                    |member| matches!(member, TsTypeElement::TsCallSignatureDecl(call) if call.type_params.is_some()),
                ),
                None => false,
            }
        }
        _ => false,
    }
}

/// The rest parameter of `carrier`, or of the wrapper that gives it, whose type nothing but that of the constant says.
pub fn untyped_rest(module: &Module, carrier: &Carrier<'_>) -> Option<Finding> {
    let typed = typed(module, carrier).into_iter().map(|[outer, inner]| {
        let own = variable_type(module, outer).map(|_| outer);
        let apart = outer.span() != inner.span();
        let given = (apart && (own.is_some() || outer.return_type().is_some())).then_some(inner);
        own.into_iter().chain(given)
    });
    // What the parameters of a generic type are depends on the call.
    let generic = |function: &Function<'_>| {
        variable_type(module, *function).is_some_and(|asked| is_generic(module, &asked.type_ann, MAX_HOPS))
    };
    let functions: Vec<Function<'_>> = typed.flatten().collect();
    let mut more = functions.iter().copied().filter(generic).flat_map(|own| {
        let roles = if own.span() == carrier.function.span() { carrier.roles.as_slice() } else { &[] };
        let params = own.params().into_iter().enumerate();
        params.filter(|(at, _)| roles.get(*at).copied().flatten().is_none()).map(|(_, param)| param).collect::<Vec<_>>()
    });
    let generic = more.find(|param| is_untyped(param));
    let mut params = functions.iter().copied().flat_map(Function::params);
    let rest = params.find(|param| matches!(param, Pat::Rest(rest) if rest.type_ann.is_none())).or(generic)?;
    let message = "the type around it says what this takes, and it speaks of the old form";
    Some(Finding::manual("helper-form", &module.path, span_of(rest), message).help("give this parameter a type here"))
}
