//! Forms that formidable reads: `formidable(options).parse(req)`, and what has to be known of the form before.

use std::collections::{BTreeSet, HashMap};

use crate::libraries::formidable::{PACKAGE, keeps, makes};
use crate::project::{Import, Imported};
use crate::syntax::ast::{
    AssignExpr, AssignOp, AssignTarget, CallExpr, Callee, Expr, ExprStmt, Id, ObjectLit, Prop, PropOrSpread,
    SimpleAssignTarget, VarDecl,
};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, ident, member_name, pat_ident, prop_name, span_of};

/// A call that reads a form.
#[derive(Clone, Debug)]
pub struct FormParse {
    /// The call.
    pub span: Span,
    /// `form.parse`.
    pub callee: Span,
    /// Its argument that is the request.
    pub request: Span,
    /// The major version of the package.
    pub major: u32,
    /// The package goes on reading the form, from a stream.
    pub streamed: bool,
    /// Statements that make the form and set its options.
    pub setup: BTreeSet<Span>,
    /// The result is handed to a function.
    pub calls_back: bool,
    /// What else is done with the form, and where.
    pub trouble: Option<(Span, String)>,
}

/// All calls of `module` that read a form by formidable, by their spans. `major` is the version of the package.
pub fn form_parses(module: &Module, imports: &HashMap<Id, Import>, major: Option<u32>) -> HashMap<Span, FormParse> {
    let Some(major) = major.filter(|_| imports.values().any(|import| import.specifier == PACKAGE)) else {
        return HashMap::new();
    };
    let mut finder = Finder { module, imports, major, made: HashMap::new(), found: HashMap::new() };
    module.ast.visit_with(&mut finder);
    let mentions = module.references();
    for (form, made) in &mut finder.made {
        let other = mentions.get(form).and_then(|all| all.iter().find(|span| !made.known.contains(span)));
        let other = other.map(|span| (*span, "the form is used for more than to parse the request".to_owned()));
        made.trouble = made.trouble.take().or(other);
    }
    let Finder { made, mut found, .. } = finder;
    for (parse, form) in found.values_mut() {
        let Some(made) = form.as_ref().and_then(|form| made.get(form)) else { continue };
        parse.setup.clone_from(&made.statements);
        parse.trouble.clone_from(&made.trouble);
    }
    found.into_values().map(|(parse, _)| (parse.span, parse)).collect()
}

/// `const form = formidable(options)`.
#[derive(Default)]
struct Made {
    statements: BTreeSet<Span>,
    /// Mentions that are understood.
    known: BTreeSet<Span>,
    trouble: Option<(Span, String)>,
}

struct Finder<'f> {
    module: &'f Module,
    imports: &'f HashMap<Id, Import>,
    major: u32,
    made: HashMap<Id, Made>,
    found: HashMap<Span, (FormParse, Option<Id>)>,
}

impl Finder<'_> {
    /// The options, if `expr` makes a form.
    fn makes<'e>(&self, expr: &'e Expr) -> Option<Option<&'e Expr>> {
        let (callee, args, new) = match bare(expr) {
            Expr::Call(call) => (call.callee.as_expr()?, call.args.as_slice(), false),
            Expr::New(new) => (&new.callee, new.args.as_deref().unwrap_or_default(), true),
            _ => return None,
        };
        let name = package_name(self.imports, callee)?;
        (makes(self.major, &name, new) && args.len() <= 1).then(|| args.first().map(|arg| &*arg.expr))
    }

    /// The first option that changes what comes out.
    fn trouble(&self, options: Option<&Expr>) -> Option<(Span, String)> {
        let options = options?;
        let Expr::Object(ObjectLit { props, .. }) = bare(options) else {
            return Some((span_of(options), "options of formidable that are not written out here".into()));
        };
        props.iter().find_map(|prop| {
            let PropOrSpread::Prop(inner) = prop else {
                return Some((span_of(prop), "options of formidable that are not written out here".into()));
            };
            let (name, value) = match &**inner {
                Prop::KeyValue(pair) => (prop_name(&pair.key)?, self.module.text_of(&*pair.value)),
                Prop::Shorthand(name) => (name.sym.to_string(), "?"),
                Prop::Method(method) => (prop_name(&method.key)?, "?"),
                _ => return Some((span_of(prop), "an option of formidable that is not known".into())),
            };
            self.option(span_of(prop), &name, value)
        })
    }

    fn option(&self, span: Span, name: &str, value: &str) -> Option<(Span, String)> {
        let message = || format!("formidable's option `{name}` has no counterpart where a form is read into memory");
        (!keeps(self.major, name, value)).then(|| (span, message()))
    }
}

impl Visit for Finder<'_> {
    fn visit_var_decl(&mut self, declaration: &VarDecl) {
        if let [only] = declaration.decls.as_slice()
            && let (Some(name), Some(init)) = (pat_ident(&only.name), &only.init)
            && let Some(options) = self.makes(init)
        {
            let trouble = self.trouble(options);
            let made = self.made.entry(name.to_id()).or_default();
            made.statements.insert(span_of(declaration));
            made.known.insert(span_of(name));
            made.trouble = trouble;
        }
        declaration.visit_children_with(self);
    }

    fn visit_expr_stmt(&mut self, statement: &ExprStmt) {
        // `form.keepExtensions = true`
        if let Expr::Assign(AssignExpr { op: AssignOp::Assign, left, right, .. }) = &*statement.expr
            && let AssignTarget::Simple(SimpleAssignTarget::Member(member)) = left
            && let (Some(form), Some(option)) = (ident(&member.obj), member_name(member))
            && self.made.contains_key(&form.to_id())
        {
            let trouble = self.option(span_of(statement), &option, self.module.text_of(&**right));
            if let Some(made) = self.made.get_mut(&form.to_id()) {
                made.statements.insert(span_of(statement));
                made.known.insert(span_of(form));
                made.trouble = made.trouble.take().or(trouble);
            }
        }
        statement.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Callee::Expr(callee) = &call.callee
            && let Expr::Member(member) = bare(callee)
            && member_name(member).as_deref() == Some("parse")
        {
            let calls_back = call.args.len() == 2;
            let fits = calls_back || (call.args.len() == 1 && self.major >= 3);
            let (span, setup) = (span_of(call), BTreeSet::new());
            let request = call.args.first().map_or(span, |arg| span_of(&*arg.expr));
            let (callee, major) = (span_of(&**callee), self.major);
            let odd = (!fits).then(|| (span, "a call of `parse` that gives no form in memory".to_owned()));
            let parse =
                |trouble| FormParse { span, callee, request, major, streamed: false, setup, calls_back, trouble };
            let form = ident(&member.obj).filter(|form| self.made.contains_key(&form.to_id()));
            if let Some(form) = form {
                if let Some(made) = self.made.get_mut(&form.to_id()) {
                    made.known.insert(span_of(form));
                    made.trouble = made.trouble.take().or(odd);
                }
                self.found.insert(span, (parse(None), Some(form.to_id())));
            } else if let Some(options) = self.makes(&member.obj) {
                self.found.insert(span, (parse(self.trouble(options).or(odd)), None));
            }
        }
        call.visit_children_with(self);
    }
}

/// The export of the package that `expr` names: `default`, `IncomingForm`, `default.IncomingForm`.
fn package_name(imports: &HashMap<Id, Import>, expr: &Expr) -> Option<String> {
    if let Expr::Member(member) = bare(expr) {
        let import = imports.get(&ident(&member.obj)?.to_id()).filter(|import| import.specifier == PACKAGE)?;
        let name = member_name(member)?;
        return match &import.name {
            Imported::Namespace => Some(name),
            Imported::Whole => Some(format!("default.{name}")),
            Imported::Name(default) if default == "default" => Some(format!("default.{name}")),
            Imported::Name(_) => None,
        };
    }
    let import = imports.get(&ident(expr)?.to_id()).filter(|import| import.specifier == PACKAGE)?;
    match &import.name {
        Imported::Name(name) => Some(name.clone()),
        Imported::Whole => Some("default".to_owned()),
        Imported::Namespace => None,
    }
}
