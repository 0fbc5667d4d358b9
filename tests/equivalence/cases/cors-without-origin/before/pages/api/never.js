import NextCors from 'nextjs-cors';

export default async function handler(req, res) {
  await NextCors(req, res, { origin: false });
  res.status(200).json({ ok: true });
}
