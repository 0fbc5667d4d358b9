// A refusal in a `try` whose `catch` answers by a helper, or with a computed status.

import { bare, get, json, malformed } from '../../lib/requests.mjs';

export default ['first', 'computed', 'fails'].flatMap((name) => [
  get(`/api/${name}`),
  json('POST', `/api/${name}`, { name: 'Ada' }),
  malformed('POST', `/api/${name}`),
  bare('PUT', `/api/${name}`),
  bare('DELETE', `/api/${name}`),
]);
