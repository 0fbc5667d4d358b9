//! Where printers write. A reader who leaves early (`| head`) is not an error: what is still written
//! then goes nowhere, and the run ends as it would have.

use std::io::{self, BufWriter, Write};

use anstream::AutoStream;
use anstream::stream::{AsLockedWrite, RawStream};

use super::style::Palette;
use crate::cli::Color;

/// Standard output, buffered.
pub fn stdout(color: Color) -> (Box<dyn Write>, Palette) {
    open(io::stdout(), color)
}

/// Standard error, buffered.
pub fn stderr(color: Color) -> (Box<dyn Write>, Palette) {
    open(io::stderr(), color)
}

fn open<S: RawStream + AsLockedWrite + 'static>(stream: S, color: Color) -> (Box<dyn Write>, Palette) {
    let palette = Palette::choose(color, &stream);
    // Both let every byte through; the first one also tells consoles that need it about colours.
    let stream = if palette.is_colored() { AutoStream::always(stream) } else { AutoStream::always_ansi(stream) };
    (Box::new(BufWriter::new(Patient::new(stream))), palette)
}

/// A writer that outlives its reader.
struct Patient<W> {
    inner: Option<W>,
}

impl<W> Patient<W> {
    fn new(inner: W) -> Self {
        Patient { inner: Some(inner) }
    }

    fn unless_closed<T>(&mut self, closed: T, write: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        let Some(inner) = &mut self.inner else { return Ok(closed) };
        match write(inner) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.inner = None;
                Ok(closed)
            }
            result => result,
        }
    }
}

impl<W: Write> Write for Patient<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_closed(bytes.len(), |inner| inner.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_closed((), |inner| inner.flush())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use super::Patient;

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }

    #[test]
    fn only_a_closed_pipe_is_forgiven() {
        let mut patient = Patient::new(Closed);
        assert!(patient.flush().is_err());
        assert!(patient.write_all(b"x").is_ok());
        assert!(patient.flush().is_ok());
    }
}
