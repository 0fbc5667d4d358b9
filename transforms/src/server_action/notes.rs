//! What a reviewer of an action is told. None of it is a difference in behaviour: the Route Handler was the same.

use super::client_id::client_id;
use super::handler::{Handler, called_names};
use super::input::Input;
use super::seen::Calls;
use crate::finding::Finding;
use crate::syntax::Function;

/// The notes for the action `name`, made of `handler` in `module`, which stood in `file` before, and what is around it.
pub fn notes(
    (handler, wrappers): (Handler<'_>, Vec<Function<'_>>),
    input: &Input,
    name: &str,
    file: &str,
) -> Vec<Finding> {
    let mut called = called_names(handler.function);
    called.extend(wrappers.iter().copied().flat_map(called_names));
    let calls = |words: &[&str]| {
        called.iter().any(|name| {
            let name = name.to_ascii_lowercase();
            words.iter().any(|word| name.contains(word))
        })
    };
    let mut notes = Vec::new();
    let mut note = |rule, message: String, help: &str| notes.push(Finding::note(rule, file, None, message).help(help));
    if !calls(&[
        "auth",
        "session",
        "currentuser",
        "getuser",
        "verify",
        "permission",
        "require",
        "ensure",
        "access",
        "token",
        "cookies",
    ]) {
        note(
            "action-without-auth",
            format!("nothing in `{name}` checks who calls it, as before; anybody can post to an action"),
            "check the session inside the action, unless everybody may do this",
        );
        if let Some(id) = client_id(handler, input) {
            note(
                "trusts-client-id",
                format!("`{name}` takes `{id}` from whoever calls it, as before, and compares it with nothing"),
                "take the id from the session",
            );
        }
    }
    let functions = std::iter::once(handler.function).chain(wrappers.iter().copied());
    let Calls { checks, only_sends } = Calls::of(functions);
    if input.body.is_some() && !checks {
        note(
            "action-without-validation",
            format!("`{name}` uses its input unchecked, as before"),
            "validate the argument at the start, for example with a schema",
        );
    }
    if !only_sends && !calls(&["revalidate", "updatetag", "refresh"]) {
        note(
            "missing-revalidation",
            format!("`{name}` changes data and revalidates nothing, as before"),
            "call revalidatePath or revalidateTag in the action, where pages show this data",
        );
    }
    notes
}
