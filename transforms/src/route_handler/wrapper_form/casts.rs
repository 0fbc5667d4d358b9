//! Types that casts give to handlers, which speak of the old form.
//!
//! ```ts
//! export default withAuth(list as NextApiHandler);
//! ```

use super::{Dialect, Gives, Kind, handler_type};
use crate::pages_api::{Carrier, HandlerCast};
use crate::rewrite::Edit;
use crate::route_handler::map_form::Map;
use crate::route_handler::unit::Unit;
use crate::syntax::ast::{Expr, TsType};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, span_of};

/// The types that `as` or `satisfies` give to the handlers of `unit`, or objects of them, in `casts`.
pub fn cast_edits(unit: &Unit<'_>, casts: &[HandlerCast], dialect: &Dialect, extended: bool) -> Vec<Edit> {
    struct Casts<'c> {
        module: &'c Module,
        casts: &'c [HandlerCast],
        kind: Kind<'c>,
        edits: Vec<Edit>,
    }
    impl Casts<'_> {
        fn cast(&mut self, place: Span, expr: &Expr, asked: &TsType) {
            if let Some(cast) = self.casts.iter().find(|cast| cast.span == place) {
                self.kind.order = &cast.order;
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
    // A handler that is handed headers fits no type without them.
    let headers = unit.carriers.list.iter().any(Carrier::is_given_headers);
    let kind = Kind { dialect, extended, headers, map: None, order, context: None, gives, params };
    let module = unit.module;
    let mut casts = Casts { module, casts, kind, edits: Vec::new() };
    module.ast.visit_with(&mut casts);
    casts.edits
}
