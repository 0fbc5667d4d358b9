// Text that begins with a literal is text for everybody; the type is an accepted difference.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x?name=Ada'),
  get('/api/x?name=%3Cb%3E'),
  get('/api/x?end=1&name=Ada'),
];
