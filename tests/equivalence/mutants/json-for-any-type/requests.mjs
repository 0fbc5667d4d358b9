// `req.json()` parses what the Pages Router left a string, and fails for forms.

import { json, text } from '../../lib/requests.mjs';

export const fault = 'body';

export default [
  json('POST', '/api/x', { a: 1 }),
  text('POST', '/api/x', '{"a":1}'),
];
