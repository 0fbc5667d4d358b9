//! What the tool saw and what it concludes: one [`Finding`] says what, where, and what to do by hand.

use crate::syntax::Span;

/// How far a proposal may be trusted. Ordered: a composite is as safe as its least safe part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// Nothing is proposed; a person has to do it.
    Manual,
    /// Proposed with `--unsafe` only: a caller may observe a difference that the finding names.
    Review,
    /// Behaves as before but for the differences that the README accepts.
    Safe,
}

impl Safety {
    /// The word used in reports and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Safety::Manual => "manual",
            Safety::Review => "review",
            Safety::Safe => "safe",
        }
    }
}

/// One observation about an endpoint or a file, addressed to the person who reviews the migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable kebab-case name, e.g. `response-escapes`.
    pub rule: &'static str,
    /// What it means for the endpoint it belongs to.
    pub level: Safety,
    /// What was seen, in one sentence without a final full stop.
    pub message: String,
    /// What to do by hand; empty where there is nothing to do.
    pub help: String,
    /// The file it was seen in, relative to the project root, with `/`.
    pub file: String,
    /// Byte offsets into that file's text; `None` when the finding is about the file as a whole.
    pub span: Option<Span>,
}

impl Finding {
    /// A finding that keeps its endpoint where it is.
    pub fn manual(rule: &'static str, file: &str, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self::new(rule, Safety::Manual, file, span, message)
    }

    /// A finding that makes the migration of its endpoint a matter of review.
    pub fn review(rule: &'static str, file: &str, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self::new(rule, Safety::Review, file, span, message)
    }

    /// A remark that changes nothing about the decision.
    pub fn note(rule: &'static str, file: &str, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self::new(rule, Safety::Safe, file, span, message)
    }

    fn new(
        rule: &'static str,
        level: Safety,
        file: &str,
        span: impl Into<Option<Span>>,
        message: impl Into<String>,
    ) -> Self {
        Finding { rule, level, message: message.into(), help: String::new(), file: file.into(), span: span.into() }
    }

    /// Adds what to do by hand.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}
