// A cookie is a decoded string, or undefined; what asks for it with `?.` goes on without it.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x', { Cookie: 'session=a%20b; theme=dark' }),
  get('/api/x', { Cookie: 'session=' }),
  get('/api/x', { Cookie: 'theme=1; theme=2' }),
  get('/api/x', { Cookie: 'theme="quoted"' }),
  get('/api/optional'),
  get('/api/optional?of=a&filter=b', { Cookie: 'list-a=1,2; theme=dark; session=abc' }),
  get('/api/optional?of=b', { Cookie: 'list-a=1' }),
  get('/api/needed'),
  get('/api/needed', { Cookie: 'session=a.b' }),
];
