// Small programs made up at random: handlers with helpers, written as people write them, that nobody thought of.
//
// Every choice comes from one seed, so that a program that was migrated wrongly can be made again. What they call in
// `lib/db` stands for the world outside; it answers by what it is given.

/** A generator of numbers from `seed` (mulberry32), with what is needed to choose. */
function dice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const upTo = (n) => Math.floor(next() * n);
  return { chance: (share) => next() < share, upTo, pick: (list) => list[upTo(list.length)] };
}

const indent = (lines) => lines.map((line) => (line ? `  ${line}` : line));
const STATUSES = [200, 200, 201, 202, 400, 401, 403, 404, 409, 422, 503];
const DB = `export async function find(id: unknown) {
  if (id === 'boom') throw new Error('boom');
  return id === 'none' || id === undefined ? null : { id, name: 'name of ' + id, at: new Date(0), tags: [1, 2] };
}

export async function save(value: unknown) {
  return { saved: value, rank: undefined };
}

export function note(what: string, value?: unknown) {
  return what + value;
}

export function query(id: unknown, done: (error: Error | null, row?: { id: unknown; rank: number }) => void) {
  Promise.resolve().then(() => (id === 'boom' ? done(new Error('no such row')) : done(null, { id, rank: 1 })));
}
`;

/** One file of functions: the expressions that are in scope, and the statements that may stand there. */
class Writer {
  constructor(die, helpers) {
    this.die = die;
    this.helpers = helpers;
    this.names = 0;
    this.used = new Set();
    this.locals = [];
  }

  fresh(stem) {
    return `${stem}${++this.names}`;
  }

  call(name) {
    this.used.add(name);
    return name;
  }

  /** A text read from the request, or one that is known. */
  text(scope) {
    const found = [
      `'fixed'`,
      '`id is ${req.query.id}`',
      'String(req.query.id)',
      'req.query.id',
      'req.method',
      `req.headers['x-a']`,
      `req.headers.authorization`,
      `req.cookies.sid`,
      'req.body?.name',
      'req.url',
      `req.headers['content-type']`,
      'Object.keys(req.query).join()',
      'new URL(req.url!, `http://${req.headers.host}`).pathname',
      ...scope.texts,
      ...scope.texts,
    ];
    return this.die.pick(found);
  }

  /** As `text`, but never undefined, as headers and redirects need it. */
  sure(scope) {
    return this.die.pick([`'fixed'`, '`id is ${req.query.id}`', 'String(req.query.id)', '`${req.method}`', ...scope.texts.map((name) => `String(${name})`)]);
  }

  value(scope, depth = 0) {
    const { die } = this;
    const found = [
      () => `{ ok: true }`,
      () => `{ value: ${this.text(scope)} }`,
      () => `{ a: ${this.text(scope)}, b: ${depth < 2 ? this.value(scope, depth + 1) : 'null'} }`,
      () => `[${this.text(scope)}, 1]`,
      () => `{ message: 'done', n: ${die.upTo(9)} }`,
      () => die.pick(['null', '[]', '{}', `'text'`, 'req.body', 'req.query', '{ ...req.query }', 'true', '7']),
      () => (scope.objects.length > 0 ? die.pick(scope.objects) : `{ empty: undefined }`),
      () => (scope.objects.length > 0 ? `{ ...${die.pick(scope.objects)}, more: 1 }` : `{ error: 'gone' }`),
    ];
    return die.pick(found)();
  }

  condition(scope) {
    const found = [
      `req.method === 'GET'`,
      `req.method !== 'POST'`,
      '!req.query.id',
      `req.query.id === '1'`,
      'Array.isArray(req.query.id)',
      '!req.headers.authorization',
      `req.body?.name === 'Ada'`,
      '!req.body?.name',
      ...scope.objects.filter((name) => /^row/.test(name)).flatMap((name) => [`!${name}`, `${name}`]),
    ];
    return this.die.pick(found);
  }

  /** One expression that sends the response. */
  send(scope) {
    const { die } = this;
    const chosen = scope.objects.length > 0 && die.chance(0.15) ? `${die.pick(scope.objects)} ? 200 : 404` : die.pick(STATUSES);
    const status = die.chance(0.6) ? `.status(${chosen})` : '';
    const found = [
      () => `res${status}.json(${this.value(scope)})`,
      () => `res${status}.json(${this.value(scope)})`,
      () => `res${status}.json(${this.value(scope)})`,
      () => `res${status}.send(${this.value(scope)})`,
      () => `res${status}.send(${this.sure(scope)})`,
      () => `res${status}.end()`,
      () => `res${status}.end(${this.sure(scope)})`,
      () => `res.status(204).end()`,
      () => `res.redirect(${die.pick(['', '307, ', '303, '])}${die.pick([`'/login'`, '`/items/${encodeURIComponent(String(req.query.id))}`'])})`,
    ];
    const senders = this.helpers.filter(({ kind }) => kind === 'sender');
    if (senders.length > 0) {
      const call = () => {
        const { name, takes } = die.pick(senders);
        return `${this.call(name)}(${takes.map((what) => (what === 'res' || what === 'req' ? what : what === 'code' ? die.pick(STATUSES) : this.value(scope))).join(', ')})`;
      };
      found.push(call, call, call);
    }
    for (const name of scope.senders) found.push(() => `${name}(${die.pick(STATUSES)})`);
    return die.pick(found)();
  }

  /** A send that is no more than that. */
  plain(scope) {
    return `res.status(${this.die.pick(STATUSES)}).json(${this.value(scope)})`;
  }

  /** The name of a function beside the handler that answers. */
  local(depth) {
    const name = this.fresh('answer');
    const locals = this.locals;
    this.locals = undefined;
    locals.push([`async function ${name}(req: NextApiRequest, res: NextApiResponse) {`, ...indent(this.block(scope(), depth + 1)), '}', '']);
    this.locals = locals;
    return name;
  }

  /** Statements that send, and leave. */
  answer(scope, tail) {
    const { die } = this;
    const before = die.chance(0.15) ? [`res.setHeader('X-${die.pick(['A', 'B'])}', ${this.sure(scope)});`] : [];
    if (die.chance(0.05)) before.push(`res.statusCode = ${die.pick(STATUSES)};`);
    const send = this.send(scope);
    const leave = tail
      ? [[`return ${send};`], [`${send};`], [`${send};`, 'return;'], [`return ${this.wait()}${send};`]]
      : [[`return ${send};`], [`${send};`, 'return;']];
    return [...before, ...die.pick(leave)];
  }

  wait() {
    return this.die.chance(0.1) ? 'await ' : '';
  }

  /** A statement that sends nothing. */
  work(scope) {
    const { die } = this;
    const found = [
      () => [`${this.call('note')}('seen', ${this.text(scope)});`],
      () => [`await ${this.call('save')}({ by: ${this.text(scope)} });`],
      () => {
        const name = this.fresh('row');
        const line = `const ${name} = await ${this.call('find')}(${this.text(scope)});`;
        scope.objects.push(name);
        return [line];
      },
      () => {
        const name = this.fresh('saved');
        const line = `const ${name} = await ${this.call('save')}(${this.value(scope)});`;
        scope.objects.push(name);
        return [line];
      },
      () => {
        const name = this.fresh('text');
        const line = `const ${name} = ${this.text(scope)};`;
        scope.texts.push(name);
        return [line];
      },
      () => [`res.setHeader('X-${die.pick(['A', 'B', 'C'])}', ${this.sure(scope)});`],
      () => [`res.setHeader('Set-Cookie', ${die.pick([`'a=1; Path=/'`, `['a=1; Path=/', 'b=2']`, '`sid=${encodeURIComponent(String(req.query.id))}; HttpOnly`'])});`],
      () => [`res.setHeader('Cache-Control', 'no-store');`],
      () => {
        const [id, page] = [this.fresh('id'), this.fresh('page')];
        scope.texts.push(id, page);
        return [die.pick([`const { id: ${id}, page: ${page} = '1' } = req.query;`, `const { query: { id: ${id} }, method: ${page} } = req;`, `const { id: ${id} = 'none' } = req.query as { id?: string };\nconst ${page} = req.cookies['sid'];`])].flatMap((text) => text.split('\n'));
      },
      () => {
        const [name, n] = [this.fresh('name'), this.fresh('n')];
        scope.texts.push(name, n);
        return [`const { name: ${name}, n: ${n} } = req.body ?? {};`];
      },
      () => {
        const name = this.fresh('row');
        scope.objects.push(name);
        return [
          `let ${name};`,
          'try {',
          `  ${name} = await ${this.call('find')}(${this.text(scope)});`,
          '} catch (error) {',
          ...indent(this.answer(clone(scope), false).filter((line) => !line.includes(name))),
          '}',
        ];
      },
      () => {
        const [a, b] = [this.fresh('row'), this.fresh('saved')];
        scope.objects.push(a, b);
        return [`const [${a}, ${b}] = await Promise.all([${this.call('find')}(${this.text(clone(scope))}), ${this.call('save')}(req.method)]);`];
      },
      () => [`res.status(${die.pick(STATUSES)});`],
    ];
    const readers = this.helpers.filter(({ kind }) => kind === 'reader');
    if (readers.length > 0) {
      found.push(() => {
        const { name, waits } = die.pick(readers);
        const held = this.fresh('text');
        const line = `const ${held} = ${waits ? 'await ' : ''}${this.call(name)}(req);`;
        scope.texts.push(held);
        return [line];
      });
    }
    const setters = this.helpers.filter(({ kind }) => kind === 'setter');
    if (setters.length > 0) found.push(() => [`${this.call(die.pick(setters).name)}(res);`]);
    return die.pick(found)();
  }

  guard(scope) {
    const { die } = this;
    const waited = this.helpers.filter(({ kind }) => kind === 'waited');
    if (waited.length > 0 && die.chance(0.3)) return [`await ${this.call('run')}(req, res, ${this.call('tag')});`];
    const guards = this.helpers.filter(({ kind }) => kind === 'guard');
    if (guards.length === 0) return this.early(scope);
    const { name, gives } = die.pick(guards);
    if (gives === 'boolean') return [`if (!(await ${this.call(name)}(req, res))) return;`];
    const held = this.fresh('user');
    const lines = [`const ${held} = await ${this.call(name)}(req, res);`, `if (!${held}) return;`];
    scope.objects.push(held);
    return lines;
  }

  early(scope) {
    const inner = clone(scope);
    const body = [...(this.die.chance(0.3) ? this.work(inner) : []), ...this.answer(inner, false)];
    if (body.length === 1 && this.die.chance(0.4)) return [`if (${this.condition(scope)}) ${body[0]}`];
    return [`if (${this.condition(scope)}) {`, ...indent(body), '}'];
  }

  /** Statements that do not end the function, but may. */
  step(scope, depth) {
    const { die } = this;
    const roll = die.upTo(100);
    if (roll < 50) return this.work(scope);
    if (roll < 70) return this.early(scope);
    if (roll < 78) return this.guard(scope);
    if (roll < 83 && scope.senders.length === 0) {
      const name = this.fresh('fail');
      const inner = clone(scope);
      const line = die.pick([
        `const ${name} = (code: number) => res.status(code).json(${this.value(inner)});`,
        `const ${name} = (code: number) => {\n  ${this.call('note')}('failed', code);\n  return res.status(code).json({ code });\n};`,
      ]);
      scope.senders.push(name);
      return line.split('\n');
    }
    if (roll < 89 && depth < 2) {
      const inner = clone(scope);
      const item = this.fresh('item');
      return [
        `for (const ${item} of ['1', 'none', '2']) {`,
        ...indent([`if (${item} === req.query.id) {`, ...indent(this.answer(clone(inner), false)), '}', `${this.call('note')}('item', ${item});`]),
        '}',
      ];
    }
    if (roll < 94) return [`if (${this.condition(scope)}) throw new Error('refused');`];
    return [`if (${this.condition(scope)}) {`, ...indent(this.work(clone(scope))), '}'];
  }

  /** Statements that end the function by an answer on every way. */
  block(scope, depth) {
    const { die } = this;
    const lines = [];
    for (let left = die.upTo(depth === 0 ? 5 : 3); left > 0; left--) lines.push(...this.step(scope, depth));
    if (depth > 2) return [...lines, ...this.answer(scope, true)];
    const roll = die.upTo(100);
    if (roll < 45) return [...lines, ...this.answer(scope, true)];
    if (roll < 62) {
      const tail = die.chance(0.3) ? ['} finally {', ...indent([`${this.call('note')}('finally');`])] : [];
      return [
        ...lines,
        'try {',
        ...indent(this.block(clone(scope), depth + 1)),
        '} catch (error) {',
        ...indent(die.chance(0.5) ? [`${this.call('note')}('caught', String(error));`] : []),
        ...indent(this.answer(clone(scope), true)),
        ...tail,
        '}',
      ];
    }
    if (roll < 80) {
      const [first, second] = [this.block(clone(scope), depth + 1), this.block(clone(scope), depth + 1)];
      return [...lines, `if (${this.condition(scope)}) {`, ...indent(first), '} else {', ...indent(second), '}'];
    }
    if (roll < 84) {
      const row = this.fresh('row');
      const inner = clone(scope);
      inner.objects.push(row);
      const chain = `${this.call('find')}(${this.text(scope)})\n  .then((${row}) => ${this.plain(inner)})\n  .catch((error) => ${this.plain(scope)});`;
      return [...lines, ...`${die.pick(['return ', 'await '])}${chain}`.split('\n')];
    }
    if (roll < 86) {
      const row = this.fresh('row');
      const inner = clone(scope);
      inner.objects.push(row);
      const failed = die.pick([`if (error) return ${this.plain(scope)};`, `if (error) {\n  ${this.plain(scope)};\n  return;\n}`]);
      const body = indent([...failed.split('\n'), `${die.pick(['', 'return '])}${this.plain(inner)};`]);
      return [...lines, `${this.call('query')}(${this.text(scope)}, (error, ${row}) => {`, ...body, '});'];
    }
    if (roll < 88) {
      const choice = [this.plain(scope), this.plain(scope)];
      if (die.chance(0.5)) return [...lines, `${die.pick(['return ', ''])}${this.condition(scope)} ? ${choice[0]} : ${choice[1]};`];
      return [...lines, `if (${this.condition(scope)}) ${choice[0]};`, `else ${choice[1]};`];
    }
    if (roll < 90) {
      const parts = [this.sure(scope), this.sure(scope)];
      return [...lines, `res.writeHead(${die.pick(STATUSES)}, { 'Content-Type': 'text/plain' });`, ...(die.chance(0.5) ? [`res.write(${parts[0]});`] : []), `res.end(${parts[1]});`];
    }
    if (roll < 94 && this.locals) {
      const calls = ['GET', 'POST'].map((method) => [method, this.local(depth)]);
      if (die.chance(0.5)) return [...lines, ...calls.flatMap(([method, name]) => [`if (req.method === '${method}') {`, `  return ${name}(req, res);`, '}']), ...this.answer(scope, true)];
      return [...lines, 'switch (req.method) {', ...calls.flatMap(([method, name]) => [`  case '${method}':`, ...(die.chance(0.5) ? [`    return ${name}(req, res);`] : [`    await ${name}(req, res);`, '    break;'])]), '  default:', ...indent(indent(this.answer(clone(scope), true))), '}'];
    }
    const methods = ['GET', 'POST', 'PUT', 'DELETE'].filter(() => die.chance(0.5));
    const cases = methods.flatMap((method) => {
      const body = this.block(clone(scope), depth + 2);
      return [`case '${method}': {`, ...indent(body), ...(/^\s*return\b/.test(body.at(-1)) ? [] : ['  break;']), '}'];
    });
    const rest = die.pick([
      [`res.setHeader('Allow', ['GET', 'POST']);`, 'res.status(405).end(`Method ${req.method} Not Allowed`);'],
      [`return res.status(405).json({ error: 'Method not allowed' });`],
      this.answer(clone(scope), true),
    ]);
    return [...lines, 'switch (req.method) {', ...indent([...cases, 'default:', ...indent(rest)]), '}'];
  }
}

const clone = ({ texts, objects, senders }) => ({ texts: [...texts], objects: [...objects], senders: [...senders] });
const scope = () => ({ texts: [], objects: [], senders: [] });

/** The helpers that the handlers of one program share, as `{ name, kind, text }`. */
function helpers(die) {
  const list = [];
  list.push(
    die.pick([
      { name: 'fail', kind: 'sender', takes: ['res', 'code', 'data'], text: `export function fail(res: NextApiResponse, code: number, data: unknown) {\n  return res.status(code).json({ error: data });\n}` },
      { name: 'fail', kind: 'sender', takes: ['res', 'code', 'data'], text: `export const fail = (res: NextApiResponse, code: number, data: unknown) => {\n  res.setHeader('X-Error', 'yes');\n  res.status(code).json({ error: data });\n};` },
      { name: 'fail', kind: 'sender', takes: ['req', 'res', 'code'], text: `export function fail(req: NextApiRequest, res: NextApiResponse, code: number) {\n  if (req.method === 'DELETE') return res.status(410).end();\n  return res.status(code).send(\`failed \${req.query.id}\`);\n}` },
    ]),
    die.pick([
      { name: 'ok', kind: 'sender', takes: ['res', 'data'], text: `export const ok = (res: NextApiResponse, data: unknown) => res.status(200).json({ data });` },
      { name: 'ok', kind: 'sender', takes: ['res', 'data'], text: `export async function ok(res: NextApiResponse, data: any) {\n  const saved = await save(data);\n  if (!data) {\n    res.status(404).end();\n    return;\n  }\n  res.json(saved);\n}` },
    ]),
    die.pick([
      { name: 'token', kind: 'reader', text: `export const token = (req: NextApiRequest) => req.headers.authorization?.split(' ')[1];` },
      { name: 'token', kind: 'reader', waits: true, text: `export async function token(req: NextApiRequest) {\n  const row = await find(req.cookies.sid ?? req.query.id);\n  return row?.name;\n}` },
      { name: 'token', kind: 'reader', text: `export function token({ query, headers }: NextApiRequest) {\n  return query.id ?? headers['x-a'];\n}` },
    ]),
    die.pick([
      { name: 'noCache', kind: 'setter', text: `export function noCache(res: NextApiResponse) {\n  res.setHeader('Cache-Control', 'private');\n  res.setHeader('X-C', '1');\n}` },
      { name: 'noCache', kind: 'setter', text: `export const noCache = (res: NextApiResponse) => res.setHeader('Cache-Control', 'no-cache');` },
    ]),
    die.pick([
      { name: 'allowed', kind: 'guard', gives: 'boolean', text: `export async function allowed(req: NextApiRequest, res: NextApiResponse) {\n  if (!req.headers.authorization) {\n    res.status(401).json({ error: 'who are you' });\n    return false;\n  }\n  return true;\n}` },
      { name: 'allowed', kind: 'guard', gives: 'user', text: `export async function allowed(req: NextApiRequest, res: NextApiResponse) {\n  const user = await find(req.query.id);\n  if (!user) {\n    res.status(${die.pick([401, 403])}).json({ error: 'nobody' });\n    return null;\n  }\n  note('user', user.id);\n  return user;\n}` },
    ]),
  );
  if (die.chance(0.5)) {
    list.push(
      { name: 'run', kind: 'waited', text: `type Middleware = (req: NextApiRequest, res: NextApiResponse, next: (result?: unknown) => void) => void;\n\nexport function run(req: NextApiRequest, res: NextApiResponse, fn: Middleware) {\n  return new Promise((resolve, reject) => {\n    fn(req, res, (result) => (result instanceof Error ? reject(result) : resolve(result)));\n  });\n}` },
      die.pick([
        { name: 'tag', kind: 'middleware', text: `export function tag(req: NextApiRequest, res: NextApiResponse, next: (result?: unknown) => void) {\n  res.setHeader('X-Tag', 'yes');\n  if (req.query.id === '2') return next(new Error('two'));\n  next();\n}` },
        { name: 'tag', kind: 'middleware', text: `export const tag = (req: NextApiRequest, res: NextApiResponse, next: () => void) => {\n  note('tagged', req.method);\n  if (req.method === 'PATCH') {\n    res.status(403).json({ error: 'not here' });\n    return;\n  }\n  next();\n};` },
      ]),
    );
  }
  if (die.chance(0.6)) {
    list.push(
      die.pick([
        { name: 'wrap', kind: 'wrapper', text: `export const wrap = (handler: NextApiHandler): NextApiHandler => async (req, res) => {\n  if (req.headers['x-a'] === 'stop') return res.status(403).json({ error: 'stopped' });\n  return handler(req, res);\n};` },
        { name: 'wrap', kind: 'wrapper', text: `export function wrap(handler: NextApiHandler) {\n  return async function wrapped(req: NextApiRequest, res: NextApiResponse) {\n    try {\n      note('in', req.method);\n      await handler(req, res);\n    } catch (error) {\n      note('failed', String(error));\n      res.status(500).json({ error: String(error) });\n    }\n  };\n}` },
        { name: 'wrap', kind: 'wrapper', text: `export function wrap(handler: NextApiHandler) {\n  return async (req: NextApiRequest, res: NextApiResponse) => {\n    res.setHeader('X-Wrapped', 'yes');\n    const user = await find(req.query.id);\n    if (!user) {\n      res.status(401).end();\n      return;\n    }\n    return await handler(req, res);\n  };\n}` },
      ]),
    );
  }
  return list;
}

/** A program: `{ path: text }`, with `count` endpoints `/api/e0`, `/api/e1`, … */
export function program(seed, count) {
  const die = dice(seed);
  const shared = helpers(die);
  const files = { 'lib/db.ts': DB };
  const texts = shared.map(({ text }) => text).join('\n\n');
  const needs = ['find', 'save', 'note'].filter((name) => texts.includes(`${name}(`));
  const types = ['NextApiHandler', 'NextApiRequest', 'NextApiResponse'].filter((name) => texts.includes(name));
  const used = needs.length > 0 ? `import { ${needs.join(', ')} } from './db';\n` : '';
  files['lib/http.ts'] = `import type { ${types.join(', ')} } from 'next';\n${used}\n${texts}\n`;
  for (let index = 0; index < count; index++) {
    const writer = new Writer(die, shared);
    const body = writer.block(scope(), 0);
    // What a handler sets before it throws is lost where the wrapper answers: an accepted difference.
    const sets = /setHeader|noCache|statusCode|res\.status\(\w+\);/.test([...body, ...writer.locals.flat()].join('\n'));
    const wrapper = die.chance(0.3) && shared.find(({ kind, text }) => kind === 'wrapper' && !(sets && text.includes('catch')));
    const head = wrapper ? 'async function handler' : die.pick(['export default async function handler', 'const handler = async ']);
    const open = head.startsWith('const') ? `${head}(req: NextApiRequest, res: NextApiResponse) => {` : `${head}(req: NextApiRequest, res: NextApiResponse) {`;
    const end = wrapper ? ['', `export default ${writer.call('wrap')}(handler);`] : head.startsWith('const') ? ['', 'export default handler;'] : [];
    const close = head.startsWith('const') ? '};' : '}';
    const imports = ["import type { NextApiRequest, NextApiResponse } from 'next';"];
    for (const [file, names] of [['db', ['find', 'save', 'note', 'query']], ['http', shared.map(({ name }) => name)]]) {
      const taken = names.filter((name) => writer.used.has(name));
      if (taken.length > 0) imports.push(`import { ${taken.join(', ')} } from '../../lib/${file}';`);
    }
    files[`pages/api/e${index}.ts`] = `${[...imports, '', ...(index % 2 ? writer.locals.flat() : []), open, ...indent(body), close, ...end, ...(index % 2 ? [] : ['', ...writer.locals.flat()])].join('\n')}\n`;
  }
  return files;
}
