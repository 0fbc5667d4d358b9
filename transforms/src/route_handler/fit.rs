//! Responses, imports and lists of exports that became too long for their line, broken over lines as Prettier does it.
//!
//! ```ts
//! return res.status(404).json({ message: 'No such product in this shop' });
//!
//! return NextResponse.json(
//!   { message: 'No such product in this shop' },
//!   { status: 404 },
//! );
//! ```
//!
//! Only what the original does not have is touched, and of that only what is too long, or would have the end
//! of one object and the start of the next on a line.

mod lines;

use std::collections::BTreeSet;

use self::lines::{columns, gaps, own_line, reindented, width_of};
use super::compat::Helper;
use super::signature::trailing_commas;
use crate::rewrite::Edit;
use crate::syntax::ast::{CallExpr, Expr, ExprOrSpread, ModuleDecl, ModuleItem, NewExpr, Prop, PropOrSpread};
use crate::syntax::{Module, Span, Visit, VisitWith, span_of};

/// Edits of `finished`, the new form of `original`.
pub fn fit(finished: &Module, original: &Module) -> Vec<Edit> {
    let mut before = BTreeSet::new();
    each_response(original, |span, _| _ = before.insert(span.text(&original.text).to_owned()));
    let commas = trailing_commas(&original.text);
    let fit = Fit {
        module: finished,
        step: &original.style.indent,
        comma: if commas { "," } else { "" },
        call_comma: if original.style.call_commas.unwrap_or(commas) { "," } else { "" },
        width: width_of(original),
    };
    let mut edits = Vec::new();
    each_response(finished, |span, args| {
        if !before.contains(span.text(&finished.text)) {
            edits.extend(fit.edit(span, args));
        }
    });
    edits.extend(finished.ast.body.iter().filter_map(|item| fit.names(item, original)));
    edits
}

/// Calls `look` for each call that makes a response, with its arguments.
fn each_response(module: &Module, look: impl FnMut(Span, &[&Expr])) {
    module.ast.visit_with(&mut Responses { text: &module.text, look });
}

struct Responses<'m, F> {
    text: &'m str,
    look: F,
}

impl<F: FnMut(Span, &[&Expr])> Responses<'_, F> {
    fn found(&mut self, span: Span, args: &[ExprOrSpread]) {
        if args.iter().all(|argument| argument.spread.is_none()) {
            let args: Vec<&Expr> = args.iter().map(|argument| &*argument.expr).collect();
            (self.look)(span, &args);
        }
    }
}

impl<F: FnMut(Span, &[&Expr])> Visit for Responses<'_, F> {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let callee = span_of(&call.callee).text(self.text);
        if callee == "NextResponse.json"
            || Helper::ALL.iter().any(|h| h.answers() && (callee == h.name() || callee == h.alias()))
        {
            self.found(span_of(call), &call.args);
        } else {
            call.visit_children_with(self);
        }
    }

    fn visit_new_expr(&mut self, call: &NewExpr) {
        match &call.args {
            Some(args) if span_of(&*call.callee).text(self.text) == "NextResponse" => self.found(span_of(call), args),
            _ => call.visit_children_with(self),
        }
    }
}

struct Fit<'m> {
    module: &'m Module,
    step: &'m str,
    comma: &'static str,
    /// The same behind arguments.
    call_comma: &'static str,
    width: usize,
}

impl Fit<'_> {
    /// `export { handler as GET, handler as POST }`, or an import, with one name per line.
    fn names(&self, item: &ModuleItem, original: &Module) -> Option<Edit> {
        let span = match item {
            ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) if export.src.is_none() => span_of(export),
            // Prettier leaves an import of one name alone.
            ModuleItem::ModuleDecl(ModuleDecl::Import(import)) if import.specifiers.len() > 1 => span_of(import),
            _ => return None,
        };
        let text = span.text(&self.module.text);
        let (head, names) = text.split_once('{')?;
        let (names, tail) = names.split_once('}')?;
        let is_new = !original.text.contains(text);
        if !is_new || columns(text) <= self.width || text.contains('\n') || names.contains('/') {
            return None;
        }
        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
        let lines: Vec<String> = names.map(|name| format!("{}{name}", self.step)).collect();
        Some(Edit::replace(span, format!("{head}{{\n{}{}\n}}{tail}", lines.join(",\n"), self.comma)))
    }

    /// The edit that lays out one call anew. `None` if it is fine, or nothing that Prettier would break.
    fn edit(&self, call: Span, args: &[&Expr]) -> Option<Edit> {
        let text = &self.module.text;
        // The function that writes a body stays where it is; what stands before it is broken.
        if let [init @ Expr::Object(_), Expr::Arrow(_)] = args {
            let span = span_of(*init);
            let line = text[..call.start].rfind('\n').map_or(0, |at| at + 1);
            let head = text[line..].lines().next().unwrap_or_default();
            let indent = &head[..head.len() - head.trim_start().len()];
            let too_long = columns(head) > self.width && !self.has_fixed_lines(span);
            return too_long.then(|| self.expanded(init, indent, indent)).flatten().map(|init| replace(span, &init));
        }
        let list = Span::new(span_of(*args.first()?).start, call.end.checked_sub(1)?);
        let line = text[..call.start].rfind('\n').map_or(0, |at| at + 1);
        let before = &text[line..list.start];
        let tail = text[list.end..].lines().next().unwrap_or_default();
        let on_one_line = !list.text(text).contains('\n');
        let too_long = on_one_line && columns(before) + columns(list.text(text)) + columns(tail) > self.width;
        let breaks = !on_one_line && args.len() > 1;
        if !(too_long || breaks) || !before.ends_with('(') || self.has_fixed_lines(list) || !self.is_plain(args, list) {
            return None;
        }
        let indent = &before[..before.len() - before.trim_start().len()];
        // Around an arrow that is an argument, Prettier would break more than this.
        let ends = matches!(tail.trim_end(), ")" | ");" | "),");
        let governed = own_line(&text[line + indent.len()..call.start]);
        if too_long && !ends && governed == Some("") {
            return None;
        }
        let Some(statement) = governed.filter(|_| ends) else {
            let laid_out = self.list(args, indent, indent, columns(before), columns(tail))?;
            return Some(replace(list, &laid_out));
        };
        // What a condition or an arrow governs gets a line of its own first.
        let deeper = format!("{indent}{}", self.step);
        let head = &text[call.start - statement.len()..list.start];
        let flat = list.text(text);
        let fits = on_one_line && columns(&deeper) + columns(head) + columns(flat) + columns(tail) <= self.width;
        let laid_out = if fits {
            flat.to_owned()
        } else {
            self.list(args, indent, &deeper, columns(&deeper) + columns(head), columns(tail))?
        };
        let start = text[..list.start - head.len()].trim_end().len();
        Some(replace(Span::new(start, list.end), &format!("\n{deeper}{head}{laid_out}")))
    }

    /// The arguments, for a statement at `indent` that stood at `from` and has `column` characters before them.
    fn list(&self, args: &[&Expr], from: &str, indent: &str, column: usize, tail: usize) -> Option<String> {
        let text = &self.module.text;
        match args {
            [only @ Expr::Object(_)] => Some(self.value(only, from, indent, column, tail)),
            [first, init @ Expr::Object(_)] => {
                let body = span_of(*first).text(text);
                let is_object = matches!(first, Expr::Object(_));
                if !is_object && !body.contains('\n') && column + columns(body) + ", {".len() <= self.width {
                    return Some(format!("{body}, {}", self.expanded(init, from, indent)?));
                }
                let inner = format!("{indent}{}", self.step);
                let lines: Vec<String> = args
                    .iter()
                    .map(|argument| format!("{inner}{}", self.value(argument, from, &inner, columns(&inner), 1)))
                    .collect();
                Some(format!("\n{}{}\n{indent}", lines.join(",\n"), self.call_comma))
            }
            _ => None,
        }
    }

    fn value(&self, value: &Expr, from: &str, indent: &str, column: usize, tail: usize) -> String {
        let text = span_of(value).text(&self.module.text);
        let too_long = !text.contains('\n') && column + columns(text) + tail > self.width;
        let expanded = if too_long { self.expanded(value, from, indent) } else { None };
        expanded.unwrap_or_else(|| reindented(text, from, indent))
    }

    /// An object or array with one line for each of its parts. `None` for anything else, and if it is empty, on
    /// several lines, or holds a comment.
    fn expanded(&self, value: &Expr, from: &str, indent: &str) -> Option<String> {
        let text = &self.module.text;
        let span = span_of(value);
        let parts: Vec<(Span, Option<&Expr>)> = match value {
            Expr::Object(object) => object.props.iter().map(|part| (span_of(part), value_of(part))).collect(),
            Expr::Array(array) => {
                let elements = array.elems.iter().map(|element| element.as_ref().map(|e| (span_of(e), Some(&*e.expr))));
                elements.collect::<Option<_>>()?
            }
            _ => return None,
        };
        let spans: Vec<Span> = parts.iter().map(|(span, _)| *span).collect();
        let inside = Span::new(span.start + 1, span.end.checked_sub(1)?);
        let plain = |gap: &str| gap.chars().all(|c| c == ',' || c == ' ');
        if parts.is_empty() || span.text(text).contains('\n') || !gaps(&spans, inside, text).all(plain) {
            return None;
        }
        let inner = format!("{indent}{}", self.step);
        let mut lines = Vec::new();
        for (span, value) in parts {
            let key = &text[span.start..value.map_or(span.end, |value| span_of(value).start)];
            let column = columns(&inner) + columns(key);
            let value = value.map(|value| self.value(value, from, &inner, column, 1)).unwrap_or_default();
            lines.push(format!("{inner}{key}{value}"));
        }
        let (open, close) = (&text[span.start..inside.start], &text[inside.end..span.end]);
        Some(format!("{open}\n{}{}\n{indent}{close}", lines.join(",\n"), self.comma))
    }

    /// Only commas and white space stand between the arguments: no comments, whose place would be a guess.
    fn is_plain(&self, args: &[&Expr], list: Span) -> bool {
        let parts: Vec<Span> = args.iter().map(|argument| span_of(*argument)).collect();
        gaps(&parts, list, &self.module.text).all(|gap| gap.chars().all(|c| c == ',' || c.is_whitespace()))
    }

    /// Lines of a template literal cannot move.
    fn has_fixed_lines(&self, list: Span) -> bool {
        let text = &self.module.text;
        self.module.verbatim.iter().any(|fixed| list.contains(*fixed) && fixed.text(text).contains('\n'))
    }
}

/// Rendering writes the line ends of the file by itself.
fn replace(span: Span, text: &str) -> Edit {
    Edit::replace(span, text.replace("\r\n", "\n"))
}

/// `value` of `key: value`.
fn value_of(property: &PropOrSpread) -> Option<&Expr> {
    match property {
        PropOrSpread::Prop(property) => match &**property {
            Prop::KeyValue(pair) => Some(&pair.value),
            _ => None,
        },
        PropOrSpread::Spread(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rewrite::Rewrite;

    #[track_caller]
    fn check(before: &str, after: &str) {
        let original = Module::parse("a.js", "export {};\n".into()).unwrap();
        let finished = Module::parse("a.js", before.into()).unwrap();
        let mut rewrite = Rewrite::new();
        rewrite.extend(fit(&finished, &original)).unwrap();
        assert_eq!(rewrite.render(before).unwrap(), after);
    }

    #[test]
    fn two_objects_stand_on_lines_of_their_own() {
        check(
            "function f() {\n  return NextResponse.json({ error: 'There is no such product in this shop' }, { status: 404 });\n}\n",
            "function f() {\n  return NextResponse.json(\n    { error: 'There is no such product in this shop' },\n    { status: 404 },\n  );\n}\n",
        );
        check(
            "return NextResponse.json({\n  a: 1,\n\n  b: 2,\n}, { status: 404 });\n",
            "return NextResponse.json(\n  {\n    a: 1,\n\n    b: 2,\n  },\n  { status: 404 },\n);\n",
        );
    }

    #[test]
    fn an_object_behind_something_else_opens_on_the_same_line() {
        check(
            "return new NextResponse(\"There is no such product in this shop, sorry\", { status: 404, headers });\n",
            "return new NextResponse(\"There is no such product in this shop, sorry\", {\n  status: 404,\n  headers,\n});\n",
        );
        check(
            "return NextResponse.json({ product: 'There is no such product in this shop', a: 1 });\n",
            "return NextResponse.json({\n  product: 'There is no such product in this shop',\n  a: 1,\n});\n",
        );
    }

    #[test]
    fn what_is_still_too_long_is_broken_further() {
        check(
            "return NextResponse.json(a, { headers: [['Set-Cookie', `session=${token}; Path=/; HttpOnly`], ['X-Again', 'b']] });\n",
            "return NextResponse.json(a, {\n  headers: [\n    ['Set-Cookie', `session=${token}; Path=/; HttpOnly`],\n    ['X-Again', 'b'],\n  ],\n});\n",
        );
    }

    #[test]
    fn what_a_condition_or_an_arrow_governs_goes_down_first() {
        check(
            "  if (!session) return NextResponse.json({ error: 'You have to log in' }, { status: 401 });\n",
            "  if (!session)\n    return NextResponse.json({ error: 'You have to log in' }, { status: 401 });\n",
        );
        check(
            "const notAllowed = () => NextResponse.json({ error: 'That is not allowed' }, { status: 403 });\n",
            "const notAllowed = () =>\n  NextResponse.json({ error: 'That is not allowed' }, { status: 403 });\n",
        );
    }

    #[test]
    fn what_fits_or_cannot_be_broken_stays() {
        for same in [
            "return NextResponse.json({ error: 'No' }, { status: 404 });\n",
            "return new NextResponse(`a\nb`, { status: 404 });\n",
            "return NextResponse.json({ error: 'There is no such product in this shop' /* yet */ }, /* or? */ { status: 404 });\n",
            "return json({ error: 'There is no such product in this shop, we are sorry' }, { status: 404 });\n",
            "return save(product).then((saved) => NextResponse.json({ product: saved }, { status: 201 }));\n",
        ] {
            check(same, same);
        }
    }

    #[test]
    fn the_width_is_what_the_file_shows() {
        let width = |text: &str| width_of(&Module::parse("a.js", text.into()).unwrap());
        let name = |length: usize| "x".repeat(length);
        assert_eq!(width("f();\n"), 80);
        assert_eq!(width(&format!("const a = {};\n", name(83))), 100);
        assert_eq!(width(&format!("f(a, b, {});\n", name(101))), 120);
        assert_eq!(width(&format!("// a comment, long, {}\n", name(90))), 80);
        assert_eq!(width(&format!("const a = `\n  select a, b, {}\n`;\n", name(90))), 80);
        assert_eq!(width(&format!("const text =\n  'a string, which stays whole {}';\n", name(90))), 80);
    }

    #[test]
    fn a_list_of_names_gets_a_line_per_name() {
        check(
            "import { badRequestForRoute, methodNotAllowedForRoute, notAuthenticatedForRoute } from 'utils/api';\n",
            "import {\n  badRequestForRoute,\n  methodNotAllowedForRoute,\n  notAuthenticatedForRoute,\n} from 'utils/api';\n",
        );
        let one = "import { aNameThatIsRatherLongForAFunction } from '../../../../../../../../lib/a-long-path';\n";
        check(one, one);
        check(
            "export { handler as GET, handler as OPTIONS, handler as POST, handler as PUT, handler as PATCH };\n",
            "export {\n  handler as GET,\n  handler as OPTIONS,\n  handler as POST,\n  handler as PUT,\n  handler as PATCH,\n};\n",
        );
    }
}
