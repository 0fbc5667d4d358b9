//! Annotations of what is a form or a file: those of formidable become those of the web.

use std::collections::HashMap;

use crate::libraries::formidable::{PACKAGE, Type, type_of};
use crate::project::{Import, Imported};
use crate::rewrite::Edit;
use crate::syntax::ast::{Id, TsEntityName, TsType, TsTypeRef};
use crate::syntax::{Span, Visit, VisitWith, span_of};

/// The types of formidable inside a node, and others that may say what a file is.
pub struct Types<'t> {
    /// The imports of the module.
    pub imports: &'t HashMap<Id, Import>,
    /// The major version of formidable.
    pub major: u32,
    /// The module means something of its own by `File`.
    pub taken: bool,
    /// Those of formidable, replaced.
    pub edits: Vec<Edit>,
    /// The first type that is declared elsewhere.
    pub other: Option<Span>,
}

/// Generic types of the language, which say nothing about what is in them.
const GENERIC: [&str; 6] = ["Array", "Partial", "Promise", "ReadonlyArray", "Record", "Required"];

impl Types<'_> {
    fn name(&self, name: &TsEntityName) -> Option<String> {
        match name {
            TsEntityName::Ident(name) => match self.imports.get(&name.to_id()) {
                Some(Import { specifier, name: Imported::Name(name), .. }) if specifier == PACKAGE => {
                    Some(name.clone())
                }
                _ => None,
            },
            TsEntityName::TsQualifiedName(qualified) => {
                let TsEntityName::Ident(object) = &qualified.left else { return None };
                let import = self.imports.get(&object.to_id()).filter(|import| import.specifier == PACKAGE)?;
                match &import.name {
                    Imported::Namespace => Some(qualified.right.sym.to_string()),
                    Imported::Name(name) if matches!(name.as_str(), "default" | "formidable") => {
                        Some(qualified.right.sym.to_string())
                    }
                    Imported::Name(_) | Imported::Whole => None,
                }
            }
        }
    }

    fn found(&mut self, other: Span) {
        self.other = self.other.or(Some(other));
    }

    fn text(&self, of: Type) -> String {
        let file = if self.taken { "globalThis.File" } else { "File" };
        match (of, self.major) {
            (Type::File, _) => file.to_owned(),
            (Type::Files, 3..) => format!("Partial<Record<string, {file}[]>>"),
            (Type::Files, _) => format!("Record<string, {file} | {file}[]>"),
            (Type::Fields, 3..) => "Partial<Record<string, string[]>>".to_owned(),
            (Type::Fields, _) => "Record<string, string | string[]>".to_owned(),
        }
    }
}

impl Visit for Types<'_> {
    fn visit_ts_type_ref(&mut self, reference: &TsTypeRef) {
        match self.name(&reference.type_name).as_deref().map(type_of) {
            Some(Some(of)) => self.edits.push(Edit::replace(span_of(reference), self.text(of))),
            Some(None) => self.found(span_of(reference)),
            None => {
                let generic =
                    matches!(&reference.type_name, TsEntityName::Ident(name) if GENERIC.contains(&&*name.sym));
                if !generic {
                    self.found(span_of(reference));
                }
                reference.visit_children_with(self);
            }
        }
    }

    fn visit_ts_type(&mut self, of: &TsType) {
        if matches!(of, TsType::TsTypeQuery(_) | TsType::TsImportType(_) | TsType::TsIndexedAccessType(_)) {
            self.found(span_of(of));
        }
        of.visit_children_with(self);
    }
}
