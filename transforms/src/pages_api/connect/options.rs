//! What a router of next-connect is told: `{ onError, onNoMatch }`.

use super::{Step, named};
use crate::syntax::ast::{ObjectLit, Prop, PropOrSpread};
use crate::syntax::{Function, Span, prop_name, span_of};

/// What a router is told about errors and about methods that it has nothing for.
#[derive(Clone, Debug)]
pub struct ConnectOptions<'a> {
    /// The object literal.
    pub object: Span,
    /// How errors are answered.
    pub on_error: Option<Step<'a>>,
    /// How requests are answered that nothing is there for.
    pub on_no_match: Option<Step<'a>>,
    /// Its properties: the name, and where each stands.
    pub properties: Vec<(String, Span)>,
}

impl<'a> ConnectOptions<'a> {
    /// Where the property called `name` stands.
    pub fn place_of(&self, name: &str) -> Option<Span> {
        self.properties.iter().find(|(own, _)| own == name).map(|(_, place)| *place)
    }

    /// Reads an object literal; where it cannot be told what it says, the place.
    pub fn of(object: &'a ObjectLit) -> Result<ConnectOptions<'a>, Span> {
        let (on_error, on_no_match) = (None, None);
        let mut options = ConnectOptions { object: span_of(object), on_error, on_no_match, properties: Vec::new() };
        for property in &object.props {
            let place = span_of(property);
            let PropOrSpread::Prop(prop) = property else { return Err(place) };
            let (name, value) = match &**prop {
                Prop::KeyValue(pair) => (prop_name(&pair.key), named(&pair.value)),
                Prop::Shorthand(name) => (Some(name.sym.to_string()), Some(Step::Named(name.to_id(), span_of(name)))),
                Prop::Method(method) => {
                    let function = Function::Method(&method.function, span_of(&method.key).start);
                    (prop_name(&method.key), Some(Step::Function(function)))
                }
                _ => return Err(place),
            };
            let name = name.ok_or(place)?;
            match name.as_str() {
                "onError" => options.on_error = Some(value.ok_or(place)?),
                "onNoMatch" => options.on_no_match = value,
                "attachParams" | "disableResponseWait" => {}
                _ => return Err(place),
            }
            options.properties.push((name, place));
        }
        Ok(options)
    }
}
