//! Conditions that ask whether `req` and `res` are there: a Route Handler always has its request.
//!
//! ```ts
//! if (req && res) {
//!   session = await getServerSession(req, res, options);
//! } else {                                                  →   session = await getServerSession(options);
//!   session = await getServerSession(options);
//! }
//! ```

use super::Builder;
use crate::rewrite::Piece;
use crate::route_handler::helper_form::indent_of;

impl Builder<'_, '_, '_> {
    pub(super) fn present(&mut self) {
        let carrier = self.carrier;
        for present in &carrier.present {
            let (statement, span) = (present.statement, present.kept);
            let from = indent_of(self.cx.module, span.start);
            let to = indent_of(self.cx.module, statement.start);
            self.edit(statement, vec![Piece::Reindented { span, from, to }]);
        }
    }
}
