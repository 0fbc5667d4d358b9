//! The changes as a patch that `git apply` takes, byte for byte.
//!
//! Lines end at `\n` only, so carriage returns are content; a missing end of the last line is marked.

use std::io::{self, Write};

use rayon::prelude::*;
use routelift_transforms::rewrite::{Change, ChangeKind};
use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices, group_diff_ops};

use super::patch_path::{quoted, quoted_with_end};
use super::style::Palette;

const CONTEXT: usize = 3;

/// The patch for `changes`. `is_executable` tells the mode of a file that is there.
pub fn write_patch(
    out: &mut dyn Write,
    changes: &[Change],
    is_executable: &(dyn Fn(&str) -> bool + Sync),
    palette: Palette,
) -> io::Result<()> {
    let file = |change| {
        let mut patch = Vec::new();
        FilePatch { change, is_executable, palette }.write(&mut patch).map(|()| patch)
    };
    let files: Vec<io::Result<Vec<u8>>> = changes.par_iter().map(file).collect();
    files.into_iter().try_for_each(|patch| out.write_all(&patch?))
}

struct FilePatch<'a> {
    change: &'a Change,
    is_executable: &'a (dyn Fn(&str) -> bool + Sync),
    palette: Palette,
}

impl FilePatch<'_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let old = lines(self.change.old.as_deref().unwrap_or_default());
        let new = lines(self.change.new.as_deref().unwrap_or_default());
        let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
        self.header(out, similarity(&ops, &old, &new))?;
        if old == new {
            return Ok(());
        }
        let (from, to) = self.names();
        let name = |name: Option<&str>, prefix| name.map_or("/dev/null".into(), |name| quoted_with_end(prefix, name));
        self.meta(out, format_args!("--- {}", name(from, "a/")))?;
        self.meta(out, format_args!("+++ {}", name(to, "b/")))?;
        for hunk in group_diff_ops(ops, CONTEXT) {
            self.hunk(out, &hunk, &old, &new)?;
        }
        Ok(())
    }

    /// The path before and after; `None` where there is no file.
    fn names(&self) -> (Option<&str>, Option<&str>) {
        let path = Some(self.change.path.as_str());
        match self.change.kind {
            ChangeKind::Create => (None, path),
            ChangeKind::Edit => (path, path),
            ChangeKind::Move => (self.change.from.as_deref(), path),
            ChangeKind::Delete => (path, None),
        }
    }

    fn header(&self, out: &mut dyn Write, similarity: usize) -> io::Result<()> {
        let (from, to) = self.names();
        let path = self.change.path.as_str();
        let (a, b) = (quoted("a/", from.unwrap_or(path)), quoted("b/", to.unwrap_or(path)));
        self.meta(out, format_args!("diff --git {a} {b}"))?;
        match (self.change.kind, from) {
            (ChangeKind::Create, _) => self.meta(out, format_args!("new file mode 100644")),
            (ChangeKind::Delete, _) => {
                let mode = if (self.is_executable)(path) { "100755" } else { "100644" };
                self.meta(out, format_args!("deleted file mode {mode}"))
            }
            (ChangeKind::Move, Some(from)) => {
                self.meta(out, format_args!("similarity index {similarity}%"))?;
                self.meta(out, format_args!("rename from {}", quoted("", from)))?;
                self.meta(out, format_args!("rename to {}", quoted("", path)))
            }
            (ChangeKind::Edit | ChangeKind::Move, _) => Ok(()),
        }
    }

    fn hunk(&self, out: &mut dyn Write, ops: &[DiffOp], old: &[&str], new: &[&str]) -> io::Result<()> {
        let (Some(first), Some(last)) = (ops.first(), ops.last()) else { return Ok(()) };
        let old_range = range(first.old_range().start, last.old_range().end);
        let new_range = range(first.new_range().start, last.new_range().end);
        writeln!(out, "{}", self.palette.cyan(format_args!("@@ -{old_range} +{new_range} @@")))?;
        for change in ops.iter().flat_map(|op| op.iter_changes(old, new)) {
            self.line(out, change.tag(), change.value())?;
        }
        Ok(())
    }

    fn line(&self, out: &mut dyn Write, tag: ChangeTag, line: &str) -> io::Result<()> {
        let content = line.strip_suffix('\n');
        let text = format_args!("{tag}{}", content.unwrap_or(line)).to_string();
        let text = match tag {
            ChangeTag::Equal => text,
            ChangeTag::Delete => self.palette.red(text),
            ChangeTag::Insert => self.palette.green(text),
        };
        writeln!(out, "{text}")?;
        if content.is_none() {
            writeln!(out, "\\ No newline at end of file")?;
        }
        Ok(())
    }

    fn meta(&self, out: &mut dyn Write, line: std::fmt::Arguments<'_>) -> io::Result<()> {
        writeln!(out, "{}", self.palette.bold(line))
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Lines `start..end` (from 0) as a hunk header counts them: from 1, an empty range by the line before.
fn range(start: usize, end: usize) -> String {
    match end - start {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        count => format!("{},{count}", start + 1),
    }
}

/// How much of the larger text is common to both, in percent; 100 means equal.
fn similarity(ops: &[DiffOp], old: &[&str], new: &[&str]) -> usize {
    let bytes = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    let largest = bytes(old).max(bytes(new));
    if old == new || largest == 0 {
        return 100;
    }
    let equal = ops.iter().filter(|op| matches!(op, DiffOp::Equal { .. }));
    let common: usize = equal.map(|op| bytes(&old[op.old_range()])).sum();
    (common * 100 / largest).min(99)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use routelift_transforms::rewrite::ChangeSet;

    use super::{Palette, write_patch};

    fn patch(changes: &ChangeSet, palette: Palette) -> String {
        let mut patch = Vec::new();
        write_patch(&mut patch, &changes.changes(), &|_| false, palette).expect("memory takes every write");
        String::from_utf8(patch).expect("texts are UTF-8")
    }

    #[test]
    fn edit_shows_three_lines_around() {
        let mut changes = ChangeSet::new();
        let old: Arc<str> = "1\n2\n3\n4\n5\n6\n7\n8\n9".into();
        changes.edit("a.ts", &old, "1\n2\n3\n4\nfive\n6\n7\n8\n9");
        let expected =
            "diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n";
        assert_eq!(patch(&changes, Palette::PLAIN), expected);
    }

    #[test]
    fn a_missing_final_newline_and_carriage_returns_are_kept() {
        let mut changes = ChangeSet::new();
        changes.edit("a.ts", &"a\r\nb".into(), "a\r\nb\r\n");
        let expected = "@@ -1,2 +1,2 @@\n a\r\n-b\n\\ No newline at end of file\n+b\r\n";
        assert!(patch(&changes, Palette::PLAIN).ends_with(expected));
    }

    #[test]
    fn a_pure_move_has_no_hunks() {
        let mut changes = ChangeSet::new();
        changes.rename("a.ts", "b.ts", &"x\n".into(), "x\n");
        let expected = "diff --git a/a.ts b/b.ts\nsimilarity index 100%\nrename from a.ts\nrename to b.ts\n";
        assert_eq!(patch(&changes, Palette::PLAIN), expected);
    }

    #[test]
    fn colour_ends_before_the_line_does() {
        let mut changes = ChangeSet::new();
        changes.create("a.ts", "x\n");
        let patch = patch(&changes, Palette::COLORED);
        assert!(patch.ends_with("\u{1b}[32m+x\u{1b}[0m\n"), "{patch:?}");
    }
}
