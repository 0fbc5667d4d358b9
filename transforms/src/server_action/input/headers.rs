//! Headers of the request that an action has as well: `req.headers.get('cookie')` becomes
//! `(await headers()).get('cookie')`.

use super::Reader;
use crate::rewrite::Edit;
use crate::server_action::headers::SAME_HEADERS;
use crate::syntax::ast::Expr;
use crate::syntax::{Module, bare, declared_names, ident, imported, is_ident, literal_str, member_name, span_of};

impl Reader<'_> {
    /// Whether `expr` reads a header that the browser sends with everything, of which `headers` is another place then.
    pub(super) fn header_read(&mut self, expr: &Expr) -> bool {
        self.header(expr).is_some()
    }

    fn header(&mut self, expr: &Expr) -> Option<()> {
        let Expr::Call(call) = expr else { return None };
        let Expr::Member(get) = bare(call.callee.as_expr()?) else { return None };
        let Expr::Member(headers) = bare(&get.obj) else { return None };
        let is_ours = is_ident(&headers.obj, self.request.as_ref()?)
            && member_name(headers).as_deref() == Some("headers")
            && matches!(member_name(get).as_deref(), Some("get" | "has"));
        let [name] = call.args.as_slice() else { return None };
        let name = literal_str(&name.expr)?.to_ascii_lowercase();
        // Functions inside need not be `async`.
        if !is_ours || self.depth > 0 || !SAME_HEADERS.contains(&name.as_str()) {
            return None;
        }
        let (local, is_new) = local_name(self.module)?;
        self.understood.extend(ident(&headers.obj).map(span_of));
        let text = if self.asynchronous { format!("(await {local}())") } else { format!("{local}()") };
        self.input.edits.push(Edit::replace(span_of(headers), text));
        self.input.headers |= is_new;
        Some(())
    }
}

/// What `module` calls `headers` of `next/headers`, and whether that has to be imported; `None` if the name means
/// something else.
fn local_name(module: &Module) -> Option<(String, bool)> {
    match imported(module, "next/headers", "headers") {
        Some(id) => Some((id.0.to_string(), false)),
        None => (!declared_names(&module.ast).contains("headers")).then(|| ("headers".to_owned(), true)),
    }
}
