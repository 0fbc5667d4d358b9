#!/usr/bin/env node
// Which type errors does an app have after a migration that it did not have before?
//
//     node tsc-compare.mjs BEFORE_DIR AFTER_DIR [--project tsconfig.json] [--report report.json]
//
// Runs the app's own TypeScript in both folders. An error counts as known if one with the same code and message was in
// the same file before. `--report` is the output of `routelift --format json` for BEFORE_DIR: through it, a moved file
// is the same file, and a new file may hold errors that came from the files it was made of. The folders may be apps of a
// monorepo for which the report was made.
//
// Route Handlers are checked against what Next.js expects of them if `next typegen` ran in both folders before, and
// `.next/types/**/*.ts` is in the `include` of both tsconfigs.
// Exit code: 0 no new errors, 1 new errors, 2 could not run.

import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';

const DIAGNOSTIC = /^(?:(?<file>.+?)\((?<line>\d+),(?<column>\d+)\): )?error (?<code>TS\d+): (?<message>.*)$/;

/** The errors of `tsc` in `dir`: `{ file, line, column, code, message }`. */
function typeErrors(dir, project) {
  const tsconfig = path.resolve(dir, project);
  const tsc = createRequire(tsconfig).resolve('typescript/bin/tsc');
  const args = [tsc, '--noEmit', '--incremental', 'false', '--pretty', 'false', '--project', tsconfig];
  const result = spawnSync(process.execPath, args, { cwd: dir, encoding: 'utf8', maxBuffer: 1 << 30 });

  const errors = [];
  for (const text of result.stdout.split(/\r?\n/)) {
    const match = DIAGNOSTIC.exec(text);
    if (match) {
      const { file = '', line, column, code, message } = match.groups;
      errors.push({ file: path.posix.normalize(file), line, column, code, message });
    } else if (text.startsWith(' ') && errors.length > 0) {
      errors.at(-1).message += `\n${text}`;
    }
  }
  if (result.error || result.signal || (result.status !== 0 && errors.length === 0)) {
    throw new Error(`tsc failed in ${dir}: ${result.error ?? result.signal ?? result.stdout + result.stderr}`);
  }
  // Errors of the project itself, not of a source file, keep tsc from checking anything.
  const broken = errors.find(({ file }) => file === '.' || file.endsWith('.json'));
  if (broken) throw new Error(`tsc failed in ${dir}: ${broken.code} ${broken.message}`);
  return errors;
}

/** The members of an object type, which TypeScript lists in an order that depends on what it checked before. */
const MEMBERS = /\{ ([^{}]*?);? \}/g;

/** The changes of the report, with paths as `tsc` in `dir` shows them. */
function changesOf(report, dir) {
  const { apps = [], changes } = JSON.parse(readFileSync(report, 'utf8'));
  const folder = path.resolve(dir).replaceAll(path.sep, '/');
  const roots = apps.map(({ root }) => root).filter((root) => folder.endsWith(`/${root}`));
  const longest = roots.sort((a, b) => b.length - a.length)[0] ?? '';
  const local = (file) => file && path.posix.relative(longest, file);
  return changes.map((change) => ({ ...change, path: local(change.path), from: local(change.from) }));
}

const withoutExtension = (file) => file.replace(/(\.d)?\.[cm]?[jt]sx?$/, '').replace(/\/index$/, '');

/**
 * The message with every path in it made relative to the root, since `'../lib/db'` reads `'../../lib/db'` once its file
 * has moved; `original` says what a file was called before.
 */
function comparableMessage(error, dir, original) {
  const root = `${realpathSync(dir).replaceAll(path.sep, '/')}/`;
  const message = error.message.replaceAll(root, '').replace(MEMBERS, (_, members) => {
    return `{ ${members.split('; ').sort().join('; ')} }`;
  });
  return message.replace(/(?<=["'])(\.{1,2}\/[^"']*|[^"'\s]+\/[^"'\s]*)(?=["'])/g, (found) => {
    const file = found.startsWith('.') ? path.posix.join(path.posix.dirname(error.file), found) : found;
    return withoutExtension(original(file));
  });
}

function compare(before, after, changes) {
  const moved = new Map();
  for (const { path: to, from } of changes) {
    if (!from) continue;
    moved.set(to, from);
    moved.set(withoutExtension(to), withoutExtension(from));
  }
  const original = (file) => moved.get(file) ?? file;
  const created = new Set(changes.filter(({ kind }) => kind === 'create').map((change) => change.path));
  const touched = new Set(changes.flatMap(({ path, from }) => [path, from]));

  const key = (error, dir, name) => JSON.stringify([error.code, comparableMessage(error, dir, name)]);
  const known = before.errors.map((error) => ({ file: error.file, key: key(error, before.dir, (file) => file) }));
  /** Takes one known error away, so that a second one of its kind is new. */
  const take = (key, isFile) => {
    const index = known.findIndex((error) => error.key === key && isFile(error.file));
    if (index >= 0) known.splice(index, 1);
    return index >= 0;
  };

  const unmatched = after.errors.filter((error) => {
    return !take(key(error, after.dir, original), (file) => file === original(error.file));
  });
  const added = unmatched.filter((error) => {
    return !(created.has(error.file) && take(key(error, after.dir, original), (file) => touched.has(file)));
  });
  return { added, gone: known.length };
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { project: { type: 'string', default: 'tsconfig.json' }, report: { type: 'string' } },
  });
  if (positionals.length !== 2) {
    throw new Error('usage: tsc-compare.mjs BEFORE_DIR AFTER_DIR [--project tsconfig.json] [--report report.json]');
  }

  const changes = values.report ? changesOf(values.report, positionals[0]) : [];
  const [before, after] = positionals.map((dir) => ({ dir, errors: typeErrors(dir, values.project) }));
  const { added, gone } = compare(before, after, changes);

  for (const { file, line, column, code, message } of added) console.log(`${file}(${line},${column}): ${code}: ${message}`);
  console.log(`${before.errors.length} errors before, ${after.errors.length} after: ${added.length} new, ${gone} gone`);
  return added.length > 0 ? 1 : 0;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
