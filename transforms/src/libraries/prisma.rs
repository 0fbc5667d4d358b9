//! @prisma/client: `prisma.user.findMany(…)` and its like resolve to a record, a list, a number or `null`, but
//! never to `undefined`, which JSON could not hold. Their names say so where the project has the package.

use crate::syntax::ast::{Expr, MemberExpr};
use crate::syntax::{bare, member_name};

/// What a project has that uses Prisma.
pub const PACKAGE: &str = "@prisma/client";

/// Methods that no other well-known client has on `client.model`.
const DISTINCTIVE: [&str; 12] = [
    "findMany",
    "findUnique",
    "findUniqueOrThrow",
    "findFirst",
    "findFirstOrThrow",
    "createMany",
    "createManyAndReturn",
    "updateMany",
    "updateManyAndReturn",
    "deleteMany",
    "upsert",
    "groupBy",
];

/// Methods that others have, too; they need a client that is called after Prisma.
const COMMON: [&str; 5] = ["create", "update", "delete", "count", "aggregate"];

/// Methods that change nothing.
const READING: [&str; 8] =
    ["aggregate", "count", "findFirst", "findFirstOrThrow", "findMany", "findUnique", "findUniqueOrThrow", "groupBy"];

/// Whether `member` is a method of a model whose result is never `undefined`.
pub fn gives_value(member: &MemberExpr) -> bool {
    is_method(member, |method| DISTINCTIVE.contains(&method), |method| COMMON.contains(&method))
}

/// Whether `member` is a method of a model that only reads.
pub fn reads(member: &MemberExpr) -> bool {
    let reads = |method: &str, names: &[&str]| READING.contains(&method) && names.contains(&method);
    is_method(member, |method| reads(method, &DISTINCTIVE), |method| reads(method, &COMMON))
}

/// Whether `member` is a method of a model that is `distinctive`, or `common` and of a client called after Prisma.
fn is_method(member: &MemberExpr, distinctive: impl Fn(&str) -> bool, common: impl Fn(&str) -> bool) -> bool {
    let Some(method) = member_name(member) else { return false };
    let mut path = Vec::new();
    let mut object = bare(&member.obj);
    while let Expr::Member(inner) = object {
        path.extend(member_name(inner));
        object = bare(&inner.obj);
    }
    let root = match object {
        Expr::Ident(name) => name.sym.to_string(),
        Expr::This(_) => "this".to_owned(),
        _ => return false,
    };
    // Drizzle's `db.query.users.findFirst()` may give `undefined`.
    if path.is_empty() || path.iter().chain([&root]).any(|name| name == "query") {
        return false;
    }
    let called_prisma = || path[1..].iter().chain([&root]).any(|name| name.to_lowercase().contains("prisma"));
    distinctive(&method) || (common(&method) && called_prisma())
}
