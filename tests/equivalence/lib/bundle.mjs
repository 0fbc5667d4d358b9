// Makes one script of the routes of a case, with packages outside, and with the calls of its fake modules recorded.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A module that sees requests or responses is part of what is tested; all others stand for the world around it. */
const CARRIER = /\b(NextApi|NextRe|Response\b|next\/|req\b|res\b)|pages-compat/;

/** Files beside the endpoints that are the same on both sides, such as `lib/db.ts`: their calls are effects. */
export function fakeModules(before, after, files) {
  return files.filter((file) => {
    if (!/\.[jt]sx?$/.test(file) || /(^|\/)(pages|app)\//.test(file) || !existsSync(path.join(after, file))) return false;
    const text = readFileSync(path.join(before, file), 'utf8');
    return text === readFileSync(path.join(after, file), 'utf8') && !CARRIER.test(text);
  });
}

/** `packages` names packages by the names that other versions of them are installed under. */
export async function bundle(esbuild, root, files, fakes, packages = {}) {
  const imports = files.map((file, index) => `import * as route${index} from ${JSON.stringify(`./${file}`)};`);
  const entry = [...imports, `export { ${files.map((_, index) => `route${index}`).join(', ')} };`].join('\n');
  const fakePaths = new Map(fakes.map((file) => [path.join(root, file), file]));

  const recording = {
    name: 'recording',
    setup(build) {
      build.onLoad({ filter: /\.[jt]sx?$/ }, ({ path: file, suffix }) => {
        const name = suffix ? undefined : fakePaths.get(file);
        if (name === undefined) return undefined;
        const recorded = JSON.stringify(name.replace(/\.[jt]sx?$/, ''));
        const contents = `module.exports = recordCalls(${recorded}, require(${JSON.stringify(`${file}?real`)}));`;
        return { contents, loader: 'js', resolveDir: path.dirname(file) };
      });
      build.onResolve({ filter: /\?real$/ }, ({ path: file }) => ({ path: file.slice(0, -'?real'.length), suffix: '?real' }));
    },
  };
  const { outputFiles } = await esbuild.build({
    stdin: { contents: entry, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    jsx: 'automatic',
    loader: { '.js': 'jsx' },
    packages: 'external',
    alias: packages,
    logLevel: 'silent',
    absWorkingDir: root,
    plugins: [recording],
  });
  return outputFiles[0].text;
}
