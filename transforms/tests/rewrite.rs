//! Properties of [`Rewrite`], checked against models that are as plain as possible.

use std::ops::Range;

use proptest::prelude::*;
use routelift_transforms::rewrite::{Edit, Piece, Rewrite};
use routelift_transforms::syntax::Span;

/// An edit as the model sees it; [`Edit`] does not show its pieces.
#[derive(Clone, Debug, PartialEq)]
struct Plain {
    span: Span,
    pieces: Vec<Piece>,
}

impl Plain {
    fn edit(&self) -> Edit {
        Edit::of(self.span, self.pieces.clone())
    }

    fn is_insertion(&self) -> bool {
        self.span.start == self.span.end
    }

    /// Whether the two may not be in one rewrite, by looking at them.
    fn conflicts_with(&self, other: &Plain) -> bool {
        let (a, b) = (self.span, other.span);
        let overlap = a.start < b.end && b.start < a.end;
        let nested = a.contains(b) || b.contains(a);
        !self.is_insertion() && !other.is_insertion() && (overlap && !nested || a == b && self != other)
    }
}

/// Renders by asking at every offset anew what happens there; a character knows whether it breaks a
/// line whose indentation must stay. `None` is a conflict.
struct Model<'a> {
    source: &'a str,
    edits: &'a [Plain],
    protected: &'a [Span],
}

type Marked = Vec<(char, bool)>;

/// Stands for a line break of new text until all is put together.
const NEW_BREAK: char = '\u{2028}';

impl Model<'_> {
    fn render(&self) -> Option<String> {
        let end = self.source.len();
        let fits = |edit: &Plain| self.source.get(edit.span.start..edit.span.end).is_some();
        let marked = self.edits.iter().all(fits).then(|| self.span(Span::new(0, end), true, false, &[]))??;
        let text: String = marked.into_iter().map(|(c, _)| c).collect();
        let line_ending = if is_crlf(self.source) { "\r\n" } else { "\n" };
        Some(text.replace("\r\u{2028}", "\r\n").replace(NEW_BREAK, line_ending))
    }

    fn span(&self, span: Span, with_end: bool, fixed: bool, open: &[usize]) -> Option<Marked> {
        self.source.get(span.start..span.end)?;
        let mut out = Vec::new();
        let mut at = span.start;
        loop {
            if at < span.end || with_end || span.start == span.end {
                let insertions = (0..self.edits.len()).filter(|&id| self.edits[id].span == Span::at(at));
                for id in insertions {
                    let owner = open.last().map(|&id| &self.edits[id]);
                    let stands_before_owner =
                        owner.is_some_and(|owner| !owner.is_insertion() && owner.span.start == at);
                    if open.last() != Some(&id) && !stands_before_owner {
                        out.extend(self.edit(id, fixed, open)?);
                    }
                }
            }
            if at >= span.end {
                return (at == span.end).then_some(out);
            }
            let starts_here = self.edits.iter().enumerate().filter(|(id, edit)| {
                let is_around = edit.span.contains(span) && edit.span != span;
                edit.span.start == at && !edit.is_insertion() && open.last() != Some(id) && !is_around
            });
            if let Some((id, edit)) = starts_here.max_by_key(|(_, edit)| edit.span.end) {
                out.extend(self.edit(id, fixed, open)?);
                at = edit.span.end;
            } else {
                let c = self.source[at..].chars().next()?;
                at += c.len_utf8();
                out.push((c, c == '\n' && (fixed || self.is_protected(at))));
            }
        }
    }

    fn edit(&self, id: usize, fixed: bool, open: &[usize]) -> Option<Marked> {
        let Plain { span, pieces } = &self.edits[id];
        let fixed = fixed || self.is_protected(span.start);
        let inside: Vec<usize> = open.iter().copied().chain([id]).collect();
        let mut out = Vec::new();
        for piece in pieces.iter().filter(|_| !open.contains(&id)) {
            match piece {
                Piece::Text(text) => {
                    let text = text.replace('\n', "\u{2028}");
                    out.extend(text.chars().map(|c| (c, fixed && c == NEW_BREAK)));
                }
                Piece::Source(span) => out.extend(self.piece(*span, fixed, &inside)?),
                Piece::Reindented { span, from, to } => {
                    out.extend(reindent(self.piece(*span, fixed, &inside)?, from, to));
                }
            }
        }
        (!open.contains(&id)).then_some(out)
    }

    fn piece(&self, span: Span, fixed: bool, open: &[usize]) -> Option<Marked> {
        let piece = Plain { span, pieces: vec![] };
        let cuts = self.edits.iter().any(|edit| edit.span != span && edit.conflicts_with(&piece));
        (!cuts).then(|| self.span(span, false, fixed, open))?
    }

    fn is_protected(&self, offset: usize) -> bool {
        self.protected.iter().any(|span| span.start < offset && offset < span.end)
    }
}

fn is_crlf(source: &str) -> bool {
    2 * source.matches("\r\n").count() > source.matches('\n').count()
}

fn is_break(c: char) -> bool {
    c == '\n' || c == NEW_BREAK
}

fn reindent(marked: Marked, from: &str, to: &str) -> Marked {
    let from: Vec<char> = from.chars().collect();
    let mut lines = marked.split_inclusive(|&(c, _)| is_break(c));
    let mut out = lines.next().unwrap_or_default().to_vec();
    for line in lines {
        let keeps = out.last().is_some_and(|&(_, fixed)| fixed);
        let chars: Vec<char> = line.iter().map(|&(c, _)| c).collect();
        let is_blank = chars.iter().all(|c| c.is_whitespace()) && chars.last().is_some_and(|&c| is_break(c));
        if keeps || is_blank || !chars.starts_with(&from) {
            out.extend(line);
        } else {
            out.extend(to.chars().map(|c| (c, false)));
            out.extend(&line[from.len()..]);
        }
    }
    out
}

fn source() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec!["a", "b;", "é", "👍", " ", "  ", "\n", "\n  ", "\n\n", "\u{feff}"]);
    (prop::collection::vec(part, 0..24), prop::sample::select(vec!["\n", "\r\n"]))
        .prop_map(|(parts, line_ending)| parts.concat().replace('\n', line_ending))
}

fn new_text() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "x", "<", "é", "\n", "  y\n", "\n  z", "\n\n  "]).prop_map(str::to_owned)
}

/// A span between two characters of `source`, often a short one.
fn span_in(source: &str) -> impl Strategy<Value = Span> + use<> {
    let ends: Vec<usize> = source.char_indices().map(|(at, _)| at).chain([source.len()]).collect();
    (any::<prop::sample::Index>(), prop_oneof![Just(0), 0..6_usize, 0..40_usize]).prop_map(move |(start, len)| {
        let start = start.index(ends.len());
        Span::new(ends[start], ends[(start + len).min(ends.len() - 1)])
    })
}

/// Pieces for an edit: its own span, those of others, any other one.
fn pieces(own: Span, spans: Vec<Span>, source: &str) -> impl Strategy<Value = Vec<Piece>> + use<> {
    let span = prop_oneof![3 => Just(own), 2 => prop::sample::select(spans), 2 => span_in(source)];
    let indent = || prop::sample::select(vec!["", " ", "  ", "\t"]).prop_map(str::to_owned);
    let piece = (span, prop::option::of((indent(), indent()))).prop_map(|(span, indents)| match indents {
        None => Piece::Source(span),
        Some((from, to)) => Piece::Reindented { span, from, to },
    });
    prop::collection::vec(prop_oneof![new_text().prop_map(Piece::Text), piece], 0..4)
}

/// A source, edits that may contradict each other, protected spans.
fn case() -> impl Strategy<Value = (String, Vec<Plain>, Vec<Span>)> {
    source().prop_flat_map(|source| {
        let spans = (prop::collection::vec(span_in(&source), 1..8), prop::collection::vec(span_in(&source), 0..2));
        spans.prop_flat_map(move |(spans, protected)| {
            let edits: Vec<_> = spans.iter().map(|&span| pieces(span, spans.clone(), &source)).collect();
            let (source, protected) = (source.clone(), protected);
            edits.prop_map(move |pieces| {
                let edits = spans.iter().zip(pieces).map(|(&span, pieces)| Plain { span, pieces }).collect();
                (source.clone(), edits, protected.clone())
            })
        })
    })
}

/// A source that is built along with edits of it and with what should come out.
#[derive(Clone, Debug)]
enum Node {
    Leaf(String),
    Inserted(String),
    Deleted(Vec<Node>),
    Wrapped(Vec<Node>),
    Swapped(Vec<Node>, Vec<Node>),
    Doubled(Vec<Node>),
}

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    let leaf = prop_oneof!["[aé👍\n ]{0,3}".prop_map(Node::Leaf), "[a-z]{1,2}".prop_map(Node::Inserted)];
    let node = leaf.prop_recursive(6, 60, 4, |node| {
        let nodes = || prop::collection::vec(node.clone(), 0..4);
        prop_oneof![
            nodes().prop_map(Node::Deleted),
            nodes().prop_map(Node::Wrapped),
            (nodes(), nodes()).prop_map(|(a, b)| Node::Swapped(a, b)),
            nodes().prop_map(Node::Doubled),
        ]
    });
    prop::collection::vec(node, 0..5)
}

/// Appends `nodes` to `source` and their edits to `edits`; returns what they become.
fn build(nodes: &[Node], source: &mut String, edits: &mut Vec<Edit>) -> String {
    let text = |text: &str| Piece::Text(text.to_owned());
    let part = |nodes: &[Node], source: &mut String, edits: &mut Vec<Edit>| {
        source.push('(');
        let start = source.len();
        let result = build(nodes, source, edits);
        let span = Span::new(start, source.len());
        source.push(')');
        (Piece::Source(span), result)
    };
    let mut result = String::new();
    for node in nodes {
        let start = source.len();
        let pieces = match node {
            Node::Leaf(leaf) => {
                source.push_str(leaf);
                result.push_str(leaf);
                continue;
            }
            Node::Inserted(new) => {
                source.push('|');
                result.extend([new, "|"]);
                edits.push(Edit::insert(start, new));
                continue;
            }
            Node::Deleted(nodes) => {
                part(nodes, source, edits);
                Vec::new()
            }
            Node::Wrapped(nodes) => {
                let (inner, inner_result) = part(nodes, source, edits);
                result.extend(["<", &inner_result, ">"]);
                vec![text("<"), inner, text(">")]
            }
            Node::Swapped(first, second) => {
                let (first, first_result) = part(first, source, edits);
                let (second, second_result) = part(second, source, edits);
                result.extend([second_result, first_result]);
                vec![second, first]
            }
            Node::Doubled(nodes) => {
                let (inner, inner_result) = part(nodes, source, edits);
                result.extend([&inner_result, "+", &inner_result]);
                vec![inner.clone(), text("+"), inner]
            }
        };
        edits.push(Edit::of(Span::new(start, source.len()), pieces));
    }
    result
}

fn rewrite(edits: impl IntoIterator<Item = Edit>) -> Rewrite {
    let mut rewrite = Rewrite::new();
    rewrite.extend(edits).expect("the edits are consistent");
    rewrite
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_and_rendering_agree_with_the_model((source, edits, protected) in case()) {
        let mut rewrite = Rewrite::new();
        rewrite.protect(protected.iter().copied());
        let mut added: Vec<Plain> = Vec::new();
        for edit in edits {
            let conflict = rewrite.add(edit.edit()).err();
            prop_assert_eq!(conflict.is_some(), added.iter().any(|other| edit.conflicts_with(other)));
            if let Some(conflict) = conflict {
                prop_assert!(added.iter().any(|other| other.span == conflict.first && edit.conflicts_with(other)));
                prop_assert_eq!(conflict.second, edit.span);
            } else if edit.is_insertion() || !added.contains(&edit) {
                added.push(edit);
            }
        }
        let model = Model { source: &source, edits: &added, protected: &protected };
        prop_assert_eq!(rewrite.render(&source).ok(), model.render());
    }

    #[test]
    fn nested_edits_compose_in_any_order(
        (source, edits, expected) in nodes().prop_flat_map(|nodes| {
            let (mut source, mut edits) = (String::new(), Vec::new());
            let expected = build(&nodes, &mut source, &mut edits);
            (Just(source), Just(edits).prop_shuffle(), Just(expected))
        })
    ) {
        let rewrite = rewrite(edits);
        prop_assert_eq!(rewrite.render(&source), Ok(expected.clone()));
        let whole = Span::new(0, source.len());
        prop_assert_eq!(rewrite.render_span(&source, whole), Ok(expected));
    }

    #[test]
    fn bytes_outside_all_edits_are_untouched_whatever_the_order(
        (parts, order) in prop::collection::vec((source(), source(), new_text()), 0..12)
            .prop_flat_map(|parts| {
                let order: Vec<usize> = (0..parts.len()).collect();
                (Just(parts), Just(order).prop_shuffle())
            })
    ) {
        // Kept and replaced parts alternate; an `=` keeps insertions apart, for their order would matter.
        let mut source = String::new();
        let mut spans: Vec<Range<usize>> = Vec::new();
        for (kept, replaced, _) in &parts {
            source.extend([kept, "="]);
            spans.push(source.len()..source.len() + replaced.len());
            source.push_str(replaced);
        }
        let edit = |&at: &usize| Edit::replace(Span::new(spans[at].start, spans[at].end), &parts[at].2);
        let result = rewrite(order.iter().map(edit)).render(&source);

        let new = |text: &str| if is_crlf(&source) { text.replace('\n', "\r\n") } else { text.to_owned() };
        let expected: String = parts.iter().flat_map(|(kept, _, text)| [kept.clone(), "=".into(), new(text)]).collect();
        prop_assert_eq!(result, Ok(expected));
    }

    #[test]
    fn without_edits_every_byte_stays(source in any::<String>(), (ours, ..) in case()) {
        prop_assert_eq!(Rewrite::new().render(&source), Ok(source));
        prop_assert_eq!(Rewrite::new().render(&ours), Ok(ours));
    }

    #[test]
    fn spans_that_do_not_fit_the_text_are_conflicts(
        source in source(),
        spans in prop::collection::vec((0..60_usize, 0..60_usize), 1..5),
        piece in (0..60_usize, 0..60_usize),
    ) {
        // Built by hand, for `Span::new` refuses a span that ends before it starts.
        let span = |(start, end)| Span { start, end };
        let mut rewrite = Rewrite::new();
        let added: Vec<Span> = spans
            .into_iter()
            .map(span)
            .filter(|&at| rewrite.add(Edit::of(at, vec![Piece::Source(span(piece))])).is_ok())
            .collect();
        let fits = |span: &Span| source.get(span.start..span.end).is_some();
        let result = rewrite.render(&source);
        prop_assert!(added.iter().all(fits) || result.is_err());
        prop_assert!(fits(&span(piece)) || result.is_err());
        prop_assert!(fits(&span(piece)) || rewrite.render_span(&source, span(piece)).is_err());
    }
}
