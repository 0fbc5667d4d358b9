import { version } from './helper';

export default function handler(req, res) {
  if (req.method !== 'GET') return res.status(405).end();
  return res.json({ version, at: req.headers.host });
}
