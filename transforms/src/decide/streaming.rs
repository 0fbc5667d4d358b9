//! The answer comes in pieces: server-sent events, the text of a model while it is written.
//!
//! ```ts
//! return streamText({ model, messages }).toDataStreamResponse();
//! ```

use super::Facts;
use super::signs::{Signs, first};
use crate::finding::Finding;

const NAMES: [&str; 13] = [
    "readablestream",
    "sendstream",
    "transformstream",
    "pipethrough",
    "streamingtextresponse",
    "todatastreamresponse",
    "touimessagestreamresponse",
    "totextstreamresponse",
    "toairesponse",
    "createdatastreamresponse",
    "createuimessagestreamresponse",
    "openaistream",
    "eventstream",
];

/// A stream, or the content type of events.
pub fn check(facts: &Facts<'_>, signs: &Signs) -> Option<Finding> {
    let made = first(&signs.names, |name| NAMES.contains(&name));
    let (sign, span) = made.or_else(|| first(&signs.strings, |text| text == "text/event-stream"))?;
    Some(facts.note_in("streaming", *span, format!("`{sign}` says that its answer comes in pieces")))
}
