//! Calls of Node's `fs` with the path of a file: those that read it, and those that remove it.

use std::collections::HashMap;

use crate::project::{Import, Imported};
use crate::syntax::ast::{Expr, Id};
use crate::syntax::{bare, ident, member_name};

/// What a call does with the file of its first argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Gives what is in it, at once.
    ReadNow,
    /// Gives a promise of that.
    Read,
    /// Removes it.
    Remove,
}

/// What `callee` does, if it is a function of `fs`: `readFile`, `fs.readFileSync`, `fs.promises.readFile`.
pub fn access(imports: &HashMap<Id, Import>, callee: &Expr) -> Option<Access> {
    let (promises, name) = function(imports, callee)?;
    match (name.as_str(), promises) {
        ("readFileSync", false) => Some(Access::ReadNow),
        ("readFile", true) => Some(Access::Read),
        ("unlinkSync" | "rmSync", false) | ("unlink" | "rm", _) => Some(Access::Remove),
        _ => None,
    }
}

/// The name of the function, and whether it is one of `fs/promises`.
fn function(imports: &HashMap<Id, Import>, callee: &Expr) -> Option<(bool, String)> {
    match bare(callee) {
        Expr::Ident(name) => {
            let import = imports.get(&name.to_id())?;
            match &import.name {
                Imported::Name(name) => Some((promises_of(&import.specifier)?, name.clone())),
                Imported::Namespace | Imported::Whole => None,
            }
        }
        Expr::Member(member) => Some((object(imports, &member.obj)?, member_name(member)?)),
        _ => None,
    }
}

/// Whether an object is that of `fs/promises`; `None` if it is neither that nor `fs`.
fn object(imports: &HashMap<Id, Import>, expr: &Expr) -> Option<bool> {
    if let Expr::Member(member) = bare(expr) {
        let plain = object(imports, &member.obj)? || member_name(member)? != "promises";
        return (!plain).then_some(true);
    }
    let import = imports.get(&ident(expr)?.to_id())?;
    let promises = promises_of(&import.specifier)?;
    match &import.name {
        Imported::Namespace | Imported::Whole => Some(promises),
        Imported::Name(name) if name == "default" => Some(promises),
        Imported::Name(name) => (name == "promises" && !promises).then_some(true),
    }
}

fn promises_of(specifier: &str) -> Option<bool> {
    match specifier.strip_prefix("node:").unwrap_or(specifier) {
        "fs" => Some(false),
        "fs/promises" => Some(true),
        _ => None,
    }
}
