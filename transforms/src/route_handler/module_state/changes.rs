//! What the functions of a module change of what stands at the top of it or of others. Of names that take other values,
//! it is noted what these are, since some are no change:
//!
//! ```ts
//! codes.set(email, code);                  // a change
//! if (!client) client = new Client();      // none: another copy makes its own, and nobody sees a difference
//! rows = await load();                     // a change, wherever it stands: the other copy has older ones
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::given::Given;
use crate::syntax::ast::Id;

/// A change of what a name stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The name takes another value.
    Name,
    /// A member does: `x.k = 1`, `x[k]++`, `delete x[k]`, `Object.assign(x, …)`; the first member on the way, if it is known.
    Member(Option<String>),
    /// A method that changes it is called, on a member of it if one is named.
    Call(Option<String>),
}

/// A field of a class, or of an object whose methods change it by `this`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field {
    /// The class.
    pub class: Id,
    /// It is one of the class itself.
    pub is_static: bool,
    /// Its name.
    pub name: String,
}

/// What takes another value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A name, or a member of it.
    Name(Id, Change),
    /// A field.
    Field(Field),
}

/// That something takes another value.
#[derive(Debug)]
pub struct Write {
    /// The value.
    pub given: Given,
    /// Only where something is not there yet.
    pub is_first: bool,
    /// What the function is given goes into it.
    pub of_parameters: bool,
    /// It tells that a connection is there, or that it is gone.
    pub of_connection: bool,
    /// The same function takes it back, as that of a lock.
    pub is_taken_back: bool,
}

/// What functions change.
#[derive(Default)]
pub struct Changes {
    /// By the name at the root of what is changed, but for what takes other values.
    pub found: BTreeMap<Id, Vec<Change>>,
    /// What takes other values.
    pub writes: BTreeMap<Target, Vec<Write>>,
    /// The fields on which methods are called that change these.
    pub called: BTreeSet<Field>,
    /// Names, and classes of fields, that are asked whether they have a value.
    pub tested: BTreeSet<Id>,
    /// What names are set to, wherever they are declared.
    pub values: HashMap<Id, Vec<Given>>,
    /// What functions give.
    pub results: HashMap<Id, Given>,
}
