// `params` is a Promise; Next.js 15 still lets its properties be read, 14 has no Promise.

import { get } from '../../lib/requests.mjs';

export const versions = ['16'];
export const fault = 'body';

export default [
  get('/api/users/7'),
];
