// Parts of a response are what they were when `res` took them, whoever changes them behind that.

import { get } from '../../lib/requests.mjs';

const ways = ['closure', 'errors', 'callback', 'class', 'capital', 'spread', 'none'];

export const stays = { '/api/inside': 'send-in-expression' };

export default [
  ...ways.map((way) => get(`/api/reached?way=${way}`)),
  get('/api/reached?way=errors&id=1'),
  get('/api/plain?label=n'),
  get('/api/plain?all=1'),
  get('/api/plain'),
  ...['splice', 'cookie', 'status', 'code', 'state', 'redirect', 'none'].map((way) => get(`/api/swapped?way=${way}`)),
];
