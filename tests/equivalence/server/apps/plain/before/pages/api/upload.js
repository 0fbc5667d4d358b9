export const config = { api: { bodyParser: false } };

export default async function handler(req, res) {
  if (req.method !== 'POST') return res.status(405).end();
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  return res.json({ length: Buffer.concat(chunks).length, type: req.headers['content-type'] });
}
