//! Names that a file declares twice in one scope, or reads in their own declaration. The parser lets both pass,
//! and no file with either would load: the last net under what we write.

use std::collections::BTreeSet;

use crate::syntax::ast::{
    ArrowExpr, BlockStmt, Decl, Function, FunctionBody, Id, Ident, ModuleDecl, ModuleItem, Pat, Stmt, SwitchStmt,
    VarDeclKind, VarDeclarator,
};
use crate::syntax::{Module, Visit, VisitWith};
use crate::syntax::{bound_ids, bound_names};

/// The first name that is declared twice in one scope of `module`, or read where it is being declared.
pub fn clash(module: &Module) -> Option<String> {
    let mut names = Names::default();
    for item in &module.ast.body {
        match item {
            ModuleItem::ModuleDecl(ModuleDecl::Import(import)) => {
                names.add(import.specifiers.iter().map(|specifier| specifier.local().sym.to_string()));
            }
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => names.declaration(&export.decl, true),
            ModuleItem::Stmt(Stmt::Decl(declaration)) => names.declaration(declaration, true),
            _ => {}
        }
    }
    let mut scopes = Scopes { found: names.twice };
    module.ast.visit_with(&mut scopes);
    scopes.found
}

/// The lexical names of one scope.
#[derive(Default)]
struct Names {
    seen: BTreeSet<String>,
    twice: Option<String>,
}

impl Names {
    fn add(&mut self, names: impl IntoIterator<Item = String>) {
        for name in names {
            if !self.seen.insert(name.clone()) {
                self.twice.get_or_insert(name);
            }
        }
    }

    /// Functions of a module count; inside of others they may be repeated.
    fn declaration(&mut self, declaration: &Decl, functions: bool) {
        match declaration {
            Decl::Fn(function) if functions && function.function.body.is_some() => {
                self.add([function.ident.sym.to_string()]);
            }
            Decl::Class(class) => self.add([class.ident.sym.to_string()]),
            Decl::Var(variable) if variable.kind != VarDeclKind::Var || functions => {
                self.add(variable.decls.iter().flat_map(|declarator| bound_names(&declarator.name)));
            }
            _ => {}
        }
    }

    fn statements(&mut self, statements: &[Stmt]) {
        for statement in statements {
            if let Stmt::Decl(declaration) = statement {
                self.declaration(declaration, false);
            }
        }
    }
}

struct Scopes {
    found: Option<String>,
}

impl Scopes {
    fn function(&mut self, params: &[&Pat], body: Option<&[Stmt]>) {
        let mut names = Names::default();
        // Repeated parameters are legal in old code.
        names.seen.extend(params.iter().flat_map(|param| bound_names(param)));
        names.statements(body.unwrap_or_default());
        self.note(names);
    }

    fn note(&mut self, names: Names) {
        if self.found.is_none() {
            self.found = names.twice;
        }
    }
}

impl Visit for Scopes {
    fn visit_function(&mut self, function: &Function) {
        let params: Vec<&Pat> = function.params.iter().map(|param| &param.pat).collect();
        self.function(&params, function.body.as_ref().map(|body| body.stmts.as_slice()));
        function.visit_children_with(self);
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        let params: Vec<&Pat> = arrow.params.iter().collect();
        let body = match &*arrow.body {
            crate::syntax::ast::ArrowFunctionBody::FunctionBody(body) => Some(body.stmts.as_slice()),
            crate::syntax::ast::ArrowFunctionBody::Expr(_) => None,
        };
        self.function(&params, body);
        arrow.visit_children_with(self);
    }

    fn visit_function_body(&mut self, body: &FunctionBody) {
        body.visit_children_with(self);
    }

    fn visit_block_stmt(&mut self, block: &BlockStmt) {
        let mut names = Names::default();
        names.statements(&block.stmts);
        self.note(names);
        block.visit_children_with(self);
    }

    fn visit_switch_stmt(&mut self, switch: &SwitchStmt) {
        let mut names = Names::default();
        switch.cases.iter().for_each(|case| names.statements(&case.cons));
        self.note(names);
        switch.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        let own = bound_ids(&declarator.name);
        if let Some(init) = &declarator.init {
            let mut mentions = Mentions { of: &own, found: None };
            init.visit_with(&mut mentions);
            if self.found.is_none() {
                self.found = mentions.found;
            }
        }
        declarator.visit_children_with(self);
    }
}

/// Mentions of names that run at once; those in functions may run later.
struct Mentions<'m> {
    of: &'m [Id],
    found: Option<String>,
}

impl Visit for Mentions<'_> {
    fn visit_ident(&mut self, ident: &Ident) {
        if self.of.contains(&ident.to_id()) {
            self.found = Some(ident.sym.to_string());
        }
    }
    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_ts_type(&mut self, _: &crate::syntax::ast::TsType) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clash_in(text: &str) -> Option<String> {
        clash(&Module::parse("a.ts", text.into()).unwrap())
    }

    #[test]
    fn names_declared_twice_in_one_scope() {
        for text in [
            "import a from 'a'; function a() {}",
            "function f(body) { const body = 1 }",
            "const f = (body) => { let body = 1 }",
            "if (x) { const a = 1; const a = 2 }",
            "switch (x) { case 1: const a = 1; break; case 2: const a = 2 }",
            "function f() { const body = body as string }",
        ] {
            assert!(clash_in(text).is_some(), "{text}");
        }
    }

    #[test]
    fn names_of_other_scopes_may_be_the_same() {
        for text in [
            "const a = 1; { const a = 2 } function f(a) { { const a = 3 } }",
            "function f(): void; function f() {}",
            "const f = () => f(); type a = 1; const a = 1",
            "const { a: b } = { a: 1 }, a = 2",
        ] {
            assert_eq!(clash_in(text), None, "{text}");
        }
    }
}
