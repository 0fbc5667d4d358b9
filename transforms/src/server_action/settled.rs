//! What follows the call of an action so that its promise gives, or throws, what the old one did.
//!
//! ```ts
//! const post = await postJson('/api/posts', draft);
//! axios.delete(`/api/posts/${id}`).then(() => router.refresh()).catch(report);
//! ```
//! become
//! ```ts
//! const post = await createPost(draft).then((res) => {
//!   if (!res.ok) throw new Error('Something went wrong');
//!   return res.data;
//! });
//! deletePost(id).then(({ ok, status }) => {
//!   if (!ok) throw new Error(`Request failed with status code ${status}`);
//! }).then(() => router.refresh()).catch(report);
//! ```

use super::absent::Absent;
use super::caller::indent_at;
use crate::callers::{Settled, Tail};
use crate::rewrite::{Edit, Rewrite};
use crate::syntax::{Module, Span};

/// The call of `then` behind the call at `call`; `None` if it cannot be written.
pub fn settled_text(module: &Module, call: Span, settled: &Settled, absent: &Absent) -> Option<String> {
    let semi = module.style.semi();
    let (result, value, lines) = match settled {
        Settled::Rejecting(read) => {
            let (result, of) = if *read { ("response", "response.") } else { ("{ ok, status }", "") };
            let throw = format!("throw new Error(`Request failed with status code ${{{of}status}}`){semi}");
            let mut lines = vec![format!("if (!{of}ok) {throw}")];
            lines.extend(read.then(|| format!("return response{semi}")));
            (format!("({result})"), None, lines)
        }
        Settled::Tail(tail) => {
            let code = code_of(tail, absent)?;
            let gives = tail.gives.as_ref().map_or_else(String::new, |name| format!(": {name}"));
            let result = format!("({}){gives}", tail.response);
            match tail.is_expression {
                true => (result, Some(code), Vec::new()),
                false => (result, None, dedented(&code, &indent_at(&tail.text, tail.code.start))),
            }
        }
    };
    let rest = &module.text[call.end..];
    let gap = &rest[..rest.len() - rest.trim_start().len()];
    // In a chain with one link per line, it is one more.
    let (before, indent) = match gap.rsplit_once('\n') {
        Some((_, indent)) if rest.trim_start().starts_with('.') => (format!("\n{indent}"), indent.to_owned()),
        _ => (String::new(), indent_at(&module.text, call.start)),
    };
    Some(match value {
        Some(value) => format!("{before}.then({result} => {value})"),
        None => {
            let step = &module.style.indent;
            let line = |line: &String| if line.is_empty() { "\n".into() } else { format!("{indent}{step}{line}\n") };
            let lines: String = lines.iter().map(line).collect();
            format!("{before}.then({result} => {{\n{lines}{indent}}})")
        }
    })
}

/// A global that the code needs, and that `module` gives to something else.
pub fn taken_global<'s>(module: &Module, settled: &'s Settled) -> Option<&'s str> {
    let free = module.free_references();
    let own = |name: &str| module.references().keys().any(|id| *id.0 == *name && !free.contains_key(id));
    settled.globals().find(|name| own(name))
}

/// The code of a function, reading the result of an action.
fn code_of(tail: &Tail, absent: &Absent) -> Option<String> {
    let mut rewrite = Rewrite::new();
    for read in &tail.reads {
        rewrite.add(Edit::of(read.span, absent.data(&tail.text, read))).ok()?;
    }
    rewrite.render_span(&tail.text, tail.code).ok()
}

fn dedented(code: &str, indent: &str) -> Vec<String> {
    code.lines().map(|line| line.strip_prefix(indent).unwrap_or(line).trim_end().to_owned()).collect()
}
