// A cookie is a decoded string, or undefined.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x', { Cookie: 'session=a%20b; theme=dark' }),
  get('/api/x', { Cookie: 'session=' }),
  get('/api/x', { Cookie: 'theme=1; theme=2' }),
  get('/api/x', { Cookie: 'theme="quoted"' }),
];
