//! The parsed form of a project's files: each is parsed at most once, and only when somebody asks.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use super::importing::{FoundImport, Importing};
use super::links::Exports;
use super::literals::Literals;
use super::touches::{Touches, touches};
use super::{EXPRESS_VALIDATOR, Project, Unreadable, Validators};
use crate::syntax::{Module, SyntaxError, call_commas};

/// Parsed files by path.
pub struct Modules<'p> {
    project: &'p Project,
    files: HashMap<&'p str, File<'p>>,
    base: Option<&'p Modules<'p>>,
    call_commas: OnceLock<Option<bool>>,
    importing: OnceLock<Importing>,
    validators: OnceLock<Validators>,
}

/// A file, and what was worked out about it so far.
struct File<'p> {
    text: Result<&'p Arc<str>, &'p Unreadable>,
    /// The base has the same text, and its tree is taken from there.
    is_shared: bool,
    parsed: OnceLock<Result<Module, SyntaxError>>,
    written_out: OnceLock<Option<Module>>,
    exports: OnceLock<Exports>,
    literals: OnceLock<Literals>,
    touches: OnceLock<Touches>,
}

/// Why a file has no tree.
#[derive(Clone, Debug)]
pub enum NoModule {
    /// There is no such file.
    Missing,
    /// Its text could not be read.
    Unreadable(Unreadable),
    /// It does not parse.
    Syntax(SyntaxError),
}

impl<'p> Modules<'p> {
    /// Nothing is parsed yet.
    pub fn new(project: &'p Project) -> Self {
        Modules::with_base(project, None)
    }

    /// The modules of `project`, which has most of its texts from the project of `base`: those are parsed only once.
    pub fn over(project: &'p Project, base: &'p Modules<'p>) -> Self {
        Modules::with_base(project, Some(base))
    }

    fn with_base(project: &'p Project, base: Option<&'p Modules<'p>>) -> Self {
        let file = |(path, text): (&'p String, &'p Result<Arc<str>, Unreadable>)| {
            let text = text.as_ref();
            let in_base = base.and_then(|base| base.files.get(path.as_str())?.text.ok());
            let file = File {
                text,
                is_shared: in_base.zip(text.ok()).is_some_and(|(one, other)| Arc::ptr_eq(one, other)),
                parsed: OnceLock::new(),
                written_out: OnceLock::new(),
                exports: OnceLock::new(),
                literals: OnceLock::new(),
                touches: OnceLock::new(),
            };
            (path.as_str(), file)
        };
        Modules {
            project,
            files: project.files.iter().map(file).collect(),
            base,
            call_commas: OnceLock::new(),
            importing: OnceLock::new(),
            validators: OnceLock::new(),
        }
    }

    /// The tree of the file at `path`.
    pub fn get(&self, path: &str) -> Result<&Module, NoModule> {
        let file = self.files.get(path).ok_or(NoModule::Missing)?;
        if let Some(base) = self.base.filter(|_| file.is_shared) {
            return base.get(path);
        }
        let text = file.text.map_err(|unreadable| NoModule::Unreadable(unreadable.clone()))?;
        let parsed = file.parsed.get_or_init(|| self.parse(path, Arc::clone(text)));
        parsed.as_ref().map_err(|error| NoModule::Syntax(error.clone()))
    }

    /// Where the file at `path` exports what; `None` if it has no tree.
    pub(super) fn exports(&self, path: &str) -> Option<&Exports> {
        let module = self.get(path).ok()?;
        Some(self.files.get(path)?.exports.get_or_init(|| Exports::of(self.project, module)))
    }

    /// The values that are written down at the top of the file at `path`; `None` if it has no tree.
    pub fn literals(&self, path: &str) -> Option<&Literals> {
        let module = self.get(path).ok()?;
        Some(self.files.get(path)?.literals.get_or_init(|| Literals::of(module)))
    }

    /// What may change objects in the file at `path`; `None` if it has no tree.
    pub(super) fn touches(&self, path: &str) -> Option<&Touches> {
        let module = self.get(path).ok()?;
        Some(self.files.get(path)?.touches.get_or_init(|| touches(module)))
    }

    /// All imports of the files `targets`, in all files of the project.
    pub fn imports_of(&self, targets: &BTreeSet<&str>) -> Vec<FoundImport> {
        self.importing.get_or_init(|| Importing::of(self.project)).imports(self.project, self, targets)
    }

    /// The tree of an endpoint file, its handler written out if `write_out` gives a text for that.
    pub fn endpoint(&self, path: &str, write_out: &dyn Fn(&Module) -> Option<String>) -> Result<&Module, NoModule> {
        let module = self.get(path)?;
        let file = self.files.get(path).ok_or(NoModule::Missing)?;
        let other = file.written_out.get_or_init(|| self.parse(path, write_out(module)?.into()).ok());
        Ok(other.as_ref().unwrap_or(module))
    }

    fn parse(&self, path: &str, text: Arc<str>) -> Result<Module, SyntaxError> {
        let mut module = Module::parse(path, text)?;
        module.style.call_commas = module.style.call_commas.or_else(|| self.call_commas());
        Ok(module)
    }

    /// What the project's rules for `express-validator` do.
    pub fn validators(&self) -> &Validators {
        self.validators.get_or_init(|| {
            let mut found = Validators::default();
            for (path, text) in &self.project.files {
                if text.as_ref().is_ok_and(|text| text.contains(EXPRESS_VALIDATOR))
                    && let Ok(module) = self.get(path)
                {
                    found.add(module);
                }
            }
            found
        })
    }

    /// The habit of the project, for files that show none.
    fn call_commas(&self) -> Option<bool> {
        let texts = || self.project.files.values().filter_map(|text| text.as_deref().ok());
        match self.base {
            Some(base) => base.call_commas(),
            None => *self.call_commas.get_or_init(|| call_commas(texts())),
        }
    }

    /// The error of a file that was parsed and is no module.
    pub fn failed(&self, path: &str) -> Option<&SyntaxError> {
        self.files.get(path)?.parsed.get()?.as_ref().err()
    }
}
