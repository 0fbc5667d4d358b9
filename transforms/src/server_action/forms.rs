//! `--forms`: the `onSubmit` of a form that calls an action becomes the action of the form, and React keeps what it showed
//! by hand.
//!
//! ```tsx
//! const [error, setError] = useState('');
//! const [saving, setSaving] = useState(false);
//! async function submit(event: FormEvent) {
//!   event.preventDefault();
//!   setSaving(true);
//!   setError('');
//!   const res = await createPost({ title });
//!   setSaving(false);
//!   if (!res.ok) {
//!     setError('Not saved');
//!     return;
//!   }
//!   router.push('/');
//! }
//! <form onSubmit={submit}>
//! ```
//! becomes
//! ```tsx
//! const [error, submit, saving] = useActionState(async () => {
//!   const res = await createPost({ title });
//!   if (!res.ok) {
//!     return 'Not saved';
//!   }
//!   router.push('/');
//!   return '';
//! }, '');
//! <form action={submit}>
//! ```
//!
//! React runs the action in a transition: what is set before the request would show only after it. So everything set
//! there has to be the state of the hook, or whether it runs. And React resets the form afterwards, so that its fields
//! have to be held by states, which a reset leaves alone.
//!
//! In Next.js 14, `useFormState` tells no pending state; `button` says how a button gets it there.

mod button;
mod element;
mod entered;
mod fields;
mod handler;
mod state;

use button::button_edits;
use element::{Form, around, form_of, resets};
use fields::{Collected, Fields, collected};
use handler::{Handler, handler_of};
use state::{Held, Message, states_of};

use crate::finding::Finding;
use crate::project::NextVersion;
use crate::rewrite::{Edit, Piece};
use crate::server_action::gaps::without_gaps;
use crate::server_action::input_type::is_typescript;
use crate::syntax::{Module, Span, declared_names, full_statement};

/// What stands in the way of a form action, and where.
pub type Kept = (Span, String);

/// A form action.
pub struct FormAction {
    /// The statement of the function that it replaces.
    pub statement: Span,
    pub edits: Vec<Edit>,
    /// The hook, if there is one, and its module, if it has to be imported.
    pub hook: Option<(&'static str, Option<&'static str>)>,
    /// A component of its own is told by `useFormStatus` that the form is sent.
    pub tells: bool,
    /// A state keeps what was entered.
    pub keeps: bool,
    /// What the function is called.
    pub name: String,
}

/// The form action for the call at `call`; `None` if it stands in no function that a form is submitted to.
pub fn form_action(module: &Module, call: Span, next: NextVersion) -> Option<Result<FormAction, Kept>> {
    let handler = handler_of(module, call)?;
    let Some(form) = form_of(module, &handler) else {
        let why = "its `onSubmit` is a function around the one that sends the request, and may do more";
        return around(module, &handler).map(|at| Err((at, why.to_owned())));
    };
    Some(converted(module, call, next, &handler, &form))
}

fn converted(
    module: &Module,
    call: Span,
    next: NextVersion,
    handler: &Handler,
    form: &Form,
) -> Result<FormAction, Kept> {
    if let Some(obstacle) = &form.obstacle {
        return Err(obstacle.clone());
    }
    let all = module.references();
    let mentions = all.get(&handler.id).map_or(0, Vec::len);
    if mentions != 2 {
        return Err((handler.statement, "something else than the form calls it".into()));
    }
    let collected = collected(module, handler, form, all);
    let known = collected.as_ref().map(Collected::places).unwrap_or_default();
    let prevented = handler
        .prevented(all, &known)
        .map_err(|at| (at, "its event is used for more than `preventDefault()` and its fields".to_owned()))?;
    let fields = match &collected {
        Some(collected) => Some(Fields::of(module, next, (handler, form), collected)?),
        None => None,
    };
    if !handler.is_in_component || handler.is_behind_return {
        return Err((handler.statement, "a hook may only stand in a component, before any `return`".into()));
    }
    let states = states_of(handler, all);
    let (pending, told) = match states.pending(call) {
        pending if next.has_action_state() => (pending, None),
        told => (None, told),
    };
    let message = states.message(module, call, pending.as_ref().or(told.as_ref()));
    let held: Vec<&Held> = message.iter().map(|message| &message.held).chain(&pending).chain(&told).collect();
    let before = fields.as_ref().map_or_else(String::new, |fields| fields.state(module, handler));
    let is_plain = message.is_none() && pending.is_none();
    if is_plain && fields.is_none() && told.is_none() {
        return Err((handler.statement, "it sets no state that the hook could keep".into()));
    }
    let gone: Vec<Span> = held.iter().flat_map(|held| held.gone.iter().copied()).chain([prevented]).collect();
    let gone: Vec<Span> =
        gone.into_iter().chain(fields.iter().flat_map(|fields| fields.gone.iter().copied())).collect();
    if let Some(at) = states.early(call).find(|at| !gone.contains(at)) {
        let why = "in an action, what is set before the request shows only after it";
        return Err((at, why.to_owned()));
    }
    if next.has_action_state()
        && fields.is_none()
        && let Some((at, why)) = resets(module, form)
    {
        return Err((at, format!("React resets the form after an action, and {why}")));
    }
    let told = told.as_ref().map(|told| button_edits(module, handler, form, told)).transpose()?.unwrap_or_default();
    let statements = held.iter().map(|held| held.statement);
    let lines = gone.into_iter().chain(statements).map(|statement| full_statement(&module.text, statement));
    let lines = without_gaps(&module.text, lines.collect());
    let mut edits: Vec<Edit> = lines.into_iter().map(Edit::delete).collect();
    let name = handler.id.0.to_string();
    let mut hook = None;
    if is_plain {
        let param = fields.as_ref().map_or_else(String::new, |fields| fields.param(module));
        let is_arrow = handler.head.text(&module.text).contains("=>");
        let head = if is_arrow {
            format!("{before}const {name} = async ({param}) => ")
        } else {
            format!("{before}async function {name}({param}) ")
        };
        edits.push(Edit::replace(handler.head, head));
    } else {
        let spaced = held.iter().any(|held| held.of_namespace) && next.has_action_state();
        let own = if next.has_action_state() { ("useActionState", "react") } else { ("useFormState", "react-dom") };
        let called = if spaced { format!("React.{}", own.0) } else { own.0.to_owned() };
        edits.extend(hook_edits(module, handler, &called, (message.as_ref(), pending.as_ref(), fields.as_ref()))?);
        hook = Some((own.0, (!spaced).then_some(own.1)));
    }
    edits.extend(fields.iter().flat_map(|fields| fields.edits(module)));
    let tells = !told.is_empty();
    edits.extend(told);
    edits.push(Edit::replace(form.attribute, "action"));
    Ok(FormAction {
        statement: handler.statement,
        edits,
        hook,
        tells,
        keeps: fields.as_ref().is_some_and(Fields::keeps),
        name,
    })
}

/// `const [error, submit, saving] = useActionState(async () => {`, and what belongs to it.
fn hook_edits(
    module: &Module,
    handler: &Handler,
    called: &str,
    (message, pending, fields): (Option<&Message>, Option<&Held>, Option<&Fields>),
) -> Result<Vec<Edit>, Kept> {
    let mut edits = Vec::new();
    let text = |span: Span| span.text(&module.text);
    let (mut state, mut kind, mut initial, mut previous) = ("", String::new(), "undefined", "");
    let semi = module.style.semi();
    if let Some(message) = message {
        (state, initial) = (&message.held.name, text(message.initial));
        kind = message.held.kind.map_or_else(String::new, |kind| text(kind).to_owned());
        for (at, value) in &message.given {
            let value = vec![Piece::Text("return ".into()), Piece::Source(*value), Piece::Text(semi.into())];
            edits.push(Edit::of(*at, value));
        }
        if !handler.exits {
            // A message that nothing took back stays.
            previous = if message.is_reset { "" } else { "previous" };
            let last = if message.is_reset { initial } else { previous };
            edits.push(Edit::insert(handler.last_line, format!("{}return {last}{semi}\n", handler.indent)));
        }
    }
    let mut param = previous.to_owned();
    if let Some(fields) = fields {
        let name = if previous.is_empty() { "_previous" } else { previous };
        let of_state = match (is_typescript(&module.path), kind.strip_suffix('>')) {
            (false, _) => "",
            (true, Some(own)) => {
                kind = format!("{own}, FormData>");
                ""
            }
            (true, None) => kind_of(initial),
        };
        param = format!("{name}{of_state}, {}", fields.param(module));
        previous = name;
    }
    if !previous.is_empty() && declared_names(&module.ast).contains(previous) {
        return Err((handler.statement, format!("`{previous}` means something else in this file")));
    }
    let running = pending.map_or_else(String::new, |pending| format!(", {}", pending.name));
    let list = format!("[{state}, {}{running}]", handler.id.0);
    let before = fields.map_or_else(String::new, |fields| fields.state(module, handler));
    edits.push(Edit::replace(handler.head, format!("{before}const {list} = {called}{kind}(async ({param}) => ")));
    edits.push(Edit::replace(handler.tail, format!(", {initial}){semi}")));
    Ok(edits)
}

/// The type of a state that begins with a literal.
fn kind_of(initial: &str) -> &'static str {
    match initial.chars().next() {
        Some('\'' | '"' | '`') => ": string",
        Some('t' | 'f') => ": boolean",
        Some('n') => ": null",
        Some('u') | None => ": void",
        Some(_) => ": number",
    }
}

/// What a reviewer is told of the form action that a call became part of, or of why it did not.
pub fn note(module: &Module, form: Result<FormAction, Kept>) -> Finding {
    match form {
        Ok(FormAction { statement, name, hook, tells, .. }) => {
            let hooks = hook.map(|(hook, _)| hook).into_iter().chain(tells.then_some("useFormStatus"));
            let hooks = hooks.map(|hook| format!("`{hook}`")).collect::<Vec<_>>().join(" and ");
            let by = if hooks.is_empty() { hooks } else { format!(", by {hooks}") };
            let message = format!("`{name}` is the action of its form now{by}");
            Finding::note("form-action", &module.path, statement, message).help(
                "its message stays while it runs, one submission waits for the other, and an error that it does not \
                 catch reaches the nearest error boundary",
            )
        }
        Err((at, why)) => {
            let message = format!("the form keeps its `onSubmit`: {why}");
            Finding::note("form-kept", &module.path, at, message)
        }
    }
}
