// The differences that a migration may make, and nothing else. Each rule stands for a row of "Accepted differences" in
// README.md, of which `row` is the first cell; the suite checks that the row is there. `accept` gets both answers and
// returns them in a form in which this difference is gone, or nothing where it does not apply. It also sees the request,
// and what is known about the endpoint: `exported` methods, `findings`, and `sources`, the text of the original.
//
// A rule with `finding` is for endpoints that have this finding: it told the reviewer of the difference. A rule with `cases` is for these cases only: what it accepts cannot be told from a mistake by looking at two answers.

const JSON_TYPE = /^application\/json; ?charset=utf-8$/i;
const type = ({ headers }) => headers['content-type']?.[0];
const isBodyless = ({ method, body }) => ['GET', 'HEAD'].includes(method) && !!body;
const refused = (answer) => answer.status >= 400 && answer.status < 500;
const answersByItself = (exported, method) => !exported.includes(method);

export const rules = [
  {
    name: 'framing',
    row: null,
    why: 'How a message is cut up is between Next and the connection. Two lines of a header mean the same as one joined by a comma, but for cookies.',
    accept: ({ before, after }) => ({ before: framed(before), after: framed(after) }),
  },
  {
    name: 'method-refused',
    row: 'A handler refuses methods with 405, a body, `Allow`',
    accept: ({ before, after, method, exported }) =>
      answersByItself(exported, method) && before.status === 405 && emptyRefusal(after) && { before: after, after },
  },
  {
    name: 'method-refused-otherwise',
    row: 'A handler refuses methods with another 4xx',
    accept: ({ before, after, method, exported, findings }) =>
      answersByItself(exported, method) &&
      refused(before) &&
      (findings.includes('method-refusal') || before.status === 401 || before.status === 403) &&
      emptyRefusal(after) && { before: after, after },
  },
  {
    name: 'method-unanswered',
    row: 'A handler throws for other methods, or never answers them, so that the request hangs',
    accept: ({ before, after, method, exported }) =>
      answersByItself(exported, method) &&
      ['hangs', 500].includes(before.status) &&
      (emptyRefusal(after) || (method === 'OPTIONS' && after.status === 204) || (method === 'HEAD' && exported.includes('GET'))) && {
        before: after,
        after,
      },
  },
  {
    name: 'options-and-head',
    row: 'A handler that refuses other methods sees `OPTIONS` and `HEAD`, too',
    accept: ({ before, after, method, exported }) => {
      if (!answersByItself(exported, method) || !refused(before)) return undefined;
      const byNext = method === 'OPTIONS' ? after.status === 204 && after.headers.allow : method === 'HEAD' && exported.includes('GET');
      return byNext && { before: after, after };
    },
  },
  {
    name: 'header-empty-list',
    row: 'A header is given a list that turns out to be empty, and is not sent',
    cases: ['header-number'],
    accept: ({ before, after }) =>
      !before.headers['x-empty'] && after.headers['x-empty']?.join() === '' && { before: { ...before, headers: { ...before.headers, 'x-empty': [''] } }, after },
  },
  {
    name: 'json-charset',
    row: '`application/json; charset=utf-8`',
    accept: ({ before, after }) =>
      JSON_TYPE.test(type(before)) && type(after) === 'application/json' && { before: withType(before, 'application/json'), after },
  },
  {
    name: 'etag',
    row: 'An `ETag`, and 304 if it matches',
    accept: ({ before, after, request }) => {
      if (!before.headers.etag || after.headers.etag) return undefined;
      if (before.status === 304 && request.headers?.['If-None-Match']) return { before: after, after };
      return { before: without(before, 'etag'), after };
    },
  },
  {
    name: 'etag-own',
    row: 'An `ETag` that the code sets is replaced by the tag of `res.json` and `res.send`',
    accept: ({ before, after, findings }) =>
      findings.includes('etag-own') && before.headers.etag && after.headers.etag && {
        before: without(before, 'etag'),
        after: without(after, 'etag'),
      },
  },
  {
    name: 'session-cookies',
    row: 'A session that next-auth or Auth0 reads is prolonged on the way; next-auth\'s has `expires`',
    accept: ({ before, after, findings }) =>
      findings.includes('session-cookie') && !after.headers['set-cookie'] &&
      before.headers['set-cookie']?.every((cookie) => cookie.startsWith('next-auth.')) && {
        before: without(before, 'set-cookie'),
        after,
      },
  },
  {
    name: 'cookie-attributes',
    row: 'A cookie that a package sets has `Max-Age`',
    accept: ({ before, after }) => {
      const [old, own] = [before, after].map(({ headers }) => headers['set-cookie']);
      const same = old && own && old.join() !== own.join() && sameCookies(old, own);
      return same && { before: without(before, 'set-cookie'), after: without(after, 'set-cookie') };
    },
  },
  {
    name: 'literal-text-type',
    row: 'A string that begins with literal text, sent without a content type, has none',
    accept: ({ before, after, sources }) =>
      !type(before) && type(after) === 'text/plain;charset=UTF-8' && !after.body.startsWith('<') && isLiteral(after.body, sources) && { before, after: without(after, 'content-type') },
  },
  {
    name: 'header-undefined',
    row: 'A computed header is `undefined`, and `setHeader` throws',
    accept: ({ before, after }) =>
      before.status === 500 && Object.values(after.headers).flat().includes('undefined') && { before: after, after },
  },
  {
    name: 'vary',
    row: 'No `Vary` but `Accept-Encoding`',
    accept: ({ before, after }) => after.headers.vary && { before: ownVary(before), after: ownVary(after) },
  },
  {
    name: 'wrapper-logs',
    row: 'A wrapper, or code behind an answer in a callback, writes to the console once that was sent',
    cases: ['wrapper-logs', 'fixture wrapper-work', 'callbacks-of-helpers', 'fixture callbacks-of-helpers'],
    accept: ({ before, after }) => {
      const [old, own] = [before, after].map(({ effects }) => effects.indexOf('(response)'));
      const logs = own === after.effects.length - 1 && before.effects.slice(old + 1).every((effect) => effect.startsWith('console.'));
      const timeless = (answer) => ({ ...answer, effects: answer.effects.filter((effect) => effect !== '(response)') });
      return old >= 0 && old < own && logs && { before: timeless(before), after: timeless(after) };
    },
  },
  {
    name: 'unknown-url',
    row: 'Next 16: an unknown URL is answered by the Pages Router',
    accept: ({ before, after, version }) =>
      version === '16' && before.status === 404 && after.status === 404 && [before, after].every((answer) => /^text\/html/.test(type(answer))) && {
        before: after,
        after,
      },
  },
  {
    name: 'compression',
    row: 'A long answer is compressed by `next start`',
    accept: ({ before, after, request }) =>
      /gzip/.test(request.headers?.['Accept-Encoding']) && before.headers['content-encoding']?.[0] === 'gzip' && !after.headers['content-encoding'] && {
        before: without(ownVary(before), 'content-encoding'),
        after: ownVary(after),
      },
  },
  {
    name: 'redirect-body',
    row: 'A redirect has its URL as body',
    accept: ({ before, after }) =>
      before.status >= 300 && before.status < 400 && before.body === before.headers.location?.[0] && after.body === '' && {
        before: { ...before, body: '' },
        after,
      },
  },
  {
    name: 'uncaught-error',
    row: "An uncaught error is answered by the Pages Router's error text",
    accept: ({ before, after }) =>
      before.status === 500 && before.body === 'Internal Server Error' && after.status === 500 && after.body === '' && {
        before: { ...before, body: '' },
        after,
      },
  },
  {
    name: 'headers-before-error',
    row: 'Headers set before an uncaught error are sent with it',
    accept: ({ before, after }) =>
      before.status === 500 && after.status === 500 && before.body === '' && after.body === '' &&
      Object.keys(after.headers).length === 0 && { before: { ...before, headers: {} }, after },
  },
  {
    name: 'headers-before-on-error',
    row: 'Headers that a function sets before it throws are sent with what the `onError` of next-connect answers',
    cases: ['next-connect', 'next-connect-0'],
    accept: ({ before, after }) => before.status === 500 && before.headers['x-added'] && { before: without(before, 'x-added'), after },
  },
  {
    name: 'uploadthing-without-json',
    row: 'uploadthing fails with 500 where its answer to a malformed request has no JSON, and 5 and 6 take any method but `GET` for `POST`',
    cases: ['uploadthing'],
    accept: ({ before, after }) =>
      before.status === 500 && after.status === 400 && after.body === '' && { before: after, after },
  },
  {
    name: 'no-response',
    row: 'A request of a method that is answered otherwise is never answered and hangs',
    accept: ({ before, after }) =>
      before.status === 'hangs' && after.status === 500 && after.body === '' && {
        before: after,
        after,
      },
  },
  {
    name: 'malformed-json-unread',
    row: 'Malformed JSON is 400 on every endpoint',
    accept: ({ before, after, request }) =>
      before.status === 400 && before.body === 'Invalid JSON' && isMalformed(request) && after.status !== 500 && { before: after, after },
  },
  {
    // The handler throws on its own: it misses a header or a cookie that the request does not have, or a handler.
    name: 'malformed-json-unread-throws',
    row: 'Malformed JSON is 400 on every endpoint',
    cases: ['request-reads', 'fixture request-reads', 'method-refused-otherwise', 'fixture method-refused-otherwise', 'fixture cookies', 'fixture request-query-type', 'fixture typed-handler-map', 'fixture wrapper-catches-status', 'fixture callback-forms', 'fixture chains-left-open', 'fixture ignored-values'],
    accept: ({ before, after, request }) =>
      before.status === 400 && before.body === 'Invalid JSON' && isMalformed(request) && after.status === 500 && { before: after, after },
  },
  {
    name: 'large-body',
    row: 'A body of more than 1 MB is answered with 413',
    accept: ({ before, after, request }) =>
      before.status === 413 && request.body?.length > 1 << 20 && after.status < 400 && { before: after, after },
  },
  {
    name: 'large-body-by-config',
    row: null,
    finding: 'body-size-limit',
    accept: ({ before, after, request }) =>
      before.status === 413 && request.body?.length > 10_000 && after.status < 400 && { before: after, after },
  },
  {
    name: 'get-body',
    row: null,
    finding: 'get-body',
    accept: ({ before, after, request }) => isBodyless(request) && { before: after, after },
  },
  {
    name: 'get-body-unlooking',
    row: 'A handler that does not name `GET` reads the body of such a request',
    cases: ['get-body'],
    accept: ({ before, after, request }) => isBodyless(request) && { before: after, after },
  },
  {
    name: 'work-before-response',
    row: null,
    finding: 'work-after-send',
    accept: ({ before, after }) =>
      after.effects.at(-1) === '(response)' && { before: { ...before, effects: responseLast(before.effects) }, after },
  },
  {
    name: 'forgotten-return',
    row: null,
    finding: 'forgotten-return',
    accept: ({ before, after }) =>
      after.effects.every((effect, at) => before.effects[at] === effect) && { before: { ...before, effects: after.effects }, after },
  },
  {
    name: 'url-param-keys',
    row: 'From 15.5 on, `req.url` of a dynamic route has no query keys that are called as its parameters',
    cases: ['server based'],
    accept: ({ before, after, request }) =>
      request.path === '/base/shop/7/?id=8' && { before, after: { ...after, body: after.body.replace('?id=8', '') } },
  },
  {
    name: 'bare-question-mark',
    row: '`req.url` of `/api/x?` ends with the question mark',
    accept: ({ before, after, request }) => request.path.endsWith('?') && { before: { ...before, body: before.body.replace('?', '') }, after },
  },
  {
    name: 'cookie-parser',
    row: 'The first of several cookies of one name counts, quotes around a value are dropped, a value that cannot be decoded (`50%`) is kept as it is, and a name without a value is none',
    cases: ['cookies-read'],
    accept: ({ after, request }) => repeatsOrQuotes(request.headers?.Cookie) && { before: after, after },
  },
];

/** Whether the text begins with what the sources have in them; the texts of next-basics stand in the package. */
function isLiteral(text, sources) {
  return sources.includes(text.slice(0, 5)) || (sources.includes('next-basics') && /^[45]\d\d [A-Z]/.test(text));
}

/** The answers without what is accepted, and the names of the rules that were needed. */
export function accept(pair, name) {
  const used = [];
  let { before, after } = pair;
  for (const rule of rules) {
    if (rule.cases && !rule.cases.includes(name)) continue;
    if (rule.finding && !pair.findings.includes(rule.finding)) continue;
    if (rule.name !== 'framing' && (typeof before.status !== 'number' || typeof after.status !== 'number')) {
      if (!['no-response', 'method-unanswered'].includes(rule.name)) continue;
    }
    const result = rule.accept({ ...pair, method: pair.request.method, before, after });
    if (!result) continue;
    if (rule.name !== 'framing' && JSON.stringify(result) !== JSON.stringify({ before, after })) used.push(rule.name);
    ({ before, after } = result);
  }
  return { before, after, used };
}

function framed(answer) {
  if (!answer.headers) return answer;
  const plain = without(answer, 'connection', 'keep-alive', 'date', 'transfer-encoding', 'content-length');
  const headers = Object.fromEntries(
    Object.entries(plain.headers).map(([name, values]) => [name, name === 'set-cookie' ? values : [values.join(', ')]]),
  );
  return { ...plain, headers };
}

const emptyRefusal = (answer) => answer.status === 405 && answer.body === '' && answer.effects.every((effect) => effect === '(response)');

const responseLast = (effects) => [...effects.filter((effect) => effect !== '(response)'), '(response)'];

function isMalformed({ headers = {}, body }) {
  try {
    JSON.parse(body);
    return false;
  } catch {
    return /json/.test(headers['Content-Type']);
  }
}

function repeatsOrQuotes(cookies = '') {
  const names = cookies.split('; ').map((cookie) => cookie.split('=')[0]);
  return cookies.includes('"') || new Set(names).size < names.length;
}

function without(answer, ...names) {
  const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !names.includes(name)));
  return { ...answer, headers };
}

/** `Vary` without the request headers that Next and its compression name. */
function ownVary(answer) {
  const names = (answer.headers.vary ?? []).flatMap((line) => line.split(/, */));
  const own = names.filter((name) => !/^(rsc|next-(router-.*|url)|accept-encoding)$/i.test(name));
  return own.length > 0 ? { ...answer, headers: { ...answer.headers, vary: [own.join(', ')] } } : without(answer, 'vary');
}

/** Whether these are the same cookies, but for the order of attributes and an `Expires` that says what `Max-Age` does. */
function sameCookies(before, after) {
  const parts = (cookies, expires) =>
    cookies.map((cookie) => {
      const [pair, ...attributes] = cookie.split('; ');
      const kept = attributes.filter((one) => expires || !one.startsWith('Expires=') || !/; Max-Age=/.test(cookie));
      return [pair, ...kept.sort()].join('; ');
    });
  return parts(before, true).join('\n') === parts(after, false).join('\n');
}

const withType = (answer, value) => ({ ...answer, headers: { ...answer.headers, 'content-type': [value] } });
