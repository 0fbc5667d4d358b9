// The differences that a migration may make. Each rule brings an answer into a form in which the two sides are equal;
// what no rule names must be the same before and after.

const JSON_TYPE = /^application\/json; ?charset=utf-8$/i;

/** `answer`: `{ status, reason, headers: { name: [value, …] }, body }`, as `send` gives it. */
export const rules = [
  {
    name: 'connection-headers',
    why: 'How a message is framed is between Next and the connection; the body itself is compared.',
    normalise: (answer) => without(answer, 'connection', 'keep-alive', 'date', 'transfer-encoding', 'content-length'),
  },
  {
    name: 'etag',
    why: 'Only the Pages Router adds an ETag by itself.',
    normalise: (answer) => without(answer, 'etag'),
  },
  {
    name: 'vary',
    why: 'The App Router names its own request headers in every answer.',
    normalise: (answer) => without(answer, 'vary'),
  },
  {
    name: 'json-charset',
    why: 'JSON is UTF-8 with and without the parameter.',
    normalise: (answer) => withType(answer, (type) => (JSON_TYPE.test(type) ? 'application/json' : type)),
  },
  {
    name: 'default-text-type',
    why: 'A Response with a string has a content type; res.send and res.end of a string have none.',
    normalise: (answer) => withType(answer, (type) => (type === 'text/plain;charset=UTF-8' ? null : type)),
  },
  {
    name: 'method-not-allowed',
    why: 'For a method without an export, Next answers 405 itself: no body, no Allow.',
    normalise: (answer) =>
      answer.status === 405 ? { ...without(answer, 'allow', 'content-type'), body: '' } : answer,
  },
];

export function normalise(answer) {
  return rules.reduce((current, rule) => rule.normalise(current), answer);
}

function without(answer, ...names) {
  const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !names.includes(name)));
  return { ...answer, headers };
}

function withType(answer, change) {
  const types = answer.headers['content-type'];
  if (!types) return answer;
  const changed = types.map(change).filter((type) => type !== null);
  if (changed.length === 0) return without(answer, 'content-type');
  return { ...answer, headers: { ...answer.headers, 'content-type': changed } };
}
