import NextCors from 'nextjs-cors';

export default async function handler(req, res) {
  await NextCors(req, res, { allowedHeaders: '', maxAge: null, exposedHeaders: '' });
  res.status(200).json({ ok: true });
}
