// A guard answers some methods itself, and not to refuse them: preflights, or whatever is cached.

import { bare } from '../../lib/requests.mjs';

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];

export default ['handled', 'allowed', 'wrapped', 'deep', 'value', 'any', 'behind', 'mapped'].flatMap((name) =>
  METHODS.flatMap((method) => [
    bare(method, `/api/${name}`),
    bare(method, `/api/${name}`, { 'X-Key': 'k' }),
    bare(method, `/api/${name}`, { 'X-Key': 'k', 'X-Cached': '1' }),
  ]),
);
