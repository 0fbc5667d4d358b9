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

impl Builder<'_, '_, '_> {
    pub(super) fn present(&mut self) {
        let carrier = self.carrier;
        for present in &carrier.present {
            self.edit(present.statement, vec![Piece::Source(present.kept)]);
        }
    }
}
