//! Colours, or none: every printer asks a [`Palette`] and stays the same otherwise.

use std::fmt::Display;

use annotate_snippets::renderer::{AnsiColor, Style};
use anstream::{AutoStream, ColorChoice};

use crate::cli::Color;

/// The styles of one stream; without colour, all of them do nothing.
///
/// The colours are decided before printing rather than stripped afterwards, because a patch must keep
/// each byte of the files, escape sequences included.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    on: bool,
}

impl Palette {
    /// No colours.
    pub const PLAIN: Palette = Palette { on: false };
    /// All colours.
    pub const COLORED: Palette = Palette { on: true };

    /// What the user wants for `stream`.
    pub fn choose<S: anstream::stream::RawStream>(color: Color, stream: &S) -> Palette {
        let on = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => AutoStream::choice(stream) != ColorChoice::Never,
        };
        Palette { on }
    }

    /// Whether there is colour.
    pub fn is_colored(self) -> bool {
        self.on
    }

    /// For the word `error`.
    pub(crate) fn error(self, text: impl Display) -> String {
        self.paint(AnsiColor::Red.on_default().bold(), text)
    }

    /// For the word `help`.
    pub(crate) fn help(self, text: impl Display) -> String {
        self.paint(AnsiColor::Cyan.on_default().bold(), text)
    }

    pub(super) fn bold(self, text: impl Display) -> String {
        self.paint(Style::new().bold(), text)
    }

    pub(super) fn dim(self, text: impl Display) -> String {
        self.paint(Style::new().dimmed(), text)
    }

    pub(super) fn red(self, text: impl Display) -> String {
        self.paint(AnsiColor::Red.on_default(), text)
    }

    pub(super) fn green(self, text: impl Display) -> String {
        self.paint(AnsiColor::Green.on_default(), text)
    }

    pub(super) fn yellow(self, text: impl Display) -> String {
        self.paint(AnsiColor::Yellow.on_default(), text)
    }

    pub(super) fn cyan(self, text: impl Display) -> String {
        self.paint(AnsiColor::Cyan.on_default(), text)
    }

    fn paint(self, style: Style, text: impl Display) -> String {
        if self.on { format!("{style}{text}{style:#}") } else { text.to_string() }
    }
}
