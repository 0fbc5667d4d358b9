import Cors from 'cors';

const cors = Cors({ origin: '', methods: ['GET'] });

function run(req, res, middleware) {
  return new Promise((resolve, reject) => {
    middleware(req, res, (result) => (result instanceof Error ? reject(result) : resolve(result)));
  });
}

export default async function handler(req, res) {
  await run(req, res, cors);
  if (req.method !== 'GET') return res.status(405).json({ error: 'GET only' });
  res.status(200).json({ ok: true });
}
