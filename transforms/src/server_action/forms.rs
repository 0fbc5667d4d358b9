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

mod element;
mod handler;
mod state;

use element::{Form, form_of, resets};
use handler::{Handler, handler_of};
use state::{Held, states_of};

use crate::finding::Finding;
use crate::project::NextVersion;
use crate::rewrite::{Edit, Piece};
use crate::syntax::{Module, Span, declared_names, full_statement};

/// What stands in the way of a form action, and where.
pub type Kept = (Span, String);

/// A form action.
pub struct FormAction {
    /// The statement of the function that it replaces.
    pub statement: Span,
    pub edits: Vec<Edit>,
    pub hook: &'static str,
    /// The hook and its module, if it has to be imported.
    pub import: Option<(&'static str, &'static str)>,
    /// What the function is called.
    pub name: String,
}

/// The form action for the call at `call`; `None` if it stands in no function that a form is submitted to.
pub fn form_action(module: &Module, call: Span, next: NextVersion) -> Option<Result<FormAction, Kept>> {
    let handler = handler_of(module, call)?;
    let form = form_of(module, &handler)?;
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
    let prevented =
        handler.prevented(all).map_err(|at| (at, "its event is used for more than `preventDefault()`".to_owned()))?;
    if !handler.is_in_component || handler.is_behind_return {
        return Err((handler.statement, "a hook may only stand in a component, before any `return`".into()));
    }
    let states = states_of(handler, all);
    let pending = states.pending(call).filter(|_| next.has_action_state());
    let message = states.message(module, call, pending.as_ref());
    let held: Vec<&Held> = message.iter().map(|message| &message.held).chain(&pending).collect();
    if held.is_empty() || (message.is_none() && !next.has_action_state()) {
        return Err((handler.statement, "it sets no state that the hook could keep".into()));
    }
    let gone: Vec<Span> = held.iter().flat_map(|held| held.gone.iter().copied()).chain([prevented]).collect();
    if let Some(at) = states.early(call).find(|at| !gone.contains(at)) {
        return Err((at, "in an action, what is set before the request shows only after it".into()));
    }
    if next.has_action_state()
        && let Some((at, why)) = resets(module, form)
    {
        return Err((at, format!("React resets the form after an action, and {why}")));
    }
    let statements = held.iter().map(|held| held.statement);
    let lines = without_gaps(&module.text, gone.into_iter().chain(statements).collect());
    let mut edits: Vec<Edit> = lines.into_iter().map(Edit::delete).collect();
    let text = |span: Span| span.text(&module.text);
    let (mut state, mut kind, mut initial, mut param) = ("", "", "undefined", "");
    let semi = module.style.semi();
    if let Some(message) = &message {
        (state, initial) = (&message.held.name, text(message.initial));
        kind = message.held.kind.map_or("", text);
        for (at, value) in &message.given {
            let value = vec![Piece::Text("return ".into()), Piece::Source(*value), Piece::Text(semi.into())];
            edits.push(Edit::of(*at, value));
        }
        if !handler.exits {
            // A message that nothing took back stays.
            param = if message.is_reset { "" } else { "previous" };
            let last = if message.is_reset { initial } else { param };
            edits.push(Edit::insert(handler.last_line, format!("{}return {last}{semi}\n", handler.indent)));
        }
    }
    if !param.is_empty() && declared_names(&module.ast).contains(param) {
        return Err((handler.statement, format!("`{param}` means something else in this file")));
    }
    let hook = if next.has_action_state() { ("useActionState", "react") } else { ("useFormState", "react-dom") };
    let spaced = held.iter().any(|held| held.of_namespace) && next.has_action_state();
    let called = if spaced { format!("React.{}", hook.0) } else { hook.0.to_owned() };
    let name = handler.id.0.to_string();
    let running = pending.as_ref().map_or_else(String::new, |pending| format!(", {}", pending.name));
    let list = format!("[{state}, {name}{running}]");
    edits.push(Edit::replace(handler.head, format!("const {list} = {called}{kind}(async ({param}) => ")));
    edits.push(Edit::replace(handler.tail, format!(", {initial}){semi}")));
    edits.push(Edit::replace(form.attribute, "action"));
    let import = (!spaced).then_some(hook);
    Ok(FormAction { statement: handler.statement, edits, hook: hook.0, import, name })
}

/// The lines of statements that go, with a blank line where two would meet, or one stand at the start of a block.
fn without_gaps(text: &str, mut statements: Vec<Span>) -> Vec<Span> {
    statements.sort_unstable();
    let mut lines: Vec<Span> = Vec::new();
    for line in statements.into_iter().map(|span| full_statement(text, span)) {
        match lines.last_mut() {
            Some(last) if last.end == line.start => last.end = line.end,
            _ => lines.push(line),
        }
    }
    for line in &mut lines {
        let rest = &text[line.end..];
        let blank = &rest[..rest.find('\n').map_or(0, |at| at + 1)];
        let before = text[..line.start].trim_end_matches([' ', '\t', '\r']).strip_suffix('\n');
        let before = before.map(|before| before.trim_end_matches([' ', '\t', '\r']));
        if blank.trim().is_empty() && before.is_some_and(|before| before.ends_with(['\n', '{'])) {
            line.end += blank.len();
        }
    }
    lines
}

/// What a reviewer is told of the form action that a call became part of, or of why it did not.
pub fn note(module: &Module, form: Result<FormAction, Kept>) -> Finding {
    match form {
        Ok(FormAction { statement, name, hook, .. }) => {
            let message = format!("`{name}` is the action of its form now, by `{hook}`");
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
