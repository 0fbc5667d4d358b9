//! Everything that knows swc. The rest of the crate sees [`Span`]s in bytes of the original text, a
//! parsed [`Module`], and the syntax tree's node types through [`ast`].

mod acts;
mod assigned;
mod calls;
mod comment_specifiers;
mod commonjs;
mod exits;
mod fold;
mod functions;
mod guard;
mod head;
mod leading;
mod literal;
mod loaded;
mod module;
mod names;
mod objects;
mod query;
mod span;
mod specifiers;
mod style;
mod this;
mod typeof_uses;
mod types;

/// The node types of the syntax tree.
pub use swc_core::ecma::ast;
pub use swc_core::ecma::ast::Id;
/// Walking the tree: override what matters, `visit_children_with` for the rest.
pub use swc_core::ecma::visit::{Visit, VisitWith};

pub use acts::{Acts, acts, only_makes};
pub use assigned::{Assigned, assigned};
pub use calls::calls_something;
pub use commonjs::{CommonJs, Exported, Required, commonjs, exported_whole, exports_commonjs, is_commonjs, required};
pub use exits::exits;
pub use fold::{Truth, known_text, truth};
pub use functions::{
    Home, Method, any_members, class_method, default_object, home, member_functions, member_id, module_functions,
};
pub use guard::{MAX_DEPTH, too_deep};
pub use head::{beside_import, first_import, head, line_behind, with_line_directives};
pub use literal::{is_new, new_ident, new_number, new_string};
pub use loaded::{Loaded, Purpose, Taken, dropped, loaded};
pub use module::{Module, SyntaxError};
pub use names::{Mentions, References, declared_names, free_name, is_name, references};
pub use objects::{Asked, Held, asked, constant_object, frozen, handler_options, held, holder, untyped_object};
pub use query::{
    Function, bare, bound_ids, bound_names, callee_ident, full_statement, function_of, ident, is_ident, is_member,
    line_indent, literal_str, member_name, pat_ident, prop_name, span_of, stands_for,
};
pub use span::{LineIndex, Position, Span};
pub use specifiers::{Specifier, imported, imported_whole};
pub use style::{Quote, Style, call_commas};
pub use this::{This, this_within};
pub use typeof_uses::{TypeofUse, typeof_use};
pub use types::{Cast, NamedType, casts, named_type, says_nothing, type_alias};
