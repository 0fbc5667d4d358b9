//! Forms that packages read: see [`crate::libraries::formidable`] and [`crate::libraries::multer`].

use std::collections::BTreeSet;

use super::Builder;
use crate::libraries::formidable::is_bundled;
use crate::libraries::multer::ODD;
use crate::pages_api::Multipart;
use crate::project::all_imports;
use crate::rewrite::{Edit, Piece};
use crate::route_handler::compat::Helper;
use crate::route_handler::statements::hole;
use crate::route_handler::uploads::{sources, uploads};
use crate::syntax::Span;

const HELP: &str = "read the form with `await req.formData()` by hand, whose files are `File`s in memory, or keep this \
                    endpoint in pages/api";

/// The same where the package's version is what stands in the way.
const HELP_WITH_2: &str = "update formidable to version 3, which can go on reading the form in a Route Handler, read it \
                           with `await req.formData()` by hand, or keep this endpoint in pages/api";

impl Builder<'_, '_, '_> {
    pub(super) fn forms(&mut self, index: usize) {
        let (carrier, module) = (self.carrier, self.cx.module);
        for Multipart { span, middleware, plain } in &carrier.multiparts {
            if !plain {
                self.refuse("package-call", *middleware, ODD.message, ODD.help);
            }
            let name = self.cx.names.helper(Helper::ReadMultipart);
            let (call, request) = (format!("{name}("), format!(")({})", self.req()));
            self.out.helpers.push((Helper::ReadMultipart, *span));
            self.out.request_at.push(*span);
            self.edit(*span, vec![Piece::Text(call), Piece::Source(*middleware), Piece::Text(request)]);
        }
        let gives = |at: usize| self.cx.needs.get(at)?.gives.clone();
        let given = sources(self.cx.carriers, carrier, &gives, self.cx.callees);
        if carrier.forms.is_empty() && given.is_empty() {
            return;
        }
        let is_2 = carrier.forms.iter().any(|parse| !is_bundled(parse.major));
        let help = if is_2 { HELP_WITH_2 } else { HELP };
        let found = uploads(module, &all_imports(module), carrier, &given);
        for (span, message) in found.troubles {
            self.refuse("package-call", span, message, help);
        }
        if found.gives.is_some() && index < self.cx.handlers {
            self.refuse("package-call", carrier.function.span(), "the handler returns what formidable gives", help);
        }
        self.out.edits.extend(found.edits);
        self.out.awaits_at.extend(found.awaits_at);
        let mut setup: BTreeSet<Span> = BTreeSet::new();
        for parse in &carrier.forms {
            self.out.request_at.push(parse.span);
            if parse.streamed {
                let call = format!("{}({})", self.cx.names.helper(Helper::NodeRequest), self.req());
                self.out.helpers.push((Helper::NodeRequest, parse.span));
                self.edit(parse.request, vec![Piece::Text(call)]);
                continue;
            }
            let elsewhere = parse.setup.iter().find(|made| !carrier.function.span().contains(**made));
            if let Some((span, message)) = &parse.trouble {
                self.refuse("package-call", *span, message.clone(), help);
            } else if let Some(made) = elsewhere {
                self.refuse("package-call", *made, "formidable makes a form here that several requests use", help);
            } else if self.req().contains('.') {
                self.refuse("package-call", parse.span, "formidable reads a request that an object holds", help);
            }
            let helper = if parse.major >= 3 { Helper::ReadFormLists } else { Helper::ReadForm };
            self.out.helpers.push((helper, parse.span));
            self.edit(parse.callee, vec![Piece::Text(self.cx.names.helper(helper).to_owned())]);
            setup.extend(&parse.setup);
        }
        self.out.edits.extend(blocks(&module.text, setup).map(|made| Edit::delete(hole(&module.text, made))));
    }
}

/// Statements that have nothing but blanks between them, as one.
fn blocks(text: &str, statements: BTreeSet<Span>) -> impl Iterator<Item = Span> {
    let mut blocks: Vec<Span> = Vec::new();
    for statement in statements {
        match blocks.last_mut().filter(|last| text[last.end..statement.start].trim().is_empty()) {
            Some(last) => last.end = statement.end,
            None => blocks.push(statement),
        }
    }
    blocks.into_iter()
}
