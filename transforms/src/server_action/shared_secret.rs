//! Modules that an action imports, that read a secret, and that a Client Component imports as well.
//!
//! ```ts
//! // lib/mail.ts                                      // components/Form.tsx: 'use client'
//! const key = process.env.MAIL_API_KEY;               import { MAX_LENGTH } from '@/lib/mail';
//! export const MAX_LENGTH = 500;
//! ```

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::callers::has_directive;
use crate::finding::Finding;
use crate::project::{Modules, Project};
use crate::syntax::ast::{Expr, MemberExpr};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, ident, member_name, span_of};

/// Parts of the names of variables that hold secrets.
const SECRET: [&str; 5] = ["SECRET", "TOKEN", "PASSWORD", "PRIVATE", "API_KEY"];

/// What Client Components import.
pub struct Shared<'a> {
    project: &'a Project,
    modules: &'a Modules<'a>,
    /// Modules that files with `'use client'` import, and one of those. Worked out once, if it is asked for.
    by_client: OnceCell<BTreeMap<String, &'a str>>,
}

impl<'a> Shared<'a> {
    pub fn new(project: &'a Project, modules: &'a Modules<'a>) -> Self {
        Shared { project, modules, by_client: OnceCell::new() }
    }

    /// The note for an action `name` that was made of a handler in `module`.
    pub fn note(&self, module: &Module, name: &str) -> Option<Finding> {
        imported(self.project, module).into_iter().find_map(|path| {
            let shared = self.modules.get(&path).ok()?;
            let (variable, at) = secret(shared).filter(|_| !has_directive(shared, "use server"))?;
            let client = self.by_client.get_or_init(|| self.clients()).get(&path)?;
            let message =
                format!("`{name}` and {client}, a Client Component, import this file, which reads `{variable}`");
            let help = "move what the client needs to a file of its own, and import 'server-only' in this one";
            Some(Finding::note("secret-in-shared-module", &path, at, message).help(help))
        })
    }

    fn clients(&self) -> BTreeMap<String, &'a str> {
        let mut found = BTreeMap::new();
        for (path, text) in &self.project.files {
            if !text.as_ref().is_ok_and(|text| text.contains("use client")) {
                continue;
            }
            let Ok(module) = self.modules.get(path) else { continue };
            if has_directive(module, "use client") {
                found.extend(imported(self.project, module).into_iter().map(|target| (target, path.as_str())));
            }
        }
        found
    }
}

/// The modules that `module` imports, those aside of which it takes types only.
fn imported(project: &Project, module: &Module) -> Vec<String> {
    let specifiers = module.specifiers().iter().filter(|specifier| !specifier.type_only);
    specifiers.filter_map(|specifier| project.resolver.resolve(&module.path, &specifier.value)).collect()
}

/// The first `process.env.…` that is a secret by its name.
fn secret(module: &Module) -> Option<(String, Span)> {
    struct Secrets(Option<(String, Span)>);
    impl Visit for Secrets {
        fn visit_member_expr(&mut self, member: &MemberExpr) {
            if let Expr::Member(env) = bare(&member.obj)
                && member_name(env).as_deref() == Some("env")
                && ident(&env.obj).is_some_and(|name| &*name.sym == "process")
                && let Some(name) = member_name(member)
                && !name.starts_with("NEXT_PUBLIC_")
                && SECRET.iter().any(|part| name.contains(part))
            {
                self.0.get_or_insert((name, span_of(member)));
            }
            member.visit_children_with(self);
        }
    }
    let mut secrets = Secrets(None);
    module.ast.visit_with(&mut secrets);
    secrets.0
}
