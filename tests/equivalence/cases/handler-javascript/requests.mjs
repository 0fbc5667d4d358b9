// A handler in JavaScript, exported as CommonJS.

import { get } from '../../lib/requests.mjs';

// Next.js from 13.5 on does not find the handler.
export const args = ['--unsafe'];

export default [
  get('/api/x'),
  get('/api/x?id=1'),
];
