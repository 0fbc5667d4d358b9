// Bodies that are written piece by piece, under a header that cannot be sent or a status that has no body.

import { get } from '../../lib/requests.mjs';

// What fails behind the first piece is for a reviewer.
export const args = ['--unsafe'];

const unsendable = encodeURIComponent('menü – €.txt');

export default [
  get('/api/file?name=menu.txt'),
  get(`/api/file?name=${unsendable}`),
  get('/api/caught?name=menu.txt'),
  get(`/api/caught?name=${unsendable}`),
  get('/api/copy?id=200'),
  get('/api/copy?id=206'),
  get('/api/copy?id=204'),
  get('/api/copy?id=304'),
];
