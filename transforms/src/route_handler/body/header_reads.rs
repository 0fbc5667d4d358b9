//! Reads of one header. What is missing was `undefined` and is `null` now, which is made up for wherever it could
//! make a difference:
//!
//! ```ts
//! const id = req.headers['x-id'];           const id = req.headers.get('x-id') ?? undefined;
//! const token = req.headers.authorization;  const token = req.headers.get('authorization');
//! if (!token) return refuse();              if (!token) return refuse();
//! ```

use super::Builder;
use crate::pages_api::RequestUse;
use crate::syntax::Span;

impl Builder<'_, '_, '_> {
    pub(super) fn header(&mut self, read: &RequestUse, name: &str) {
        let get = format!("{}.headers.get({})", self.req(), self.cx.dialect.style.string(name));
        if read.accessed || (!read.loose && self.narrowed.is_there(name, read)) {
            self.request_text(read, format!("{get}{}", self.asserted(read)), false);
        } else if read.loose || self.only_asked(read) {
            self.request_text(read, get, false);
        } else {
            // The type of the request says what this header is.
            let own = self.cx.member_types.and_then(|types| types.headers.as_ref());
            let own = own.filter(|_| self.text_of(read.span).contains(name));
            match own {
                Some(kind) => {
                    let key = self.cx.dialect.style.string(name);
                    self.request_text(read, format!("({get} ?? undefined) as {kind}[{key}]"), true);
                }
                None => self.request_text(read, format!("{get} ?? undefined"), true),
            }
        }
    }

    /// What tells TypeScript that the value is there, unless the code does.
    fn asserted(&self, read: &RequestUse) -> &'static str {
        let behind = self.cx.module.text[read.span.end..].trim_start();
        let told = behind.starts_with("as ") || (behind.starts_with('!') && !behind.starts_with("!="));
        if told || !self.cx.dialect.typescript { "" } else { "!" }
    }

    /// Whether the value is kept in a constant that is only asked whether there is one, and used where there is.
    fn only_asked(&self, read: &RequestUse) -> bool {
        let Some((declarator, name)) = &read.declares else { return false };
        let cast = self.text_of(Span::new(read.span.end, declarator.end)).trim_start();
        let typed = self.text_of(Span::new(declarator.start, read.span.start)).contains(':');
        let constant = self.declaration_of(*declarator).is_some_and(|whole| self.text_of(whole).starts_with("const"));
        let mut ids = self.references.iter().filter(|(id, _)| *id.0 == **name);
        let (Some((id, mentions)), None) = (ids.next(), ids.next()) else { return false };
        let same = |at: &Span| {
            declarator.contains(*at) || self.carrier.loose.contains(at) || self.cx.constants.is_true_at(id, *at)
        };
        constant && !typed && (cast.is_empty() || cast.starts_with("as ")) && mentions.iter().all(same)
    }
}
