//! axios in functions of React Query's mutations, which are told of errors in many places, and what these look at.
//!
//! ```ts
//! const { mutate, isPending } = useMutation({
//!   mutationFn: async (title: string) => (await axios.post('/api/posts', { title })).data,
//!   onError: () => toast.error('Something went wrong'),
//! });
//! ```

use super::reads_message;
use crate::callers::fetch::Obstacle;
use crate::callers::mutation::{Called, Mutation, Watch};
use crate::syntax::ast::{ArrowExpr, Function as AstFunction, Id, MemberExpr};
use crate::syntax::{Function, Module, Span, Visit, VisitWith, bare, function_of, member_name, pat_ident, span_of};

/// What is done with the promise of a mutation's function.
pub struct Told {
    /// The message of an error is read.
    pub reads_message: bool,
    /// Nobody looks at the value.
    pub is_dropped: bool,
}

/// The mutation that the function with the call at `call` belongs to; `Err` if more is looked at than an error has.
pub fn of(module: &Module, call: Span, client: &Id) -> Option<Result<Told, Obstacle>> {
    let mutation = Mutation::all(module).into_iter().find(|mutation| {
        mutation.function().and_then(function_of).is_some_and(|function| own_functions(function, call))
    })?;
    let returns = mutation.function().and_then(function_of).and_then(Function::return_type);
    // A type says what the value is, even if nobody looks at it.
    let is_dropped = mutation.types.is_none() && returns.is_none();
    let mut reader = Reader { module, client, told: Told { reads_message: false, is_dropped } };
    Some(mutation.walk(module, &mut reader).map(|()| reader.told))
}

struct Reader<'m> {
    module: &'m Module,
    client: &'m Id,
    told: Told,
}

impl Watch for Reader<'_> {
    fn value(&mut self, function: Function<'_>) -> Result<(), Obstacle> {
        let unused = function.params().first().is_none_or(|param| {
            pat_ident(param)
                .is_some_and(|name| self.module.references().get(&name.to_id()).is_some_and(|all| all.len() == 1))
        });
        self.told.is_dropped &= unused;
        Ok(())
    }

    fn error(&mut self, function: Function<'_>, index: usize) -> Result<(), Obstacle> {
        let param = function.params().get(index).copied();
        let all = self.module.references();
        self.told.reads_message |= match (function.block(), function.expression()) {
            (Some(block), _) => reads_message(param, block, span_of(block), self.client, all)?,
            (_, Some(value)) => reads_message(param, value, span_of(value), self.client, all)?,
            _ => false,
        };
        Ok(())
    }

    fn data(&mut self, _: Span) -> Result<(), Obstacle> {
        self.told.is_dropped = false;
        Ok(())
    }

    fn last_error(&mut self, at: Span) -> Result<(), Obstacle> {
        let mut messages = Messages { at, found: false };
        self.module.ast.visit_with(&mut messages);
        self.told.reads_message = true;
        if messages.found { Ok(()) } else { Err(looks(at)) }
    }

    fn called(&mut self, call: &Called) -> Result<(), Obstacle> {
        // Otherwise the error gets elsewhere, whatever stands around the call.
        if !call.is_awaited {
            return Err(looks(call.at));
        }
        self.told.is_dropped &= call.is_dropped;
        let catch = call.catch.as_ref().ok_or_else(|| looks(call.at))?;
        let (inside, all) = (span_of(&catch.body), self.module.references());
        self.told.reads_message |= reads_message(catch.param.as_ref(), &catch.body, inside, self.client, all)?;
        Ok(())
    }
}

fn looks(at: Span) -> Obstacle {
    (at, "this may look for what axios adds to an error".to_owned())
}

/// Whether the code at `at` is that of `function`, and of none inside it.
fn own_functions(function: Function<'_>, at: Span) -> bool {
    struct Inner(Span, bool);
    impl Visit for Inner {
        fn visit_function(&mut self, function: &AstFunction) {
            self.1 |= span_of(function).contains(self.0);
        }

        fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
            self.1 |= span_of(arrow).contains(self.0);
        }
    }
    let mut inner = Inner(at, false);
    match (function.block(), function.expression()) {
        (Some(block), _) => block.visit_with(&mut inner),
        (_, Some(value)) => value.visit_with(&mut inner),
        _ => {}
    }
    function.span().contains(at) && !inner.1
}

/// Whether what stands at a place is asked for its message.
struct Messages {
    at: Span,
    found: bool,
}

impl Visit for Messages {
    fn visit_member_expr(&mut self, member: &MemberExpr) {
        let named = member_name(member).is_some_and(|name| name == "message");
        self.found |= named && span_of(bare(&member.obj)) == self.at;
        member.visit_children_with(self);
    }
}
