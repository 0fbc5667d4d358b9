// Bodies that are written piece by piece: headers, order, what fails before the first piece, and what listens to the end.

import { bare, get, head } from '../../lib/requests.mjs';

// What fails behind the first piece is for a reviewer.
export const args = ['--unsafe'];

export default [
  get('/api/csv'),
  get('/api/csv?count=0'),
  get('/api/csv?count=3'),
  get('/api/csv?count=3&fail=0'),
  bare('POST', '/api/csv'),
  get('/api/events'),
  get('/api/events?fail=1'),
  get('/api/answer?text=a%20b%20c'),
  get('/api/answer'),
  get('/api/answer?text='),
  get('/api/answer?fail=0'),
  get('/api/file'),
  get('/api/file?part=1'),
  get('/api/file?whole=1'),
  get('/api/ticks'),
  head('/api/ticks'),
  head('/api/file'),
  head('/api/csv?count=3'),
];
