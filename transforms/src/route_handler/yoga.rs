//! GraphQL Yoga's handler as functions of a Route Handler; see `libraries::graphql_yoga`.

use super::library_route::LibraryRoute;
use crate::finding::Finding;
use crate::libraries::graphql_yoga::{CONTEXT, PLAIN};
use crate::project::imports;
use crate::rewrite::{Edit, Piece};
use crate::syntax::ast::{Expr, ObjectLit, Prop, PropOrSpread};
use crate::syntax::{Span, bare, declared_names, function_of, prop_name, references, span_of};

/// What it is called in the Route Handler.
const NAME: &str = "handleRequest";

/// The new form of the call.
pub struct Made {
    /// `const { handleRequest } = createYoga({ … })`.
    pub pieces: Vec<Piece>,
    /// The edits inside the call.
    pub edits: Vec<Edit>,
    /// What a reviewer should know.
    pub finding: Option<Finding>,
}

/// `const { handleRequest } = createYoga({ … })`, or why not.
pub fn handler(route: &LibraryRoute<'_>) -> Result<Made, Finding> {
    let module = route.module;
    let by_hand =
        "export `handleRequest` of `createYoga({ …, fetchAPI: { Response } })` as `GET`, `POST` and `OPTIONS`";
    let options = match route.call.args.as_slice() {
        [only] if only.spread.is_none() => bare(&only.expr),
        _ => return Err(route.refuse("the options of GraphQL Yoga are not written out", by_hand)),
    };
    let Expr::Object(object) = options else {
        return Err(route.refuse("the options of GraphQL Yoga are not written out", by_hand));
    };
    if declared_names(&module.ast).contains(NAME) {
        return Err(route.refuse("the file uses `handleRequest` for something else", "rename what has that name"));
    }
    let types = route.call.type_args.as_ref().map(|types| span_of(&**types));
    // `req` and `res` are mentioned only in the type that says they are there.
    let text = without(&module.text, types);
    let mut words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$')));
    if words.any(|word| matches!(word, "req" | "res")) {
        return Err(route.refuse("this file may read `req` or `res` from the context of GraphQL Yoga", by_hand));
    }
    let mut elsewhere = false;
    for property in &object.props {
        elsewhere |= reads_elsewhere(route, property)
            .map_err(|why| Finding::manual("package-call", &module.path, span_of(property), why).help(by_hand))?;
    }
    let finding = elsewhere.then(|| CONTEXT.at(&module.path, span_of(route.call)));
    let mut edits: Vec<Edit> = types.into_iter().map(Edit::delete).collect();
    edits.extend(fetch_api(route, object));
    let head = format!("const {} = ", module.style.braces(NAME));
    Ok(Made { pieces: vec![Piece::Text(head), Piece::Source(span_of(route.call))], edits, finding })
}

/// The edits of the file.
pub fn edits(route: &LibraryRoute<'_>) -> Result<Vec<Edit>, Finding> {
    let Made { mut pieces, mut edits, .. } = handler(route)?;
    let style = &route.module.style;
    let list = route.route.methods.iter().map(|method| format!("{NAME} as {}", method.as_str()));
    let exports = format!("export {}{}", style.braces(&list.collect::<Vec<_>>().join(", ")), style.semi());
    match &route.name {
        Some((_, statement)) => {
            pieces.push(Piece::Text(style.semi().into()));
            edits.extend([Edit::of(*statement, pieces), Edit::replace(route.export, exports)]);
        }
        None => {
            pieces.push(Piece::Text(format!("{}\n\n{exports}", style.semi())));
            edits.push(Edit::of(route.export, pieces));
        }
    }
    Ok(edits)
}

fn without(text: &str, types: Option<Span>) -> String {
    types.map_or_else(|| text.to_owned(), |types| format!("{}{}", &text[..types.start], &text[types.end..]))
}

/// Whether code of another file may read the context by this option; why it cannot stay as it is.
fn reads_elsewhere(route: &LibraryRoute<'_>, property: &PropOrSpread) -> Result<bool, String> {
    let Some(prop) = property.as_prop() else {
        return Err("options are spread here, so it is not known which they are".into());
    };
    let (name, value) = match &**prop {
        Prop::Shorthand(name) => (name.sym.to_string(), None),
        Prop::KeyValue(pair) => (prop_name(&pair.key).unwrap_or_default(), Some(&*pair.value)),
        Prop::Method(method) => (prop_name(&method.key).unwrap_or_default(), None),
        _ => return Err("this option is not written out".into()),
    };
    match name.as_str() {
        name if PLAIN.contains(&name) => Ok(false),
        "context" => match value.and_then(function_of) {
            Some(_) => Ok(false),
            None if value.is_some_and(|value| matches!(bare(value), Expr::Object(_))) => Ok(false),
            None => Err("what makes the context stands elsewhere, and may read `req` and `res`".into()),
        },
        "schema" | "plugins" => {
            let whole = span_of(property);
            let all = references(&route.module.ast);
            let imported = imports(route.module);
            Ok(imported.iter().any(|(id, import)| {
                let used = all.get(id).is_some_and(|spans| spans.iter().any(|span| whole.contains(*span)));
                used && import.specifier != "graphql-yoga"
            }) || !matches!(value.map(bare), Some(Expr::Call(_) | Expr::Array(_))))
        }
        _ => Err(format!("`{name}` is no option of GraphQL Yoga that is known to be the same in a Route Handler")),
    }
}

/// `fetchAPI: { Response }` behind the last option, laid out as the others are.
fn fetch_api(route: &LibraryRoute<'_>, object: &ObjectLit) -> Option<Edit> {
    let module = route.module;
    let (first, last) = (span_of(object.props.first()?), span_of(object.props.last()?));
    let before = Span::new(span_of(object).start + 1, first.start).text(&module.text);
    let gap = if before.is_empty() { " " } else { before };
    Some(Edit::insert(last.end, format!(",{gap}fetchAPI: {}", module.style.braces("Response"))))
}
