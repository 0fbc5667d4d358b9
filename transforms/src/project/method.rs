//! HTTP methods that a Route Handler can export.

/// The seven methods of `route.ts` (reference, section 1.3), in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// `GET`; Next serves `HEAD` by it.
    Get,
    /// `HEAD`.
    Head,
    /// `OPTIONS`.
    Options,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `PATCH`.
    Patch,
    /// `DELETE`.
    Delete,
}

impl Method {
    /// All seven.
    pub const ALL: [Method; 7] =
        [Method::Get, Method::Head, Method::Options, Method::Post, Method::Put, Method::Patch, Method::Delete];

    /// The name as sent and as exported.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Options => "OPTIONS",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }

    /// The method of that exact (upper-case) name.
    pub fn from_name(name: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|method| method.as_str() == name)
    }
}

/// Some of the seven methods, and perhaps all those that no code names, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MethodSet(u8);

impl MethodSet {
    /// No method.
    pub const NONE: MethodSet = MethodSet(0);
    /// Every method, also those that no code names.
    pub const ALL: MethodSet = MethodSet(u8::MAX);

    /// Whether it holds none.
    pub fn is_empty(self) -> bool {
        self == MethodSet::NONE
    }

    /// Whether it holds `method`, `None` standing for those that no code names.
    pub fn holds(self, method: Option<Method>) -> bool {
        self.0 & MethodSet::bit(method) != 0
    }

    /// With `method`.
    #[must_use = "the set itself does not change"]
    pub fn with(self, method: Option<Method>) -> MethodSet {
        MethodSet(self.0 | MethodSet::bit(method))
    }

    /// What either holds.
    #[must_use = "the set itself does not change"]
    pub fn or(self, other: MethodSet) -> MethodSet {
        MethodSet(self.0 | other.0)
    }

    fn bit(method: Option<Method>) -> u8 {
        method.map_or(1 << Method::ALL.len(), |method| 1 << method as u8)
    }
}
