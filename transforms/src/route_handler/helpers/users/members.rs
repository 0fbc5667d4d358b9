//! Who uses a member of an object or a class: who mentions the object otherwise than for another member, and the other
//! members, which say `this`.

use std::collections::BTreeSet;

use super::exports::exported_object;
use super::{Key, Mention, Search, User};
use crate::syntax::ast::Id;
use crate::syntax::{Module, home, member_id, this_within};

/// How often a class is mentioned that has one instance: where it is declared, and behind `new`.
const MENTIONS_OF_ONE: usize = 2;

impl Search<'_, '_> {
    /// Users of the helper `key`, which is `member` of `object`.
    pub(super) fn member_users(
        &self,
        key: &Key,
        object: &Id,
        member: &str,
        module: &Module,
        users: &mut BTreeSet<User>,
    ) {
        let mention = Mention { same: self.gives_the_same(key), ..Mention::member(member) };
        self.mentions(&key.0, module, object, &mention, users);
        self.members_beside(key, object, member, module, users);
        let mut seen = BTreeSet::new();
        for name in exported_object(module, object) {
            self.imported(&key.0, &name, &mention, users, &mut seen);
        }
    }

    /// Members of the same object that use the member, and other instances of the class.
    fn members_beside(&self, key: &Key, object: &Id, member: &str, module: &Module, users: &mut BTreeSet<User>) {
        let Some(home) = home(module, object) else {
            users.insert(User::Other);
            return;
        };
        let carriers = &self.helpers.files[&key.0].unit.carriers.list;
        let callee = member_id(object, member);
        // What is given `this` itself may take any member from it.
        for this in this_within(module, home.span) {
            if this.member.is_some_and(|own| own != member) {
                continue;
            }
            let calls = |call: &crate::pages_api::Call| call.callee == callee && call.span.start == this.span.start;
            let caller = carriers.iter().find(|carrier| carrier.calls.iter().any(calls));
            users.insert(
                caller.map_or(User::Other, |caller| User::Helper((key.0.clone(), caller.function.span().start))),
            );
        }
        let mentions = |class: &Id| module.references().get(class).map_or(0, Vec::len);
        if home.class.is_some_and(|class| mentions(&class) > MENTIONS_OF_ONE) {
            users.insert(User::Other);
        }
    }
}
