//! Types that casts give to handlers, which speak of the old form.
//!
//! ```ts
//! export default withAuth(list as NextApiHandler);
//! ```

use super::{Dialect, Gives, Kind, handler_type};
use crate::rewrite::Edit;
use crate::route_handler::map_form::Map;
use crate::syntax::ast::{Expr, TsType};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, span_of};

/// The types that `as` or `satisfies` give to the handlers, or objects of them, at `places`. These take the request and
/// the response, and no more.
pub fn cast_edits(module: &Module, places: &[Span], dialect: &Dialect, extended: bool) -> Vec<Edit> {
    struct Casts<'c> {
        module: &'c Module,
        places: &'c [Span],
        kind: Kind<'c>,
        edits: Vec<Edit>,
    }
    impl Casts<'_> {
        fn cast(&mut self, place: Span, expr: &Expr, asked: &TsType) {
            if self.places.contains(&place) {
                self.kind.map = bare(expr).is_object().then_some(Map::Plain);
                self.edits.push(Edit::replace(span_of(asked), handler_type(self.module, asked, &self.kind)));
            }
        }
    }
    impl Visit for Casts<'_> {
        fn visit_expr(&mut self, expr: &Expr) {
            match expr {
                Expr::TsAs(cast) => self.cast(span_of(cast), &cast.expr, &cast.type_ann),
                Expr::TsSatisfies(cast) => self.cast(span_of(cast), &cast.expr, &cast.type_ann),
                Expr::TsTypeAssertion(cast) => self.cast(span_of(cast), &cast.expr, &cast.type_ann),
                _ => {}
            }
            expr.visit_children_with(self);
        }
    }
    let (order, gives, params) = (&[][..], Gives::Response, &[][..]);
    let kind = Kind { dialect, extended, headers: false, map: None, order, context: None, gives, params };
    let mut casts = Casts { module, places, kind, edits: Vec::new() };
    module.ast.visit_with(&mut casts);
    casts.edits
}
