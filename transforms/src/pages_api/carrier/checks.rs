//! Calls that do not fit what their callee expects from its other callers.

use std::collections::BTreeSet;

use super::{Call, Carrier, Escape, Held, Role};

impl Carrier<'_> {
    /// Calls that leave out a property which the callee expects are not followed.
    pub fn check_held<'h>(&mut self, held: &dyn Fn(&Call) -> Option<&'h BTreeSet<Held>>) {
        let odd = |call: &&Call| held(call).is_some_and(|expected| *expected != call.holds());
        let escapes: Vec<Escape> = self.calls.iter().filter(odd).map(Call::unfollowed).collect();
        self.escapes.extend(escapes);
    }

    /// Calls that hand over a function which does not answer where others hand over one that does are not followed.
    pub fn check_answering<'h>(&mut self, answering: &dyn Fn(&Call) -> Option<&'h BTreeSet<usize>>) {
        let odd = |call: &&Call| answering(call).is_some_and(|expected| *expected != call.answering);
        let escapes: Vec<Escape> = self.calls.iter().filter(odd).map(Call::unfollowed).collect();
        self.escapes.extend(escapes);
    }

    /// Calls that pass something else where the callee expects `req` or `res` are not followed.
    pub fn check_calls<'r>(&mut self, roles: &dyn Fn(&Call) -> Option<&'r [Option<Role>]>) {
        let odd = |call: &&Call| {
            let expected = roles(call).unwrap_or_default();
            call.args.iter().zip(expected).any(|((_, given), expected)| expected.is_some() && given != expected)
        };
        let escapes: Vec<Escape> = self.calls.iter().filter(odd).map(Call::unfollowed).collect();
        self.escapes.extend(escapes);
    }
}
