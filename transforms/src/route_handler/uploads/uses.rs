//! Every use of the files of a form: what it becomes, or why there is nothing that it could become.

use std::collections::{HashMap, HashSet};

use super::Uploads;
use super::calls::mapped;
use super::kinds::{Kind, Kinds, index};
use super::types::Types;
use crate::libraries::formidable::{is_path, member};
use crate::pages_api::Carrier;
use crate::project::Import;
use crate::rewrite::Edit;
use crate::syntax::ast::{
    ArrowExpr, AwaitExpr, BinaryOp, BlockStmt, Expr, ExprStmt, ForOfStmt, Function as Node, FunctionBody, Id, IfStmt,
    Lit, MemberExpr, NewExpr, OptChainBase, Pat, Prop, PropOrSpread, ReturnStmt, Stmt, TsType, UnaryOp, VarDeclarator,
};
use crate::syntax::{
    Module, Span, Visit, VisitWith, bare, bound_ids, casts, full_statement, ident, member_name, span_of,
};

/// Looks at all of them in `carrier`.
pub fn uses(module: &Module, imports: &HashMap<Id, Import>, carrier: &Carrier<'_>, kinds: &Kinds<'_>) -> Uploads {
    let function = carrier.function;
    let references = module.references();
    let mut uses = Uses {
        module,
        imports,
        kinds,
        carrier,
        within: vec![true],
        called_back: None,
        waited: HashSet::new(),
        taken: references.keys().any(|id| &*id.0 == "File") && !module.free_names().contains("File"),
        said: Vec::new(),
        awaited: HashMap::new(),
        uploads: Uploads::default(),
    };
    match (function.block(), function.expression()) {
        (Some(block), _) => block.visit_with(&mut uses),
        (None, Some(expression)) => uses.result(expression),
        (None, None) => {}
    }
    for id in kinds.bindings.keys() {
        let outside = references.get(id).and_then(|all| all.iter().find(|span| !function.span().contains(**span)));
        if let Some(span) = outside {
            uses.trouble(*span, "files of a form are kept outside of the function that reads it");
        }
    }
    uses.returned_besides();
    uses.annotations();
    uses.uploads
}

pub(super) struct Uses<'u, 'k> {
    pub(super) module: &'u Module,
    pub(super) imports: &'u HashMap<Id, Import>,
    pub(super) kinds: &'u Kinds<'k>,
    pub(super) carrier: &'u Carrier<'u>,
    /// Whether those who call the functions around, from the carrier inwards, wait for what these newly await.
    pub(super) within: Vec<bool>,
    /// The last function that was handed to `form.parse`, for which nobody could wait before either.
    pub(super) called_back: Option<Span>,
    /// Functions of which all promises are awaited.
    waited: HashSet<Span>,
    /// The module means something of its own by `File`.
    taken: bool,
    /// Annotations that say no more than the helper does.
    pub(super) said: Vec<Span>,
    /// The `await` around an expression.
    pub(super) awaited: HashMap<Span, Span>,
    pub(super) uploads: Uploads,
}

impl Uses<'_, '_> {
    pub(super) fn trouble(&mut self, span: Span, message: impl Into<String>) {
        self.uploads.troubles.push((span, message.into()));
    }

    /// An expression where files may stand.
    pub(super) fn taken(&mut self, expr: &Expr) {
        let inner = bare(expr);
        if self.kinds.kind(inner).is_some() {
            casts(expr).into_iter().for_each(|cast| self.typed(cast.asked));
        }
        match inner {
            Expr::Await(awaited) if self.kinds.kind(&awaited.arg).is_some() => self.taken(&awaited.arg),
            Expr::Assign(assign) => self.assign(assign),
            Expr::Member(member) if self.kinds.kind(&member.obj).is_some() => self.member(member),
            Expr::OptChain(chain) => match &*chain.base {
                OptChainBase::Member(member) if self.kinds.kind(&member.obj).is_some() => self.member(member),
                OptChainBase::Call(call) if self.method(&call.callee, &call.args) => {}
                _ => chain.visit_children_with(self),
            },
            Expr::Cond(cond) => {
                self.taken(&cond.test);
                self.taken_as(&cond.cons, expr);
                self.taken_as(&cond.alt, expr);
            }
            Expr::Bin(bin) if bin.op == BinaryOp::LogicalAnd => {
                self.taken(&bin.left);
                self.taken_as(&bin.right, expr);
            }
            Expr::Bin(bin) if matches!(bin.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing) => {
                self.taken_as(&bin.left, expr);
                self.taken_as(&bin.right, expr);
            }
            Expr::Bin(bin) if is_nothing(&bin.left) || is_nothing(&bin.right) => {
                self.taken(&bin.left);
                self.taken(&bin.right);
            }
            Expr::Bin(bin) if bin.op == BinaryOp::InstanceOf && is_named(&bin.right, "Array") => self.taken(&bin.left),
            Expr::Unary(unary) if matches!(unary.op, UnaryOp::Bang | UnaryOp::TypeOf) => self.taken(&unary.arg),
            Expr::Array(array) if self.kinds.kind(inner).is_some() => {
                array.elems.iter().flatten().for_each(|elem| self.taken(&elem.expr));
            }
            Expr::Object(object) if self.kinds.kind(inner).is_some() => {
                for prop in &object.props {
                    match prop {
                        PropOrSpread::Prop(prop) => match &**prop {
                            Prop::Shorthand(_) => {}
                            Prop::KeyValue(pair) => self.taken(&pair.value),
                            other => other.visit_children_with(self),
                        },
                        PropOrSpread::Spread(spread) => spread.visit_with(self),
                    }
                }
            }
            Expr::Call(call) => self.call(call),
            _ => inner.visit_children_with(self),
        }
    }

    fn member(&mut self, access: &MemberExpr) {
        self.taken(&access.obj);
        if let Some(computed) = access.prop.as_computed() {
            computed.expr.visit_with(self);
        }
        let (kind, name) = (self.kinds.kind(&access.obj), member_name(access));
        let followed = match kind {
            Some(Kind::Tuple(_)) => index(access).is_some() || name.as_deref() == Some("length"),
            Some(Kind::Object(_)) => name.is_some(),
            _ => true,
        };
        if !followed {
            self.trouble(span_of(access), "what holds files of a form is used here in a way that cannot be followed");
        }
        let (Some(Kind::File(major)), Some(name)) = (kind, name) else { return };
        match member(major, &name) {
            Some(new) if new == name => {}
            Some(new) if access.prop.is_ident() => {
                self.uploads.edits.push(Edit::replace(span_of(&access.prop), new));
            }
            None if name == "length" => {}
            None if is_path(major, &name) => self.trouble(
                span_of(access),
                "the path of a temporary file is needed here, for more than to read it as a whole",
            ),
            _ => self.trouble(span_of(access), format!("`{name}` is no property of a file that a form has in memory")),
        }
    }

    /// What the carrier itself returns.
    fn result(&mut self, expr: &Expr) {
        if let Some(kind) = self.kinds.kind(expr) {
            match &self.uploads.gives {
                Some(given) if *given != kind => {
                    self.trouble(span_of(expr), "what is returned here holds files in another place than elsewhere");
                }
                _ => self.uploads.gives = Some(kind),
            }
        }
        self.taken(expr);
    }

    fn function(&mut self, span: Span, is_async: bool, visit: impl FnOnce(&mut Self)) {
        let around = self.within.last().is_none_or(|can_wait| *can_wait);
        let can_wait = is_async && (self.called_back == Some(span) || (around && self.waited.contains(&span)));
        self.within.push(can_wait);
        visit(self);
        self.within.pop();
    }

    /// The types of formidable anywhere in the function.
    fn annotations(&mut self) {
        let function = self.carrier.function;
        let mut types = self.types();
        function.params().into_iter().for_each(|param| param.visit_with(&mut types));
        if let Some(result) = function.return_type() {
            result.visit_with(&mut types);
        }
        match (function.block(), function.expression()) {
            (Some(block), _) => block.visit_with(&mut types),
            (None, Some(expression)) => expression.visit_with(&mut types),
            (None, None) => {}
        }
        let mut edits = std::mem::take(&mut types.edits);
        for said in std::mem::take(&mut self.said) {
            let within = edits.len();
            edits.retain(|edit| !said.contains(edit.span()));
            if edits.len() < within {
                edits.push(Edit::delete(said));
            }
        }
        self.uploads.edits.append(&mut edits);
        if let Some(result) = function.return_type().filter(|_| self.uploads.gives.is_some()) {
            self.typed(&result.type_ann);
        }
    }

    fn types(&self) -> Types<'_> {
        Types { imports: self.imports, major: self.kinds.major(), taken: self.taken, edits: Vec::new(), other: None }
    }

    /// The type of something that holds files has to be one of formidable, or to say nothing of them.
    fn typed(&mut self, of: &TsType) {
        let mut types = self.types();
        of.visit_with(&mut types);
        if let Some(other) = types.other {
            self.trouble(other, "this type is declared elsewhere, and may say more of a file than one in memory has");
        }
    }

    /// A pattern that takes files.
    fn pattern(&mut self, pat: &Pat) {
        let annotation = match pat {
            Pat::Ident(name) => &name.type_ann,
            Pat::Object(object) => &object.type_ann,
            Pat::Array(array) => &array.type_ann,
            _ => &None,
        };
        if let Some(annotation) = annotation {
            self.typed(&annotation.type_ann);
        }
        pat.visit_with(self);
    }

    pub(super) fn parameter(&mut self, pat: &Pat) {
        match bound_ids(pat).iter().any(|id| self.kinds.bindings.contains_key(id)) {
            true => self.pattern(pat),
            false => pat.visit_with(self),
        }
    }

    fn statements(&mut self, list: &[Stmt]) {
        for statement in list {
            match statement {
                Stmt::Expr(expression) if self.removes(expression) => {
                    let whole = full_statement(&self.module.text, span_of(expression));
                    self.uploads.edits.push(Edit::delete(whole));
                }
                Stmt::Try(attempt) if self.only_removes(attempt) => {
                    let whole = full_statement(&self.module.text, span_of(&**attempt));
                    self.uploads.edits.push(Edit::delete(whole));
                }
                other => other.visit_with(self),
            }
        }
    }
}

impl Visit for Uses<'_, '_> {
    fn visit_expr(&mut self, expr: &Expr) {
        if self.kinds.kind(expr).is_some() {
            let text = "a file of the form, or what holds one, is handed on here, where it cannot be followed";
            self.trouble(span_of(expr), text);
        } else {
            self.taken(expr);
        }
    }

    fn visit_expr_stmt(&mut self, statement: &ExprStmt) {
        self.taken(&statement.expr);
    }

    fn visit_if_stmt(&mut self, choice: &IfStmt) {
        self.taken(&choice.test);
        choice.cons.visit_with(self);
        choice.alt.visit_with(self);
    }

    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        match &statement.arg {
            Some(value) if self.within.len() == 1 => self.result(value),
            _ => statement.visit_children_with(self),
        }
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        match declarator.init.as_deref().filter(|init| self.kinds.kind(init).is_some()) {
            Some(init) => {
                self.pattern(&declarator.name);
                self.taken(init);
            }
            None => self.declared(declarator),
        }
    }

    fn visit_for_of_stmt(&mut self, each: &ForOfStmt) {
        match self.kinds.kind(&each.right) {
            Some(Kind::File(_)) => self.taken(&each.right),
            _ => {
                self.other_head(&each.left);
                each.right.visit_with(self);
            }
        }
        each.left.visit_with(self);
        each.body.visit_with(self);
    }

    fn visit_await_expr(&mut self, awaited: &AwaitExpr) {
        self.awaited.insert(span_of(bare(&awaited.arg)), span_of(awaited));
        self.waited.extend(mapped(&awaited.arg));
        awaited.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        if let Some(types) = new.type_args.as_ref().filter(|_| self.kinds.is_settled(span_of(new))) {
            types.params.iter().for_each(|of| self.typed(of));
        }
        new.visit_children_with(self);
    }

    fn visit_block_stmt(&mut self, block: &BlockStmt) {
        self.statements(&block.stmts);
    }

    fn visit_function_body(&mut self, body: &FunctionBody) {
        self.statements(&body.stmts);
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.function(span_of(arrow), arrow.is_async, |uses| {
            arrow.params.iter().for_each(|param| uses.parameter(param));
            arrow.body.visit_with(uses);
        });
    }

    fn visit_function(&mut self, function: &Node) {
        self.function(span_of(function), function.is_async, |uses| {
            function.params.iter().for_each(|param| uses.parameter(&param.pat));
            function.body.visit_with(uses);
        });
    }
}

/// `null` or `undefined`.
pub(super) fn is_nothing(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(Lit::Null(_)) => true,
        Expr::Ident(name) => &*name.sym == "undefined",
        _ => false,
    }
}

pub(super) fn is_named(expr: &Expr, name: &str) -> bool {
    ident(expr).is_some_and(|own| &*own.sym == name)
}
