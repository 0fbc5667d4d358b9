// A status that is text. The client chooses it, which asks for a review.

import { get } from '../../lib/requests.mjs';

export const args = ['--unsafe'];

export default [
  get('/api/x'),
  get('/api/x?status=404'),
];
